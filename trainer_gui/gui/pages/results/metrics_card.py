"""Every number about the model, each with its interval, the simplest guess, and what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from trainer_gui.gui.pages.results.figure_words import (
    apart_words,
    baseline_words,
    ensemble_words,
    range_words,
    spread_as_figure,
    spread_words,
    value_words,
)
from trainer_gui.gui.tables.frame_view import FrameView
from trainer_gui.gui.theme import GAP, MARGIN, UNIT
from trainer_gui.gui.widgets import Card, HelpMark, Label, LinkButton, Rule

if TYPE_CHECKING:
    from trainer_gui.engine.report import Report
    from trainer_gui.engine.scores import Figure


class MetricsCard(Card):
    """All numbers of a report; for classes also those of each class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("All numbers"), "metricsCard", parent)
        self.by_class = LinkButton(self.tr("By class"), "metricsByClass")
        self.by_class.setCheckable(True)
        self.by_class.toggled.connect(self._on_toggled)
        self.add_to_header(self.by_class)
        self._stack = QStackedWidget()
        self._list = QWidget()
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._stack.addWidget(self._area)
        self.classes = FrameView("classTable")
        self.classes.setAccessibleName(self.tr("The numbers of each class"))
        self.classes.verticalHeader().hide()
        self._stack.addWidget(self.classes)
        self.body.addWidget(self._stack, 1)

    def show_report(self, report: Report) -> None:
        """Shows the numbers of a report."""
        self._list = QWidget()
        self._list.setObjectName("scrolled")
        column = QVBoxLayout(self._list)
        column.setContentsMargins(0, 0, UNIT, 0)
        column.addLayout(self._grid(report))
        words = self.tr("Nineteen times in twenty the true value lies in the interval. Baseline: {guess}.")
        guess = report.baseline[:1].lower() + report.baseline[1:]
        column.addSpacing(4)
        column.addWidget(Label(words.format(guess=guess), "caption", "muted", wrap=True))
        if ensemble_words(report):
            about = Label(ensemble_words(report), "caption", "muted", wrap=True)
            about.setObjectName("aboutEnsemble")
            column.addWidget(about)
        for note in report.notes:
            column.addWidget(Label(str(note), "caption", "caution", wrap=True))
        column.addStretch(1)
        self._area.setWidget(self._list)
        self.by_class.setVisible(bool(report.classes))
        if report.classes:
            self._show_classes(report)
        else:
            self.by_class.setChecked(False)
        self._on_toggled(self.by_class.isChecked())

    def number(self, name: str) -> str:
        """A number as it is written."""
        label = self._list.findChild(Label, f"metric_{name}")
        return label.text() if label is not None else ""

    def _grid(self, report: Report) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(0, 1)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for place, words in enumerate((self.tr("value"), self.tr("95 % interval"), self.tr("baseline"))):
            grid.addWidget(Label(words, "caption", "muted"), 0, place + 1, right)
        row = 1
        for figure in report.figures:
            grid.addWidget(Rule(), row, 0, 1, 4)
            name = QHBoxLayout()
            name.setSpacing(6)
            name.addWidget(Label(figure.label))
            name.addWidget(HelpMark(figure.label, figure.help, f"help_{figure.name}"))
            name.addStretch(1)
            grid.addLayout(name, row + 1, 0)
            value = Label(value_words(figure), "strong", tabular=True)
            value.setObjectName(f"metric_{figure.name}")
            value.setToolTip(figure.reason)
            grid.addWidget(value, row + 1, 1, right)
            grid.addWidget(Label(range_words(figure), "small", "muted", tabular=True), row + 1, 2, right)
            grid.addWidget(Label(baseline_words(figure), "small", "muted", tabular=True), row + 1, 3, right)
            row += 2
            if figure.members is not None:
                self._add_members(grid, row, report, figure)
                row += 1
        grid.setColumnMinimumWidth(1, MARGIN * 4)
        return grid

    def _add_members(self, grid: QGridLayout, row: int, report: Report, figure: Figure) -> None:
        """A line below a number with what the members of the model are worth one by one."""
        assert figure.members is not None
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        words = Label(apart_words(report, figure.members.count), "caption", "muted")
        words.setContentsMargins(12, 0, 0, 0)
        spread = Label(spread_words(figure), "small", "muted", tabular=True)
        spread.setObjectName(f"members_{figure.name}")
        spread.setToolTip(self.tr("Mean ± standard deviation"))
        between = Label(range_words(spread_as_figure(figure)), "small", "muted", tabular=True)
        between.setToolTip(self.tr("95 % interval of the mean"))
        grid.addWidget(words, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(spread, row, 1, right)
        grid.addWidget(between, row, 2, right)

    def _show_classes(self, report: Report) -> None:
        import pandas as pd

        some = report.classes[0]
        frame = pd.DataFrame(
            {
                self.tr("class"): [each.name for each in report.classes],
                self.tr("rows"): [each.rows for each in report.classes],
                some.recall.label: [value_words(each.recall) for each in report.classes],
                some.precision.label: [value_words(each.precision) for each in report.classes],
                some.f1.label: [value_words(each.f1) for each in report.classes],
            }
        )
        self.classes.frame_model.show_frame(frame)
        self.classes.size_columns()

    def _on_toggled(self, by_class: bool) -> None:
        self._stack.setCurrentIndex(1 if by_class else 0)
