"""What was read of one column, piece by piece, kept in the smallest form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from trainer_gui.engine.data.dialect import Dialect
from trainer_gui.engine.data.numerals import is_missing_word, other_mark, read_number

if TYPE_CHECKING:
    import pandas as pd

NUMBER_SHARE = 0.8  # of the cells with a value; a column with fewer numbers than this is one of words
_MOST_WORDS = 50  # that are told apart
_LONG_PIECE = 10_000  # rows of a text column that show whether its texts repeat


@dataclass
class Gathered:
    """What has been read of one column, or of some rows of it."""

    numeric: bool
    parts: list[Any] = field(default_factory=list)
    words: dict[str, int] = field(default_factory=dict)
    word_cells: int = 0

    def count(self, word: str, times: int) -> None:
        """Notes a word that stands where numbers are expected; the first ones are kept."""
        self.word_cells += times
        if len(self.words) < _MOST_WORDS:
            self.words[word] = self.words.get(word, 0) + times

    def add(self, more: Gathered) -> None:
        """Puts what was read of the next rows behind what there is."""
        self.parts += more.parts
        if more.word_cells:
            kept = sum(more.words.values())
            for word, times in more.words.items():
                self.count(word, times)
            self.word_cells += more.word_cells - kept


def part_of(
    values: pd.Series[Any], numeric: bool, dialect: Dialect, missing_words: frozenset[str]
) -> Gathered:
    """The compact form of a piece of a column."""
    import pandas as pd

    if not numeric:
        # Where nearly every text is another, categories would only take more memory.
        texts = values.astype("str")
        unique = len(texts) > _LONG_PIECE and texts.iloc[:_LONG_PIECE].nunique() > 0.9 * _LONG_PIECE
        return Gathered(numeric, [texts if unique else pd.Categorical(texts)])
    if values.dtype.kind == "b":
        values = values.astype(str)
    if values.dtype.kind in "iuf":
        numbers = values.to_numpy()
        return Gathered(numeric, [numbers.astype(np.float64) if numbers.dtype == np.uint64 else numbers])
    return _numbers_among(values, dialect, missing_words)


def _numbers_among(values: pd.Series[Any], dialect: Dialect, gaps: frozenset[str]) -> Gathered:
    """Numbers out of a piece that has words in it, which are counted and become gaps."""
    import pandas as pd

    found = Gathered(numeric=True)
    codes, words = pd.factorize(values)
    times = np.bincount(codes[codes >= 0], minlength=len(words))
    numbers = np.full(len(words) + 1, np.nan)  # the last one is for code -1, a gap
    for place, word in enumerate(words):
        text = str(word)
        number = read_number(text, dialect.decimal, dialect.thousands)
        if number is None:
            number = read_number(text, dialect.decimal, dialect.thousands or other_mark(dialect.decimal))
        if number is not None:
            numbers[place] = number
        elif not is_missing_word(text) and text.strip() not in gaps:
            found.count(text.strip(), int(times[place]))
    found.parts.append(numbers[codes])
    return found


def joined(column: Gathered) -> pd.Series[Any]:
    import pandas as pd

    if not column.parts:
        return pd.Series(np.empty(0))
    parts = column.parts
    column.parts = []
    if column.numeric:
        return pd.Series(np.concatenate(parts) if len(parts) > 1 else np.array(parts[0]))
    if any(isinstance(part, pd.Series) for part in parts):
        return pd.concat([pd.Series(part).astype("str") for part in parts], ignore_index=True)
    return pd.Series(pd.api.types.union_categoricals(parts) if len(parts) > 1 else parts[0])


def is_of_words(column: Gathered) -> bool:
    if not column.word_cells:
        return False
    numbers = sum(int(np.count_nonzero(~np.isnan(part))) for part in column.parts)
    cells = column.word_cells + numbers
    return column.word_cells > (1 - NUMBER_SHARE) * cells
