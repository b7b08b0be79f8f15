"""Where the tables of a text stand: titles above, names over one or several rows, and what comes after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trainer_gui.engine.data.cell_kinds import is_data, kind_of, names_columns, strict_columns, width_of
from trainer_gui.engine.data.cells import Row
from trainer_gui.engine.data.heading import has_heading, joined_names
from trainer_gui.engine.data.table_parts import MOST_NAME_ROWS, Part, parts_of

MARKS = ("#", "//", "%")  # what a remark begins with

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
    parts = parts_of(rows, places)
    regions = [region_of(rows, part, remarks) for part in parts]
    # Titles with a line's worth of separators are no table.
    real = [each for each in regions if any(row.filled > 1 for row in rows[each.body : each.stop])]
    return real or regions


def largest(regions: Sequence[Region]) -> int:
    """The place of the table with most cells."""
    sizes = [(each.stop - each.body) * each.width for each in regions]
    return sizes.index(max(sizes)) if sizes else 0


def whole(rows: Sequence[Row], remarks: frozenset[int], above: int = 0) -> Part:
    """All rows as one part, without the first `above` of them."""
    places = [n for n, row in enumerate(rows) if n >= above and not row.blank and n not in remarks]
    return Part(above, len(rows), places)


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
        (n for n, place in enumerate(places) if width <= len(cells[place]) and is_data(cells[place], strict)),
        None,
    )
    if data is None:
        return []
    last = None
    nearby = range(data - 1, max(-1, data - 1 - MOST_NAME_ROWS), -1)
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
        and last - highest < MOST_NAME_ROWS
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
