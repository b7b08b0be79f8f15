"""What the window follows: something that is trained here, or a record that perhaps somebody else writes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QObject, Signal

from trainer_gui.engine.control import Control
from trainer_gui.engine.problems import Problem
from trainer_gui.gui.runner import Job, Runner


class Current(QObject):
    """Holds the progress of one thing and the wishes of whoever watches it. It has no widgets.

    A stream brings events, and now and then a progress that stands for all events before it.
    """

    progressed = Signal(object)  # the progress, after each handful of events
    state_changed = Signal()  # began, was paused, goes on, is over, or another one is shown
    refused = Signal(object)  # a Problem
    faulted = Signal(str, str)

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._control = Control()
        self._job: Job | None = None
        self._watching: Job | None = None  # reads a record, which another process may be writing
        self._opened: Any = None  # the folder of it, until the first of it has come
        self._read_recipe: Any = None
        self._made: Any = None  # the folder, written by the thread before its first event
        self.is_stopping = False
        self.folder: Any = None
        self.recipe: Any = None
        self.progress: Any = self._blank()

    @property
    def is_active(self) -> bool:
        """Whether it is being trained now, by this window."""
        return self._job is not None

    @property
    def is_paused(self) -> bool:
        """Whether a pause was asked for and not taken back."""
        return self.is_active and self._control.pause_wanted

    def pause(self) -> None:
        """Asks it to wait as soon as it can."""
        if self.is_active and not self.is_stopping:
            self._control.pause()
            self.state_changed.emit()

    def go_on(self) -> None:
        """Lets what is paused go on."""
        self._control.resume()
        self.state_changed.emit()

    def stop(self, *, on_purpose: bool = True) -> None:
        """Asks it to end at the next batch and to keep what it has; not on purpose, it is offered again."""
        if self._job is not None and not self.is_stopping:
            self.is_stopping = True
            self._control.stop(on_purpose=on_purpose)
            self._job.cancel()
            self.state_changed.emit()

    def clear(self) -> None:
        """Shows nothing."""
        if not self.is_active:
            self._look_away()
            self._take(None, None, self._blank())

    def show_events(self, events: list[Any]) -> None:
        """Takes in the next events of what is shown; a progress stands for all before it."""
        before = self.progress.state
        if self.folder is None and self._made is not None:
            self.folder = self._made
        for event in events:
            if isinstance(event, type(self.progress)):
                self.progress = event
            else:
                self.progress.add(event)
        self.progressed.emit(self.progress)
        if self.progress.state is not before:
            self.state_changed.emit()

    def _blank(self) -> Any:
        """The progress of what has not begun."""
        raise NotImplementedError

    def _fail(self, found: Problem, details: str = "") -> None:
        """Writes into the progress that it ended with a problem."""
        raise NotImplementedError

    def _fault(self) -> Problem:
        """What is said of an end that nobody foresaw."""
        raise NotImplementedError

    def _take(self, folder: Any, recipe: Any, progress: Any) -> None:
        self.folder, self.recipe, self.progress = folder, recipe, progress
        self.progressed.emit(progress)
        self.state_changed.emit()

    def _begin(self) -> Control:
        """A control for what begins now."""
        assert not self.is_active
        self._control = Control()
        return self._control

    def _follow(self, make: Callable[[], Iterator[Any]]) -> None:
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

    def _watch(self, folder: Any, follow: Callable[[threading.Event], Iterator[Any]]) -> None:
        """Shows a record and what is added to it: `follow` gives a progress first, and then events."""
        assert not self.is_active
        self._look_away()
        enough = threading.Event()

        def read() -> Iterator[Any]:
            yield folder.recipe
            yield from follow(enough)

        self._opened = folder
        self._watching = job = self._runner.run_stream(read, enough.set)
        job.events_arrived.connect(self._on_read)
        job.refused.connect(self.refused)
        job.faulted.connect(self.faulted)
        job.over.connect(self._on_read_over)

    def _look_away(self) -> None:
        """Follows the record no longer; what it has still brought is dropped."""
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
            folder, recipe = self._opened, self._read_recipe
            self._opened = self._read_recipe = None
            self._take(folder, recipe, events.pop(0))
        if events:
            self.show_events(events)

    def _on_read_over(self) -> None:
        self._watching = None

    def _on_refused(self, found: Problem) -> None:
        self._fail(found)
        self.progressed.emit(self.progress)

    def _on_faulted(self, line: str, details: str) -> None:
        self._fail(self._fault(), details)
        self.progressed.emit(self.progress)
        self.faulted.emit(line, details)

    def _on_over(self) -> None:
        self._job = None
        self.is_stopping = False
        self.progressed.emit(self.progress)
        self.state_changed.emit()
