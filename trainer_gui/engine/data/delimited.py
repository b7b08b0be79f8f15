"""Reads a text table with pandas, piece by piece, so that numbers never exist as Python objects."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.data.cells import lines_of, rows_of
from trainer_gui.engine.data.contents import Contents, Report, unreadable
from trainer_gui.engine.data.dialect import Dialect
from trainer_gui.engine.data.gathered import NUMBER_SHARE, Gathered, is_of_words, joined, part_of
from trainer_gui.engine.data.heading import named
from trainer_gui.engine.data.long_lines import MOST_COLUMNS, too_wide
from trainer_gui.engine.data.memory_needed import Need, in_gigabytes, need_of
from trainer_gui.engine.data.mending import Mending
from trainer_gui.engine.data.numerals import is_code, is_missing_word, read_number
from trainer_gui.engine.data.parsed_pieces import Parser
from trainer_gui.engine.data.row_mender import RowMender
from trainer_gui.engine.data.row_stream import RowStream
from trainer_gui.engine.problems import Problem, UserError, problem, refuse

if TYPE_CHECKING:
    import pandas as pd

Rows = list[list[str]]

_PIECE = 1 << 23  # bytes that are read at a time
_BYTES_PER_COLUMN = 10_000  # of a piece, so that the work for each column is done for many rows at once
_LARGEST_PIECE = 1 << 26
_CELLS_OF_SAMPLE = 400_000


def read_delimited(
    contents: Contents, dialect: Dialect, missing_words: list[str], report: Report, one_row_in: int = 1
) -> tuple[dict[str, pd.Series[Any]], Mending, int]:
    """The columns of a text table: numbers as int64 or float64, words as pandas categories.

    `missing_words` are further words that mean “no value”. `one_row_in` tells of how many rows one is read, 0
    that as many are read as fit in the memory that is free; the last of the results is what that came to.
    Raises UserError where no rows can be made out, or all are wanted and do not fit.
    """
    width = dialect.width
    if width > MOST_COLUMNS:
        raise too_wide(contents, width)
    sample = _sample(contents, dialect)
    names, renamed = named(dialect.names, width)
    numeric = [_is_numeric(sample, place, dialect) for place in range(width)]
    need = need_of(contents.size, sample, numeric, _bytes_per_row(contents, dialect))
    one_in = one_row_in or need.one_row_in
    if one_in == 1 and need.memory > need.free:
        raise _too_large(contents, need)
    mending = Mending(renamed=renamed, table=(dialect.table, dialect.tables))
    gathered = _gather(contents, dialect, sample, numeric, missing_words, mending, report, one_in)
    mistaken = [place for place, each in enumerate(gathered) if each.numeric and is_of_words(each)]
    if mistaken:  # the beginning looked like numbers, the rest does not: read again, with those as words
        numeric = [kind and place not in mistaken for place, kind in enumerate(numeric)]
        mending = Mending(renamed=renamed, table=mending.table)
        gathered = _gather(contents, dialect, sample, numeric, missing_words, mending, report, one_in)
    if one_in > 1:
        chosen = bool(one_row_in)
        mending.thinned = _thinned(one_in, mending.rows_in_file, gathered, need, chosen=chosen)
    columns: dict[str, pd.Series[Any]] = {}
    gathered.reverse()
    for name in names:
        each = gathered.pop()
        columns[name] = joined(each)
        if each.numeric and each.words:
            mending.words[name] = (each.word_cells, tuple(each.words)[:3])
    return columns, mending, one_in


def _sample(contents: Contents, dialect: Dialect) -> Rows:
    """Some rows of the beginning that have as many cells as there are columns."""
    text = contents.head.decode(dialect.encoding, "replace").removeprefix("\ufeff")
    lines = lines_of(text)[dialect.above : dialect.below or None]
    if len(contents.head) < contents.size and len(lines) > 1:
        lines.pop()
    most = max(20, min(2000, _CELLS_OF_SAMPLE // dialect.width))
    rows = rows_of(lines[:most], dialect.style, width=dialect.width)
    return [row.cells[: dialect.width] for row in rows if len(row.cells) >= dialect.width and not row.blank]


def _bytes_per_row(contents: Contents, dialect: Dialect) -> float:
    """How many bytes of the file a row takes, on average over those of the beginning."""
    text = contents.head.decode(dialect.encoding, "replace")
    lines = lines_of(text)[dialect.above : dialect.below or None]
    letters = sum(map(len, lines))
    return letters / max(1, len(lines)) * len(contents.head) / max(1, len(text))


def _too_large(contents: Contents, need: Need) -> UserError:
    return refuse(
        "table.too_large",
        "{name} has about {rows} rows, for which about {memory} of memory are needed, and {free} are free.",
        "Close other programs, or divide the file. To train, one row in {one_in} is enough to begin with: "
        "choose that under import options.",
        field="one_row_in",
        name=contents.path.name,
        rows=f"{need.rows:,}",
        memory=in_gigabytes(need.memory),
        free=in_gigabytes(need.free),
        one_in=f"{need.one_row_in:,}",
    )


def _thinned(one_in: int, rows: int, gathered: list[Gathered], need: Need, *, chosen: bool) -> Problem:
    """What is said where not every row was read."""
    read = sum(map(len, gathered[0].parts))
    if chosen:
        return problem(
            "table.thinned_as_chosen",
            "One row in {one_in} was read, drawn by chance and always the same: {read} of {rows}.",
            "Choose 1 under import options to read every row.",
            field="one_row_in",
            severity="note",
            one_in=f"{one_in:,}",
            read=f"{read:,}",
            rows=f"{rows:,}",
        )
    return problem(
        "table.thinned",
        "The file has {rows} rows, more than fit in the {free} of memory that are free: one row in {one_in} "
        "was read, drawn by chance and always the same, {read} in all.",
        "That is mostly enough to learn from. For more of them close other programs and open it again, or "
        "choose how many are read under import options.",
        field="one_row_in",
        severity="caution",
        rows=f"{rows:,}",
        free=in_gigabytes(need.free),
        one_in=f"{one_in:,}",
        read=f"{read:,}",
    )


def _is_numeric(sample: Rows, place: int, dialect: Dialect) -> bool:
    cells = [row[place] for row in sample if len(row) > place and not is_missing_word(row[place])]
    if any(is_code(cell) for cell in cells):
        return False
    numbers = sum(read_number(cell, dialect.decimal, dialect.thousands) is not None for cell in cells)
    return numbers >= NUMBER_SHARE * len(cells)


def _gather(
    contents: Contents,
    dialect: Dialect,
    sample: Rows,
    numeric: list[bool],
    missing_words: list[str],
    mending: Mending,
    report: Report,
    one_in: int,
) -> list[Gathered]:
    """Reads all rows; a part of every column is kept for each piece of the file."""
    import pandas as pd

    found = [Gathered(each) for each in numeric]
    mender = RowMender(dialect, sample, mending)
    words = frozenset(missing_words)

    def advance(seen: int) -> None:
        report("Reading rows", min(1.0, seen / contents.size))

    try:
        with contents.path.open("rb") as raw:
            sound = contents.encoding in ("utf-8", "utf-8-sig")
            stream = RowStream(raw, dialect, mender, advance, sound=sound, one_in=one_in)
            parser = Parser(dialect, stream.separator, numeric, missing_words)
            size = min(_LARGEST_PIECE, max(_PIECE, dialect.width * _BYTES_PER_COLUMN))
            for blank, piece in parser.read(stream.pieces(size), partial(_taken, numeric, dialect, words)):
                mending.blank_rows += blank
                for column, part in zip(found, piece, strict=True):
                    column.add(part)
            mending.damaged = dialect.encoding if stream.damaged else ""
            mending.rows_in_file = stream.rows
    except OSError as error:
        raise unreadable(contents.path, error) from error
    except (pd.errors.ParserError, ValueError, OverflowError) as error:
        raise _unparsed(contents.path, str(error)) from error
    return found


def _taken(
    numeric: Sequence[bool], dialect: Dialect, missing_words: frozenset[str], frame: pd.DataFrame
) -> tuple[int, list[Gathered]]:
    """How many rows without any value were left out, and what the others hold, column by column."""
    blank_rows = 0
    if frame[0].isna().any():
        blank = frame.iloc[:, : len(numeric)].isna().all(axis=1)
        blank_rows = int(blank.sum())
        if blank_rows:
            frame = frame[~blank]
    columns = (values for _, values in frame.items())
    pairs = zip(numeric, columns, strict=False)
    return blank_rows, [part_of(values, kind, dialect, missing_words) for kind, values in pairs]


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
