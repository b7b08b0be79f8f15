"""Divides the rows of a text where another table begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from trainer_gui.engine.data.cell_kinds import is_data, kind_of, names_columns, strict_columns, width_of
from trainer_gui.engine.data.cells import Row

MOST_NAME_ROWS = 4


@dataclass(frozen=True)
class Part:
    """Rows that belong together: one table with its titles and footnotes."""

    first: int
    stop: int
    places: list[int] = field(repr=False)  # of the rows that are neither blank nor remarks


def parts_of(rows: Sequence[Row], places: list[int]) -> list[Part]:
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
    if rows[places[begun]].cells == row.cells or any(each == row.cells for each in seen[:MOST_NAME_ROWS]):
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
        is_data(rows[places[number]].cells, {p: k}) for p, k in strict_columns(below, size).items()
    )
