"""The run that the window shows: training now, just over, or opened from its folder."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from trainer_gui.engine.awake import Wakefulness, kept_awake
from trainer_gui.engine.control import Control
from trainer_gui.engine.events import Event
from trainer_gui.engine.problems import Problem, problem
from trainer_gui.engine.progress import Progress, State
from trainer_gui.gui.runner import Job, Runner

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import Dataset
    from trainer_gui.engine.recipe import Recipe
    from trainer_gui.engine.run_folder import RunFolder
    from trainer_gui.engine.run_queue import WaitingRun


class CurrentRun(QObject):
    """Holds the progress of one run and the wishes of whoever watches it. It has no widgets."""

    progressed = Signal(object)  # the Progress, after each handful of events
    state_changed = Signal()  # began, was paused, goes on, is over, or another run is shown
    refused = Signal(object)  # a Problem
    faulted = Signal(str, str)

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self.wakefulness = Wakefulness()
        self._control = Control()
        self._job: Job | None = None
        self._watching: Job | None = None  # reads a recorded run, which another process may be writing
        self._opened: RunFolder | None = None  # the same run, until the first of it has come
        self._read_recipe: Recipe | None = None
        self._made: RunFolder | None = None  # written by the thread before its first event
        self.folder: RunFolder | None = None
        self.recipe: Recipe | None = None
        self.progress = Progress()
        self.is_stopping = False

    @property
    def is_active(self) -> bool:
        """Whether it is being trained now, by this window."""
        return self._job is not None

    @property
    def is_paused(self) -> bool:
        """Whether a pause was asked for and not taken back."""
        return self.is_active and self._control.pause_wanted

    def start(self, recipe: Recipe, dataset: Dataset | None, name: str = "") -> None:
        """Begins a new run."""
        assert not self.is_active
        self._control = control = Control()
        self.folder, self.recipe, self.progress = None, recipe, Progress()

        def make() -> Iterator[Event]:
            from trainer_gui.engine.run import train

            self._made, events = train(recipe, control, dataset=dataset, name=name)
            return kept_awake(events, self.wakefulness)

        self._follow(make)

    def start_waiting(self, entry: WaitingRun, dataset: Dataset | None) -> None:
        """Begins with a run that waited in the queue; `dataset` spares reading it where it is the one."""
        assert not self.is_active
        self._control = control = Control()
        self.folder, self.recipe, self.progress = None, entry.recipe, Progress()

        def make() -> Iterator[Event]:
            from trainer_gui.engine.run_queue import begin

            self._made, events = begin(entry, control, dataset)
            return kept_awake(events, self.wakefulness)

        self._follow(make)

    def resume_from(self, folder: RunFolder, dataset: Dataset | None = None) -> None:
        """Goes on with a run that was stopped or broke off. Its curve so far is shown at once."""
        assert not self.is_active
        self._control = control = Control()
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

    def pause(self) -> None:
        """Asks the run to wait at the next batch."""
        if self.is_active and not self.is_stopping:
            self._control.pause()
            self.state_changed.emit()

    def go_on(self) -> None:
        """Lets a paused run go on."""
        self._control.resume()
        self.state_changed.emit()

    def stop(self, *, on_purpose: bool = True) -> None:
        """Asks the run to end at the next batch and to keep the best; not on purpose, it is offered again."""
        if self._job is not None and not self.is_stopping:
            self.is_stopping = True
            self._control.stop(on_purpose=on_purpose)
            self._job.cancel()
            self.state_changed.emit()

    def open(self, folder: RunFolder) -> None:
        """Shows a recorded run exactly as it stands, and follows it where another process trains it."""
        assert not self.is_active
        self._look_away()
        enough = threading.Event()

        def read() -> Iterator[Recipe | Progress | Event]:
            from trainer_gui.engine.following import follow

            yield folder.recipe
            yield from follow(folder, enough)

        self._opened = folder
        self._watching = job = self._runner.run_stream(read, enough.set)
        job.events_arrived.connect(self._on_read)
        job.refused.connect(self.refused)
        job.faulted.connect(self.faulted)
        job.over.connect(self._on_read_over)

    def clear(self) -> None:
        """Shows no run."""
        if not self.is_active:
            self._look_away()
            self.folder, self.recipe, self.progress = None, None, Progress()
            self.progressed.emit(self.progress)
            self.state_changed.emit()

    def show_events(self, events: list[Any]) -> None:
        """Takes in the next events of the run that is shown; a Progress stands for all before it."""
        before = self.progress.state
        if self.folder is None and self._made is not None:
            self.folder = self._made
        for event in events:
            if isinstance(event, Progress):
                self.progress = event
            else:
                self.progress.add(event)
        self.progressed.emit(self.progress)
        if self.progress.state is not before:
            self.state_changed.emit()

    def _follow(self, make: Any) -> None:
        self._look_away()
        self._made = None
        self.is_stopping = False
        self._job = job = self._runner.run_stream(make, self._control.stop)
        job.events_arrived.connect(self.show_events)
        job.refused.connect(self._on_refused)
        job.faulted.connect(self._on_faulted)
        job.over.connect(self._on_over)
        self.progressed.emit(self.progress)
        self.state_changed.emit()

    def _look_away(self) -> None:
        """Follows the recorded run no longer; what it has still brought is dropped."""
        job, self._watching = self._watching, None
        self._opened = self._read_recipe = None
        if job is not None:
            job.events_arrived.disconnect(self._on_read)
            job.over.disconnect(self._on_read_over)
            job.cancel()

    def _on_read(self, events: list[Any]) -> None:
        if self._opened is not None:
            self._read_recipe = self._read_recipe or events.pop(0)
            if not events:  # the record itself takes longer
                return
            self.folder, self.recipe, self.progress = self._opened, self._read_recipe, events.pop(0)
            self._opened = self._read_recipe = None
            self.progressed.emit(self.progress)
            self.state_changed.emit()
        if events:
            self.show_events(events)

    def _on_read_over(self) -> None:
        self._watching = None

    def _on_refused(self, found: Problem) -> None:
        self.progress.state, self.progress.problem = State.FAILED, found
        self.progressed.emit(self.progress)

    def _on_faulted(self, line: str, details: str) -> None:
        self.progress.state, self.progress.details = State.FAILED, details
        self.progress.problem = problem(
            "fault",
            "Something in Trainer itself went wrong, and the run had to end.",
            "What was trained until then is kept. Please send the report, so that it can be mended.",
        )
        self.progressed.emit(self.progress)
        self.faulted.emit(line, details)

    def _on_over(self) -> None:
        self._job = None
        self.is_stopping = False
        self.progressed.emit(self.progress)
        self.state_changed.emit()
