"""What was confused with what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from trainer_gui.gui.plots.confusion import ConfusionMatrix
from trainer_gui.gui.widgets import Card, Label, LinkButton

if TYPE_CHECKING:
    from trainer_gui.engine.report import Report


class ConfusionCard(Card):
    """The confusion matrix with a switch between counts and per cent."""

    cell_chosen = Signal(str, str)  # true class, what the model said

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("What was confused with what"), "confusionCard", parent)
        self._names: tuple[str, ...] = ()
        self.percent = LinkButton(self.tr("Per cent"), "confusionPercent")
        self.percent.setCheckable(True)
        self.percent.setToolTip(self.tr("Of each row, instead of counts"))
        self.percent.toggled.connect(self._on_toggled)
        self.add_to_header(self.percent)
        self.matrix = ConfusionMatrix()
        self.matrix.cell_chosen.connect(self._on_cell_chosen)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self.matrix)
        for part in (area.viewport(), self.matrix):  # else they are as grey as the page behind the card
            part.setAutoFillBackground(False)
        self.body.addWidget(area, 1)
        words = self.tr("Rows: what it is. Columns: what the model said. Click a cell to see its rows.")
        self.body.addWidget(Label(words, "small", "muted", wrap=True))

    def show_report(self, report: Report) -> None:
        """Shows the confusion matrix of a report."""
        self._names = report.class_names
        self.matrix.show_counts(self._names, np.array(report.confusion, dtype=np.int64))

    def _on_toggled(self, percent: bool) -> None:
        self.matrix.set_mode("percent" if percent else "counts")

    def _on_cell_chosen(self, true: int, said: int) -> None:
        self.cell_chosen.emit(self._names[true], self._names[said])
