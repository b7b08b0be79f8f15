"""A single column that predicts the target almost perfectly: mostly the answer in other words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.check import Check, Example, Sight, some_of
from trainer_gui.engine.data.dataset import Column, Task
from trainer_gui.engine.data.mending import listed
from trainer_gui.engine.data.prepare import class_names, numbers_of
from trainer_gui.engine.data.split import Rows
from trainer_gui.engine.fix import Change, fix
from trainer_gui.engine.problems import Problem, problem

_ALMOST_PERFECT = {Task.CLASSIFICATION: 0.98, Task.REGRESSION: 0.99}  # balanced accuracy; R²
_FEWEST_ROWS = 40
_SLACK = 0.08  # of the score on rows that were seen, below which nothing is tried on others
_FOLDS = 4
_ROWS = 3_000
_CELLS = 2_000_000  # that are looked at in all; with more columns fewer rows
_MOST_CLASSES = 50
_MOST_BINS = 64


class Leak(Check):
    """Lets each column alone predict the target, and takes note where that is almost always right.

    The rules are simple, and cross-validated on a sample of training and validation rows: what is usual
    among rows with the same value (numbers are cut into up to 64 bins of equally many rows); and for
    numbers the nearest row, or a straight line.
    """

    name = "leak"
    label = "A column that gives the answer away"
    position = 3
    slow = True

    def findings(self, sight: Sight) -> Iterator[Problem]:
        rows = sight.known_rows
        rows = some_of(rows, max(_FEWEST_ROWS, min(_ROWS, _CELLS // max(1, len(sight.inputs)))))
        if len(rows) < _FEWEST_ROWS or len(sight.inputs) < 2 or sight.target.distinct < 2:
            return
        truth = _truth(sight, rows)
        if truth is None:
            return
        enough = _ALMOST_PERFECT[sight.task]
        scores = {each.name: _score(sight, each, rows, truth, enough) for each in sight.inputs}
        found = [name for name, score in scores.items() if score >= enough]
        if found and len(found) < len(sight.inputs):
            yield _said(sight, found, max(scores[name] for name in found), len(rows))

    def example(self) -> Example:
        draw = np.random.default_rng(0)
        ill = draw.random(300) < 0.4
        columns = {"age": draw.normal(60, 9, 300), "dose": draw.normal(5, 1, 300)}
        therapy = np.where(ill, 10.0 + draw.random(300), draw.random(300))
        return Example({**columns, "therapy": therapy, "y": np.where(ill, "ill", "well")}, "y")


def _said(sight: Sight, found: list[str], best: float, rows: int) -> Problem:
    one = len(found) == 1
    numbers = sight.task is Task.REGRESSION
    return problem(
        "examine.leak",
        "{columns} alone {say} “{target}” almost perfectly ({score}, tried on {rows} rows), which is too "
        "good to be true.",
        "If {they} will not be known when the model is used, leave {it} out.",
        field=found[0],
        severity="caution",
        fixes=[
            fix(
                "leak.leave_out",
                "Leave it out" if one else "Leave them out",
                "Predicts “{target}” without {columns}; the result will look worse, and be more honest.",
                Change(leave_out=tuple(found)),
                target=sight.target.name,
                columns=listed(found),
            )
        ],
        columns=listed(found),
        say="says" if one else "each say",
        target=sight.target.name,
        score=f"R² {best:.3f}" if numbers else f"right in {100 * best:.1f} % of every class",
        rows=f"{rows:,}",
        it="it" if one else "them",
        they="it" if one else "they",
    )


def _truth(sight: Sight, rows: Rows) -> NDArray[Any] | None:
    """Class numbers or numbers of these rows; None where there are too many classes to say anything."""
    values = sight.dataset.target_values(sight.target.name)
    if sight.task is Task.REGRESSION:
        return numbers_of(values, rows)
    import pandas as pd

    assert isinstance(values, pd.Series)
    classes, codes = np.unique(class_names(values.iloc[rows]), return_inverse=True)
    if not 2 <= len(classes) <= _MOST_CLASSES or np.bincount(codes).min() < 2:
        return None
    return np.asarray(codes, dtype=np.int64)


def _score(sight: Sight, column: Column, rows: Rows, truth: NDArray[Any], enough: float) -> float:
    """How well a column alone does; only where it does well on rows it has seen is it tried on others."""
    values = sight.table.frame[column.name]
    numbers = None
    if column.kind.is_number:
        numbers = numbers_of(values, rows)
        bins = _bins(numbers)
    else:
        _, bins = np.unique(class_names(values.iloc[rows]), return_inverse=True)
        if int(bins.max()) + 1 > len(rows) // 2:
            return 0.0  # nearly every row has a value of its own
    everything = np.ones(len(rows), dtype=bool)
    if _right(bins, numbers, truth, everything, everything, sight.task) < enough - _SLACK:
        return 0.0
    fold = np.random.default_rng(0).permutation(len(rows)) % _FOLDS
    by_value, by_neighbour = [], []
    for at in range(_FOLDS):
        seen, asked = fold != at, fold == at
        by_value.append(_right(bins, numbers, truth, seen, asked, sight.task))
        if numbers is not None:
            said = _nearest(numbers, truth, seen, asked)
            by_neighbour.append(_judged(truth[asked], said, sight.task))
    return float(max(np.mean(by_value), np.mean(by_neighbour) if by_neighbour else 0.0))


def _bins(numbers: NDArray[np.float64]) -> NDArray[np.int64]:
    known = np.isfinite(numbers)
    if not known.any():
        return np.zeros(len(numbers), dtype=np.int64)
    edges = np.unique(np.quantile(numbers[known], np.linspace(0, 1, _MOST_BINS + 1)[1:-1]))
    found = np.searchsorted(edges, np.where(known, numbers, 0.0), side="right") + 1
    return np.where(known, found, 0).astype(np.int64)


def _right(
    bins: NDArray[Any],
    numbers: NDArray[np.float64] | None,
    truth: NDArray[Any],
    seen: NDArray[np.bool_],
    asked: NDArray[np.bool_],
    task: Task,
) -> float:
    """Balanced accuracy or R² on the rows that are asked, by a rule from those that were seen."""
    size = int(bins.max()) + 1
    if task is Task.CLASSIFICATION:
        classes = int(truth.max()) + 1
        table = np.bincount(bins[seen] * classes + truth[seen], minlength=size * classes)
        table = table.reshape(size, classes).astype(np.float64)
        table = table / np.maximum(table.sum(axis=0), 1)  # every class counts the same
        table += 1e-9 * table.sum(axis=0)  # values never seen: the first class
        return _judged(truth[asked], table.argmax(axis=1)[bins[asked]], task)
    mean = truth[seen].mean()
    sums = np.bincount(bins[seen], weights=truth[seen], minlength=size)
    counts = np.bincount(bins[seen], minlength=size)
    said = np.where(counts > 0, sums / np.maximum(counts, 1), mean)[bins[asked]]
    best = _judged(truth[asked], said, task)
    if numbers is not None:
        best = max(best, _line(numbers, truth, seen, asked))
    return best


def _line(
    numbers: NDArray[np.float64], truth: NDArray[Any], seen: NDArray[np.bool_], asked: NDArray[np.bool_]
) -> float:
    known = np.isfinite(numbers)
    x, y = numbers[seen & known], truth[seen & known]
    spread = x.var() if len(x) > 1 else 0.0
    if not spread > 0:
        return 0.0
    slope = ((x - x.mean()) * (y - y.mean())).mean() / spread
    said = np.where(known, y.mean() + slope * (np.where(known, numbers, 0.0) - x.mean()), y.mean())
    return _judged(truth[asked], said[asked], Task.REGRESSION)


def _nearest(
    numbers: NDArray[np.float64], truth: NDArray[Any], seen: NDArray[np.bool_], asked: NDArray[np.bool_]
) -> NDArray[Any]:
    """The target of the row that was seen and has the nearest number; gaps are near to each other."""
    known = np.isfinite(numbers)
    low, high = numbers[known].min(initial=0.0), numbers[known].max(initial=0.0)
    values = np.where(known, numbers, low - (high - low) - 1.0)
    order = np.argsort(values[seen], kind="stable")
    sorted_values, answers = values[seen][order], truth[seen][order]
    right = np.minimum(np.searchsorted(sorted_values, values[asked]), len(order) - 1)
    left = np.maximum(right - 1, 0)
    nearer = values[asked] - sorted_values[left] < sorted_values[right] - values[asked]
    return np.asarray(np.where(nearer, answers[left], answers[right]))


def _judged(truth: NDArray[Any], said: NDArray[Any], task: Task) -> float:
    """Balanced accuracy, or R²."""
    if task is Task.CLASSIFICATION:
        totals = np.bincount(truth)
        hits = np.bincount(truth, weights=said == truth)
        return float((hits[totals > 0] / totals[totals > 0]).mean())
    total = ((truth - truth.mean()) ** 2).sum()
    return float(1 - ((truth - said) ** 2).sum() / total) if total > 0 else 0.0


LEAK = Leak()
