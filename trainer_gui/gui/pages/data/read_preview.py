"""The first rows of a file as they would be read, or the sentence that says why they cannot be."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from trainer_gui.engine.data.dataset import Dataset, Pictures, Table
from trainer_gui.engine.problems import Problem
from trainer_gui.gui.pages.data.repairs_view import repairs_about, repairs_in_words
from trainer_gui.gui.runner import Runner
from trainer_gui.gui.tables.frame_view import FrameView
from trainer_gui.gui.tables.picture_grid import PictureGrid
from trainer_gui.gui.theme import UNIT
from trainer_gui.gui.widgets import EmptyState, Label, LinkButton, ProgressLine


class ReadPreview(QWidget):
    """A summary, what was noticed, and the table; while something else is tried, a line that moves."""

    repairs_wanted = Signal()

    def __init__(self, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.summary = Label("", "strong", wrap=True)
        self.summary.setObjectName("readSummary")
        self.notes = Label("", "small", "muted", wrap=True)
        self.notes.setObjectName("readNotes")
        self.repairs = LinkButton("", "readRepairs")
        self.repairs.setProperty("tone", "accent")
        self.repairs.clicked.connect(self.repairs_wanted)
        self.line = ProgressLine("readProgress", 3)
        self.table = FrameView("readPreview")
        self.pictures = PictureGrid(runner, "readPictures")
        self.refusal = EmptyState("warning", "", name="readRefusal")
        self._stack = QStackedWidget()
        for each in (self.table, self.pictures, self.refusal):
            self._stack.addWidget(each)
        card = QFrame()
        card.setProperty("kind", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(6, 6, 6, 6)
        inside.addWidget(self._stack)
        below = QHBoxLayout()
        below.addWidget(self.repairs)
        below.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT // 2)
        column.addWidget(self.summary)
        column.addWidget(self.notes)
        column.addLayout(below)
        column.addWidget(self.line)
        column.addWidget(card, 1)
        self.show_busy(False)

    def show_busy(self, busy: bool) -> None:
        """Shows that something else is being tried, or that it is not."""
        keeps = self.line.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)
        self.line.setSizePolicy(keeps)
        self.line.setVisible(busy)
        self.line.show_share(None if busy else 0.0)

    def show_dataset(self, dataset: Dataset, *, is_all: bool) -> None:
        """Shows what was read; where that is not all, it says so."""
        self.show_busy(False)
        if isinstance(dataset, Pictures):
            words = self.tr("{rows} pictures: {how}")
        elif is_all:
            words = self.tr("{rows} rows, {columns} columns: {how}")
        else:
            words = self.tr("The first {rows} rows, {columns} columns: {how}")
        self.summary.setText(
            words.format(rows=f"{dataset.rows:,}", columns=f"{len(dataset.columns):,}", how=dataset.how)
        )
        self.summary.show()
        notes = " ".join(each.message for each in dataset.notes[:3])
        self.notes.setText(notes)
        self.notes.setVisible(bool(notes))
        repairs = repairs_about(dataset)
        words = self.tr("{what}: show these rows")
        self.repairs.setText(words.format(what=repairs_in_words(repairs)))
        self.repairs.setVisible(bool(repairs))
        if isinstance(dataset, Table):
            self.table.frame_model.show_frame(dataset.frame)
            self.table.size_columns()
            self._stack.setCurrentWidget(self.table)
        elif isinstance(dataset, Pictures):
            self.pictures.show_pictures(dataset)
            self._stack.setCurrentWidget(self.pictures)

    def show_refusal(self, problem: Problem) -> None:
        """Says why it cannot be read like this."""
        self.show_busy(False)
        for each in (self.summary, self.notes, self.repairs):
            each.hide()
        self.refusal.show_words(self.tr("It cannot be read like this"), str(problem))
        self._stack.setCurrentWidget(self.refusal)

    def refused(self) -> str:
        """The sentence that stands instead of a table; empty while there is a table."""
        shown = self._stack.currentWidget() is self.refusal
        return self.refusal.accessibleName() if shown else ""
