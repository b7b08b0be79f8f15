"""The ids by which a model knows a text: hashes of its words, word pairs and pieces of words.

This file needs nothing but Python. It is also written beside exported models, so that anyone can compute
the ids that they take.
"""

import re
import unicodedata
import zlib
from itertools import pairwise

SMALLEST_PIECE, LARGEST_PIECE = 3, 5  # letters of a piece of a word, its marked ends counted
MOST_LETTERS = 40  # of a word; the rest of a longer one is not looked at
RANGE = 2**31 - 1  # ids go from 1 to RANGE; 0 stands for no id

_WORD = re.compile(r"\w+|[^\w\s]")


def words_of(text: str) -> list[str]:
    """The words of a text in small letters; every other sign that is no blank is a word of its own."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower())


def id_of(words: str) -> int:
    """The id of a word or a piece of one."""
    return zlib.crc32(words.encode("utf-8", "surrogatepass")) % RANGE + 1


def id_of_pair(first: int, second: int) -> int:
    """The id of two words that follow each other, from their own ids."""
    return (first * 1_000_003 + second) % RANGE + 1


def ids_of_word(word: str) -> list[int]:
    """The id of a word, and behind it those of its pieces: 3, 4 and 5 letters in a row.

    The ends of a word are marked with < and >, so that it is told from its pieces, and pieces at its ends
    from those in the middle.
    """
    marked = f"<{word[:MOST_LETTERS]}>"
    pieces = [
        marked[start : start + length]
        for length in range(SMALLEST_PIECE, LARGEST_PIECE + 1)
        if length < len(marked)
        for start in range(len(marked) - length + 1)
    ]
    return [id_of(marked), *map(id_of, pieces)]


def ids_of(text: str, length: int) -> list[int]:
    """Exactly `length` ids: those of the words, then of the pairs, then of the pieces; cut, or filled with 0.

    An empty text, which also stands for a missing one, has none.
    """
    words = [ids_of_word(word) for word in words_of(text)]
    ids = [each[0] for each in words]
    ids += [id_of_pair(first, second) for first, second in pairwise(ids)]
    ids += [piece for each in words for piece in each[1:]]
    return (ids + [0] * length)[:length]
