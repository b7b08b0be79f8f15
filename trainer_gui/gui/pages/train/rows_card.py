"""The card with the learning curve by the number of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from trainer_gui.gui.plots.legend import LegendItem
from trainer_gui.gui.theme import UNIT
from trainer_gui.gui.widgets import Card, FlowLayout, Label

if TYPE_CHECKING:
    from trainer_gui.engine.study.learning_curve import LearningCurve
    from trainer_gui.gui.plots.rows_curve import RowsCurve


class RowsCard(Card):
    """Shows what fewer rows would have reached, and what twice as many are expected to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "studyRows", parent)
        self.setAccessibleName(self.tr("Loss by number of rows"))
        self.body.setContentsMargins(UNIT + 4, UNIT, UNIT + 4, UNIT)
        self.body.setSpacing(2)
        head = QHBoxLayout()
        head.addWidget(Label(self.tr("Loss by number of rows"), "title", "muted"))
        head.addStretch(1)
        self.body.addLayout(head)
        names = QWidget()
        flow = FlowLayout(names)
        for curve, words, style, colour in (
            ("training", self.tr("Training"), "solid", "training"),
            ("validation", self.tr("Validation, ± standard deviation"), "dashed", "validation"),
            ("law", self.tr("Expected with more rows, and how sure"), "dotted", "muted"),
        ):
            item = LegendItem(curve, words, style, colour)
            item.setEnabled(False)  # it only names the lines
            flow.addWidget(item)
        self.body.addWidget(names)
        self.waiting = Label(self.tr("The first point appears when a trial is over."), "small", "muted")
        self.body.addWidget(self.waiting, 1)
        self.plot: RowsCurve | None = None

    def show_curve(self, curve: LearningCurve | None) -> None:
        """Draws a curve; None while no size is complete."""
        if curve is None:
            return
        if self.plot is None:
            from trainer_gui.gui.plots.rows_curve import RowsCurve

            self.plot = RowsCurve()
            self.plot.set_labels(self.tr("Training rows"), self.tr("Loss of the best epoch"))
            self.body.addWidget(self.plot, 1)
            self.waiting.hide()
        self.plot.show_curve(curve)
        self.plot.setAccessibleName(curve.sentence.message)
