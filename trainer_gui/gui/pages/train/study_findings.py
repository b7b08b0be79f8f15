"""What a study says so far: worked out away from the GUI thread whenever another trial is over."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from trainer_gui.engine.study.outline import StudyOutline
from trainer_gui.engine.study.progress import StudyProgress
from trainer_gui.engine.study.recipe import StudyRecipe
from trainer_gui.gui.runner import Latest, Report
from trainer_gui.gui.session import Session

if TYPE_CHECKING:
    from trainer_gui.engine.study.findings import Findings


class StudyFindings(QObject):
    """Asks once for each state in which the study has something new to say."""

    found = Signal(object)  # Findings

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._latest = Latest(session.runner, self)
        self._latest.answered.connect(self._on_answered)
        self._latest.refused.connect(session.problem_shown)
        self._latest.faulted.connect(session.fault_found)
        self._asked: object = None

    def forget(self) -> None:
        """Another study is shown."""
        self._asked = None
        self._latest.forget()

    def ask(
        self, recipe: StudyRecipe, outline: StudyOutline, progress: StudyProgress, folder: Path | None
    ) -> None:
        """Asks anew where trials have ended since; the answer comes with `found`."""
        trials = progress.trials.values()
        state = (
            folder,
            sum(each.outcome is not None for each in trials),
            sum(len(each.scores) for each in trials),
        )
        if state == self._asked or not state[1] or self._latest.is_busy:
            return
        self._asked = state
        # The study goes on meanwhile: what is read on the thread must stay as it is.
        held = StudyProgress()
        held.trials, held.best_so_far = dict(progress.trials), list(progress.best_so_far)
        self._latest.ask(partial(_find, recipe, outline, held, folder))

    def _on_answered(self, found: Findings) -> None:
        self.found.emit(found)


def _find(
    recipe: StudyRecipe, outline: StudyOutline, progress: StudyProgress, folder: Path | None, report: Report
) -> Findings:
    from trainer_gui.engine.study.findings import findings_of
    from trainer_gui.engine.study.folder import StudyFolder

    report("", None)
    return findings_of(recipe, outline, progress, None if folder is None else StudyFolder(folder))
