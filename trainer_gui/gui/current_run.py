"""The run that the window shows: training now, just over, or opened from its folder."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from trainer_gui.engine.awake import Wakefulness, kept_awake
from trainer_gui.engine.events import Event
from trainer_gui.engine.problems import Problem, problem
from trainer_gui.engine.progress import Progress, State
from trainer_gui.gui.current import Current
from trainer_gui.gui.runner import Runner

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import Dataset
    from trainer_gui.engine.recipe import Recipe
    from trainer_gui.engine.run_folder import RunFolder
    from trainer_gui.engine.run_queue import WaitingRun


class CurrentRun(Current):
    """Holds the Progress of one run. A pause or a stop is obeyed at the next batch."""

    folder: RunFolder | None
    recipe: Recipe | None
    progress: Progress

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(runner, parent)
        self.wakefulness = Wakefulness()

    def start(self, recipe: Recipe, dataset: Dataset | None, name: str = "") -> None:
        """Begins a new run."""
        control = self._begin()
        self.folder, self.recipe, self.progress = None, recipe, Progress()

        def make() -> Iterator[Event]:
            from trainer_gui.engine.run import train

            self._made, events = train(recipe, control, dataset=dataset, name=name)
            return kept_awake(events, self.wakefulness)

        self._follow(make)

    def start_waiting(self, entry: WaitingRun, dataset: Dataset | None) -> None:
        """Begins with a run that waited in the queue; `dataset` spares reading it where it is the one."""
        control = self._begin()
        self.folder, self.recipe, self.progress = None, entry.recipe, Progress()

        def make() -> Iterator[Event]:
            from trainer_gui.engine.run_queue import begin

            self._made, events = begin(entry, control, dataset)
            return kept_awake(events, self.wakefulness)

        self._follow(make)

    def resume_from(self, folder: RunFolder, dataset: Dataset | None = None) -> None:
        """Goes on with a run that was stopped or broke off. Its curve so far is shown at once."""
        control = self._begin()
        self.folder, self.recipe, self.progress = folder, None, Progress()

        def make() -> Iterator[Event | Progress]:
            from trainer_gui.engine.run import resume
            from trainer_gui.engine.run_folder import progress_of

            self._made = folder
            self.recipe = folder.recipe
            events = resume(folder, control, dataset)
            # A long run is folded here, on the thread; event by event it would hold the window up.
            yield progress_of(folder, batches=True)
            yield from kept_awake(events, self.wakefulness)

        self._follow(make)

    def open(self, folder: RunFolder) -> None:
        """Shows a recorded run exactly as it stands, and follows it where another process trains it."""
        from trainer_gui.engine.following import follow

        self._watch(folder, partial(follow, folder))

    def _blank(self) -> Progress:
        return Progress()

    def _fail(self, found: Problem, details: str = "") -> None:
        self.progress.state, self.progress.problem = State.FAILED, found
        self.progress.details = details or self.progress.details

    def _fault(self) -> Problem:
        return problem(
            "fault",
            "Something in Trainer itself went wrong, and the run had to end.",
            "What was trained until then is kept. Please send the report, so that it can be mended.",
        )
