"""What a start was worth: the same seeds from scratch, with all but the last layer frozen, and fine-tuned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trainer_gui.engine.events import MetricInfo
from trainer_gui.engine.problems import Problem, problem, refuse
from trainer_gui.engine.recipe import Recipe
from trainer_gui.engine.run_folder import progress_of
from trainer_gui.engine.start_settings import StartSettings
from trainer_gui.engine.statistics.repeats import paired
from trainer_gui.engine.study.folder import StudyFolder
from trainer_gui.engine.study.progress import StudyProgress
from trainer_gui.engine.study.space import FROZEN, SCRATCH, SHARE, START, TUNED, Space

_SEEDS = 5
_WORDS = {SCRATCH: "from scratch", FROZEN: "with the last layer alone trained", TUNED: "fine-tuned"}


@dataclass(frozen=True)
class Way:
    """What the runs that began in one way reached at their best epochs on the validation rows."""

    start: str  # "scratch", "frozen" or "tuned"
    values: tuple[float, ...]  # by seed

    @property
    def mean(self) -> float:
        """Over the seeds."""
        return float(np.mean(self.values))

    @property
    def deviation(self) -> float:
        """The standard deviation between seeds; 0 of a single one."""
        return float(np.std(self.values, ddof=1)) if len(self.values) > 1 else 0.0

    def in_words(self, metric: MetricInfo) -> str:
        """Such as “91.0 ± 1.2 % fine-tuned”."""
        factor, digits, unit = (100, ".1f", " %") if metric.percent else (1, ".3g", "")
        spread = f" ± {factor * self.deviation:{digits}}" if len(self.values) > 1 else ""
        return f"{factor * self.mean:{digits}}{spread}{unit} {_WORDS[self.start]}"


@dataclass(frozen=True)
class StartWorth:
    """The ways that were tried with so many training rows, in the order scratch, frozen, tuned."""

    metric: MetricInfo
    rows: int
    ways: tuple[Way, ...]

    @property
    def sentence(self) -> Problem:
        """Whether the start helped, said as plainly where it harmed."""
        scratch = next(each for each in self.ways if each.start == SCRATCH)
        others = [each for each in self.ways if each.start != SCRATCH]
        better = 1.0 if self.metric.better == "higher" else -1.0
        best = max(others, key=lambda each: better * each.mean)
        key, judgement, advice = _judged(best, scratch, better)
        return problem(
            f"start_worth.{key}",
            "With {rows} training rows: {metric} {others}, against {scratch}. " + judgement,
            advice,
            severity="note",
            rows=f"{self.rows:,}",
            metric=self.metric.label.lower(),
            others=" and ".join(each.in_words(self.metric) for each in others),
            scratch=scratch.in_words(self.metric),
            best=_WORDS[best.start],
        )


def _judged(best: Way, scratch: Way, better: float) -> tuple[str, str, str]:
    """The key, the judgement and the advice; `better` is -1 where less is better."""
    seeds = min(len(best.values), len(scratch.values))
    if seeds < 2:
        return "one", "One seed tells nothing of luck.", "Repeat it, such as with --repeats 5."
    found = paired(np.array(best.values[:seeds]), np.array(scratch.values[:seeds]))
    if not found.is_sure:
        return "unsure", "The difference may be chance.", "Repeat it with more seeds, such as --repeats 10."
    if better * found.value > 0:
        return "helps", "The start helped: {best} is better, by more than chance.", "Train on with that."
    advice = "Train from scratch, or start from a model of more similar data."
    return "harms", "The start did harm: from scratch is better, by more than chance.", advice


def start_worth(limits: dict[str, Any]) -> tuple[tuple[str, ...], dict[str, Any]]:
    """What varies where the worth of a start is measured, and its limits: with seeds to tell luck by."""
    return (f"{START}={SCRATCH},{FROZEN},{TUNED}",), {"repeats": _SEEDS, **limits}


def must_have_start(space: Space, base: Recipe) -> None:
    """Raises UserError where the start is to vary and there is none."""
    about = {START, *StartSettings.model_fields}
    if base.start.kind == "scratch" and about & {each.name for each in space.axes}:
        raise refuse(
            "vary.no_start",
            "There is no model to start from, so nothing about the start can vary.",
            "Name one with --start.",
            field=START,
        )


def start_worth_of(folder: StudyFolder, progress: StudyProgress) -> list[StartWorth]:
    """One comparison for each number of training rows, ascending, of those with and without the start.

    Empty where the start does not vary, or not enough trials are complete.
    """
    found: dict[int, list[tuple[MetricInfo, Way]]] = {}
    for trial in progress.trials.values():
        if not trial.counts or START not in trial.values or set(trial.values) - {START, SHARE}:
            continue
        runs = [progress_of(folder.run(name)) for name in trial.runs]
        known = [(each.started, each.metric_at_best) for each in runs]
        values = [value for started, value in known if started is not None and value is not None]
        first = known[0][0]
        if first is None or len(values) != len(runs):
            continue
        way = Way(str(trial.values[START]), tuple(values))
        found.setdefault(first.rows["training"], []).append((first.metric, way))
    return [_worth(rows, found[rows]) for rows in sorted(found) if _can_tell(found[rows])]


def _can_tell(ways: Sequence[tuple[MetricInfo, Way]]) -> bool:
    names = {each.start for _, each in ways}
    return SCRATCH in names and len(names) > 1


def _worth(rows: int, ways: Sequence[tuple[MetricInfo, Way]]) -> StartWorth:
    order = (SCRATCH, FROZEN, TUNED)
    return StartWorth(
        ways[0][0], rows, tuple(sorted((each for _, each in ways), key=lambda each: order.index(each.start)))
    )
