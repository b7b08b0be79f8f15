"""Reads a text table with pandas, piece by piece, so that numbers never exist as Python objects."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.contents import Contents, Report, unreadable
from trainer_gui.engine.data.dialect import Dialect, Rows, cells_of, swallows_rows
from trainer_gui.engine.data.heading import named
from trainer_gui.engine.data.mending import Mending
from trainer_gui.engine.data.numerals import (
    is_code,
    is_missing_word,
    other_mark,
    read_number,
    spelled_missing_words,
)
from trainer_gui.engine.problems import UserError, refuse

if TYPE_CHECKING:
    import pandas as pd

_LONG = 60  # letters; only a longer cell can hold rows
_LONG_PIECE = 10_000  # rows of a text column that show whether its texts repeat
_CELLS_AT_ONCE = 2_000_000
_NUMBER_SHARE = 0.8  # of the cells with a value; a column with fewer numbers than this is one of words


class _QuoteRunsWildError(Exception):
    """A quotation mark that is never closed swallows the rows after it."""


@dataclass
class _Gathered:
    """What has been read of one column."""

    numeric: bool
    parts: list[Any] = field(default_factory=list)
    words: dict[str, int] = field(default_factory=dict)
    word_cells: int = 0
    number_cells: int = 0


def read_delimited(
    contents: Contents, dialect: Dialect, missing_words: list[str], report: Report
) -> tuple[dict[str, pd.Series[Any]], Mending]:
    """The columns of a text table: numbers as int64 or float64, words as pandas categories.

    `missing_words` are further words that mean “no value”. Raises UserError where no rows can be made out.
    """
    heading, sample, skip = _beginning(contents, dialect)
    width = dialect.width
    names, renamed = named(heading if dialect.heading else [], width)
    mending = Mending(renamed=renamed)
    numeric = [_is_numeric(sample, place, dialect) for place in range(width)]
    try:
        gathered = _gather(contents, dialect, skip, numeric, missing_words, mending, report)
    except _QuoteRunsWildError:
        dialect = replace(dialect, quote="")
        mending = Mending(renamed=renamed)
        gathered = _gather(contents, dialect, skip, numeric, missing_words, mending, report)
    mistaken = [place for place, each in enumerate(gathered) if each.numeric and _is_of_words(each)]
    if mistaken:  # the beginning looked like numbers, the rest does not: read again, with those as words
        numeric = [kind and place not in mistaken for place, kind in enumerate(numeric)]
        mending = Mending(renamed=renamed)
        gathered = _gather(contents, dialect, skip, numeric, missing_words, mending, report)
    columns: dict[str, pd.Series[Any]] = {}
    gathered.reverse()
    for name in names:
        each = gathered.pop()
        columns[name] = _joined(each)
        if each.numeric and each.words:
            mending.words[name] = (each.word_cells, tuple(each.words)[:3])
    return columns, mending


def _beginning(contents: Contents, dialect: Dialect) -> tuple[list[str], Rows, int]:
    """The heading's cells, some rows below it, and how many physical lines stand above the first row."""
    text = contents.head.decode(dialect.encoding, "replace").removeprefix("\ufeff")
    lines = io.StringIO(text, newline="").readlines()[dialect.title_lines :]
    if len(contents.head) < contents.size and len(lines) > 1:
        lines.pop()
    rows, ends = cells_of("".join(lines[:2000]), dialect.separator, dialect.quote, dialect.escape)
    filled = [place for place, row in enumerate(rows) if any(cell.strip() for cell in row)]
    if not filled:
        return [], [], dialect.title_lines
    if not dialect.heading:
        return [], [rows[place] for place in filled], dialect.title_lines
    first = filled[0]
    return rows[first], [rows[place] for place in filled[1:]], dialect.title_lines + ends[first]


def _is_numeric(sample: Rows, place: int, dialect: Dialect) -> bool:
    cells = [row[place] for row in sample if len(row) > place and not is_missing_word(row[place])]
    if any(is_code(cell) for cell in cells):
        return False
    numbers = sum(read_number(cell, dialect.decimal, dialect.thousands) is not None for cell in cells)
    return numbers >= _NUMBER_SHARE * len(cells)


def _is_of_words(column: _Gathered) -> bool:
    cells = column.word_cells + column.number_cells
    return column.word_cells > (1 - _NUMBER_SHARE) * cells


@contextmanager
def _text_at(path: Path, encoding: str, skip: int) -> Iterator[tuple[io.TextIOWrapper, io.BufferedReader]]:
    """The text of a file, positioned after the first `skip` lines, and the bytes below it."""
    try:
        with path.open("rb") as raw, io.TextIOWrapper(raw, encoding, "replace", newline="") as text:
            for _ in range(skip):
                text.readline()
            yield text, raw
    except OSError as error:
        raise unreadable(path, error) from error


def _options(dialect: Dialect, numeric: list[bool], missing_words: list[str]) -> dict[str, Any]:
    import csv

    width = len(numeric)
    gaps = [*spelled_missing_words(), *missing_words]
    places = range(width)
    return {
        "header": None,
        # One more than there are, for the rows that end with a separator.
        "names": list(range(width + 1)),
        "index_col": False,
        "sep": r"\s+" if dialect.separator == " " else dialect.separator or "\x1f",
        "decimal": dialect.decimal,
        "thousands": dialect.thousands or None,
        "quotechar": dialect.quote or '"',
        "quoting": csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        "escapechar": dialect.escape or None,
        "skipinitialspace": True,
        "keep_default_na": False,
        # Words for “missing” are looked for later among the different words of a text column.
        "na_values": {place: gaps if numeric[place] else ["", *missing_words] for place in places}
        | {width: [""]},
        "dtype": {place: str for place in places if not numeric[place]},
        "on_bad_lines": "warn",
        "low_memory": False,
        "chunksize": max(1000, _CELLS_AT_ONCE // max(1, width)),
        "engine": "c",
    }


def _gather(
    contents: Contents,
    dialect: Dialect,
    skip: int,
    numeric: list[bool],
    missing_words: list[str],
    mending: Mending,
    report: Report,
) -> list[_Gathered]:
    """Reads all rows; a piece of every column is kept for each chunk."""
    import pandas as pd

    found = [_Gathered(each) for each in numeric]
    options = _options(dialect, numeric, missing_words)
    try:
        with (
            warnings.catch_warnings(record=True) as caught,
            _text_at(contents.path, dialect.encoding, skip) as (text, raw),
        ):
            warnings.simplefilter("always")
            with pd.read_csv(text, **options) as reader:
                for chunk in reader:
                    _take(chunk, found, dialect, mending, missing_words)
                    report("Reading rows", min(1.0, raw.tell() / contents.size))
        mending.bad_rows += sum(str(each.message).count("Skipping line") for each in caught)
    except pd.errors.EmptyDataError:
        pass
    except (pd.errors.ParserError, ValueError, OverflowError) as error:
        if dialect.quote and "EOF inside string" in str(error):
            raise _QuoteRunsWildError from error
        raise _unparsed(contents.path, str(error)) from error
    return found


def _take(
    chunk: pd.DataFrame,
    found: list[_Gathered],
    dialect: Dialect,
    mending: Mending,
    missing_words: list[str],
) -> None:
    kept = chunk[len(found)].isna()
    if not kept.all():  # a value where no column is
        mending.bad_rows += int((~kept).sum())
        chunk = chunk[kept]
    if chunk[0].isna().any():
        blank = chunk.iloc[:, : len(found)].isna().all(axis=1)
        if blank.any():
            mending.blank_rows += int(blank.sum())
            chunk = chunk[~blank]
    if dialect.quote:
        _refuse_swallowed_rows(chunk, len(found), dialect)
    for place, column in enumerate(found):
        column.parts.append(_part(chunk[place], column, dialect, missing_words))


def _refuse_swallowed_rows(chunk: pd.DataFrame, width: int, dialect: Dialect) -> None:
    import pandas as pd

    for place in range(width):
        values = chunk[place]
        if pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_bool_dtype(values.dtype):
            continue
        long = values[values.astype("str").str.len() > _LONG]
        if any(swallows_rows(str(cell), dialect.separator, width) for cell in long):
            raise _QuoteRunsWildError


def _part(
    values: pd.Series[Any], column: _Gathered, dialect: Dialect, missing_words: list[str]
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
    values: pd.Series[Any], column: _Gathered, dialect: Dialect, gaps: set[str]
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


def _joined(column: _Gathered) -> pd.Series[Any]:
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


def _unparsed(path: Path, reason: str) -> UserError:
    return refuse(
        "table.not_understood",
        "The rows of {name} could not be made out.",
        "Choose the separator and the encoding by hand under import options, or save the table as CSV again. "
        "(In detail: {reason})",
        field="data",
        name=path.name,
        reason=reason.strip().replace("\n", " ")[:200],
    )
