"""How a text file holds a table: separator, decimal mark, heading, title lines; found from its beginning."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from trainer_gui.engine.data.encoding import NAMES
from trainer_gui.engine.data.heading import has_heading
from trainer_gui.engine.data.numerals import find_marks, is_missing_word, read_number

Rows = list[list[str]]

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

_TRIED = ("\t", ";", ",", "|", " ", ":")  # where two fit equally well, the earlier one is meant
_LINES = 400  # lines of the beginning that are looked at
_SINGLE_QUOTED = re.compile(r"(?:^|[,;\t|])'[^'\n]*'(?=[,;\t|]|$)", re.MULTILINE)
_SPACED_CELLS = re.compile(r'"((?:[^"]|"")*)"|(\S+)')


@dataclass(frozen=True)
class Dialect:
    """How the text of a table is written. `separator` is empty where there is only one column."""

    encoding: str
    separator: str
    decimal: str
    thousands: str  # empty where numbers are written without
    heading: bool
    title_lines: int  # physical lines above the heading or, without one, above the first row
    quote: str = '"'  # empty where quotation marks are ordinary letters
    escape: str = ""
    width: int = 1  # number of columns

    def in_words(self) -> str:
        """For the line under the file's name: “semicolon-separated, decimal comma, Windows-1252”."""
        name = SEPARATORS.get(self.separator)
        parts = [f"{name}-separated" if name else "one column"]
        parts.append(f"decimal {MARKS[self.decimal]}")
        if self.thousands:
            parts.append(f"thousands {MARKS[self.thousands]}")
        parts.append(NAMES.get(self.encoding, self.encoding))
        if not self.heading:
            parts.append("no heading")
        if self.title_lines:
            parts.append(f"{self.title_lines} title line{'s' if self.title_lines > 1 else ''} skipped")
        return ", ".join(parts)


def find_dialect(
    head: bytes,
    encoding: str,
    *,
    complete: bool = True,
    separator: str = "",
    decimal: str = "",
    thousands: str | None = None,
    heading: bool | None = None,
    title_lines: int | None = None,
) -> Dialect:
    """How the table that begins with these bytes is written; what is given is taken as it is.

    `complete` says that `head` is the whole file, so that its last line counts. `separator` may be
    ONE_COLUMN. Nothing is raised: bytes that hold no table give a dialect with one column.
    """
    text = _text_of(head, encoding, complete)
    quote, escape = _quoting_of(text)
    announced = re.match(r"\ufeff?sep=(.)\r?\n", text)
    if not separator and announced and announced.group(1) in SEPARATORS:
        separator = announced.group(1)
    rows: Rows
    ends: list[int]
    if separator == ONE_COLUMN:
        rows, ends = [[line] for line in _lines_of(text)], []
        separator = ""
        width = 1
    else:
        separator = separator or _separator_of(text, quote, escape)
        rows, ends = cells_of(text, separator, quote, escape)
        if quote and _quotes_run_wild(rows, separator):
            quote = ""
            rows, ends = cells_of(text, separator, quote, escape)
        width = width_of(rows)
    skipped = title_rows(rows, width)
    if title_lines is None:
        title_lines = 0 if skipped == 0 else (ends[skipped - 1] if ends else skipped)
    elif ends:
        skipped = sum(1 for end in ends if end <= title_lines)
    else:
        skipped = min(title_lines, len(rows))
    table = [row for row in rows[skipped:] if any(cell.strip() for cell in row)]
    body = [row for row in table[1:] if len(row) == width] or table
    found_decimal, found_thousands = find_marks(
        ([row[place] for row in body if len(row) > place] for place in range(width)),
        comma_separates=separator == ",",
    )
    decimal = decimal or found_decimal
    if thousands is None:
        thousands = found_thousands if found_thousands != decimal else ""
    elif thousands and MARKS.get(found_thousands) == MARKS[thousands]:
        thousands = found_thousands  # of the several kinds of space and apostrophe, the one that is there
    if heading is None:
        heading = has_heading(table, width, decimal, thousands)
    return Dialect(
        encoding, separator, decimal, thousands, heading, title_lines, quote, escape, max(1, width)
    )


def _text_of(head: bytes, encoding: str, complete: bool) -> str:
    text = head.decode(encoding, "replace")
    if not complete:
        cut = max(text.rfind("\n"), text.rfind("\r"))
        text = text[: cut + 1] if cut > 0 else text
    lines = io.StringIO(text, newline="").readlines()
    return "".join(lines[:_LINES]).removeprefix("\ufeff")


def _lines_of(text: str) -> list[str]:
    return [line.rstrip("\r\n") for line in io.StringIO(text, newline="")]


def _quoting_of(text: str) -> tuple[str, str]:
    escape = "\\" if '\\"' in text else ""
    if '"' not in text and len(_SINGLE_QUOTED.findall(text)) >= 2:
        return "'", escape
    return '"', escape


def cells_of(text: str, separator: str, quote: str, escape: str = "") -> tuple[Rows, list[int]]:
    """The cells of each row, and the physical line on which each row ends, counted from 1."""
    rows: Rows = []
    ends: list[int] = []
    if separator == " ":
        for number, line in enumerate(io.StringIO(text, newline=""), 1):
            rows.append([quoted or bare for quoted, bare in _SPACED_CELLS.findall(line)])
            ends.append(number)
        return rows, ends
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=separator or "\x1f",
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        escapechar=escape or None,
        skipinitialspace=True,
    )
    try:
        for row in reader:
            rows.append(row)
            ends.append(reader.line_num)
    except csv.Error:  # a field longer than the csv module allows: what came before has to do
        pass
    return rows, ends


def _quotes_run_wild(rows: Rows, separator: str) -> bool:
    """Whether a quotation mark that is never closed has swallowed row after row."""
    width = width_of(rows)
    return any(swallows_rows(cell, separator, width) for row in rows for cell in row)


def swallows_rows(cell: str, separator: str, width: int) -> bool:
    """Whether a cell holds whole rows, since a quotation mark before them is never closed.

    A long text may well have many lines, but not with as many separators in each as the table has.
    """
    if width < 2 or len(cell) < 20:
        return False
    lines = cell.splitlines()[1:-1]
    alike = sum(line.count(separator) == width - 1 for line in lines)
    return len(lines) >= 5 and alike > 0.9 * len(lines)


def width_of(rows: Rows) -> int:
    """The number of columns: what most rows have, empty fields at the end of every row not counted."""
    counted = Counter(len(row) for row in rows if any(cell.strip() for cell in row))
    if not counted:
        return 1
    most = max(counted.values())
    width = max(size for size, times in counted.items() if times == most)
    full = [row for row in rows if len(row) >= width]
    while width > 1 and full and not any(row[width - 1].strip() for row in full):
        width -= 1
    return width


def _separator_of(text: str, quote: str, escape: str) -> str:
    best, best_score = "", 0.0
    for separator in _TRIED:
        rows, _ = cells_of(text, separator, quote, escape)
        score = _fit(rows, separator)
        if score > best_score + 0.02:
            best, best_score = separator, score
    return best


def _fit(rows: Rows, separator: str) -> float:
    """How well rows look like a table, 0 to 1: the same width everywhere, cells that are one thing each."""
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    if not filled:
        return 0.0
    widths = Counter(len(row) for row in filled)
    width = width_of(filled)
    if width < 2:
        return 0.0
    # Title lines and a heading that is one short are usual, a body of changing width is not.
    even = sum(times for size, times in widths.items() if size == width or size == width + 1) / len(filled)
    cells = [cell.strip() for row in filled[1:101] or filled for cell in row]
    numbers = sum(1 for cell in cells if read_number(cell) is not None or read_number(cell, ",") is not None)
    torn = sum(1 for cell in cells if _is_torn(cell, separator))
    clean = max(0.0, 1 - torn / len(cells)) if cells else 0.0
    score = even**2 * (0.35 + 0.65 * clean) * (0.8 + 0.2 * numbers / max(1, len(cells)))
    # Words have spaces and times have colons, so those two must fit almost perfectly.
    if separator in " :":
        score *= 0.7 if even > 0.97 else 0.2
    return score


def _is_torn(cell: str, separator: str) -> bool:
    """Whether a cell still holds what looks like a separator: several things in one."""
    others = {",": ";\t|", ";": "\t|", "\t": ";|", "|": ";\t", " ": ",;\t|", ":": ",;\t|"}[separator]
    return any(mark in cell for mark in others)


def title_rows(rows: Rows, width: int) -> int:
    """How many rows stand above the table."""
    if rows and len(rows[0]) <= 2 and "".join(rows[0]).startswith("sep="):
        return 1 + title_rows(rows[1:], width)
    for place, row in enumerate(rows[:60]):
        remark = bool(row) and row[0].startswith("#") and len(row) < width
        filled = sum(1 for cell in row if cell.strip())
        below = [each for each in rows[place + 1 : place + 4] if any(cell.strip() for cell in each)]
        # A heading of R has one name less than there are columns, since the first column has none.
        wide = len(row) >= width or (len(row) == width - 1 and filled == len(row) and width > 2)
        if not remark and wide and (filled > 1 or width == 1) and all(len(b) >= width - 1 for b in below):
            return place
    return 0


def looks_binary(head: bytes, zeros: int) -> bool:
    """Whether this is no text at all: zero bytes, or many control characters."""
    if zeros:
        return True
    strange = sum(head[:8192].count(code) for code in range(1, 32) if code not in (9, 10, 11, 12, 13, 26, 27))
    return strange > 0.02 * len(head[:8192])


def missing_share(cells: Sequence[str]) -> float:
    """The share of cells without a value."""
    return sum(1 for cell in cells if is_missing_word(cell)) / len(cells) if cells else 0.0
