"""Says that a run was interrupted, and goes on with it."""

from __future__ import annotations

from PySide6.QtCore import Signal

from trainer_gui.gui.figures import number
from trainer_gui.gui.pages.runs.summary import RunSummary
from trainer_gui.gui.session import Session
from trainer_gui.gui.widgets import Banner


class InterruptedBanner(Banner):
    """Names the newest interrupted run that can go on; closed, it offers none of those any more."""

    resume_requested = Signal(object)  # RunSummary

    def __init__(self, session: Session) -> None:
        super().__init__("interruptedBanner", closable=True)
        self._session = session
        self._found: list[RunSummary] = []
        self._interrupted: list[RunSummary] = []
        self.button.clicked.connect(self._on_resume)
        self.close_button.clicked.connect(self._on_closed)
        self.hide()

    def show_runs(self, runs: list[RunSummary]) -> None:
        """Shows itself where one of these runs was interrupted and nothing is training."""
        passed_over = self._session.interrupted.is_turned_down
        self._interrupted = [each for each in runs if each.was_interrupted]
        self._found = [e for e in self._interrupted if e.can_resume and not passed_over(e.path)]
        if not self._found or self._session.run.is_active:
            self.hide()
            return
        newest = self._found[0]
        title = self.tr("“{name}” was interrupted").format(name=newest.name)
        words = self.tr("It broke off after epoch {epoch} of {epochs}, and can go on from there.")
        progress = newest.progress
        text = words.format(epoch=number(progress.epoch), epochs=number(progress.epochs))
        if len(self._found) > 1:
            text += " " + self.tr("{count} more are in the list.").format(count=len(self._found) - 1)
        self.show_words(title, text, "caution", self.tr("Resume"))

    def _on_resume(self) -> None:
        if self._found:
            self.resume_requested.emit(self._found[0])

    def _on_closed(self) -> None:
        self._session.interrupted.turn_down(each.path for each in self._interrupted)
