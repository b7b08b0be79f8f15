"""The ids of many texts at once, the same as `text_ids` gives one by one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.text_ids import id_of_pair, ids_of_word, words_of

Ids = NDArray[np.int32]  # 32 bits, since these arrays are the largest ones
Whole = NDArray[np.int64]

_TEXTS_AT_ONCE = 8192


class Vocabulary:
    """Every word met so far with its id and those of its pieces, so that each is hashed only once."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._new: list[str] = []
        self._tables: tuple[Whole, Whole, Whole] = tuple(np.empty(0, np.int64) for _ in range(3))  # type: ignore[assignment]

    def places_of(self, words: Sequence[str]) -> list[int]:
        """Where each word lies, new ones added."""
        known = self._places
        found = []
        for word in words:
            place = known.get(word)
            if place is None:
                place = known[word] = len(known)
                self._new.append(word)
            found.append(place)
        return found

    def tables(self) -> tuple[Whole, Whole, Whole]:
        """Ids of the words [words]; ids of their pieces, word after word; how many each word has [words]."""
        if self._new:
            ids = [ids_of_word(word) for word in self._new]
            added = (
                [each[0] for each in ids],
                [piece for each in ids for piece in each[1:]],
                [len(each) - 1 for each in ids],
            )
            old = self._tables
            first, second, third = (
                np.concatenate([each, np.array(new, dtype=np.int64)])
                for each, new in zip(old, added, strict=True)
            )
            self._tables, self._new = (first, second, third), []
        return self._tables


def ids_in(texts: Sequence[str], length: int) -> Ids:
    """The ids of these texts, [texts, length]."""
    found = np.zeros((len(texts), length), dtype=np.int32)
    vocabulary = Vocabulary()
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        part = texts[start : start + _TEXTS_AT_ONCE]
        counts, places = _words(part, vocabulary)
        if len(places):
            _fill(found[start : start + len(part)], counts, places, vocabulary)
    return found


def counts_of_ids(texts: Sequence[str]) -> Whole:
    """How many ids each of these texts has without a limit, [texts]."""
    vocabulary = Vocabulary()
    counts, places = _words(texts, vocabulary)
    _, _, pieces = vocabulary.tables()
    ends = np.cumsum(counts)
    sums = np.concatenate([[0], np.cumsum(pieces[places])])
    found: Whole = counts + np.maximum(counts - 1, 0) + sums[ends] - sums[ends - counts]
    return found


def _words(texts: Sequence[str], vocabulary: Vocabulary) -> tuple[Whole, Whole]:
    """How many words each text has, and the place of every word, text after text."""
    counts = np.zeros(len(texts), dtype=np.int64)
    places: list[int] = []
    for at, text in enumerate(texts):
        words = words_of(text)
        counts[at] = len(words)
        places += vocabulary.places_of(words)
    return counts, np.array(places, dtype=np.int64)


def _fill(into: Ids, counts: Whole, places: Whole, vocabulary: Vocabulary) -> None:
    """Writes words, pairs and pieces into the rows, each as far as there is room."""
    length = into.shape[1]
    word_ids, piece_ids, piece_counts = vocabulary.tables()
    rows = np.repeat(np.arange(len(counts)), counts)
    starts = np.cumsum(counts) - counts
    at = np.arange(len(places)) - starts[rows]  # the how manieth word of its text it is
    ids = word_ids[places]
    fits = at < length
    into[rows[fits], at[fits]] = ids[fits]
    # A pair begins at every word but the last of its text.
    begins = np.flatnonzero(at + 1 < counts[rows])
    pairs = id_of_pair(ids[begins], ids[begins + 1])  # type: ignore[arg-type]
    column = counts[rows[begins]] + at[begins]
    fits = column < length
    into[rows[begins][fits], column[fits]] = np.asarray(pairs)[fits]
    # Pieces come behind both, word after word; those of words that find no room are not unfolded.
    own = piece_counts[places]
    before = np.cumsum(own) - own
    first = before[np.minimum(starts, len(places) - 1)]
    column = (2 * counts - 1)[rows] + before - first[rows]
    room = np.flatnonzero((column < length) & (own > 0))
    own, column, rows = own[room], column[room], rows[room]
    offset = np.arange(int(own.sum())) - np.repeat(np.cumsum(own) - own, own)
    piece_starts = np.cumsum(piece_counts) - piece_counts
    which = np.repeat(piece_starts[places[room]], own) + offset
    column = np.repeat(column, own) + offset
    fits = column < length
    into[np.repeat(rows, own)[fits], column[fits]] = piece_ids[which[fits]]
