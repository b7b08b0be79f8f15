"""The rows or pictures behind a number."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from trainer_gui.gui.pages.results.evaluation import MOST, Selected, save_frame
from trainer_gui.gui.runner import Runner
from trainer_gui.gui.tables.frame_view import FrameView
from trainer_gui.gui.tables.picture_grid import PictureGrid
from trainer_gui.gui.theme import MARGIN, UNIT
from trainer_gui.gui.widgets import Card, Label, LinkButton


class CasesCard(Card):
    """A table of rows, or pictures with what they were taken for; a table can be saved."""

    problem_found = Signal(object)
    faulted = Signal(str, str)
    all_requested = Signal()  # the cases of the whole report again

    def __init__(self, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__("–", "casesCard", parent)
        self.body.setContentsMargins(MARGIN, 14, UNIT, UNIT)
        self._runner = runner
        self._shown: Selected | None = None
        self.back = LinkButton(self.tr("Show all mistakes"), "casesBack")
        self.back.clicked.connect(self.all_requested)
        self.back.hide()
        self.save = LinkButton(self.tr("Save as CSV…"), "casesSave")
        self.save.clicked.connect(self._on_save)
        self.add_to_header(self.back)
        self.add_to_header(self.save)
        self.header.setContentsMargins(0, 0, UNIT, 0)
        self.table = FrameView("casesTable")
        self.table.setAccessibleName(self.tr("The rows behind the number"))
        self.table.verticalHeader().hide()  # the first column has the numbers of the rows
        self.pictures = PictureGrid(runner, "casesPictures")
        self.nothing = Label("", "body", "muted")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        for part in (self.table, self.pictures, self.nothing):
            self._stack.addWidget(part)
        self.body.addWidget(self._stack, 1)

    def show_cases(self, shown: Selected, *, can_go_back: bool) -> None:
        """Shows these cases; `can_go_back` where they are a part of all mistakes."""
        self._shown = shown
        self.title.setText(shown.title)
        self.setAccessibleName(shown.title)
        self.back.setVisible(can_go_back)
        self.save.setVisible(shown.frame is not None and shown.count > 0)
        self.pictures.show_pictures(shown.pictures if shown.count else None, captioned=True)
        self.table.frame_model.show_frame(shown.frame)
        if not shown.count:
            self.nothing.setText(self.tr("There is no such row."))
            self._stack.setCurrentWidget(self.nothing)
        elif shown.frame is not None:
            self.table.size_columns()
            self._stack.setCurrentWidget(self.table)
        else:
            self._stack.setCurrentWidget(self.pictures)
        if shown.frame is not None and shown.count > MOST:
            words = self.tr("{title}: the first {most}")
            self.title.setText(words.format(title=shown.title, most=f"{MOST:,}"))

    def shown(self) -> Selected | None:
        """What is shown."""
        return self._shown

    def save_to(self, path: Path) -> None:
        """Writes the table that is shown."""
        if self._shown is not None and self._shown.frame is not None:
            job = self._runner.call(partial(save_frame, self._shown.frame, path))
            job.answered.connect(self._on_saved)
            job.refused.connect(self.problem_found)
            job.faulted.connect(self.faulted)

    def _on_save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save these rows"), "rows.csv", self.tr("CSV files (*.csv)")
        )
        if name:
            self.save_to(Path(name))

    def _on_saved(self, path: Path) -> None:
        self.title.setText(self.tr("Saved as {name}").format(name=path.name))
