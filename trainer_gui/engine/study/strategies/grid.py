"""Every combination of the values, each once."""

from __future__ import annotations

import sys

import numpy as np

from trainer_gui.engine.study.space import Space, Values
from trainer_gui.engine.study.strategy import Search, Strategy

_ROUNDS = 8  # of the recurrence, for each point


class GridSearch(Search):
    """Goes through the grid so that what is done early lies all over it."""

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
    """Every point of the grid once, in the order of an additive recurrence that fills the space evenly: the
    first few points have values from all over every axis. Roberts, 2018, "The unreasonable effectiveness of
    quasirandom sequences".
    """
    if not space.axes:
        return [{}]
    grids = [each.in_grid for each in space.axes]
    counts = np.array([len(each) for each in grids])
    total = int(counts.prod())
    ratio = 2.0
    for _ in range(60):  # towards the root of x^(d+1) = x + 1
        ratio = (1 + ratio) ** (1 / (len(grids) + 1))
    steps = ratio ** -np.arange(1.0, len(grids) + 1)
    shares = (0.5 + np.outer(np.arange(_ROUNDS * total), steps)) % 1.0
    visited = np.ravel_multi_index(tuple((shares * counts).astype(int).T), tuple(counts))
    # What the recurrence does not come to soon is added in the end.
    order = dict.fromkeys([*visited.tolist(), *range(total)])
    places = np.unravel_index(list(order), tuple(counts))
    names = [each.name for each in space.axes]
    return [
        {name: grid[place] for name, grid, place in zip(names, grids, point, strict=True)}
        for point in zip(*(each.tolist() for each in places), strict=True)
    ]


class Grid(Strategy):
    """Every combination, in full."""

    name = "grid"
    label = "Grid"
    summary = "Tries every combination of the values. Thorough for one or two settings, endless for many."
    position = 40

    def asks_ahead(self, told: int) -> int:
        return sys.maxsize

    def begin(self, space: Space, seed: int, epochs: int) -> Search:
        return GridSearch(space)

    def count(self, space: Space) -> int:
        return space.grid_size


GRID = Grid()
