"""Reads data away from the GUI thread, one thing at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from trainer_gui.engine.problems import problem
from trainer_gui.gui.runner import Job, Report, Runner

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import DataReference, Dataset

_LONG = 16_000_000  # bytes


class Opening(QObject):
    """Opens the last thing asked for; an older reading that is under way is dropped."""

    changed = Signal()  # began to read something, or ended
    progressed = Signal(str, object)  # what is being done, and how much of it (0 to 1, or None)
    previewed = Signal(object)  # a Dataset of the first rows, while the rest is still being read
    opened = Signal(object)  # a Dataset
    cancelled = Signal()
    refused = Signal(object)  # a Problem
    faulted = Signal(str, str)
    stalled = Signal(object)  # a Problem: what is read does not answer

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._job: Job | None = None
        self.location = ""  # what is being read; empty while nothing is
        self.missed: tuple[str, object] | None = None  # what could not be opened last, and why

    def begin(
        self, location: str | DataReference, options: dict[str, Any] | None, *, preview: bool = False
    ) -> None:
        """Reads a file, a folder, a sample, or what a reference points at.

        With `preview` the first rows of a long table are there before the rest is read.
        """

        def read(report: Report) -> Dataset:
            from trainer_gui.engine.sources import open_data

            return open_data(location, options, report)

        if not preview or not isinstance(location, str) or not _is_long(location):
            self._read(location if isinstance(location, str) else location.location, read)
            return

        first_rows = self.tr("only its first rows so far")

        def look(report: Report) -> Dataset | None:
            from trainer_gui.engine.sources import preview_data, source_of

            source = source_of(location)
            if source is None or source.name != "table_file":
                return None
            found, is_all = preview_data(source, location, options or {}, report)
            return None if is_all else replace(found, how=f"{found.how}, {first_rows}")

        self._begin(location, look)
        assert self._job is not None
        self._job.answered.connect(lambda found: self._on_previewed(found, location, read))
        self._job.refused.connect(lambda _: self._read(location, read))  # which says it better

    def begin_text(self, text: str) -> None:
        """Keeps a table that was pasted as a file, and reads it."""

        def read(report: Report) -> Dataset:
            from trainer_gui.engine.pasted import keep_text
            from trainer_gui.engine.sources import open_data

            report("Keeping the table", None)
            return open_data(keep_text(text), None, report)

        self._read(self.tr("the pasted table"), read)

    def _read(self, location: str, read: Callable[[Report], Dataset]) -> None:
        self._begin(location, read)
        assert self._job is not None
        self._job.answered.connect(self._on_answered)
        self._job.refused.connect(self._on_refused)

    def _on_previewed(self, found: object, location: str, read: Callable[[Report], Dataset]) -> None:
        self._read(location, read)
        if found is not None:
            self.previewed.emit(found)

    def _begin(self, location: str, read: Callable[[Report], Dataset | None]) -> None:
        self._drop()
        self.location = location

        def prepared(report: Report) -> Dataset | None:
            # What is asked of the data as soon as it is open; imported here, the window does not wait for it.
            import_module("trainer_gui.engine.recipe")
            return read(report)

        self._job = job = self._runner.call(prepared)
        job.progressed.connect(self.progressed)
        job.faulted.connect(self._on_faulted)
        job.fell_silent.connect(self._on_silence)
        job.given_up.connect(self._on_given_up)
        self.changed.emit()

    def cancel(self) -> None:
        """Keeps what is open."""
        self._drop()
        self._end()
        self.cancelled.emit()

    def _drop(self) -> None:
        if self._job is not None:
            job, self._job = self._job, None
            # Its answer may be on its way already.
            for signal in (job.progressed, job.answered, job.refused, job.faulted, job.fell_silent):
                signal.disconnect()
            job.cancel()

    def _end(self) -> None:
        self._job = None
        self.location = ""
        self.changed.emit()

    def _on_silence(self) -> None:
        self.stalled.emit(
            problem(
                "data.silent",
                "Reading {name} has made no progress for a while.",
                "If it lies on a network drive or a stick, check that it is connected. You can wait, or "
                "cancel the reading.",
                severity="caution",
                name=Path(self.location).name or self.location,
            )
        )

    def _on_given_up(self) -> None:
        self.stalled.emit(
            problem(
                "data.given_up",
                "What was read before does not answer, so it was given up.",
                "If it lies on a network drive or a stick, check that it is connected, then open it again.",
                severity="caution",
            )
        )

    def _on_answered(self, dataset: object) -> None:
        self._end()
        self.opened.emit(dataset)

    def _on_refused(self, problem: object) -> None:
        self.missed = (self.location, problem)
        self._end()
        self.refused.emit(problem)

    def _on_faulted(self, line: str, details: str) -> None:
        self._end()
        self.faulted.emit(line, details)


def _is_long(location: str) -> bool:
    """Whether a file takes so long to read that its first rows are worth showing before."""
    try:
        return Path(location).expanduser().stat().st_size > _LONG
    except (OSError, ValueError, RuntimeError):
        return False
