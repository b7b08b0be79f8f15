"""How good answers are: every number with its 95 % interval and the simplest guess beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from trainer_gui.engine.events import Better
from trainer_gui.engine.intervals import interval_of_counts, interval_of_rows, wilson
from trainer_gui.engine.score_values import (
    Numbers,
    Places,
    confusion_of,
    means_of_counts,
    roc_auc,
    values_of_classes,
    values_of_numbers,
)
from trainer_gui.engine.statistics.repeats import Repeated

_LEAST = 1e-15  # below it a probability counts as this much, or one sure mistake would outweigh everything


class Figure(BaseModel):
    """One number about a model. `value` is None where it cannot be said, and `reason` says why."""

    model_config = ConfigDict(frozen=True)

    name: str
    label: str
    value: float | None
    low: float | None = None  # the ends of the 95 % interval
    high: float | None = None
    baseline: float | None = None  # of the simplest guess
    better: Better = "higher"
    percent: bool = False  # shown as per cent of one
    help: str = ""
    reason: str = ""
    members: Repeated | None = None  # the same number of each model that it was put together from


class ClassFigures(BaseModel):
    """What there is to say of one class."""

    model_config = ConfigDict(frozen=True)

    name: str
    rows: int  # that belong to it
    said: int  # that are said to belong to it
    recall: Figure
    precision: Figure
    f1: Figure


@dataclass(frozen=True)
class ClassificationScores:
    """All about answers that are classes; `confusion` holds rows of counts, true class by said class."""

    figures: tuple[Figure, ...]
    classes: tuple[ClassFigures, ...]
    confusion: Places


_HELP = {
    "accuracy": ("Accuracy", "The share of rows whose class is predicted right."),
    "balanced_accuracy": (
        "Balanced accuracy",
        "The accuracy of each class, averaged, so that rare classes count as much as frequent ones.",
    ),
    "f1": (
        "F1",
        "Precision and recall in one number for each class, averaged over the classes: 1 is perfect.",
    ),
    "log_loss": (
        "Log loss",
        "How surprised the model is by the right answers: 0 when it is always sure and right.",
    ),
    "roc_auc": (
        "ROC AUC",
        "How often a row of a class gets a higher probability for it than a row of another: 0.5 is chance.",
    ),
    "recall": ("Recall", "Of the rows of this class, the share that is found."),
    "precision": ("Precision", "Of the rows that are said to be of this class, the share that is."),
    "r2": ("R²", "How much of the variation is explained: 1 is perfect, 0 is no better than the mean."),
    "rmse": ("RMSE", "The typical error in the unit of the target, large errors counting more."),
    "mae": ("MAE", "The average error in the unit of the target."),
}
_PERCENT = frozenset({"accuracy", "balanced_accuracy", "recall", "precision"})
_LOWER = frozenset({"log_loss", "rmse", "mae"})


def _figure(name: str, value: float | None, ends: tuple[float, float] | None = None, **more: Any) -> Figure:
    label, words = _HELP[name]
    if value is not None and not np.isfinite(value):
        value = None
    low, high = (None, None) if ends is None or value is None else ends
    return Figure(
        name=name,
        label=label,
        value=None if value is None else float(value),
        low=None if low is None or not np.isfinite(low) else float(low),
        high=None if high is None or not np.isfinite(high) else float(high),
        better="lower" if name in _LOWER else "higher",
        percent=name in _PERCENT,
        help=words,
        **more,
    )


def limits_of(name: str) -> tuple[float, float]:
    """The lowest and the highest value that a number can have."""
    return (-np.inf if name == "r2" else 0.0, np.inf if name in _LOWER else 1.0)


def without_value(name: str) -> Figure:
    """What is to be known of a number, such as its label, apart from its value."""
    return _figure(name, None)


def scores_of_classes(
    truth: Places, probabilities: Numbers, names: tuple[str, ...], shares: Numbers
) -> ClassificationScores:
    """Scores of `probabilities` [rows, classes] for true classes int64 [rows], at least one row.

    `shares` [classes] are those of the simplest guess, which always says the most frequent class and gives
    every class its share as probability.
    """
    found = values_of_classes(truth, probabilities)
    confusion = confusion_of(truth, probabilities.argmax(axis=1), len(names))
    values = means_of_counts(confusion[None])[0]
    low, high = interval_of_counts(confusion, means_of_counts)
    low[:2] = _without_mistakes(values[:2], low[:2], np.full(2, len(truth)))
    concerned = confusion.sum(axis=0) + confusion.sum(axis=1) - np.diag(confusion)
    low[2:] = _without_mistakes(values[2:], low[2:], concerned)
    guess = np.zeros_like(confusion)
    guess[:, int(shares.argmax())] = confusion.sum(axis=1)
    plain = means_of_counts(guess[None])[0]
    hits, rows = int(np.trace(confusion)), len(truth)
    figures = (
        _figure("accuracy", hits / rows, wilson(hits, rows), baseline=float(np.trace(guess) / rows)),
        _figure("balanced_accuracy", values[0], (low[0], high[0]), baseline=float(plain[0])),
        _figure("f1", values[1], (low[1], high[1]), baseline=float(plain[1])),
        _log_loss(truth, probabilities, shares, found["log_loss"]),
        _roc_auc(truth, probabilities, names, found.get("roc_auc")),
    )
    classes = []
    for place, name in enumerate(names):
        true, claimed = int(confusion[place].sum()), int(confusion[:, place].sum())
        right = int(confusion[place, place])
        f1 = values[2 + place]
        classes.append(
            ClassFigures(
                name=name,
                rows=true,
                said=claimed,
                recall=_share("recall", right, true, "No row belongs to this class."),
                precision=_share("precision", right, claimed, "No row is said to belong to this class."),
                f1=_figure(
                    "f1",
                    f1,
                    (low[2 + place], high[2 + place]),
                    reason="" if np.isfinite(f1) else "No row belongs to this class or is said to.",
                ),
            )
        )
    return ClassificationScores(figures, tuple(classes), confusion)


def _without_mistakes(values: Numbers, low: Numbers, rows: NDArray[Any]) -> Numbers:
    """The lower ends, of Wilson's interval where a value is a perfect 1.

    Drawing again from rows without a mistake finds none, which would call a handful of rows certain.
    """
    return np.array(
        [
            wilson(int(count), int(count))[0] if value == 1 and count else end
            for value, end, count in zip(values, low, rows, strict=True)
        ]
    )


def _share(name: str, hits: int, count: int, reason: str) -> Figure:
    if not count:
        return _figure(name, None, reason=reason)
    return _figure(name, hits / count, wilson(hits, count))


def _log_loss(truth: Places, probabilities: Numbers, shares: Numbers, value: float) -> Figure:
    losses = -np.log(np.clip(probabilities[np.arange(len(truth)), truth], _LEAST, 1.0))

    def statistics(rows: Places) -> Numbers:
        means: Numbers = losses[rows].mean(axis=1, keepdims=True)
        return means

    low, high = interval_of_rows(len(truth), statistics, np.array([losses.mean()]))
    baseline = float(-np.log(np.clip(shares[truth], _LEAST, 1.0)).mean())
    return _figure("log_loss", value, (low[0], high[0]), baseline=baseline)


def _roc_auc(truth: Places, probabilities: Numbers, names: tuple[str, ...], value: float | None) -> Figure:
    if value is None:
        counts = np.bincount(truth, minlength=len(names))
        reason = f"It needs rows of every class, and there is none of “{names[int(counts.argmin())]}”."
        return _figure("roc_auc", None, baseline=0.5, reason=reason)

    def statistics(rows: Places) -> Numbers:
        return roc_auc(truth[rows], lambda place: probabilities[:, place][rows], len(names))

    low, high = interval_of_rows(len(truth), statistics, np.array([value]), cost=4 * len(names))
    low = _without_mistakes(np.array([value]), low, np.array([len(truth)]))
    return _figure("roc_auc", value, (low[0], high[0]), baseline=0.5)


def scores_of_numbers(truth: Numbers, said: Numbers, mean: float) -> tuple[Figure, ...]:
    """Scores of numbers [rows], at least one row; `mean` is what the simplest guess always says."""
    found = values_of_numbers(truth, said)
    errors = said - truth
    # Centred first: squares of numbers around a million would leave no digits for their differences.
    centred = truth - truth.mean()
    spread = "r2" in found
    estimates = np.array([found.get("r2", np.nan), found["rmse"], found["mae"]])

    def statistics(rows: Places) -> Numbers:
        wrong, there = errors[rows], centred[rows]
        squared = (wrong**2).mean(axis=1)
        variance = (there**2).mean(axis=1) - there.mean(axis=1) ** 2
        with np.errstate(invalid="ignore", divide="ignore"):
            r2 = np.where(variance > 0, 1 - squared / variance, np.nan)
        return np.column_stack([r2, np.sqrt(squared), np.abs(wrong).mean(axis=1)])

    low, high = interval_of_rows(len(truth), statistics, estimates, cost=3)
    simple = truth - mean
    squared = float((simple**2).mean())
    plain = [
        1 - squared / float((centred**2).mean()) if spread else None,
        float(np.sqrt(squared)),
        float(np.abs(simple).mean()),
    ]
    reason = "" if spread else "All true values are the same, so there is no variation to explain."
    return tuple(
        _figure(
            name,
            estimates[place],
            (low[place], high[place]),
            baseline=plain[place],
            reason=reason if name == "r2" else "",
        )
        for place, name in enumerate(("r2", "rmse", "mae"))
    )
