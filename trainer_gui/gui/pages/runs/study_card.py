"""What is below the list where a study is selected: how it went, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout

from trainer_gui.gui.figures import duration, loss, number
from trainer_gui.gui.pages.runs.study_summary import StudySummary
from trainer_gui.gui.pages.runs.together import TogetherButton
from trainer_gui.gui.session import Session
from trainer_gui.gui.study_words import labels_of, setting_words
from trainer_gui.gui.theme import GAP, MARGIN, UNIT
from trainer_gui.gui.widgets import Button, Card, ElidedLabel, IconButton, Label

if TYPE_CHECKING:
    from trainer_gui.gui.plots.overlay import Overlay

_FACTS = 340  # pixels of width


class StudyCard(Card):
    """Shows one study; it is opened and continued on the Train page, where its pictures are."""

    rename_requested = Signal()
    delete_requested = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(name="studyDetails")
        self._session = session
        self._study: StudySummary | None = None
        self._chart: Overlay | None = None
        self.name = ElidedLabel("", "heading")
        self.name.setObjectName("studyDetailsName")
        self.rename_button = IconButton("edit", self.tr("Rename (F2)"))
        self.folder_button = IconButton("folder", self.tr("Open the study's folder"))
        self.delete_button = IconButton("trash", self.tr("Move to the bin (Delete)"))
        self.continue_button = Button(self.tr("Continue"), "studyContinue")
        self.open_button = Button(self.tr("Open"), "studyOpen")
        self.open_button.setToolTip(self.tr("Show its trials on the Train page, where each opens as a run"))
        top = QHBoxLayout()
        top.setSpacing(UNIT)
        top.addWidget(self.name, 1)
        for icon in (self.rename_button, self.folder_button, self.delete_button):
            top.addWidget(icon)
        self.together = TogetherButton(session)
        self.together.setObjectName("studyTogether")
        for button in (self.together, self.continue_button, self.open_button):
            button.setFixedHeight(32)
            top.addWidget(button)
        self.body.addLayout(top)
        self.problem = Label("", "body", "error", wrap=True)
        self.problem.setObjectName("studyProblem")
        self.body.addWidget(self.problem)
        row = QHBoxLayout()
        row.setSpacing(MARGIN)
        self._place = QVBoxLayout()
        row.addLayout(self._place, 3)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnMinimumWidth(1, _FACTS - 120)
        facts = QVBoxLayout()
        facts.addLayout(self._grid)
        facts.addStretch(1)
        row.addLayout(facts, 2)
        self.body.addLayout(row, 1)
        self.rename_button.clicked.connect(self.rename_requested)
        self.delete_button.clicked.connect(self.delete_requested)
        self.folder_button.clicked.connect(self.open_folder)
        self.open_button.clicked.connect(self.open_study)
        self.continue_button.clicked.connect(self.continue_study)

    def show_study(self, study: StudySummary | None) -> None:
        """Shows this study, or nothing."""
        before, self._study = self._study, study
        self.setVisible(study is not None)
        self.together.show_study(study)
        if study is None:
            return
        self.continue_button.setVisible(study.can_continue)
        self.open_button.setEnabled(study.problem is None)
        if study is before:
            return
        self.name.setText(study.name)
        problem = study.problem or study.progress.problem
        self.problem.setText("" if problem is None else str(problem))
        self.problem.setVisible(problem is not None)
        self._show_facts(study)
        self._show_chart(study)

    def open_study(self) -> None:
        """Shows the study on the Train page, exactly as it stands."""
        study, session = self._study, self._session
        if study is None:
            return
        if study.problem is not None:
            session.problem_shown.emit(study.problem)
            return
        here = session.study.folder
        if session.study.is_active and here is not None and here.path == study.path:
            session.show_study(True)
        else:
            session.open_study(study.folder)
            if session.is_training:  # it was refused, and that was said
                return
        session.page_wanted.emit("train")

    def continue_study(self) -> None:
        """Goes on with the study."""
        study, session = self._study, self._session
        if study is not None:
            is_free = not session.is_training
            session.continue_study(study.folder)  # which says why not
            if is_free:
                session.page_wanted.emit("train")

    def open_folder(self) -> None:
        """Shows the study's folder in the system's file manager."""
        if self._study is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._study.path)))

    def _show_facts(self, study: StudySummary) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, (name, value) in enumerate(study_facts(study)):
            self._grid.addWidget(Label(name, "small", "muted"), row, 0)
            self._grid.addWidget(ElidedLabel(value, "small"), row, 1)

    def _show_chart(self, study: StudySummary) -> None:
        from trainer_gui.gui.plots.overlay import Overlaid, Overlay

        if self._chart is None:
            self._chart = Overlay("studyBest")
            self._place.addWidget(self._chart)
        best = study.best_so_far
        self._chart.setVisible(len(best) > 1)
        if len(best) > 1:
            places = np.arange(1.0, len(best) + 1)
            curve = Overlaid(places, best, "validation", mark=int(best.argmin()))
            self._chart.show_curves([curve], self.tr("Trial"), self.tr("Best validation loss so far"))


def study_facts(study: StudySummary) -> list[tuple[str, str]]:
    """What is worth knowing of one study, as pairs of words."""
    recipe, progress = study.recipe, study.progress
    if recipe is None:
        return []
    done = _tr("{done} of {count}").format(done=number(progress.ended), count=number(progress.planned))
    if progress.failed:
        done += _tr(", {count} failed").format(count=number(len(progress.failed)))
    found = [(_tr("How"), study.how)]
    found += [
        (_tr("Varies"), f"{axis.label}: {axis.text.partition('=')[2].replace('..', _tr(' to '))}")
        for axis in recipe.space.axes
    ]
    found.append((_tr("Trials"), done))
    if recipe.runs_each > 1:
        found.append((_tr("Runs of each"), number(recipe.runs_each)))
    best = progress.best
    if best is not None and best.score is not None:
        found.append((_tr("Best loss"), loss(best.score)))
        if best.values:
            found.append((_tr("Best setting"), setting_words(best, labels_of(recipe))))
    found.append((_tr("Data"), study.data))
    found.append((_tr("Predicts"), recipe.base.target))
    found.append((_tr("Model"), study.model))
    found.append((_tr("Took"), duration(progress.seconds)))
    return found


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunsPage", text)
