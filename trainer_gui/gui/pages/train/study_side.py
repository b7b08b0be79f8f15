"""The right side of the Train page while a study is in hand: numbers, pictures, and what it came to."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from trainer_gui.engine.problems import UserError
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.study.folder import StudyFolder
from trainer_gui.engine.study.progress import StudyProgress, StudyState
from trainer_gui.engine.study.recipe import StudyRecipe
from trainer_gui.gui.pages.train.study_outcome import StudyOutcome
from trainer_gui.gui.pages.train.study_tiles import StudyTiles
from trainer_gui.gui.pages.train.study_view import StudyView
from trainer_gui.gui.runner import Report
from trainer_gui.gui.session import Session
from trainer_gui.gui.study_words import share_of
from trainer_gui.gui.theme import GAP
from trainer_gui.gui.widgets import ProgressLine

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import Dataset


class StudySide(QWidget):
    """Follows the study of the session; what is wanted of it is done by the session."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("studySide")
        self._session = session
        self.tiles = StudyTiles()
        self.line = ProgressLine("studyLine", 4)
        self.view = StudyView(session)
        self.view.run_requested.connect(self._open)
        self._viewed: tuple[StudyRecipe | None, StudyFolder | None] = (None, None)
        self.outcome = StudyOutcome()
        self.outcome.use_requested.connect(self._on_use)
        self.outcome.open_requested.connect(self._on_open)
        self.outcome.continue_requested.connect(self._on_continue)
        self.outcome.widen_requested.connect(self._on_widen)
        self.outcome.join_requested.connect(self._on_join)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        for widget in (self.tiles, self.line):
            column.addWidget(widget)
        column.addWidget(self.view, 1)
        column.addWidget(self.outcome)
        session.study_changed.connect(self.show_progress)
        session.run_state_changed.connect(self._on_state_changed)

    def show_progress(self, progress: StudyProgress) -> None:
        """Shows where the study stands."""
        study = self._session.study
        self.tiles.show_progress(progress, study.recipe, paused=study.is_paused)
        tone = "error" if progress.state is StudyState.FAILED else "muted" if study.is_paused else "accent"
        preparing = study.is_active and not progress.trials
        self.line.show_share(None if preparing else share_of(progress, study.recipe), tone)
        self._show_view(progress)
        self.outcome.show_progress(progress, study.recipe, is_active=study.is_active)

    def _show_view(self, progress: StudyProgress) -> None:
        study = self._session.study
        if study.recipe is None:
            return
        if self._viewed != (study.recipe, study.folder):
            self._viewed = (study.recipe, study.folder)
            self.view.show_study(study.recipe, study.folder.path if study.folder is not None else None)
        self.view.show_progress(progress)
        if progress.problem is not None and not progress.trials:
            self.view.show_problem(progress.problem)

    def _on_state_changed(self) -> None:
        self.show_progress(self._session.study.progress)

    def _open(self, path: Path) -> None:
        if (path / "recipe.toml").exists():  # one that has hardly begun has nothing to show
            self._session.open_run(RunFolder(path))

    def _on_open(self) -> None:
        study = self._session.study
        best = study.progress.best
        if best is not None and study.folder is not None:
            self._open(study.folder.run(best.runs[0]).path)

    def _on_use(self) -> None:
        study = self._session.study
        best = study.progress.best
        if best is None or study.recipe is None:
            return
        try:
            recipe = study.recipe.recipe_of(best.values, 0)
        except UserError as error:  # the family was declared otherwise when the study was made
            self._session.problem_shown.emit(error.problem)
            return
        self._session.take_choices(recipe)

    def _on_continue(self) -> None:
        folder = self._session.study.folder
        if folder is not None:
            self._session.continue_study(folder)

    def _on_join(self) -> None:
        """Puts the runs of the best setting together, away from the GUI thread, and shows that model."""
        session = self._session
        folder, recipe = session.study.folder, session.study.recipe
        if folder is None or recipe is None:
            return
        dataset = session.dataset
        if dataset is not None and (session.is_preview or dataset.fingerprint != recipe.base.fingerprint):
            dataset = None
        self.outcome.show_joining(True)
        job = session.runner.call(partial(_joined, folder, dataset))
        job.answered.connect(self._on_joined)
        job.refused.connect(session.problem_shown)
        job.faulted.connect(session.fault_found)
        job.over.connect(self._on_state_changed)

    def _on_joined(self, folder: RunFolder) -> None:
        self._open(folder.path)

    def _on_widen(self) -> None:
        study = self._session.study
        if study.folder is not None and study.recipe is not None:
            self._session.draft.continue_with(study.folder, study.recipe, study.progress)


def _joined(folder: StudyFolder, dataset: Dataset | None, report: Report) -> RunFolder:
    from trainer_gui.engine.study.together import ensemble_of

    return ensemble_of(folder, dataset, report)
