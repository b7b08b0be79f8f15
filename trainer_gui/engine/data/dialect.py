"""How a text file holds a table: separator, quotation marks, decimal mark, names, what is around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from trainer_gui.engine.data import layout
from trainer_gui.engine.data.cell_kinds import width_of
from trainer_gui.engine.data.cells import Row, Style, lines_of, read_otherwise, rows_of
from trainer_gui.engine.data.encoding import NAMES
from trainer_gui.engine.data.heading import joined_names
from trainer_gui.engine.data.layout import Region
from trainer_gui.engine.data.numerals import find_marks, groups_digits, other_mark
from trainer_gui.engine.data.separators import QUOTES, find_escape, find_style
from trainer_gui.engine.data.table_parts import Part

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "space", ":": "colon"}
MARKS = {
    ".": "point",
    ",": "comma",
    " ": "space",
    "\u00a0": "space",
    "\u202f": "space",
    "'": "apostrophe",
    "’": "apostrophe",
}
ONE_COLUMN = "none"
NO_QUOTE = "none"

_ANNOUNCED = re.compile(r"\ufeff?sep=(.)\r?\n")
_FIRST_ROWS = 8  # among which names may stand that are written otherwise than the rest
_FULL_ROWS = 400  # that the marks in numbers are found from


@dataclass(frozen=True)
class Dialect:
    """How the text of a table is written. `separator` is empty where there is only one column."""

    encoding: str
    separator: str
    decimal: str
    thousands: str  # empty where numbers are written without
    heading: bool
    title_lines: int  # physical lines above the names or, without any, above the first row
    quote: str = '"'  # empty where quotation marks are ordinary letters
    escape: str = ""
    width: int = 1  # number of columns
    names: tuple[str, ...] = ()  # as they stand in the file
    name_rows: int = 0  # rows of names
    above: int = 0  # physical lines above the first row of values
    below: int = 0  # the last physical line of the table; 0: it ends with the file
    remarks: tuple[str, ...] = ()  # what lines that are no rows begin with
    table: int = 1  # which of the tables of the file this is, from 1
    tables: int = 1  # how many there are

    @property
    def style(self) -> Style:
        """What stands between and around cells."""
        return Style(self.separator, self.quote, self.escape)

    def in_words(self) -> str:
        """For the line under the file's name: “semicolon-separated, decimal comma, Windows-1252”."""
        name = SEPARATORS.get(self.separator) or (self.separator and _visible(self.separator))
        parts = [f"{name}-separated" if name else "one column"]
        parts.append(f"decimal {MARKS[self.decimal]}")
        if self.thousands:
            parts.append(f"thousands {MARKS[self.thousands]}")
        parts.append(NAMES.get(self.encoding, self.encoding))
        if not self.heading:
            parts.append("no heading")
        elif self.name_rows > 1:
            parts.append(f"names over {self.name_rows} rows")
        if self.title_lines:
            parts.append(f"{self.title_lines} title line{'s' if self.title_lines > 1 else ''} skipped")
        if self.tables > 1:
            parts.append(f"table {self.table} of {self.tables}")
        return ", ".join(parts)


def _visible(separator: str) -> str:
    return f"“{separator}”" if separator.isprintable() else "control character"


@dataclass(frozen=True)
class Wanted:
    """What a person says of how a text is written; what is empty or None is found out."""

    separator: str = ""  # the signs themselves, or ONE_COLUMN
    quote: str = ""  # the sign itself, or NO_QUOTE
    decimal: str = ""
    thousands: str | None = None
    heading: bool | None = None
    name_rows: int = 0
    title_lines: int | None = None
    table: int = 0


_NOTHING = Wanted()


def find_dialect(head: bytes, encoding: str, *, complete: bool = True, wanted: Wanted = _NOTHING) -> Dialect:
    """How the table that begins with these bytes is written; what is wanted is taken as it is.

    `complete` says that `head` is the whole file, so that its last line counts. Nothing is raised: bytes
    that hold no table give a dialect with one column.
    """
    lines = _lines(head, encoding, complete)
    announced = _ANNOUNCED.match(lines[0]) if lines else None
    remarks = layout.find_marks_of_remarks(lines)
    style = _style(lines, remarks, announced.group(1) if announced else "", wanted)
    rows, skipped = _rows(lines, style, remarks, announced is not None)
    regions = layout.find_tables(rows, skipped)
    chosen, region = _chosen(rows, regions, skipped, wanted)
    body = [
        row.cells for n, row in enumerate(rows[region.body : region.stop], region.body) if n not in skipped
    ]
    full = [cells for cells in body if len(cells) == region.width][:_FULL_ROWS] or body[:_FULL_ROWS]
    decimal, thousands = _marks(full, region.width, style.separator, wanted)
    last = region.stop < len(rows) and region.stop > 0
    return Dialect(
        encoding,
        style.separator,
        decimal,
        thousands,
        bool(region.names),
        rows[region.start].first - 1 if region.start < len(rows) else 0,
        style.quote,
        style.escape,
        max(1, region.width),
        region.names,
        region.name_rows,
        rows[region.body].first - 1 if region.body < len(rows) else len(lines),
        rows[region.stop - 1].last if last else 0,
        remarks,
        chosen + 1,
        max(1, len(regions)),
    )


def _lines(head: bytes, encoding: str, complete: bool) -> list[str]:
    lines = lines_of(head.decode(encoding, "replace").removeprefix("\ufeff"))
    return lines if complete or len(lines) < 2 else lines[:-1]


def _style(lines: Sequence[str], remarks: tuple[str, ...], announced: str, wanted: Wanted) -> Style:
    sample = [line for line in lines[1 if announced else 0 :] if not layout.is_remark(line, remarks)]
    quotes = QUOTES if not wanted.quote else ("",) if wanted.quote == NO_QUOTE else (wanted.quote,)
    if wanted.separator == ONE_COLUMN:
        return Style("", quotes[0], "")
    separator = wanted.separator or (announced if announced in SEPARATORS else "")
    style = find_style(sample, separator, quotes)
    return Style(style.separator, style.quote, find_escape(sample, style))


def _rows(
    lines: Sequence[str], style: Style, remarks: tuple[str, ...], announced: bool
) -> tuple[list[Row], frozenset[int]]:
    """The rows of the beginning, and the places of those that are remarks."""
    width = width_of([row.cells for row in rows_of(lines[:200], style) if row.filled > 1])
    rows = list(rows_of(lines, style, width=width))
    for place, row in enumerate(rows[:_FIRST_ROWS]):
        if not row.blank and row.first == row.last:
            tries = read_otherwise(row, lines[row.first - 1], style)
            others = [cells for cells in tries if len(cells) == width and sum(map(bool, cells)) > 1]
            bare = others and (len(row.cells) != width or row.cells[0][:1] == "'")
            rows[place] = replace(row, cells=others[0]) if bare else row
    skipped = {
        place
        for place, row in enumerate(rows)
        if layout.is_remark(lines[row.first - 1], remarks)
        or (place == 0 and announced)
        or lines[row.first - 1].strip() == "\x1a"
    }
    return rows, frozenset(skipped)


def _chosen(
    rows: Sequence[Row], regions: Sequence[Region], skipped: frozenset[int], wanted: Wanted
) -> tuple[int, Region]:
    """Which table, from 0, and where it stands, with what is wanted put in place of what was found."""
    if not regions:
        return 0, Region(0, 0, 0, 1)
    chosen = layout.largest(regions)
    if wanted.table:
        chosen = min(wanted.table, len(regions)) - 1
    start = regions[chosen].start
    if wanted.title_lines is not None:
        start = next((n for n, row in enumerate(rows) if row.first > wanted.title_lines), len(rows))
        if not wanted.table:
            chosen = next((n for n, each in enumerate(regions) if start < each.stop), len(regions) - 1)
        found = regions[chosen]
        while start < found.stop and (rows[start].blank or start in skipped):
            start += 1
        if start == found.start:
            pass
        elif start >= found.stop:
            return chosen, Region(start, start, start, found.width)
        else:
            found = layout.region_of(rows, Part(start, found.stop, _places(rows, start, found, skipped)))
            found = Region(start, found.body if found.start == start else start, found.stop, found.width)
            if found.body > start:
                found = _with_names(rows, found, skipped, 1)
    else:
        found = regions[chosen]
    if wanted.heading is False:
        return chosen, Region(found.start, found.start, found.stop, found.width)
    rows_given = wanted.name_rows and wanted.name_rows != found.name_rows
    if rows_given or (wanted.heading and not found.names):
        found = _with_names(rows, found, skipped, wanted.name_rows or 1)
    return chosen, found


def _places(rows: Sequence[Row], start: int, region: Region, skipped: frozenset[int]) -> list[int]:
    return [n for n in range(start, region.stop) if n not in skipped and not rows[n].blank]


def _with_names(rows: Sequence[Row], region: Region, skipped: frozenset[int], count: int) -> Region:
    """The same table, its first rows taken as names."""
    places = _places(rows, region.start, region, skipped)
    heads = [rows[place].cells for place in places[:count]]
    body = places[count] if len(places) > count else region.stop
    names = joined_names(heads, region.width) if heads else ()
    return Region(region.start, body, region.stop, region.width, names, len(heads))


def _marks(body: Sequence[Sequence[str]], width: int, separator: str, wanted: Wanted) -> tuple[str, str]:
    columns = [[row[place] for row in body if len(row) > place] for place in range(width)]
    found_decimal, found_thousands = find_marks(columns, comma_separates=separator == ",")
    decimal = wanted.decimal or found_decimal
    thousands = wanted.thousands
    if thousands is None:
        thousands = found_thousands if found_thousands != decimal else ""
        other = other_mark(decimal)
        # Said that 1,5 has decimals, somebody means by 1.234 more than a thousand.
        if wanted.decimal and not thousands and separator != other and groups_digits(columns, other):
            thousands = other
    elif thousands and thousands == decimal and not wanted.decimal:
        decimal = other_mark(thousands)
    elif thousands and MARKS.get(found_thousands) == MARKS[thousands]:
        thousands = found_thousands  # of the several kinds of space and apostrophe, the one that is there
    return decimal, thousands


def looks_binary(head: bytes, zeros: int, encoding: str) -> bool:
    """Whether this is no text at all: zero bytes, or many control characters."""
    if zeros:
        return True
    if encoding.startswith(("utf-16", "utf-32")):
        head = head[: len(head) // 4 * 4].decode(encoding, "replace").encode()
    usual = (1, 9, 10, 11, 12, 13, 26, 27, 30, 31)  # some of these separate cells and rows
    strange = sum(head[:8192].count(code) for code in range(1, 32) if code not in usual)
    return strange > 0.02 * len(head[:8192])
