"""Cuts the lines of a text into rows of cells, also where quotation marks are not as they should be."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

_MOST_LINES = 500  # of one cell; a quotation mark that is not closed by then is an ordinary letter
_MOST_LETTERS = 200_000
_FEW_COLUMNS = 4  # with fewer, a line of a long text may by chance have as many separators as a row


@dataclass(frozen=True)
class Style:
    """What stands between the cells of a row, and around them.

    `separator` may be several letters; it is " " for any run of spaces, and empty where there is one column.
    `quote` is empty where quotation marks are ordinary letters; `escape` is what stands before a quotation
    mark that is meant, beside the doubled mark, which is always understood.
    """

    separator: str
    quote: str = '"'
    escape: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells, stripped of spaces and quotation marks, and the lines it stands on, from 1."""

    cells: list[str]
    first: int
    last: int
    torn: bool = False  # whether quotation marks were not as they should be

    @property
    def blank(self) -> bool:
        """Whether no cell holds anything."""
        return not any(self.cells)

    @property
    def filled(self) -> int:
        """How many cells hold something."""
        return sum(map(bool, self.cells))


def lines_of(text: str) -> list[str]:
    """The lines of a text with their ends, whether those are those of Windows, Unix or old Macs."""
    return io.StringIO(text, newline="").readlines()


def rows_of(lines: Sequence[str], style: Style, *, width: int = 0, first: int = 1) -> Iterator[Row]:
    """Every row of some lines, blank ones too. `width` is the number of columns where it is known.

    A quotation mark that opens a cell and is not closed, or only after whole rows, counts as a letter.
    """
    place = 0
    while place < len(lines):
        line = lines[place].rstrip("\r\n")
        if not style.quote or style.quote not in line:
            yield Row(cut(line, style), first + place, first + place)
            place += 1
            continue
        cells, used, torn = _quoted(lines, place, style, width)
        yield Row(cells, first + place, first + place + used - 1, torn)
        place += used


_OTHER_STYLES = tuple(Style(separator, quote) for separator in ",;\t|" for quote in ('"', "'"))


def read_otherwise(row: Row, text: str, style: Style) -> list[list[str]]:
    """A row as it would be in other marks than the rest of the file, or as one text in quotation marks."""
    cells = row.cells
    found = []
    if len(cells) == 1 and cells[0]:
        found.append(_only_row(cells[0], style))
    singles = [cell for cell in cells if len(cell) > 1 and cell[0] == cell[-1] == "'"]
    if len(singles) > 1 and len(singles) == sum(map(bool, cells)):
        found.append([cell[1:-1].replace("''", "'") if cell else "" for cell in cells])
    if row.torn:
        bare = cut(text.strip("\r\n"), Style(style.separator))
        found.append([cell.strip(style.quote) for cell in bare])
    for other in _OTHER_STYLES:
        same = other.separator == style.separator
        if other.separator in text and not (same and not any(cell.startswith(other.quote) for cell in cells)):
            found.append(_only_row(text, other))
    return found


def _only_row(text: str, style: Style) -> list[str]:
    return next(rows_of([text.rstrip("\r\n")], style)).cells if text.strip() else []


def cut(line: str, style: Style) -> list[str]:
    """The cells of a line without quotation marks."""
    if style.separator == " ":
        return line.split() or [""]
    if not style.separator:
        return [line.strip(" ")]
    if style.escape and style.escape + style.separator in line:
        marked = line.replace(style.escape + style.separator, "\ue000")
        return [cell.strip(" ").replace("\ue000", style.separator) for cell in marked.split(style.separator)]
    return [cell.strip(" ") for cell in line.split(style.separator)]


@lru_cache(maxsize=64)
def _patterns(style: Style) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """A cell in quotation marks; one whose inner marks are not escaped, on one line; one without marks.

    Group 1 is the cell, group 2 the separator after it, empty at the end of the row.
    """
    quote, escape = re.escape(style.quote), re.escape(style.escape)
    separator = r"[ \t]" if style.separator == " " else re.escape(style.separator) or "(?!)"
    between = r"([ \t]+|\Z)" if style.separator == " " else rf" *({separator}|\Z)"
    inside = f"[^{quote}{escape}]++|{quote}{quote}" + (f"|{escape}." if escape else "")
    whole = re.compile(rf" *{quote}((?:{inside})*+){quote}{between}", re.DOTALL)
    loose = re.compile(rf" *{quote}(.*?){quote}{between}", re.DOTALL)
    bare = re.compile(rf"((?:(?!{separator}).)*){between}", re.DOTALL)
    return whole, loose, bare


def _quoted(lines: Sequence[str], place: int, style: Style, width: int) -> tuple[list[str], int, bool]:
    """The cells of the row that begins on a line with quotation marks, the lines used, and whether torn."""
    whole, loose, bare = _patterns(style)
    text = lines[place].rstrip("\r\n")
    if style.separator == " ":
        text = text.strip()
    cells: list[str] = []
    used, at, torn = 1, 0, False
    while True:
        found = None
        if text[at : at + 40].lstrip(" ").startswith(style.quote):
            found = whole.match(text, at)
            if not found:
                longer = _closed_later(lines, place, used, text, at, style, width)
                if longer:
                    text, used = longer
                    found = whole.match(text, at)
                else:
                    torn = True
                    found = loose.match(text, at)
            if found:
                cells.append(_unescaped(found.group(1), style))
        if not found:
            found = bare.match(text, at)
            assert found is not None  # it matches anything
            cells.append(found.group(1).strip(" ").removeprefix(style.quote))
        at = found.end()
        if not found.group(2):
            return cells, used, torn


def _unescaped(content: str, style: Style) -> str:
    text = content.replace(style.quote * 2, style.quote)
    if style.escape and style.escape in text:
        text = text.replace(style.escape + style.quote, style.quote).replace(style.escape * 2, style.escape)
    return text.strip(" ")


def _closed_later(
    lines: Sequence[str], place: int, used: int, text: str, at: int, style: Style, width: int
) -> tuple[str, int] | None:
    """The text up to the line on which an open cell is closed, and the lines used; None where it is not.

    It is not closed where a later line has a mark that is neither escaped nor closes the cell, or where the
    lines between are whole rows.
    """
    whole, _, _ = _patterns(style)
    inner: list[str] = []
    size = len(text)
    joined = [text + _end_of(lines[place + used - 1])]
    for number in range(place + used, min(len(lines), place + _MOST_LINES)):
        line = lines[number]
        size += len(line)
        if size > _MOST_LETTERS:
            return None
        if style.quote not in line:
            inner.append(line)
            joined.append(line)
            continue
        longer = "".join(joined) + line.rstrip("\r\n")
        if whole.match(longer, at):
            return None if _are_rows(inner, style, width) else (longer, number - place + 1)
        if line.count(style.quote) % 2 or not _doubled(line, style):
            return None
        inner.append(line)
        joined.append(line)
    return None


def _end_of(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _doubled(line: str, style: Style) -> bool:
    bare = line.replace(style.quote * 2, "")
    if style.escape:
        bare = bare.replace(style.escape + style.quote, "")
    return style.quote not in bare


def _are_rows(inner: Sequence[str], style: Style, width: int) -> bool:
    """Whether the lines inside of a cell look like whole rows of the table."""
    if width < 2 or style.separator in ("", " "):
        return len(inner) > _MOST_LINES // 10
    filled = [line for line in inner if line.strip()]
    alike = sum(line.count(style.separator) == width - 1 for line in filled)
    if width < _FEW_COLUMNS:
        return len(filled) >= 3 and alike > 0.9 * len(filled)
    return bool(filled) and alike > 0.9 * len(filled)
