"""The list of runs with the field that finds one of them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLineEdit

from trainer_gui.gui.icons import icon
from trainer_gui.gui.pages.runs.run_table import RunTable
from trainer_gui.gui.pages.runs.study_summary import StudySummary
from trainer_gui.gui.theme import FIELD_HEIGHT, GAP, colours, font
from trainer_gui.gui.widgets import Card, Label


class ListCard(Card):
    """Shows the runs that hold the words that are typed, and says how many they are."""

    filtered = Signal()

    def __init__(self) -> None:
        super().__init__(name="runsCard")
        self.filter = QLineEdit()
        self.filter.setObjectName("runFilter")
        self.filter.setPlaceholderText(self.tr("Find a run by name, data, model or state"))
        self.filter.setAccessibleName(self.tr("Find a run"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setFixedHeight(FIELD_HEIGHT)
        self.filter.setFont(font("body"))
        self.filter.setMaximumWidth(420)
        self.filter.textChanged.connect(self._on_filter_changed)
        self._search = QAction(self.filter)
        self.filter.addAction(self._search, QLineEdit.ActionPosition.LeadingPosition)
        self._colour_search()
        self.count = Label("", "small", "muted")
        self.count.setObjectName("runCount")
        self.hint = Label(self.tr("Select two or more to compare them."), "small", "muted")
        self.table = RunTable()
        self.nothing = Label("", "body", "muted")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.hide()
        top = QHBoxLayout()
        top.setContentsMargins(10, 6, 10, 4)
        top.setSpacing(GAP)
        top.addWidget(self.filter, 1)
        top.addWidget(self.count)
        top.addStretch(0)
        top.addWidget(self.hint)
        self.body.setContentsMargins(6, 6, 6, 6)
        self.body.setSpacing(2)
        self.body.addLayout(top)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.nothing, 1)

    def show_count(self) -> None:
        """Says how many runs there are and how many of them are shown."""
        shown, total = self.table.shown.rowCount(), self.table.runs.rowCount()
        if shown != total:
            words = self.tr("{shown} of {total}").format(shown=shown, total=total)
        else:
            count = sum(isinstance(each, StudySummary) for each in self.table.runs.runs())
            runs, studies = total - count, ""
            words = self.tr("1 run") if runs == 1 else self.tr("{total} runs").format(total=runs)
            if count:
                studies = self.tr("1 study") if count == 1 else self.tr("{count} studies").format(count=count)
            words = ", ".join(filter(None, (words if runs or not count else "", studies)))
        self.count.setText(words)
        self.hint.setVisible(total > 1)
        none = total > 0 and shown == 0
        self.nothing.setText(self.tr("No run holds “{words}”.").format(words=self.filter.text().strip()))
        self.nothing.setVisible(none)
        self.table.setVisible(not none)

    def _on_filter_changed(self, text: str) -> None:
        self.table.shown.set_words(text)
        self.show_count()
        if not self.table.chosen() and self.table.shown.rowCount():
            self.table.selectRow(0)
        self.filtered.emit()

    def _colour_search(self) -> None:
        self._search.setIcon(icon("search", colours().muted, size=16))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_search"):
            self._colour_search()
