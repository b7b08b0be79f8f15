"""What was read of one column, piece by piece, kept in the smallest form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.dialect import Dialect
from trainer_gui.engine.data.numerals import is_missing_word, other_mark, read_number

if TYPE_CHECKING:
    import pandas as pd

NUMBER_SHARE = 0.8  # of the cells with a value; a column with fewer numbers than this is one of words
_LONG_PIECE = 10_000  # rows of a text column that show whether its texts repeat


@dataclass
class Gathered:
    """What has been read of one column."""

    numeric: bool
    parts: list[Any] = field(default_factory=list)
    words: dict[str, int] = field(default_factory=dict)
    word_cells: int = 0
    number_cells: int = 0


def part_of(
    values: pd.Series[Any], column: Gathered, dialect: Dialect, missing_words: list[str]
) -> NDArray[Any] | pd.Categorical[Any] | pd.Series[Any]:
    """The compact form of a piece of a column."""
    import pandas as pd

    if not column.numeric:
        # Where nearly every text is another, categories would only take more memory.
        texts = values.astype("str")
        unique = len(texts) > _LONG_PIECE and texts.iloc[:_LONG_PIECE].nunique() > 0.9 * _LONG_PIECE
        return texts if unique else pd.Categorical(texts)
    if pd.api.types.is_bool_dtype(values.dtype):
        values = values.astype(str)
    if pd.api.types.is_numeric_dtype(values.dtype):
        numbers = values.to_numpy()
        if numbers.dtype == np.uint64:
            numbers = numbers.astype(np.float64)
        column.number_cells += int(np.count_nonzero(~np.isnan(numbers)))
        return numbers
    return _numbers_among(values, column, dialect, set(missing_words))


def _numbers_among(
    values: pd.Series[Any], column: Gathered, dialect: Dialect, gaps: set[str]
) -> NDArray[np.float64]:
    """Numbers out of a piece that has words in it, which are counted and become gaps."""
    import pandas as pd

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
            column.number_cells += int(times[place])
        elif not is_missing_word(text) and text.strip() not in gaps:
            column.word_cells += int(times[place])
            if len(column.words) < 50:
                column.words[text.strip()] = column.words.get(text.strip(), 0) + int(times[place])
    result: NDArray[np.float64] = numbers[codes]
    return result


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
    cells = column.word_cells + column.number_cells
    return column.word_cells > (1 - NUMBER_SHARE) * cells
