"""Nested cross-validation: a study for each of several outer folds, judged on rows that it never saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trainer_gui.engine.data.dataset import Dataset
from trainer_gui.engine.data.folds import MOST_FOLDS
from trainer_gui.engine.evaluate import evaluate
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.run_folder import moment, progress_of
from trainer_gui.engine.scores import without_value
from trainer_gui.engine.source import Report, say_nothing
from trainer_gui.engine.sources import open_data
from trainer_gui.engine.statistics.repeats import Repeated, repeated
from trainer_gui.engine.study.axis import Value
from trainer_gui.engine.study.folder import StudyFolder, study_progress_of
from trainer_gui.engine.study.recipe import StudyRecipe
from trainer_gui.engine.study.together import runs_of_best


def studies_for(study: StudyRecipe, folds: int) -> tuple[StudyRecipe, ...]:
    """The study once for each outer fold, which takes the place of the test rows; the locked ones stay so.

    Raises UserError for a number of folds that makes no sense, or a study that holds a fold out already.
    """
    if not 2 <= folds <= MOST_FOLDS or study.base.split.held_out:
        raise refuse(
            "nested.folds",
            "{folds} outer folds cannot be made of these rows.",
            "There can be 2 to {most}, of choices that hold no fold out themselves.",
            field="nested",
            folds=folds,
            most=MOST_FOLDS,
        )
    found = []
    for number in range(1, folds + 1):
        split = study.base.split.model_copy(update={"held_out": f"{number}/{folds}"})
        base = study.base.model_copy(update={"split": split})
        name = f"{study.name} · outer fold {number} of {folds}"
        found.append(study.model_copy(update={"base": base, "name": name}))
    return tuple(found)


@dataclass(frozen=True)
class Outer:
    """What the tuning inside one outer fold chose, and what that reached outside."""

    setting: dict[str, Value]
    inside: float  # the loss that chose it
    outside: float  # the metric on the rows that were held out, the mean over its runs
    rows: int


@dataclass(frozen=True)
class Nested:
    """The honest number of a whole way of working, tuning included."""

    metric: str  # its name
    folds: tuple[Outer, ...]
    whole: Repeated  # over the outer folds

    @property
    def label(self) -> str:
        """What a person calls the metric."""
        return without_value(self.metric).label

    @property
    def percent(self) -> bool:
        """Whether it is shown as per cent of one."""
        return without_value(self.metric).percent


def honest_number(
    studies: Sequence[StudyFolder], dataset: Dataset | None = None, report: Report = say_nothing
) -> Nested:
    """Judges the best setting of each study on its outer fold, which is counted as a look at its test rows.

    Two studies or more. The interval allows for the rows that the folds share, as that of `estimate_of`.
    Raises UserError where a study has no best setting, or a run cannot be opened.
    """
    metric, overlaps = "", []
    found = []
    for folder in studies:
        best, runs = study_progress_of(folder).best, runs_of_best(folder)
        assert best is not None
        assert best.score is not None
        if dataset is None:
            dataset = open_data(runs[0].recipe.data, report=report)
        now = moment()  # all of them together are one look
        reports = [evaluate(run, "test", dataset, now=now) for run in runs]
        metric = reports[0].figures[0].name
        values = [each.figures[0].value for each in reports]
        known = [each for each in values if each is not None]
        outside = float(np.mean(known)) if known else float("nan")
        found.append(Outer(dict(best.values), best.score, outside, reports[0].rows))
        started = progress_of(runs[0]).started
        learned = (started.rows["training"] + started.rows["validation"]) if started is not None else 1
        overlaps.append(reports[0].rows / max(1, learned))
    values_outside = np.array([each.outside for each in found])
    return Nested(metric, tuple(found), repeated(values_outside, float(np.mean(overlaps))))
