"""Columns whose values are drawn differently in the test rows than in the training rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.check import Check, Example, Sight, per_cent, some_of
from trainer_gui.engine.data.dataset import Column, ColumnKind, Table
from trainer_gui.engine.data.mending import listed
from trainer_gui.engine.data.prepare import class_names, numbers_of
from trainer_gui.engine.fix import Change, fix
from trainer_gui.engine.problems import Problem, problem

_ROWS = 4_000  # of each part, at most
_FEWEST_ROWS = 30
_SURE = 0.001  # the chance of any false alarm at all, over all columns
_MATTERS = 0.25  # the distance from which a difference is said: of shares, 0 to 1
_CELLS = 2_000_000


class Drift(Check):
    """Compares training rows with test rows, column by column, where they are not drawn by chance.

    Numbers by the Kolmogorov–Smirnov distance, categories by half the sum of the differences of their
    shares; said only where the distance is at least 0.25 and more than chance would give once in a
    thousand tables (bounds of Massart 1990 and of Weissman 2003, corrected for the number of columns).
    """

    name = "drift"
    label = "Test rows that are drawn differently"
    position = 60
    slow = True

    def findings(self, sight: Sight) -> Iterator[Problem]:
        own_test = sight.dataset.own_test
        by_chance = not (sight.split.by_time or sight.split.keep_together) and own_test is None
        if by_chance or sight.parts is None:
            return
        most = max(200, min(_ROWS, _CELLS // max(1, len(sight.inputs))))
        train, test = some_of(sight.parts.train, most), some_of(sight.parts.test, most)
        if min(len(train), len(test)) < _FEWEST_ROWS:
            return
        tested = sight.table.frame
        if isinstance(own_test, Table):
            tested = own_test.frame.reindex(columns=tested.columns)
            test = test - sight.dataset.rows
        columns = [each for each in sight.inputs if each.name != sight.split.by_time]
        distances: dict[str, float] = {}
        for each in columns:
            found = _distance(each, sight.table.frame[each.name].iloc[train], tested[each.name].iloc[test])
            if found >= max(_MATTERS, _by_chance(each, len(train), len(test), len(columns))):
                distances[each.name] = found
        if distances:
            yield _said(sight, distances)

    def example(self) -> Example:
        draw = np.random.default_rng(0)
        x, z = draw.normal(size=300), draw.normal(size=300)
        later = {"x": draw.normal(3, 1, 100), "z": draw.normal(size=100), "u": draw.normal(size=100)}
        columns = {"x": x, "z": z, "u": draw.normal(size=300), "y": ["a", "b", "b"] * 100}
        return Example(columns, "y", own_test={**later, "y": ["a", "b"] * 50})


def _said(sight: Sight, distances: dict[str, float]) -> Problem:
    worst = sorted(distances, key=lambda name: -distances[name])
    one = len(worst) == 1
    fixes = []
    if len(worst) < 0.5 * len(sight.inputs):
        fixes = [
            fix(
                "drift.leave_out",
                "Leave it out" if one else "Leave them out",
                "Predicts without {columns}, so that the model does not lean on what changes.",
                Change(leave_out=tuple(worst)),
                columns=listed(worst),
            )
        ]
    return problem(
        "examine.drift",
        "In the test rows {columns} {are} drawn differently than in training; in “{worst}” the shares differ "
        "by {distance}.",
        "The model is asked about rows of a kind that it has seen little of: expect a weaker result there.",
        field=worst[0],
        severity="caution",
        fixes=fixes,
        columns=listed(worst),
        are="is" if one else "are",
        worst=worst[0],
        distance=per_cent(distances[worst[0]]),
    )


def _distance(column: Column, trained: Any, tested: Any) -> float:
    """How differently two samples are drawn, from 0 (alike) to 1 (nothing in common). Gaps count too."""
    if column.kind is ColumnKind.TEXT:
        return 0.0  # hardly a text comes up twice
    if column.kind.is_number:
        one, other = numbers_of(trained, None), numbers_of(tested, None)
        gaps = abs(float(np.isnan(one).mean() - np.isnan(other).mean()))
        one, other = np.sort(one[np.isfinite(one)]), np.sort(other[np.isfinite(other)])
        if not len(one) or not len(other):
            return gaps
        return max(gaps, _between(one, other))
    names = np.concatenate([class_names(trained), class_names(tested)])
    _, codes = np.unique(names, return_inverse=True)
    size = int(codes.max()) + 1
    ours = np.bincount(codes[: len(trained)], minlength=size) / len(trained)
    theirs = np.bincount(codes[len(trained) :], minlength=size) / len(tested)
    return float(np.abs(ours - theirs).sum() / 2)


def _between(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    both = np.concatenate([one, other])
    ours = np.searchsorted(one, both, side="right") / len(one)
    theirs = np.searchsorted(other, both, side="right") / len(other)
    return float(np.abs(ours - theirs).max())


def _by_chance(column: Column, first: int, second: int, columns: int) -> float:
    """The distance that chance alone exceeds at most once in so many columns and tables."""
    rows = first * second / (first + second)
    values = 1 if column.kind.is_number else min(column.distinct + 1, 4000)
    return float(np.sqrt((np.log(2 * columns / _SURE) + values * np.log(2) * (values > 1)) / (2 * rows)))


DRIFT = Drift()
