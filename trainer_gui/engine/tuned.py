"""How much too good the best run of a study looks on the rows that chose it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.comparison.rows import Judged, judged
from trainer_gui.engine.data.dataset import Dataset, Task
from trainer_gui.engine.evaluate import open_part
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.scores import without_value
from trainer_gui.engine.shared_openings import study_of
from trainer_gui.engine.source import Report, say_nothing
from trainer_gui.engine.sources import open_data
from trainer_gui.engine.statistics.optimism import expected_best, optimism_of_rows
from trainer_gui.engine.study.folder import StudyFolder, study_progress_of
from trainer_gui.engine.study.progress import Trial
from trainer_gui.engine.study.together import PLACE

Numbers = NDArray[np.float64]

_MOST_LOOKED_AT = 24  # trials whose models answer again; the number of all is allowed for


@dataclass(frozen=True)
class Tuned:
    """The development score of the best setting of a study, and by how much it is expected to flatter."""

    study: str  # its name
    trials: int  # among which it is the best
    metric: str  # the name of the metric, of which higher is better
    development: float  # of the setting, over all of its runs
    optimism: float  # in the unit of the metric; at least 0

    @property
    def label(self) -> str:
        """What a person calls the metric."""
        return without_value(self.metric).label

    @property
    def percent(self) -> bool:
        """Whether it is shown as per cent of one."""
        return without_value(self.metric).percent

    @property
    def flatters(self) -> bool:
        """Whether the optimism is more than what is rounded away."""
        return self.optimism >= (0.0005 if self.percent else 0.005 * abs(self.development))

    @property
    def expected(self) -> float:
        """What the setting is expected to reach on new rows."""
        return self.development - self.optimism


def tuned(folder: RunFolder, dataset: Dataset | None = None, report: Report = say_nothing) -> Tuned | None:
    """What a run's study says of its score; None where no study chose it: it is not of the best trial.

    Of the best setting's lead, the share that is luck of these rows is found by drawing rows again, with the
    trials as alike as they are (`optimism_of_rows`); the validation loss chooses, as it did in the study. Of
    many trials some answer again, and the luck of the best of all is scaled from theirs as that of normal
    numbers. That each run also chose its best epoch on these rows is not in it. Raises UserError where a run
    or the data cannot be opened. The test rows stay locked.
    """
    place = study_of(folder.path)
    if place is None:
        return None
    study = StudyFolder(place)
    recipe, progress = study.recipe, study_progress_of(study)
    trials = [each for each in progress.trials.values() if each.counts]
    best = progress.best
    own = folder.path.relative_to(place).as_posix()
    if best is None or own not in (*best.runs, PLACE) or len(trials) < 2 or recipe.is_learning_curve:
        return None
    if dataset is None or dataset.fingerprint != recipe.base.fingerprint:
        dataset = open_data(recipe.base.data, report=report)
    looked_at = _some(trials, best)
    answers = []
    for place_of, trial in enumerate(looked_at):
        report("Looking at the other trials", place_of / len(looked_at))
        runs = [open_part(study.run(name), "validation", dataset) for name in trial.runs]
        answers.append([judged(each, say_nothing) for each in runs])
    outcomes, choosing = _outcomes(answers)
    found = optimism_of_rows(outcomes, chosen_by=choosing)
    more = expected_best(len(trials)) / expected_best(len(looked_at))
    return Tuned(
        study=recipe.name,
        trials=len(trials),
        metric="accuracy" if recipe.base.task is Task.CLASSIFICATION else "r2",
        development=float(outcomes[looked_at.index(best)].mean()),
        optimism=found.amount * more,
    )


def _some(trials: Sequence[Trial], best: Trial) -> list[Trial]:
    """The best trial and others from all over the study, in their order."""
    step = max(1, math.ceil(len(trials) / _MOST_LOOKED_AT))
    return [each for at, each in enumerate(trials) if each is best or at % step == 0]


def _outcomes(answers: Sequence[Sequence[Judged]]) -> tuple[Numbers, Numbers]:
    """How good each trial's answers are on the rows that all have answered, and what chose, [trials, rows].

    The mean over rows of the first is the accuracy, or R².
    """
    keys = [np.unique(np.concatenate([run.keys for run in trial])) for trial in answers]
    rows = keys[0]
    for each in keys[1:]:
        rows = np.intersect1d(rows, each, assume_unique=True)
    is_number = answers[0][0].task is Task.REGRESSION
    outcomes = np.zeros((len(answers), len(rows)))
    choosing = np.zeros_like(outcomes)
    for at, trial in enumerate(answers):
        times = np.zeros(len(rows))
        for run in trial:
            mine = np.isin(run.keys, rows)
            where = np.searchsorted(rows, run.keys[mine])
            times[where] += 1
            if is_number:
                outcomes[at, where] -= (run.said - run.truth)[mine].astype(np.float64) ** 2
            else:
                outcomes[at, where] += run.right[mine]
                choosing[at, where] -= run.loss[mine]
        outcomes[at] /= times
        choosing[at] /= times
    if not is_number:
        return outcomes, choosing
    truth = np.full(len(rows), np.nan)
    for run in answers[0]:
        mine = np.isin(run.keys, rows)
        truth[np.searchsorted(rows, run.keys[mine])] = run.truth[mine]
    return 1 + outcomes / max(float(truth.var()), 1e-300), outcomes
