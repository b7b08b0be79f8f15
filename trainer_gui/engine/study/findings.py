"""What a study says so far, in sentences: which settings matter, or how good its repeats are together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from trainer_gui.engine.problems import Problem, problem
from trainer_gui.engine.statistics.repeats import Repeated, repeated
from trainer_gui.engine.study.estimate import Figure, estimate_of
from trainer_gui.engine.study.folder import StudyFolder
from trainer_gui.engine.study.importance import Importance, importance_of, in_a_sentence, in_sentences
from trainer_gui.engine.study.learning_curve import LearningCurve, learning_curve_of
from trainer_gui.engine.study.outline import StudyOutline
from trainer_gui.engine.study.progress import StudyProgress
from trainer_gui.engine.study.recipe import StudyRecipe


@dataclass(frozen=True)
class Findings:
    """Notes of a sentence each, and the weights of the settings where several trials were compared."""

    sentences: tuple[Problem, ...] = ()
    importance: Importance = field(default_factory=Importance)
    curve: LearningCurve | None = None  # of a study that varies the number of rows alone


def findings_of(
    recipe: StudyRecipe, outline: StudyOutline, progress: StudyProgress, folder: StudyFolder | None = None
) -> Findings:
    """What can be said; without the study's folder only what follows from the scores."""
    if recipe.is_learning_curve:
        curve = learning_curve_of(folder, progress) if folder is not None else None
        return Findings((curve.sentence,) if curve is not None else (), curve=curve)
    if outline.axes:
        found = importance_of(outline)
        return Findings(in_sentences(found), found)
    return Findings(_of_repeats(recipe, progress, folder))


def _of_repeats(
    recipe: StudyRecipe, progress: StudyProgress, folder: StudyFolder | None
) -> tuple[Problem, ...]:
    """The loss first, then every other metric of the runs."""
    scores = [score for trial in progress.trials.values() for score in trial.scores]
    if not scores:
        return ()
    best = progress.best
    estimate = None
    if best is not None and folder is not None and (folder.path / "study.toml").exists():
        estimate = estimate_of(folder, best)
    if estimate is None:
        overlap = 1 / (recipe.folds - 1) if recipe.folds > 1 else 0.0
        whole = repeated(np.array(scores), overlap)
        return (
            _said("validation loss", _over(recipe, len(scores)), whole, whole.low, whole.high, percent=False),
        )
    return tuple(_of_figure(each, _over(recipe, len(scores))) for each in _loss_first(estimate.figures))


def _loss_first(figures: Sequence[Figure]) -> list[Figure]:
    return [*figures[-1:], *figures[:-1]]


def _of_figure(figure: Figure, over: str) -> Problem:
    low, high = figure.interval or (None, None)
    label = "validation loss" if figure.metric.name == "loss" else in_a_sentence(figure.metric.label)
    return _said(label, over, figure.whole, low, high, percent=figure.metric.percent)


def _said(
    label: str, over: str, whole: Repeated, low: float | None, high: float | None, *, percent: bool
) -> Problem:
    about: dict[str, Any] = {"label": label, "over": over, "mean": _short(whole.mean, percent=percent)}
    if whole.deviation is None or low is None or high is None:
        return problem(
            "findings.one_repeat",
            "{over}: {label} {mean}; how far chance moves it cannot be told from one.",
            severity="note",
            **about,
        )
    about["deviation"] = _short(whole.deviation, percent=percent, digits=2)
    about["low"], about["high"] = _short(low, percent=percent), _short(high, percent=percent)
    return problem(
        "findings.repeats",
        "{over}: {label} {mean} ± {deviation} (95 % interval {low} to {high}).",
        severity="note",
        **about,
    )


def _over(recipe: StudyRecipe, count: int) -> str:
    if recipe.folds > 1:
        seeds = f" with {recipe.repeats} seeds each" if recipe.repeats > 1 else ""
        return f"{recipe.folds} folds{seeds}" if count == recipe.runs_each else f"{count} runs so far"
    return "1 seed" if count == 1 else f"{count} seeds"


def _short(value: float, *, percent: bool, digits: int = 3) -> str:
    """Few digits: "0.0931", "94.2 %"."""
    return f"{100 * value:.1f} %" if percent else f"{value:.{digits}g}".replace("-", "−")
