"""The cards of a study: beside each other where there is room, else one below the other, or one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from trainer_gui.gui.pages.train.plot_card import PlotCard
from trainer_gui.gui.pages.train.rows_card import RowsCard
from trainer_gui.gui.plots.importance_bars import ImportanceBars
from trainer_gui.gui.plots.legend import LegendItem
from trainer_gui.gui.tables.trial_table import TrialTable
from trainer_gui.gui.theme import UNIT
from trainer_gui.gui.widgets import Card, LinkButton, SegmentedControl

if TYPE_CHECKING:
    from trainer_gui.gui.pages.train.study_plots import StudyPlots
    from trainer_gui.gui.plots.trial_plot import TrialPlot

Way = Literal["beside", "below", "single"]
_WIDE, _HIGH, _MIDDLE = 940, 460, 470  # pixels from which cards stand beside, and below each other


class StudyCards(QWidget):
    """Curves, settings, importance and trials. `shown_changed` says that others are seen."""

    shown_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._weighed = False
        self._by_rows = False
        self._way: Way | None = None
        self._make_switches()
        # All are its children from the first: one that became so while a picture of the hidden page is taken
        # would never be painted again.
        self.curves = PlotCard("studyCurves", self.tr("Curves"), self)
        self.settings = PlotCard("studySettings", self.tr("Settings"), self)
        for card in (self.curves, self.settings):
            card.shown_changed.connect(self._on_shown)
        self.curves.add_to_row(self.by_trial)
        self.curves.add_to_row(self.log)
        self.settings.add_to_row(self.filter)
        self.curves.set_legend(
            [
                LegendItem("best", "", "solid", "validation"),
                LegendItem("band", "", "faint", "validation"),
                LegendItem("others", "", "faint", "muted"),
                LegendItem("running", "", "solid", "training"),
                LegendItem("cut", "", "faint", "muted"),
                LegendItem("failed", "", "dashed", "error"),
            ]
        )
        self.rows = RowsCard(self)
        self.weights = Card(self.tr("How much each setting matters"), "studyWeights", self)
        self.bars = ImportanceBars()
        self.weights.body.addWidget(self.bars, 1)
        self.trials = Card("", "studyTrials", self)
        self.trials.body.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        self.table = TrialTable()
        self.trials.body.addWidget(self.table)
        self.one = SegmentedControl("studyLower", self)
        self.one.setFixedHeight(28)
        self.one.value_changed.connect(self._on_one)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(UNIT)

    def _make_switches(self) -> None:
        self.filter = LinkButton("", "studyFilter")
        self.filter.setToolTip(self.tr("Take the ranges on the axes away"))
        self.filter.setProperty("tone", "accent")
        self.filter.hide()
        self.log = LinkButton(self.tr("Log"), "studyLog")
        self.log.setToolTip(self.tr("Powers of ten for the loss, to see small numbers better"))
        self.by_trial = LinkButton(self.tr("Over trials"), "studyByTrial")
        self.by_trial.setToolTip(self.tr("One place for each trial instead of the time that it took"))
        for switch in (self.log, self.by_trial):
            switch.setCheckable(True)

    def take(self, made: StudyPlots) -> None:
        """Takes in the pictures."""
        self.curves.add_plot("curves", made.curves)
        self.curves.add_plot("best", made.best)
        self.settings.add_plot("one", made.one)
        self.settings.add_plot("two", made.two)
        self.settings.add_plot("lines", made.lines)

    def plots(self) -> list[TrialPlot]:
        """All pictures, seen or not."""
        return [*self.curves.plots.values(), *self.settings.plots.values()]

    def offer(self, count: int, *, weighed: bool, by_rows: bool = False) -> None:
        """Offers what suits so many settings that vary; `weighed` says whether their importance is told.

        `by_rows`: what varies is the number of rows, which has a picture of its own.
        """
        self._count, self._weighed, self._by_rows = count, weighed, by_rows
        curves, best = ("curves", self.tr("Curves")), ("best", self.tr("Best so far"))
        self.curves.offer([curves, best] if count else [curves])
        if count == 1:
            self.settings.offer([("one", self.tr("Loss by setting"))])
        elif count == 2:
            self.settings.offer([("two", self.tr("Map")), ("lines", self.tr("Side by side"))])
        elif count:
            self.settings.offer([("lines", self.tr("Settings side by side"))])
        self._way = None
        self._arrange()

    def _arrange(self) -> None:
        way: Way = "single"
        if self.width() >= _WIDE and self.height() >= _HIGH:
            way = "beside"
        elif self.height() >= _MIDDLE:
            way = "below"
        if way == self._way:
            return
        self._way = way
        for each in (self.curves, self.settings, self.rows, self.weights, self.trials, self.one):
            self._grid.removeWidget(each)
        settings = self.rows if self._by_rows else self.settings
        if way == "beside" and self._count:
            self._grid.addWidget(self.curves, 1, 0, 1, 3)
            self._grid.addWidget(settings, 1, 3, 1, 3)
            self._grid.addWidget(self.trials, 2, 0, 1, 4 if self._weighed else 6)
            self._grid.addWidget(self.weights, 2, 4, 1, 2)
        else:
            single = way == "single"
            self._grid.addWidget(self.one, 0 if single else 2, 0, 1, 6)
            self._grid.addWidget(self.curves, 1, 0, 1, 6)
            for card in (settings, self.weights, self.trials):
                self._grid.addWidget(card, 1 if single else 3, 0, 1, 6)
        self._grid.setRowStretch(1, 3)
        self._grid.setRowStretch(2, 2 if way == "beside" and self._count else 0)
        self._grid.setRowStretch(3, (3 if self._count else 1) if way == "below" or not self._count else 0)
        for column in range(6):
            self._grid.setColumnStretch(column, 1)
        self._offer_one()
        self._on_one()

    def _offer_one(self) -> None:
        """The cards of which one is seen at a time."""
        choices = [("curves", self.tr("Curves"))] if self._way == "single" else []
        if self._count:
            choices.append(("settings", self.tr("By rows") if self._by_rows else self.tr("Settings")))
        if self._weighed:
            choices.append(("weights", self.tr("Importance")))
        choices.append(("trials", self.tr("Trials") if self._count else self.tr("Runs")))
        self.one.set_choices(choices)
        if not self.one.value() or self._way == "single":
            self.one.set_value(choices[0][0])
        if self._by_rows:  # it is what the study was made for
            self.one.set_value("settings")

    def _on_one(self) -> None:
        beside = self._way == "beside" or (not self._count and self._way == "below")
        one = self.one.value()
        self.one.setVisible(not beside)
        self.curves.setVisible(self._way != "single" or one == "curves")
        self.settings.setVisible(self._count > 0 and not self._by_rows and (beside or one == "settings"))
        self.rows.setVisible(self._by_rows and (beside or one == "settings"))
        self.weights.setVisible(self._weighed and (beside or one == "weights"))
        self.trials.setVisible(beside or one == "trials")
        self._on_shown()

    def _on_shown(self, _name: str = "") -> None:
        self.by_trial.setVisible(self.curves.shown == "best")
        self.shown_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
