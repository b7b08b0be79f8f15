"""How a raw column becomes a column of a table: a number, a category, an identifier, or a constant."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.dataset import Column, ColumnKind, DataReference, Table
from trainer_gui.engine.data.mending import Mending
from trainer_gui.engine.data.numerals import find_marks, is_code, is_missing_word, read_dressed_number
from trainer_gui.engine.data.target import guess_target
from trainer_gui.engine.problems import Problem, refuse

if TYPE_CHECKING:
    import pandas as pd

Report = Callable[[str, float | None], None]

BINS = 10
_ENOUGH_ROWS = 20  # fewer rows say too little about what a column is
_NUMBER_SHARE = 0.8  # of the cells with a value that must be numbers for words among them to be slips
_UNIQUE_SHARE = 0.95  # texts of which more than this are different name the rows
_LARGE_TABLE = 5_000_000  # cells; from here on numbers are kept in half the memory
_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?: .*)?"
    r"|\d{1,2}:\d{2}(?::\d{2}.*)?"
)
_ROW_NAME = re.compile(
    r"(?:.*[\s_.\-])?(?:id|ids|uuid|guid|index|idx|key|nr|no|row|rowid|row_?number|record)\.?"
    r"|unnamed.*|column 1"
    r"|[a-z]+(?:Id|ID)",
)


def make_table(
    reference: DataReference,
    name: str,
    raw: Mapping[str, pd.Series[Any]],
    *,
    fingerprint: str,
    mending: Mending,
    notes: Sequence[Problem] = (),
    how: str = "",
    typed: bool = False,
    report: Report | None = None,
) -> Table:
    """A Table of raw columns of equal length, with each column's kind and the target guessed.

    In the frame of the result, number columns are int or float (NaN for gaps; float32 in tables of more than
    five million cells where that loses nothing that matters), all others are pandas categories or strings
    (NaN for gaps). `typed` says that the file itself knows text from numbers, so that digits in a text column
    stay text. Raises UserError where there are fewer than two columns or no rows.
    """
    import pandas as pd

    rows = len(next(iter(raw.values()))) if raw else 0
    if not rows:
        raise refuse(
            "table.no_rows",
            "{name} has no rows of data.",
            "Add rows under the heading, or choose another file or sheet.",
            field="data",
            name=name,
        )
    if len(raw) < 2:
        raise refuse(
            "table.one_column",
            "{name} has only one column, “{column}”; to learn, one column to predict and one to predict it "
            "from are needed.",
            "If it should have more, choose the separator under import options.",
            field="data",
            name=name,
            column=next(iter(raw)),
        )
    large = rows * len(raw) > _LARGE_TABLE
    frame: dict[str, pd.Series[Any]] = {}
    columns: list[Column] = []
    for place, (title, values) in enumerate(raw.items()):
        if report is not None:
            report("Understanding the columns", place / len(raw))
        frame[title] = settled(title, values, mending, typed=typed, compact=large)
        columns.append(understand(title, frame[title], mending))
    understood = _with_inputs(columns, frame)
    return Table(
        reference=reference,
        name=name,
        rows=rows,
        columns=understood,
        target=guess_target(understood),
        fingerprint=fingerprint,
        notes=(*notes, *mending.notes()),
        how=how,
        frame=pd.DataFrame(frame, copy=False),
    )


def settled(
    name: str, values: pd.Series[Any], mending: Mending, *, typed: bool = False, compact: bool = False
) -> pd.Series[Any]:
    """The column in its final type: int, float, category or str; what had to be mended is counted.

    Infinite numbers become gaps. `compact` allows float32.
    """
    import pandas as pd

    dtype = values.dtype
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
        values = pd.Series(pd.Categorical(values.astype("str").where(values.notna())))
    codes = values.cat.codes.to_numpy()
    texts = [str(each).strip() for each in values.cat.categories]
    signs = "+" in texts  # then “-” is a value, such as the strand of a gene
    texts = [
        "" if is_missing_word(text, among_words=True) and not (signs and text == "-") else text
        for text in texts
    ]
    times = np.bincount(codes[codes >= 0], minlength=len(texts))
    if not typed:
        numbers = _numbers_in_words(name, texts, times, mending)
        if numbers is not None:
            column = pd.Series(np.append(numbers, np.nan)[codes])
            return pd.Series(_settled_numbers(name, column, mending, compact))
    # Stripping may have made two categories one, and some are not used.
    kept = sorted({text for text, count in zip(texts, times, strict=True) if text and count})
    place = {text: number for number, text in enumerate(kept)}
    moved = np.array([*(place.get(text, -1) for text in texts), -1], dtype=np.int64)
    categories = pd.Index(kept, dtype="str")
    column = pd.Series(pd.Categorical.from_codes(moved[codes], categories=categories))
    return column.astype("str") if len(kept) > 0.5 * len(column) else column


def _numbers_in_words(
    name: str, texts: list[str], times: NDArray[Any], mending: Mending
) -> NDArray[np.float64] | None:
    """The number that each text stands for, NaN where it is none; None where the column is one of words."""
    with_value = [text for text in texts if text]
    if not with_value or any(is_code(text) for text in with_value):
        return None
    sample = with_value[:1000]
    decimal, thousands = find_marks([sample])
    if sum(read_dressed_number(t, decimal, thousands) is not None for t in sample) < 0.5 * len(sample):
        return None
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


def understand(name: str, values: pd.Series[Any], mending: Mending | None = None) -> Column:
    """What a settled column is, with how many gaps and different values, examples and a small histogram."""
    import pandas as pd

    rows = len(values)
    if pd.api.types.is_numeric_dtype(values.dtype):
        return _understand_numbers(name, values.to_numpy(), rows)
    counts = values.value_counts(sort=True)
    counts = counts[counts > 0]
    distinct = len(counts)
    missing = rows - int(counts.sum())
    frequent = [str(each) for each in counts.index[:BINS]]
    kind = ColumnKind.CATEGORY
    if distinct == 0 or (distinct == 1 and not missing):
        kind = ColumnKind.CONSTANT
    elif distinct > 12 and all(_DATE.fullmatch(text) for text in frequent):
        kind = ColumnKind.IDENTIFIER
        if mending is not None:
            mending.dates.append(name)
    elif (
        rows >= _ENOUGH_ROWS and distinct > _UNIQUE_SHARE * (rows - missing) and distinct > _ENOUGH_ROWS // 2
    ):
        kind = ColumnKind.IDENTIFIER
    return Column(
        name=name,
        kind=kind,
        missing=missing,
        distinct=distinct,
        examples=tuple(" ".join(text.split())[:60] for text in frequent[:5]),
        counts=tuple(int(each) for each in counts.iloc[:BINS]),
    )


def _understand_numbers(name: str, numbers: NDArray[Any], rows: int) -> Column:
    import pandas as pd

    known = numbers if numbers.dtype.kind in "iu" else numbers[~np.isnan(numbers)]
    different = pd.unique(known)
    examples = tuple(number_in_words(each) for each in different[:5])
    counts: tuple[int, ...] = ()
    kind = ColumnKind.NUMBER
    if len(different) <= 1:
        kind = ColumnKind.CONSTANT
        counts = (len(known),) if len(known) else ()
    else:
        low, high = float(known.min()), float(known.max())
        scaled = (known.astype(np.float64, copy=False) / BINS - low / BINS) / (high / BINS - low / BINS)
        bins = np.minimum((scaled * BINS).astype(np.int64), BINS - 1)
        counts = tuple(int(each) for each in np.bincount(bins, minlength=BINS))
        if _numbers_the_rows(name, known, len(different), rows):
            kind = ColumnKind.IDENTIFIER
    return Column(
        name=name,
        kind=kind,
        missing=rows - len(known),
        distinct=len(different),
        examples=examples,
        counts=counts,
    )


def _numbers_the_rows(name: str, known: NDArray[Any], distinct: int, rows: int) -> bool:
    if distinct != rows or rows < 5 or (known.dtype.kind == "f" and (known != np.floor(known)).any()):
        return False
    if _ROW_NAME.fullmatch(name) or _ROW_NAME.fullmatch(name.lower()):
        return True
    return rows >= _ENOUGH_ROWS and float(known.max()) - float(known.min()) == rows - 1


def number_in_words(value: Any) -> str:
    """A number as short as it can be told: 3 for 3.0, 0.1 for a float32 of 0.1."""
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else format(number, ".6g")


def _with_inputs(columns: list[Column], frame: Mapping[str, pd.Series[Any]]) -> tuple[Column, ...]:
    """The columns; where fewer than two would be used, whole numbers that follow each other are numbers."""
    if sum(each.is_input for each in columns) >= 2:
        return tuple(columns)
    return tuple(
        replace(each, kind=ColumnKind.NUMBER)
        if each.kind is ColumnKind.IDENTIFIER and frame[each.name].dtype.kind in "iuf"
        else each
        for each in columns
    )
