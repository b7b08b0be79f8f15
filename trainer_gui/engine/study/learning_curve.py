"""A learning curve by the number of rows: what fewer rows would have reached, and whether more would help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.events import MetricInfo
from trainer_gui.engine.problems import Problem, problem
from trainer_gui.engine.progress import Progress
from trainer_gui.engine.run_folder import progress_of
from trainer_gui.engine.statistics.power_law import LEAST_SIZES, PowerLaw, power_law
from trainer_gui.engine.study.folder import StudyFolder
from trainer_gui.engine.study.progress import StudyProgress

Numbers = NDArray[np.float64]
Answer = Literal["helps", "flat", "unknown", "too early"]

_HARDLY = 0.02  # of the loss; a gain below it is worth no collecting


@dataclass(frozen=True)
class Size:
    """What the runs with one share of the training rows reached at their best epochs, [runs] each."""

    rows: int  # that they were trained on
    train: tuple[float, ...]
    validation: tuple[float, ...]


@dataclass(frozen=True)
class LearningCurve:
    """The sizes, ascending, and the law through their validation losses where there are enough of them."""

    loss: MetricInfo
    sizes: tuple[Size, ...]
    law: PowerLaw | None

    @property
    def spread(self) -> float:
        """The standard deviation between seeds and folds with all rows; 0 of a single run."""
        last = self.sizes[-1].validation if self.sizes else ()
        return float(np.std(last, ddof=1)) if len(last) > 1 else 0.0

    @property
    def answer(self) -> Answer:
        """Whether more rows would help."""
        if self.law is None:
            return "too early"
        gain, now = self.law.gain, float(np.mean(self.sizes[-1].validation))
        if gain.high < max(self.spread, _HARDLY * abs(now)):
            return "flat"
        return "helps" if gain.low > 0 else "unknown"

    @property
    def sentence(self) -> Problem:
        """The answer, and what follows from it."""
        if self.law is None:
            return problem(
                "learning_curve.too_early",
                "Whether more rows would help cannot be told from {sizes} sizes.",
                "It takes at least {least}; wait for them, or name more shares.",
                severity="note",
                sizes=len(self.sizes),
                least=LEAST_SIZES,
            )
        gain = self.law.gain
        about: dict[str, Any] = {
            "loss": self.loss.label.lower(),
            "gain": _short(gain.value),
            "low": _short(gain.low),
            "high": _short(max(0.0, gain.high)),
            "more": _short(max(0.0, -gain.low)),
            "spread": _short(self.spread),
        }
        answer = self.answer
        if answer == "helps":
            return problem(
                "learning_curve.helps",
                "More rows would help: twice as many would lower the {loss} by about {gain} (between {low} "
                "and {high}).",
                "Collect more rows that are like these. Beyond twice as many it is a guess.",
                severity="note",
                **about,
            )
        if answer == "flat":
            return problem(
                "learning_curve.flat",
                "More rows would hardly help: the curve is flat. Twice as many would lower the {loss} by "
                "{high} at most; seeds alone change it by {spread}.",
                "Better columns, cleaner labels or another model are likely to do more.",
                severity="note",
                **about,
            )
        return problem(
            "learning_curve.unknown",
            "It cannot be told yet whether more rows would help: with twice as many the {loss} would be "
            "somewhere between {high} lower and {more} higher.",
            "Draw it again with more repeats, such as 10.",
            severity="note",
            **about,
        )


def learning_curve_of(folder: StudyFolder, progress: StudyProgress) -> LearningCurve | None:
    """The curve of a study that varies the share of the training rows alone; None where none is complete."""
    found: list[Size] = []
    loss: MetricInfo | None = None
    for trial in progress.trials.values():
        if not trial.counts:
            continue
        runs = [progress_of(folder.run(name)) for name in trial.runs]
        known = [(each, each.started) for each in runs if each.started is not None and each.curve.best_epoch]
        if len(known) != len(trial.runs):
            continue
        loss = known[0][1].loss
        rows = round(float(np.mean([started.rows["training"] for _, started in known])))
        validation = tuple(each.curve.best_loss for each, _ in known)
        found.append(Size(rows, tuple(_train_loss(each) for each, _ in known), validation))
    if loss is None:
        return None
    sizes = tuple(sorted(found, key=lambda each: each.rows))
    return LearningCurve(loss, sizes, _law(sizes))


def _train_loss(run: Progress) -> float:
    """The training loss of the best epoch."""
    at = run.curve.place_of(run.curve.best_epoch)
    return float("nan") if at is None else float(run.curve.train_loss[at])


def _law(sizes: tuple[Size, ...]) -> PowerLaw | None:
    rows = np.concatenate([[float(each.rows)] * len(each.validation) for each in sizes])
    losses = np.concatenate([each.validation for each in sizes])
    if len(np.unique(rows)) < LEAST_SIZES or not np.isfinite(losses).all() or np.ptp(losses) == 0:
        return None
    return power_law(rows, losses)


def _short(value: float) -> str:
    """Two digits tell all that is known."""
    return "0" if value == 0 else f"{float(f'{value:.2g}'):g}".replace("-", "−")
