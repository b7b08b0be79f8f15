"""What merged cells of a sheet stand for: names over several columns, and one value for several rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Row = list[Any]  # numbers, texts, truth values, dates; None or "" where a cell is empty


@dataclass(frozen=True)
class Merged:
    """Cells of a sheet that were made one; all places count from 0 and are inclusive."""

    top: int
    left: int
    bottom: int
    right: int


def fill_down(rows: Sequence[Row], merged: Sequence[Merged], first: int) -> int:
    """Gives every row of a merged cell its value, from the row `first` on; how many cells were filled."""
    filled = 0
    for each in merged:
        if each.bottom == each.top or each.top < first or each.top >= len(rows):
            continue
        source = rows[each.top]
        value = source[each.left] if each.left < len(source) else None
        if value is None or value == "":
            continue
        for row in rows[each.top + 1 : each.bottom + 1]:
            if each.left < len(row) and row[each.left] in (None, ""):
                row[each.left] = value
                filled += 1
    return filled


def names_over(
    rows: Sequence[Row], merged: Sequence[Merged], first: int, texts: Sequence[Sequence[str]]
) -> tuple[list[str], int] | None:
    """The names of columns whose heading takes two rows, and the first row below it; None where it does not.

    `first` is the row in which the table seems to begin, `texts` the rows as texts. That a heading takes two
    rows is told by its merged cells.
    """
    for top in (first - 1, first):
        if top < 0 or top + 1 >= len(rows):
            continue
        across = [
            each for each in merged if each.top == top and each.bottom == top and each.right > each.left
        ]
        upper, lower = list(texts[top]), list(texts[top + 1])
        groups = sum(map(bool, upper))
        if not across or groups < 2 or not any(lower) or not _are_words(rows[top + 1]):
            continue
        width = max(len(upper), len(lower))
        upper += [""] * (width - len(upper))
        for each in across:
            upper[each.left : each.right + 1] = [upper[each.left]] * (min(width, each.right + 1) - each.left)
        named = [f"{one} {two}".strip() if one != two else one for one, two in _pairs(upper, lower, width)]
        return named, top + 2
    return None


def _pairs(upper: list[str], lower: list[str], width: int) -> list[tuple[str, str]]:
    return list(zip(upper, [*lower, *[""] * (width - len(lower))], strict=True))


def _are_words(row: Row) -> bool:
    return all(each is None or isinstance(each, str) for each in row)
