"""What two groups of models say of the same rows, and every metric's difference over rows drawn again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.split import Rows
from trainer_gui.engine.evaluate import Opened
from trainer_gui.engine.score_values import means_of_counts
from trainer_gui.engine.source import Report

Numbers = NDArray[np.float64]

_MOST_CLASSES = 30  # of which tables of counts are made for each time that rows are drawn
_LEAST = 1e-15  # as in `scores`


@dataclass(frozen=True)
class Judged:
    """What one model says of some rows whose truth is known, ascending by row.

    `keys` number the rows, so that those of two models can be put side by side. For classes, `right` is bool
    [rows], `loss` the log loss [rows], and `truth` and `said` are names [rows]; for numbers only `truth` and
    `said` are there, float64 [rows].
    """

    task: Task
    keys: Rows
    truth: NDArray[Any]
    said: NDArray[Any]
    loss: Numbers

    @property
    def right(self) -> NDArray[np.bool_]:
        """Which rows were predicted right; of classes."""
        return np.asarray(self.said == self.truth)

    def on(self, keys: Rows) -> Judged:
        """The same on some of its rows."""
        at = np.searchsorted(self.keys, keys)
        return Judged(self.task, keys, self.truth[at], self.said[at], self.loss[at])


def keys_of(opened: Opened) -> Rows:
    """The numbers of the rows; those of a test file count from its own first, whatever was trained on."""
    if opened.part == "test" and opened.recipe.test_data is not None:
        return np.asarray(opened.rows - opened.rows.min(), dtype=np.int64)
    return opened.rows


def judged(opened: Opened, report: Report) -> Judged:
    """Lets the model answer for its rows; those without a known truth or an answer are left out."""
    found, truth, keys = opened.answers(report), opened.truth, keys_of(opened)
    if found.probabilities is None:
        known = np.isfinite(found.values) & np.isfinite(truth)
        return Judged(
            opened.recipe.task, keys[known], truth[known], found.values[known], np.zeros(int(known.sum()))
        )
    known = (truth >= 0) & np.isfinite(found.probabilities).all(axis=1)
    chances = found.probabilities[known]
    of_truth = chances[np.arange(len(chances)), truth[known]]
    names = np.array(found.classes, dtype=object)
    return Judged(
        opened.recipe.task,
        keys[known],
        names[truth[known]],
        names[chances.argmax(axis=1)],
        -np.log(np.clip(of_truth, _LEAST, 1.0)),
    )


def common(keys: Sequence[Rows]) -> Rows:
    """The rows that are in all of them, ascending."""
    found = keys[0]
    for each in keys[1:]:
        found = np.intersect1d(found, each, assume_unique=True)
    return found


def metrics_of(task: Task, classes: int) -> tuple[str, ...]:
    """The names of the metrics that are compared, the main one first."""
    if task is Task.REGRESSION:
        return ("r2", "rmse", "mae")
    if classes > _MOST_CLASSES:
        return ("accuracy", "log_loss")
    return ("accuracy", "balanced_accuracy", "f1", "log_loss")


class Scoring:
    """The metrics of models on the same rows, for all rows or for any that are drawn from them."""

    def __init__(self, models: Sequence[Judged]) -> None:
        self._models = models
        self.rows = len(models[0].keys)
        self._task = models[0].task
        self._truth = models[0].truth
        self._places: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._said: list[NDArray[np.int64]] = []
        self.classes = 0
        if self._task is Task.CLASSIFICATION:
            texts = np.concatenate([self._truth, *(each.said for each in models)]).astype(str)
            names, places = np.unique(texts, return_inverse=True)
            self.classes = len(names)
            self._places, *self._said = np.split(places, len(models) + 1)
        self.metrics = metrics_of(self._task, self.classes)

    def of(self, model: int, rows: Rows) -> Numbers:
        """The metrics [resamples, metrics] of one model, by its place, on rows [resamples, rows]."""
        if self._task is Task.REGRESSION:
            return self._of_numbers(model, rows)
        each = self._models[model]
        columns = [each.right[rows].mean(axis=1)]
        if "f1" in self.metrics:
            columns += list(self._of_counts(model, rows).T)
        columns.append(each.loss[rows].mean(axis=1))
        return np.column_stack(columns)

    def whole(self, model: int) -> Numbers:
        """The metrics [metrics] of one model on all rows."""
        found: Numbers = self.of(model, np.arange(self.rows, dtype=np.int64)[None])[0]
        return found

    def contributions(self, model: int, metric: str) -> Numbers | None:
        """What each row [rows] adds to a metric, up to what is the same for all models.

        Their mean is the metric, or leads to it; None for a metric that is no mean over rows.
        """
        each = self._models[model]
        if self._task is not Task.REGRESSION:
            found = {"accuracy": each.right.astype(np.float64), "log_loss": each.loss}
            return found.get(metric)
        wrong = each.said - self._truth
        squared = wrong**2
        variance = float(self._truth.astype(np.float64).var())
        if metric == "mae":
            return np.asarray(np.abs(wrong), dtype=np.float64)
        if metric == "r2":
            return np.asarray(-squared / variance, dtype=np.float64) if variance > 0 else None
        root = float(np.sqrt(squared.mean()))
        return np.asarray(squared / (2 * root), dtype=np.float64) if root > 0 else None

    def _of_counts(self, model: int, rows: Rows) -> Numbers:
        """Balanced accuracy and mean F1, [resamples, 2]."""
        cells = self.classes**2
        pairs = self._places * self.classes + self._said[model]
        firsts = np.arange(len(rows))[:, None] * cells
        counts = np.bincount((pairs[rows] + firsts).ravel(), minlength=len(rows) * cells)
        return means_of_counts(counts.reshape(len(rows), self.classes, self.classes))[:, :2]

    def _of_numbers(self, model: int, rows: Rows) -> Numbers:
        """R², RMSE and MAE, [resamples, 3]; squares of numbers around a million would leave no digits."""
        centred = self._truth - self._truth.mean()
        wrong, there = (self._models[model].said - self._truth)[rows], centred[rows]
        squared = (wrong**2).mean(axis=1)
        variance = (there**2).mean(axis=1) - there.mean(axis=1) ** 2
        with np.errstate(invalid="ignore", divide="ignore"):
            r2 = np.where(variance > 0, 1 - squared / variance, np.nan)
        return np.column_stack([r2, np.sqrt(squared), np.abs(wrong).mean(axis=1)])

    def lead(self, a: Sequence[int], b: Sequence[int], rows: Rows) -> Numbers:
        """The mean metrics of models `a` minus those of `b`, [resamples, metrics]."""
        of_a = sum((self.of(each, rows) for each in a), np.zeros(())) / len(a)
        of_b = sum((self.of(each, rows) for each in b), np.zeros(())) / len(b)
        found: Numbers = of_a - of_b
        return found
