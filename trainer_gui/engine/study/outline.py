"""What is drawn of each trial, as plain arrays, made anew only where a trial has changed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.study.axis import Axis, Value
from trainer_gui.engine.study.progress import StudyProgress, Trial

Floats = NDArray[np.float64]
Kind = Literal["finished", "cut", "failed", "stopped", "running"]


@dataclass(frozen=True, eq=False)
class Members:
    """The validation losses of the repeats of one trial: all arrays have shape [epochs].

    `mean` and `deviation` (of the sample) are over the `count` repeats that have reached an epoch; where that
    is one alone, the deviation is NaN. `single` holds places and losses of each repeat.
    """

    epochs: Floats
    mean: Floats
    deviation: Floats
    count: NDArray[np.int64]
    single: tuple[tuple[Floats, Floats], ...]

    @property
    def whole(self) -> int:
        """How many epochs, from the first, all repeats that have begun have reached."""
        return int((self.count == len(self.single)).sum())


@dataclass(frozen=True, eq=False)
class TrialOutline:
    """One trial. `score` and `deviation` (of the repeats' scores) are NaN where unknown.

    `shares` says where its values lie on the axes, as `Axis.share`.
    """

    number: int
    kind: Kind
    score: float
    deviation: float
    seconds: float  # when it ended
    shares: tuple[float, ...]
    curve: Members
    trial: Trial

    @property
    def best_epoch(self) -> int:
        """The epoch of the lowest mean; 0 where none is known."""
        known = np.isfinite(self.curve.mean)
        if not known.any():
            return 0
        return int(self.curve.epochs[np.where(known, self.curve.mean, np.inf).argmin()])


@dataclass(frozen=True, eq=False)
class StudyOutline:
    """All trials in their order, and the number of the best; -1 where none is."""

    axes: tuple[Axis, ...] = ()
    trials: tuple[TrialOutline, ...] = ()
    best: int = -1
    steps: tuple[tuple[float, int], ...] = ()  # seconds, and the trial that was the best from then on
    epochs: int = 1  # that a run trains at most
    repeats: int = 1  # runs of each trial: its seeds in all folds
    folds: int = 1
    is_over: bool = False
    is_grid: bool = False
    settled: object = None  # another one whenever a trial has begun or ended, or goes on
    together: Members | None = None  # where nothing varies: the repeats, which then stand for the trials

    def trial(self, number: int) -> TrialOutline | None:
        """The trial of this number."""
        return next((each for each in self.trials if each.number == number), None)


class Outliner:
    """Outlines a study that goes on, again and again, at the cost of what has changed."""

    def __init__(self, axes: Sequence[Axis], epochs: int, *, is_grid: bool = False) -> None:
        self._axes, self._epochs, self._is_grid = tuple(axes), epochs, is_grid
        self._known: dict[int, tuple[object, TrialOutline]] = {}
        self._settled = object()

    def outline(self, progress: StudyProgress) -> StudyOutline:
        """Where the study stands."""
        found = []
        for number, trial in progress.trials.items():
            state = _state_of(trial)
            before = self._known.get(number)
            if before is None or before[0] != state:
                made = _outlined(trial, self._axes)
                if before is None or made.kind != "running" or before[1].kind != "running":
                    self._settled = object()
                before = self._known[number] = (state, made)
            found.append(before[1])
        if not self._axes:
            return self._repeats(found, progress)
        best = progress.best
        return StudyOutline(
            self._axes,
            tuple(found),
            -1 if best is None else best.number,
            tuple(progress.best_so_far),
            self._epochs,
            *_runs_each(progress),
            progress.state.is_over,
            self._is_grid,
            self._settled,
        )

    def _repeats(self, found: list[TrialOutline], progress: StudyProgress) -> StudyOutline:
        """Each repeat of the one trial in the place of a trial."""
        repeats, folds = _runs_each(progress)
        members = tuple(_repeat_of(found[0], each) for each in found[0].trial.losses) if found else ()
        return StudyOutline(
            trials=members,
            epochs=self._epochs,
            repeats=repeats,
            folds=folds,
            is_over=progress.state.is_over,
            settled=self._settled,
            together=found[0].curve if found else None,
        )


def _runs_each(progress: StudyProgress) -> tuple[int, int]:
    started = progress.started
    return (started.repeats * started.folds, started.folds) if started else (1, 1)


def _repeat_of(whole: TrialOutline, repeat: int) -> TrialOutline:
    curve = members_of({0: whole.trial.losses[repeat]})
    known = curve.mean[np.isfinite(curve.mean)]
    best = float(known.min()) if len(known) and whole.kind != "running" else math.nan
    kind = whole.kind
    if kind == "failed" and best in whole.trial.scores:  # another repeat is the one that failed
        kind = "finished"
    trial = replace(whole.trial, number=repeat, runs=whole.trial.runs[repeat : repeat + 1])
    return replace(whole, number=repeat, kind=kind, score=best, deviation=math.nan, curve=curve, trial=trial)


def members_of(losses: dict[int, list[tuple[int, float]]]) -> Members:
    """The losses of repeats, by epoch: each a list of epoch and loss, epochs ascending."""
    single = []
    for _, points in sorted(losses.items()):
        if points:
            epochs, values = np.array(points, dtype=np.float64).T
            single.append((epochs, np.where(np.isfinite(values), values, np.nan)))
    if not single:
        empty = np.empty(0)
        return Members(empty, empty, empty, np.empty(0, dtype=np.int64), ())
    if len(single) == 1:
        epochs, values = single[0]
        return Members(epochs, values, np.full(len(epochs), np.nan), _ones(values), tuple(single))
    epochs = np.unique(np.concatenate([each for each, _ in single]))
    table = np.full((len(single), len(epochs)), np.nan)
    for row, (places, values) in zip(table, single, strict=True):
        row[np.searchsorted(epochs, places)] = values
    count = np.isfinite(table).sum(0)
    total = np.where(np.isfinite(table), table, 0.0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        mean = np.where(count > 0, total.sum(0) / count, np.nan)
        squares = (np.where(np.isfinite(table), table - mean, 0.0) ** 2).sum(0)
        deviation = np.where(count > 1, np.sqrt(squares / (count - 1)), np.nan)
    return Members(epochs, mean, deviation, count, tuple(single))


def _ones(values: Floats) -> NDArray[np.int64]:
    return np.isfinite(values).astype(np.int64)


def _state_of(trial: Trial) -> object:
    """What is different where anything that is drawn is."""
    if trial.outcome is not None:  # it says nothing more, unless it goes on and ends anew
        return trial.outcome, trial.score, trial.seconds
    return [(len(points), points[-1] if points else None) for points in trial.losses.values()]


def _outlined(trial: Trial, axes: tuple[Axis, ...]) -> TrialOutline:
    scores = np.array(trial.scores, dtype=np.float64)
    spread = float(scores.std(ddof=1)) if len(scores) > 1 else math.nan
    return TrialOutline(
        number=trial.number,
        kind=trial.outcome or "running",
        score=math.nan if trial.score is None or trial.outcome is None else trial.score,
        deviation=spread,
        seconds=trial.seconds,
        shares=tuple(_share(axis, trial.values.get(axis.name)) for axis in axes),
        curve=members_of(trial.losses),
        trial=trial,
    )


def _share(axis: Axis, value: Value | None) -> float:
    return math.nan if value is None else axis.share(value)
