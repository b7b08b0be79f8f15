"""The queue as the window sees it: what waits, in order, and whether it goes on by itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from trainer_gui.engine.problems import Problem, problem
from trainer_gui.gui.runner import Latest, Report, Runner

if TYPE_CHECKING:
    from trainer_gui.engine.recipe import Recipe
    from trainer_gui.engine.run_queue import WaitingRun


class RunQueue(QObject):
    """Holds what waits on the disk, read and changed away from the GUI thread.

    What waited when the app was opened is held, until somebody lets it go on; what is added while a run
    trains goes on by itself.
    """

    changed = Signal()
    refused = Signal(object)  # a Problem
    faulted = Signal(str, str)

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self.entries: tuple[WaitingRun, ...] = ()
        self.is_held = True
        self._readings = Latest(runner, self)
        self._readings.answered.connect(self._on_read)
        self._readings.refused.connect(self.refused)
        self._readings.faulted.connect(self.faulted)

    @property
    def is_reading(self) -> bool:
        """Whether what waits is being looked up or changed."""
        return self._readings.is_busy

    def refresh(self) -> None:
        """Looks at the disk: another window or terminal may have changed what waits."""
        self._readings.ask(_read)

    def add(self, recipe: Recipe, after: Recipe | None = None) -> None:
        """Lets a recipe wait behind the others; it goes on by itself, after the run under way."""
        self.is_held = False

        def work(report: Report) -> None:
            from trainer_gui.engine.run_queue import add

            add(recipe, after=after)

        self._change(work)

    def remove(self, key: str) -> None:
        """Lets it wait no longer."""

        def work(report: Report) -> None:
            from trainer_gui.engine.run_queue import remove

            remove(key)

        self._change(work)

    def move_up(self, key: str) -> None:
        """Lets it have its turn before the one that stands before it."""

        def work(report: Report) -> None:
            from trainer_gui.engine.run_queue import move_up

            move_up(key)

        self._change(work)

    def hold(self) -> None:
        """Begins with none of them until `go_on`."""
        self.is_held = True
        self.changed.emit()

    def go_on(self) -> None:
        """Begins with the next one as soon as nothing is being trained."""
        self.is_held = False
        self.changed.emit()

    def forget(self, entry: WaitingRun) -> None:
        """Leaves out one that has begun, before the disk is looked at again."""
        self.entries = tuple(each for each in self.entries if each.key != entry.key)
        self.changed.emit()

    def _change(self, work: Callable[[Report], None]) -> None:
        job = self._runner.call(partial(_changed, work))
        job.answered.connect(self._on_read)
        job.refused.connect(self.refused)
        job.faulted.connect(self.faulted)

    def _on_read(self, entries: tuple[WaitingRun, ...]) -> None:
        self.entries = entries
        self.changed.emit()


def failure_of(entry: WaitingRun, found: Problem, *, is_last: bool) -> Problem:
    """What is said of a run of the queue that has failed."""
    full = found.key.startswith("disk.")
    advice = "The queue is held: {why}" if full else "The next one in the queue goes on. {why}"
    return problem(
        "queue.failed",
        "“{name}” failed: {what}",
        "{why}" if is_last else advice,
        severity="caution",
        name=entry.name,
        what=found.message,
        why=found.advice,
    )


def _read(report: Report) -> tuple[WaitingRun, ...]:
    from trainer_gui.engine.run_queue import waiting

    report("", None)
    return tuple(waiting())


def _changed(work: Callable[[Report], None], report: Report) -> tuple[WaitingRun, ...]:
    work(report)
    return _read(report)
