"""What the curve says, in words, with the one thing worth trying next as a button."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer
from PySide6.QtWidgets import QWidget

from trainer_gui.engine.fix import Change
from trainer_gui.engine.problems import Problem
from trainer_gui.engine.progress import Progress, State
from trainer_gui.engine.verdict import verdict
from trainer_gui.engine.verdict_rule import Suggestion
from trainer_gui.gui.session import Session
from trainer_gui.gui.widgets import Banner, Tone

_PATIENCE = 300  # milliseconds between two verdicts while training


class VerdictBanner(Banner):
    """Hidden while there is nothing to say for sure."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("verdict", parent=parent)
        self._session = session
        self._suggestion: Suggestion | None = None
        self._failure: Problem | None = None
        self._repeats = False  # the button begins the run anew as it is
        self._since = QElapsedTimer()
        self._state = State.WAITING
        self.button.clicked.connect(self._on_button)
        self.hide()

    def show_progress(self, progress: Progress) -> None:
        """Judges a run, now and then while it goes on and at once when its state changes."""
        if progress.state is self._state and self._since.isValid() and self._since.elapsed() < _PATIENCE:
            return
        self._state = progress.state
        self._since.start()
        self._suggestion = self._failure = None
        self._repeats = False
        if progress.state is State.FAILED and progress.problem is not None:
            self._show_failure(progress)
            return
        recipe = self._session.run.recipe
        if recipe is None:
            self.hide()
            return
        found = verdict(progress, recipe.settings, recipe.size, recipe.split.validation_share)
        if found is None:
            self.hide()
            return
        self._suggestion = found.suggestion
        tone: Tone = "accent" if found.tone == "note" else found.tone
        button = found.suggestion.label if found.suggestion is not None else ""
        if not button and progress.state.is_over:
            button = self.tr("See the results")
        self.show_words(found.title, found.text, tone, button)

    def _show_failure(self, progress: Progress) -> None:
        assert progress.problem is not None
        self._failure = progress.problem
        button = self.tr("Show the report") if progress.details and self._is_fault() else ""
        recipe = self._session.run.recipe
        self._repeats = self._failure.key == "run.state_damaged" and recipe is not None
        if self._repeats:
            button = self.tr("Repeat from the start")
        elif not button and recipe is not None:
            found = verdict(progress, recipe.settings, recipe.size, recipe.split.validation_share)
            self._suggestion = found.suggestion if found is not None else None
            button = self._suggestion.label if self._suggestion is not None else ""
        self.show_words(progress.problem.message, progress.problem.advice, "error", button)

    def _is_fault(self) -> bool:
        return self._failure is not None and self._failure.key == "fault"

    def _on_button(self) -> None:
        if self._repeats:
            assert self._session.run.recipe is not None
            self._session.try_next(Change(), self._session.run.recipe)
        elif self._failure is not None and self._suggestion is None:
            details = self._session.run.progress.details
            line = details.strip().splitlines()[-1] if details.strip() else self._failure.message
            self._session.fault_found.emit(line, details)
        elif self._suggestion is not None:
            recipe = self._session.run.recipe
            assert recipe is not None
            self._session.try_next(self._suggestion.change, recipe)
        else:
            self._session.page_wanted.emit("results")
