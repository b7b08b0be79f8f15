"""Where the tables of a text stand: titles above, names over one or several rows, and what comes after."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from trainer_gui.engine.data.cells import Row
from trainer_gui.engine.data.heading import has_heading, joined_names
from trainer_gui.engine.data.numerals import is_missing_word

MARKS = ("#", "//", "%")  # what a remark begins with

_NUMBER = re.compile(r"[€$£¥]?\s?[+\-−]?(?:\d[\d.,'’\s]*|[.,]\d+)(?:[eE][+\-]?\d+)?\s?[%€$£¥]?")
_MOMENT = re.compile(r"\d{1,4}[-/.:]\d{1,2}(?:[-/.:]\d{1,4})?(?:[T ].*)?")
_STRICT_SHARE = 0.7  # of the cells of a column that must be alike for words to be out of place in it
_MOST_NAME_ROWS = 4
_LOOKED_AT = 3000  # rows of a table whose cells are looked at


@dataclass(frozen=True)
class Region:
    """Where one table stands, as places among the rows that were given."""

    start: int  # its first row, of names where it has any
    body: int  # its first row of values
    stop: int  # after its last row
    width: int
    names: tuple[str, ...] = ()  # as they stand there, joined where they are over several rows
    name_rows: int = 0


@dataclass(frozen=True)
class Part:
    """Rows that belong together: one table with its titles and footnotes."""

    first: int
    stop: int
    places: list[int] = field(repr=False)  # of the rows that are neither blank nor remarks


@lru_cache(maxsize=1 << 15)
def kind_of(cell: str) -> str:
    """“n” for a number, “d” for a date or time, “w” for words, empty for a gap."""
    text = cell.strip()
    if is_missing_word(text):
        return ""
    if _NUMBER.fullmatch(text):
        return "n"
    return "d" if _MOMENT.fullmatch(text) else "w"


def strict_columns(rows: Sequence[Sequence[str]], width: int) -> dict[int, str]:
    """The columns in which words are out of place, and whether they hold numbers or dates."""
    found = {}
    for place in range(width):
        kinds = Counter(kind_of(row[place]) for row in rows if len(row) > place)
        known = sum(times for kind, times in kinds.items() if kind)
        for kind in "nd":
            if known and kinds[kind] >= _STRICT_SHARE * known:
                found[place] = kind
    return found


def names_columns(cells: Sequence[str], strict: dict[int, str]) -> bool:
    """Whether a row has words where the table has numbers or dates, and neither of those there."""
    kinds = [kind_of(cells[place]) for place in strict if place < len(cells)]
    return "w" in kinds and not {"n", "d"} & set(kinds)


def _is_data(cells: Sequence[str], strict: dict[int, str]) -> bool:
    return any(kind_of(cells[place]) in ("n", "d") for place in strict if place < len(cells))


def width_of(rows: Sequence[Sequence[str]]) -> int:
    """The number of columns: what most rows have, columns without anything at the end not counted."""
    counted = Counter(len(row) for row in rows)
    if not counted:
        return 1
    most = max(counted.values())
    width = max(size for size, times in counted.items() if times == most)
    full = [row for row in rows if len(row) >= width]
    while width > 1 and full and not any(row[width - 1] for row in full):
        width -= 1
    return width


def is_remark(line: str, marks: Sequence[str]) -> bool:
    """Whether a line is a remark and no row."""
    return bool(marks) and line.lstrip().startswith(tuple(marks))


def find_marks_of_remarks(lines: Sequence[str]) -> tuple[str, ...]:
    """What remarks begin with in this text: a mark that few lines begin with, or the first ones alone."""
    filled = [line.lstrip() for line in lines if line.strip()]
    found = []
    for mark in MARKS:
        marked = [line.startswith(mark) for line in filled]
        times = sum(marked)
        on_top = all(marked[:times])
        longer = [line for line in filled if line.startswith(mark) and len(line.strip()) > len(mark)]
        if longer and times < len(filled) and (on_top or times <= 0.1 * len(filled)):
            found.append(mark)
    return tuple(found)


def find_tables(rows: Sequence[Row], remarks: frozenset[int] = frozenset()) -> list[Region]:
    """Every table among these rows, from top to bottom. `remarks` are places of rows that are none."""
    places = [place for place, row in enumerate(rows) if not row.blank and place not in remarks]
    parts = _parts(rows, places)
    regions = [region_of(rows, part, remarks) for part in parts]
    return [each for each in regions if each.stop > each.body or len(parts) == 1]


def largest(regions: Sequence[Region]) -> int:
    """The place of the table with most cells."""
    sizes = [(each.stop - each.body) * each.width for each in regions]
    return sizes.index(max(sizes)) if sizes else 0


def whole(rows: Sequence[Row], remarks: frozenset[int], above: int = 0) -> Part:
    """All rows as one part, without the first `above` of them."""
    places = [n for n, row in enumerate(rows) if n >= above and not row.blank and n not in remarks]
    return Part(above, len(rows), places)


def _parts(rows: Sequence[Row], places: list[int]) -> list[Part]:
    """The rows, divided where another table begins."""
    parts: list[Part] = []
    begun = 0  # among places
    strict: dict[int, str] = {}
    seen: list[list[str]] = []
    for number, place in enumerate(places):
        cells = rows[place].cells
        if number - begun >= 2 and number + 1 < len(places) and len(seen) >= 2:
            if (number - begun).bit_count() == 1 or (not strict and len(seen) % 16 == 0):
                strict = strict_columns(seen[len(seen) // 3 :][-50:], width_of(seen[-50:]))
            if _begins_another(rows, places, number, begun, strict, seen):
                first = places[begun] if parts else 0
                parts.append(Part(first, place, places[begun:number]))
                begun, strict, seen = number, {}, []
        seen.append(cells)
    if places:
        parts.append(Part(places[begun] if parts else 0, len(rows), places[begun:]))
    return parts


def _begins_another(
    rows: Sequence[Row],
    places: list[int],
    number: int,
    begun: int,
    strict: dict[int, str],
    seen: list[list[str]],
) -> bool:
    """Whether another table begins with this row."""
    row, before = rows[places[number]], rows[places[number - 1]]
    size = len(row.cells)
    if size < 2 or row.filled < 2:
        return False
    following = [len(rows[place].cells) for place in places[number + 1 : number + 4]]
    if not all(size <= each <= size + 1 for each in following):
        return False
    usual = width_of(seen[-50:])
    if size != usual and all(each == usual for each in following):
        return False  # one damaged row
    apart = places[number] - places[number - 1] > 1 or len(before.cells) == 1
    if size == usual and not apart:
        return False
    if rows[places[begun]].cells == row.cells or any(each == row.cells for each in seen[:_MOST_NAME_ROWS]):
        return False  # the same names again: the table goes on
    if strict:
        kinds = [kind_of(row.cells[place]) for place in strict if place < size]
        if any(kinds):
            return names_columns(row.cells, strict) and _has_data_below(rows, places, number, size)
    if abs(size - usual) < 2 or len(following) < 2:
        return False
    return apart or (
        len(set(following)) == 1 and following[0] == size and _names_those_below(rows, places, number)
    )


def _names_those_below(rows: Sequence[Row], places: list[int], number: int) -> bool:
    """Whether a row names the columns of the rows below it that have as many cells."""
    row = rows[places[number]].cells
    below = [rows[place].cells for place in places[number + 1 : number + 30]]
    return names_columns(row, strict_columns([cells for cells in below if len(cells) == len(row)], len(row)))


def _has_data_below(rows: Sequence[Row], places: list[int], number: int, size: int) -> bool:
    below = [rows[place].cells for place in places[number + 1 : number + 30]]
    below = [cells for cells in below if len(cells) == size] or below
    return not any(
        _is_data(rows[places[number]].cells, {p: k}) for p, k in strict_columns(below, size).items()
    )


def region_of(rows: Sequence[Row], part: Part, remarks: frozenset[int] = frozenset()) -> Region:
    """Where in a part the table stands."""
    cells = {place: rows[place].cells for place in part.places[:_LOOKED_AT]}
    wide = [each for each in cells.values() if sum(map(bool, each)) > 1]
    width = width_of(wide or list(cells.values()))
    full = [place for place, row in cells.items() if len(row) >= width and not any(row[width:])]
    sample = [cells[place] for place in full]
    strict = strict_columns(sample[min(3, len(sample) // 2) :], width)
    if not full:
        return Region(part.first, part.first, part.stop, width)
    heads = _heads(cells, list(cells), strict, width) if strict else []
    if not heads:
        return _without_clear_names(rows, part, cells, full, width, remarks)
    body = next((place for place in cells if place > heads[-1]), part.stop)
    names = joined_names([cells[place] for place in heads], width)
    long = len(_trimmed(cells[heads[0]])) if len(heads) == 1 else 0
    if width < long and all(map(bool, cells[heads[0]][:long])):
        width, names = long, tuple(cells[heads[0]][:long])
    return Region(heads[0], body, part.stop, width, names, heads[-1] - heads[0] + 1)


def _trimmed(cells: list[str]) -> list[str]:
    size = len(cells)
    while size and not cells[size - 1]:
        size -= 1
    return cells[:size]


def _heads(cells: dict[int, list[str]], places: list[int], strict: dict[int, str], width: int) -> list[int]:
    """The rows that name the columns; empty where the first row of values is the first row."""
    data = next(
        (
            n
            for n, place in enumerate(places)
            if width <= len(cells[place]) and _is_data(cells[place], strict)
        ),
        None,
    )
    if data is None:
        return []
    last = None
    nearby = range(data - 1, max(-1, data - 1 - _MOST_NAME_ROWS), -1)
    for sizes in ((width, width - 1), range(width + 1, len(cells[places[0]]) + width + 1)):
        for number in nearby:
            row = cells[places[number]]
            fits = len(row) in sizes and not any(row[width:])
            if last is None and fits and names_columns(row, strict) and sum(map(bool, row)) > 1:
                last = number
    if last is None:
        row = cells[places[data - 1]] if data else []
        loosely = len(row) > 1 and sum(map(bool, row)) > 1 and names_columns(row, strict)
        first = data == 1 and 1 < len(row) < width and all(row) and len(set(row)) == len(row)
        loosely = loosely or (first and not any(kind_of(cell) in ("n", "d") for cell in row))
        return [places[data - 1]] if loosely else []
    lowest = last
    while lowest + 1 < data and _goes_on(cells, places, lowest + 1, data, strict, width):
        lowest += 1
    highest = last
    while (
        highest > 0
        and last - highest < _MOST_NAME_ROWS
        and _is_above(cells[places[highest - 1]], strict, width)
    ):
        highest -= 1
    return places[highest : lowest + 1]


def _goes_on(
    cells: dict[int, list[str]], places: list[int], number: int, data: int, strict: dict[int, str], width: int
) -> bool:
    """Whether a row below the names still belongs to them, such as one with a single unit in it."""
    row = cells[places[number]]
    if len(row) != width or any(kind_of(row[place]) in ("n", "d") for place in strict):
        return False
    if any(row[place] for place in strict):
        return True
    if sum(map(bool, row)) > width // 2:
        return False
    below = [cells[place] for place in places[data : data + 200]]
    return not any(cell and any(len(b) > n and b[n] == cell for b in below) for n, cell in enumerate(row))


def _is_above(row: list[str], strict: dict[int, str], width: int) -> bool:
    """Whether a row above the names belongs to them, such as one that names groups of columns."""
    if len(row) != width or sum(map(bool, row)) < 2:
        return False
    return not any(kind_of(cell) in ("n", "d") for cell in row)


def _without_clear_names(
    rows: Sequence[Row],
    part: Part,
    cells: dict[int, list[str]],
    full: list[int],
    width: int,
    remarks: frozenset[int],
) -> Region:
    """A table of words alone, or one whose first row holds values, or names that are numbers."""
    places = list(cells)
    short = full[0]
    before = [place for place in places if place < short]
    if width > 2 and before and len(cells[before[-1]]) == width - 1 and all(cells[before[-1]]):
        short = before[-1]  # one name less than there are columns
    start = next((place for place in full if cells[place].count("") < width - 1 or width == 1), short)
    start = short if short < full[0] else start
    table = [cells[place] for place in places if place >= start]
    named_above = _in_remark(rows, remarks, start, width)
    if not named_above and has_heading(table, width):
        body = next((place for place in places if place > start), part.stop)
        return Region(start, body, part.stop, width, tuple(cells[start]), 1)
    return Region(start, start, part.stop, width, named_above, 0)


def _in_remark(rows: Sequence[Row], remarks: frozenset[int], start: int, width: int) -> tuple[str, ...]:
    """Names that stand in a remark right above the first row; empty where there are none."""
    if start - 1 not in remarks:
        return ()
    cells = list(rows[start - 1].cells)
    for mark in MARKS:
        if cells[0].startswith(mark):
            cells[0] = cells[0].lstrip(mark[0]).strip()
            cells = cells[1:] if not cells[0] and len(cells) == width + 1 else cells
            break
    right = len(cells) == width and all(cells) and not any(kind_of(cell) in ("n", "d") for cell in cells)
    return tuple(cells) if right else ()
