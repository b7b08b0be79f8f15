"""One idea as it is shown, and the run with which it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trainer_gui.engine.progress import Progress
from trainer_gui.engine.verdict import verdict
from trainer_gui.gui.plots.sketch import Drawing

if TYPE_CHECKING:
    from trainer_gui.engine.recipe import Recipe
    from trainer_gui.engine.verdict_rule import Verdict


@dataclass(frozen=True)
class Own:
    """The run that is shown, where one is and it has a curve."""

    progress: Progress
    recipe: Recipe | None

    @property
    def has_curve(self) -> bool:
        """Whether at least two epochs are there to be drawn."""
        progress = self.progress
        return progress.started is not None and progress.joined is None and len(progress.curve) > 1

    @property
    def verdict(self) -> Verdict | None:
        """What is said of it on the Train page."""
        if self.recipe is None:
            return None
        recipe = self.recipe
        return verdict(self.progress, recipe.settings, recipe.size, recipe.split.validation_share)


@dataclass(frozen=True)
class Lesson:
    """One idea. `own` says what it was like in the run that is shown; empty where there is none."""

    name: str
    title: str
    text: str
    own: str
    drawing: Drawing | None  # None: a bar of the rows
    words: str  # what is to be seen, for screen readers
