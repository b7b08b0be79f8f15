"""Every combination of the values, each once."""

from __future__ import annotations

from itertools import pairwise, product

from trainer_gui.engine.study.space import Space, Values
from trainer_gui.engine.study.strategy import Search, Strategy


class GridSearch(Search):
    """Goes through the grid from coarse to fine, so that what is done early lies all over it."""

    def __init__(self, space: Space) -> None:
        self._left = in_order(space)

    def ask(self, number: int) -> Values | None:
        return self._left.pop(0) if self._left else None

    def remember(self, number: int, values: Values) -> None:
        if values in self._left:
            self._left.remove(values)

    def tell(self, number: int, score: float | None, *, cut: bool = False) -> None:
        """Nothing follows from a score: every point is tried."""


def in_order(space: Space) -> list[Values]:
    """Every point of the grid: first those of the coarsest grid, then those between them, and so on."""
    levels = [_levels(len(each.in_grid)) for each in space.axes]
    places = product(*(range(len(each)) for each in levels))

    def fineness(point: tuple[int, ...]) -> tuple[int, int]:
        found = [levels[axis][place] for axis, place in enumerate(point)]
        return max(found), sum(found)

    names = [each.name for each in space.axes]
    grids = [each.in_grid for each in space.axes]
    return [
        {name: grid[place] for name, grid, place in zip(names, grids, point, strict=True)}
        for point in sorted(places, key=fineness)
    ]


def _levels(count: int) -> list[int]:
    """For each of `count` places in a row its round: 0 the middle, 1 the ends, then what lies between."""
    levels = [-1] * count
    levels[count // 2] = 0
    for end in (0, count - 1):
        if levels[end] < 0:
            levels[end] = 1
    level = 2
    while -1 in levels:
        taken = [place for place, each in enumerate(levels) if each >= 0]
        for first, second in pairwise(taken):
            if second - first > 1:
                levels[(first + second) // 2] = level
        level += 1
    return levels


class Grid(Strategy):
    """Every combination, in full."""

    name = "grid"
    label = "Grid"
    summary = "Tries every combination of the values. Thorough for one or two settings, endless for many."
    position = 40

    def begin(self, space: Space, seed: int, epochs: int) -> Search:
        return GridSearch(space)

    def count(self, space: Space) -> int:
        return space.grid_size


GRID = Grid()
