"""Reads a text table with pandas, piece by piece, so that numbers never exist as Python objects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from trainer_gui.engine.data.cells import lines_of, rows_of
from trainer_gui.engine.data.contents import Contents, Report, unreadable
from trainer_gui.engine.data.dialect import Dialect
from trainer_gui.engine.data.gathered import NUMBER_SHARE, Gathered, is_of_words, joined, part_of
from trainer_gui.engine.data.heading import named
from trainer_gui.engine.data.mending import Mending
from trainer_gui.engine.data.numerals import is_code, is_missing_word, read_number, spelled_missing_words
from trainer_gui.engine.data.row_mender import RowMender
from trainer_gui.engine.data.row_stream import RowStream
from trainer_gui.engine.problems import UserError, refuse

if TYPE_CHECKING:
    import pandas as pd

Rows = list[list[str]]

MOST_COLUMNS = 100_000
_CELLS_AT_ONCE = 2_000_000
_CELLS_OF_SAMPLE = 400_000


def read_delimited(
    contents: Contents, dialect: Dialect, missing_words: list[str], report: Report
) -> tuple[dict[str, pd.Series[Any]], Mending]:
    """The columns of a text table: numbers as int64 or float64, words as pandas categories.

    `missing_words` are further words that mean “no value”. Raises UserError where no rows can be made out.
    """
    width = dialect.width
    if width > MOST_COLUMNS:
        raise refuse(
            "table.too_wide",
            "{name} has {columns} columns; at most {most} can be opened.",
            "If it should have fewer, choose the separator under import options. If rows and columns are the "
            "wrong way round, turn the table.",
            field="data",
            name=contents.path.name,
            columns=f"{width:,}",
            most=f"{MOST_COLUMNS:,}",
        )
    sample = _sample(contents, dialect)
    names, renamed = named(dialect.names, width)
    numeric = [_is_numeric(sample, place, dialect) for place in range(width)]
    mending = Mending(renamed=renamed, table=(dialect.table, dialect.tables))
    gathered = _gather(contents, dialect, sample, numeric, missing_words, mending, report)
    mistaken = [place for place, each in enumerate(gathered) if each.numeric and is_of_words(each)]
    if mistaken:  # the beginning looked like numbers, the rest does not: read again, with those as words
        numeric = [kind and place not in mistaken for place, kind in enumerate(numeric)]
        mending = Mending(renamed=renamed, table=mending.table)
        gathered = _gather(contents, dialect, sample, numeric, missing_words, mending, report)
    columns: dict[str, pd.Series[Any]] = {}
    gathered.reverse()
    for name in names:
        each = gathered.pop()
        columns[name] = joined(each)
        if each.numeric and each.words:
            mending.words[name] = (each.word_cells, tuple(each.words)[:3])
    return columns, mending


def _sample(contents: Contents, dialect: Dialect) -> Rows:
    """Some rows of the beginning that have as many cells as there are columns."""
    text = contents.head.decode(dialect.encoding, "replace").removeprefix("\ufeff")
    lines = lines_of(text)[dialect.above : dialect.below or None]
    if len(contents.head) < contents.size and len(lines) > 1:
        lines.pop()
    most = max(20, min(2000, _CELLS_OF_SAMPLE // dialect.width))
    rows = rows_of(lines[:most], dialect.style, width=dialect.width)
    return [row.cells[: dialect.width] for row in rows if len(row.cells) >= dialect.width and not row.blank]


def _is_numeric(sample: Rows, place: int, dialect: Dialect) -> bool:
    cells = [row[place] for row in sample if len(row) > place and not is_missing_word(row[place])]
    if any(is_code(cell) for cell in cells):
        return False
    numbers = sum(read_number(cell, dialect.decimal, dialect.thousands) is not None for cell in cells)
    return numbers >= NUMBER_SHARE * len(cells)


def _options(
    dialect: Dialect, separator: str, numeric: list[bool], missing_words: list[str]
) -> dict[str, Any]:
    import csv

    width = len(numeric)
    gaps = [*spelled_missing_words(), *missing_words]
    places = range(width)
    return {
        "header": None,
        # One more than there are, for the rows that end with a separator.
        "names": list(range(width + 1)),
        "index_col": False,
        "sep": r"\s+" if separator == " " else separator or "\x1f",
        "decimal": dialect.decimal,
        "thousands": dialect.thousands or None,
        "quotechar": dialect.quote or '"',
        "quoting": csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        "encoding_errors": "replace",
        "skipinitialspace": True,
        "keep_default_na": False,
        # Words for “missing” are looked for later among the different words of a text column.
        "na_values": {place: gaps if numeric[place] else ["", *missing_words] for place in places}
        | {width: [""]},
        "dtype": {place: str for place in places if not numeric[place]},
        "low_memory": False,
        "chunksize": max(1000, _CELLS_AT_ONCE // max(1, width)),
        "engine": "c",
    }


def _gather(
    contents: Contents,
    dialect: Dialect,
    sample: Rows,
    numeric: list[bool],
    missing_words: list[str],
    mending: Mending,
    report: Report,
) -> list[Gathered]:
    """Reads all rows; a piece of every column is kept for each chunk."""
    import pandas as pd

    found = [Gathered(each) for each in numeric]
    mender = RowMender(dialect, sample, mending)

    def advance(seen: int) -> None:
        report("Reading rows", min(1.0, seen / contents.size))

    try:
        with contents.path.open("rb") as raw:
            sound = contents.encoding in ("utf-8", "utf-8-sig")
            stream = RowStream(raw, dialect, mender, advance, sound=sound)
            options = _options(dialect, stream.separator, numeric, missing_words)
            pieces: Any = pd.read_csv(cast(Any, stream), **options)
            with pieces as reader:
                for chunk in reader:
                    _take(chunk, found, dialect, mending, missing_words)
            mending.damaged = dialect.encoding if stream.damaged else ""
    except pd.errors.EmptyDataError:
        pass
    except OSError as error:
        raise unreadable(contents.path, error) from error
    except (pd.errors.ParserError, ValueError, OverflowError) as error:
        raise _unparsed(contents.path, str(error)) from error
    return found


def _take(
    chunk: pd.DataFrame,
    found: list[Gathered],
    dialect: Dialect,
    mending: Mending,
    missing_words: list[str],
) -> None:
    if chunk[0].isna().any():
        blank = chunk.iloc[:, : len(found)].isna().all(axis=1)
        if blank.any():
            mending.blank_rows += int(blank.sum())
            chunk = chunk[~blank]
    for place, column in enumerate(found):
        column.parts.append(part_of(chunk[place], column, dialect, missing_words))


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
