"""What the list says of a study, read away from the GUI thread and only where something changed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from trainer_gui.engine.problems import Problem, UserError
from trainer_gui.engine.study.progress import StudyProgress

if TYPE_CHECKING:
    from trainer_gui.engine.study.folder import StudyFolder
    from trainer_gui.engine.study.recipe import StudyRecipe

REST = 9  # times as long as a live record took to read, so that long ones take a tenth of a processor at most

Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class StudySummary:
    """One study of the list. A damaged one has a `problem` and no recipe."""

    folder: StudyFolder
    stamp: Stamp
    name: str
    created: datetime
    recipe: StudyRecipe | None
    how: str  # the way of searching, or in which way its runs differ, in words
    model: str  # family and size, in words
    progress: StudyProgress
    is_live: bool
    problem: Problem | None = None
    again_at: float = 0.0  # on the clock that never goes back: a live one is not read anew before

    @property
    def path(self) -> Path:
        """Where it lies; no two share it."""
        return self.folder.path

    @property
    def data(self) -> str:
        """The name of the data."""
        if self.recipe is None:
            return ""
        location = self.recipe.base.data.location.removeprefix("sample:")
        return Path(location).name or location

    @property
    def can_continue(self) -> bool:
        """Whether trials are left to be done."""
        left = bool(self.progress.interrupted) or self.progress.ended < self.progress.planned
        return self.problem is None and not self.is_live and left

    @property
    def best_so_far(self) -> NDArray[np.float64]:
        """The lowest score after each trial that has one, in the order in which they ended."""
        ended = sorted((e for e in self.progress.trials.values() if e.counts), key=lambda e: e.seconds)
        scores = [each.score for each in ended if each.score is not None]
        return np.minimum.accumulate(np.array(scores)) if scores else np.empty(0)


def study_summary_of(folder: StudyFolder, stamp: Stamp = ()) -> StudySummary:
    """Reads one study; what is wrong with it is in the answer."""
    from trainer_gui.engine.families import FAMILIES
    from trainer_gui.engine.study.folder import study_progress_of

    is_live = folder.is_live
    begin = time.monotonic()
    problem, recipe, model, how = None, None, "", ""
    progress = StudyProgress()
    try:
        recipe = folder.recipe
        family = FAMILIES[recipe.base.family]
        sizes = dict(family.sizes)
        model = f"{family.label} · {sizes.get(recipe.base.size, recipe.base.size)}"
        how = _how(recipe)
        progress = study_progress_of(folder)
    except UserError as error:
        problem = error.problem
    return StudySummary(
        folder=folder,
        stamp=stamp,
        name=recipe.name if recipe is not None else folder.path.name,
        created=folder.created,
        recipe=recipe,
        how=how,
        model=model,
        progress=progress,
        is_live=is_live,
        problem=problem,
        again_at=time.monotonic() + REST * (time.monotonic() - begin) if is_live else 0.0,
    )


def _how(recipe: StudyRecipe) -> str:
    from trainer_gui.engine.study.strategies import STRATEGIES

    tr = QCoreApplication.translate
    if recipe.is_learning_curve:
        return tr("RunsPage", "Learning curve")
    if recipe.vary:
        return STRATEGIES[recipe.how].label
    if recipe.folds > 1:
        return tr("RunsPage", "{count} folds").format(count=recipe.folds)
    return tr("RunsPage", "{count} seeds").format(count=recipe.repeats)
