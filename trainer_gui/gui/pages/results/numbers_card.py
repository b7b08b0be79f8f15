"""How far predicted numbers are off: against the true ones, and what is left over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from trainer_gui.gui.widgets import Card, Label, SegmentedControl

if TYPE_CHECKING:
    from trainer_gui.engine.report import Report
    from trainer_gui.gui.plots.residuals import PredictedPlot, ResidualPlot


class NumbersCard(Card):
    """Two plots of the same rows, one at a time; a click on a point chooses its row."""

    case_chosen = Signal(int)  # a place in the cases of the report

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("How far off"), "numbersCard", parent)
        self._plots: tuple[PredictedPlot, ResidualPlot] | None = None
        self.choice = SegmentedControl("residualChoice")
        self.choice.setAccessibleName(self.tr("What is drawn"))
        self.choice.set_choices(
            [("predicted", self.tr("Predicted and true")), ("residuals", self.tr("Residuals"))]
        )
        self.choice.set_value("predicted")
        self.choice.value_changed.connect(self._on_choice)
        self.choice.setMinimumWidth(310)
        self.add_to_header(self.choice)
        self._place = QVBoxLayout()
        self.body.addLayout(self._place, 1)
        self.words = Label("", "small", "muted", wrap=True)
        self.body.addWidget(self.words)

    def plots(self) -> tuple[PredictedPlot, ResidualPlot] | None:
        """The plots; None before the first report."""
        return self._plots

    def show_report(self, report: Report) -> None:
        """Draws the rows of a report."""
        from trainer_gui.gui.plots.residuals import PredictedPlot, ResidualPlot

        if self._plots is None:
            self._plots = PredictedPlot(), ResidualPlot()
            for plot in self._plots:
                self._place.addWidget(plot)
                plot.case_chosen.connect(self.case_chosen)
        for plot in self._plots:
            plot.show_cases(report.target, report.cases.truth, report.cases.said)
        self._on_choice(self.choice.value())

    def _on_choice(self, value: object) -> None:
        if self._plots is None:
            return
        predicted, residuals = self._plots
        predicted.setVisible(value == "predicted")
        residuals.setVisible(value == "residuals")
        drawn, total = predicted.drawn()
        if value == "predicted":
            words = self.tr("On the line: exactly right. Click a point to see its row.")
        else:
            words = self.tr("What is left when the truth is taken away. It should look like chance.")
        if drawn < total:
            some = self.tr("{drawn} of {total} rows are drawn.").format(
                drawn=f"{drawn:,}", total=f"{total:,}"
            )
            words += " " + some
        self.words.setText(words)
