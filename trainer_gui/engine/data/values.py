"""Brings the values of a raw column into their final type: numbers, categories, or texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.mending import Mending
from trainer_gui.engine.data.numerals import (
    MISSING_WORDS,
    WORDS_WITH_MEANING,
    find_marks,
    is_code,
    is_missing_word,
    read_dressed_number,
    undressed,
)
from trainer_gui.engine.data.yes_and_no import one_spelling

if TYPE_CHECKING:
    import pandas as pd

UNIQUE_SHARE = 0.95  # texts of which more than this are different name the rows
_NUMBER_SHARE = 0.8  # of the cells with a value that must be numbers for words among them to be slips
_MANY_ROWS = 50_000
_MOST_ANSWERS = 100  # different texts, with those that differ in blanks alone
_GAPS = sorted(MISSING_WORDS - WORDS_WITH_MEANING)


def settled(
    name: str, values: pd.Series[Any], mending: Mending, *, typed: bool = False, compact: bool = False
) -> pd.Series[Any]:
    """The column in its final type: int, float, category or str; what had to be mended is counted.

    Infinite numbers become gaps. `compact` allows float32.
    """
    import pandas as pd

    dtype = values.dtype
    if dtype.kind in "iuf" and isinstance(dtype, np.dtype):
        return pd.Series(_settled_numbers(name, values, mending, compact))
    if pd.api.types.is_bool_dtype(dtype):
        words = values.map({True: "True", False: "False"})
        return words.astype("category")
    if pd.api.types.is_complex_dtype(dtype):
        values = pd.Series(values.to_numpy().real)
    if pd.api.types.is_numeric_dtype(values.dtype):
        return pd.Series(_settled_numbers(name, values, mending, compact))
    if pd.api.types.is_datetime64_any_dtype(dtype):
        values = values.astype("str").where(values.notna())
    return _settled_words(name, values, mending, typed=typed, compact=compact)


def _settled_numbers(name: str, values: pd.Series[Any], mending: Mending, compact: bool) -> NDArray[Any]:
    if values.dtype.kind in "iu":
        whole = values.to_numpy()
        low, high = (int(whole.min()), int(whole.max())) if len(whole) else (0, 0)
        if low >= -(2**31) and high < 2**31:
            return whole.astype(np.int32)
        return whole.astype(np.float64 if high >= 2**63 else np.int64)
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    infinite = np.isinf(numbers)
    if infinite.any():
        mending.infinite[name] = int(infinite.sum())
        numbers = np.where(infinite, np.nan, numbers)
    if compact and _fits_in_half(numbers):
        return numbers.astype(np.float32)
    return numbers


def _fits_in_half(numbers: NDArray[np.float64]) -> bool:
    """Whether float32 tells these numbers apart to a ten-thousandth of their spread."""
    known = numbers[~np.isnan(numbers)]
    if not len(known):
        return True
    largest = float(np.abs(known).max())
    return largest < 1e30 and largest * 6e-8 <= 1e-4 * float(known.std())


def _settled_words(
    name: str, values: pd.Series[Any], mending: Mending, *, typed: bool, compact: bool
) -> pd.Series[Any]:
    import pandas as pd

    if not isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype("str").where(values.notna())
        if len(values) > _MANY_ROWS and _names_rows(values.iloc[:_MANY_ROWS]):
            stripped = values.str.strip()
            return stripped.where(~stripped.str.lower().isin(_GAPS))
        values = values.astype("category")
    codes = values.cat.codes.to_numpy()
    texts = pd.Series(values.cat.categories.astype("str")).str.strip()
    gaps = texts.str.lower().isin(_GAPS)
    if (texts == "+").any():
        gaps &= texts != "-"  # where there is a plus, a minus is a value, such as the strand of a gene
    times = np.bincount(codes[codes >= 0], minlength=len(texts))
    texts = texts.where(~gaps & (times > 0))
    if not typed:
        numbers = _numbers_in_words(name, texts, times, mending)
        if numbers is not None:
            column = pd.Series(np.append(numbers, np.nan)[codes])
            return pd.Series(_settled_numbers(name, column, mending, compact))
    texts = _one_answer_each(name, texts, times, mending)
    # Stripping may have made two categories one, and some are not used.
    moved, kept = pd.factorize(texts, sort=True)
    column = pd.Series(pd.Categorical.from_codes(np.append(moved, -1)[codes], categories=pd.Index(kept)))
    return column.astype("str") if len(kept) > 0.5 * len(column) else column


def _one_answer_each(
    name: str, different: pd.Series[Any], times: NDArray[Any], mending: Mending
) -> pd.Series[Any]:
    """The texts with every spelling of yes and of no brought to the most frequent one."""
    if len(different) > _MOST_ANSWERS:
        return different
    often = different.iloc[np.argsort(-times, kind="stable")].dropna().drop_duplicates()
    same = one_spelling([str(each) for each in often])
    if not same:
        return different
    mending.answers[name] = tuple(same)
    return different.map(same)


def _names_rows(values: pd.Series[Any]) -> bool:
    """Whether nearly every one of these texts is another, and they are no numbers."""
    known = values.dropna()
    sample = [str(each) for each in known.iloc[:1000]]
    decimal, thousands = find_marks([sample])
    numbers = sum(read_dressed_number(text, decimal, thousands) is not None for text in sample)
    return numbers < 0.2 * len(sample) and known.nunique() > UNIQUE_SHARE * len(known)


def _numbers_in_words(
    name: str, different: pd.Series[Any], times: NDArray[Any], mending: Mending
) -> NDArray[np.float64] | None:
    """The number that each text stands for, NaN where it is none; None where the column is one of words."""
    texts = [str(each) for each in different.to_numpy(dtype=object, na_value="")]
    with_value = [text for text in texts if text]
    sample = with_value[:: 1 + len(with_value) // 1000]
    if not sample or any(is_code(text) for text in sample):
        return None
    decimal, thousands = find_marks([sample])
    if sum(read_dressed_number(t, decimal, thousands) is not None for t in sample) < 0.5 * len(sample):
        return None
    if len({undressed(text)[1] for text in sample} - {""}) > 1:
        return None  # 70 kg and 150 lb are not the numbers 70 and 150
    numbers = np.full(len(texts), np.nan)
    words: list[tuple[int, str]] = []
    for place, text in enumerate(texts):
        number = read_dressed_number(text, decimal, thousands) if text else None
        if number is not None:
            numbers[place] = number
        elif text and not is_missing_word(text):
            words.append((int(times[place]), text))
    cells = int(times[~np.isnan(numbers)].sum())
    slips = sum(count for count, _ in words)
    if cells < _NUMBER_SHARE * (cells + slips):
        return None
    if slips:
        words.sort(key=lambda each: (-each[0], each[1]))
        mending.words[name] = (slips, tuple(text for _, text in words[:3]))
    else:
        mending.dressed.append(name)
    return numbers
