"""The head of the Results page: the one number, how sure it is, and the locked test set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from trainer_gui.gui.figures import metric
from trainer_gui.gui.pages.results.figure_words import (
    apart_words,
    baseline_words,
    ensemble_words,
    interval_words,
    spread_as_figure,
    spread_words,
    value_words,
)
from trainer_gui.gui.theme import GAP, MARGIN, UNIT, font
from trainer_gui.gui.widgets import Button, Card, Label, ProgressLine, SegmentedControl

if TYPE_CHECKING:
    from trainer_gui.engine.report import Report
    from trainer_gui.engine.tuned import Tuned

_LARGE = 30  # pixels of the number


class BigNumber(QWidget):
    """A number that answers the question of the page, with its interval and the simplest guess."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.caption = Label("", "caption", "muted")
        self.number = Label("", "number", tabular=True)
        large = font("number", tabular=True)
        large.setPixelSize(_LARGE)
        self.number.setFont(large)
        self.number.setObjectName(f"{name}Value")
        self.note = Label("", "body", "muted", tabular=True)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.number, 0, Qt.AlignmentFlag.AlignBaseline)
        row.addWidget(self.note, 0, Qt.AlignmentFlag.AlignBaseline)
        row.addStretch(1)
        column.addWidget(self.caption)
        column.addLayout(row)
        self.below = Label("", "small", "muted", tabular=True)
        self.below.hide()
        column.addWidget(self.below)
        self.members = Label("", "small", "muted", tabular=True)
        self.members.setObjectName(f"{name}Members")
        self.members.hide()
        column.addWidget(self.members)

    def set_narrow(self, narrow: bool) -> None:
        """Puts what belongs to the number below it instead of beside it."""
        self.note.setVisible(not narrow)
        self.below.setVisible(narrow)

    def show_report(self, caption: str, report: Report) -> None:
        """Shows the main number of a report."""
        main = report.figures[0]
        if report.members > 1:
            words = self.tr("{caption}, {count} models together")
            if report.apart == "folds":
                words = self.tr("{caption}, {count} models, each on rows that it has not learned")
            caption = words.format(caption=caption, count=report.members)
        self.caption.setText(caption)
        self.number.setText(value_words(main))
        parts = [interval_words(main)] if main.value is not None else [main.reason]
        if baseline_words(main):
            parts.append(self.tr("baseline {value}").format(value=baseline_words(main)))
        self.note.setText(" · ".join(each for each in parts if each))
        self.below.setText(self.note.text())
        self.members.setVisible(main.members is not None)
        if main.members is not None:
            words = self.tr("{each}: {spread}, their mean {between}")
            one = apart_words(report, main.members.count)
            between = interval_words(spread_as_figure(main))
            self.members.setText(words.format(each=one, spread=spread_words(main), between=between))
            self.members.setToolTip(ensemble_words(report))
        for each in (self.note, self.below):
            each.setToolTip(report.baseline)
        self.setAccessibleName(f"{caption}: {self.number.text()}, {self.note.text()}")


class HeaderCard(Card):
    """The validation number, beside it the test number once that was asked for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(name="resultsHeader", parent=parent)
        self.body.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        self.validation = BigNumber("validationNumber")
        self.test = BigNumber("testNumber")
        self.test.hide()
        self.open_test = Button(self.tr("Open the test set…"), "openTest")
        self.hint = Label("", "caption", "muted")
        self.hint.setObjectName("testHint")
        self.part = SegmentedControl("partChoice")
        self.part.setAccessibleName(self.tr("Rows to look at below"))
        self.part.set_choices([("validation", self.tr("Validation rows")), ("test", self.tr("Test rows"))])
        self.part.hide()
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addWidget(self.part)
        line = QHBoxLayout()
        line.setSpacing(GAP)
        line.addStretch(1)
        line.addWidget(self.open_test)
        right.addLayout(line)
        right.addWidget(self.hint, 0, Qt.AlignmentFlag.AlignRight)
        row = QHBoxLayout()
        row.setSpacing(2 * MARGIN)
        row.addWidget(self.validation)
        row.addWidget(self.test)
        row.addStretch(1)
        row.addLayout(right)
        self.body.addLayout(row)
        self.tuned = Label("", "caption", "caution", tabular=True, wrap=True)
        self.tuned.setObjectName("tunedLine")
        self.tuned.hide()
        self.body.addWidget(self.tuned)
        self.line = ProgressLine("resultsProgress", 3)
        self.line.hide()
        self.body.addWidget(self.line)
        self.body.setSpacing(UNIT // 2)

    def show_validation(self, report: Report) -> None:
        """Shows how good the model is on validation rows."""
        words = self.tr("{metric} on {rows} validation rows")
        if report.cases.names:
            words = self.tr("{metric} on {rows} validation pictures")
        caption = words.format(metric=report.figures[0].label, rows=f"{report.rows:,}")
        self.validation.show_report(caption, report)

    def show_test(self, report: Report | None) -> None:
        """Shows how good it is on the test rows, or that nobody has asked."""
        self.test.setVisible(report is not None)
        self.part.setVisible(report is not None)
        self.open_test.setVisible(report is None)
        for each in (self.validation, self.test):
            each.set_narrow(report is not None)
        if report is None:
            return
        words = self.tr("{metric} on {rows} test rows")
        if report.cases.names:
            words = self.tr("{metric} on {rows} test pictures")
        caption = words.format(metric=report.figures[0].label, rows=f"{report.rows:,}")
        self.test.show_report(caption, report)

    def show_tuned(self, found: Tuned | None) -> None:
        """Says how much the score of the best of many trials flatters; nothing where it is not the best."""
        self.tuned.setVisible(found is not None)
        if found is None:
            return
        unit = self.tr("{value} points") if found.percent else "{value}"
        amount = 100 * found.optimism if found.percent else found.optimism
        words = self.tr(
            "Best of {trials} trials, chosen on these rows: the setting's {metric} of {seen} is too good by "
            "about {less}. Expect about {left} on new rows."
        )
        if not found.flatters:
            words = self.tr(
                "Best of {trials} trials, by so far that the setting's {metric} of {seen} is hardly too good "
                "for having been chosen on these rows."
            )
        self.tuned.setText(
            words.format(
                trials=f"{found.trials:,}",
                metric=found.label[:1].lower() + found.label[1:] if found.percent else found.label,
                seen=metric(found.development, percent=found.percent),
                less=unit.format(value=f"{amount:.1f}" if found.percent else f"{amount:.2g}"),
                left=metric(found.expected, percent=found.percent),
            )
        )

    def show_openings(self, openings: int, rows: int) -> None:
        """Says how many times the test set of this run was opened, and how many rows it has."""
        self.open_test.setEnabled(rows > 0)
        if rows <= 0:
            self.open_test.setText(self.tr("No test set"))
            self.hint.setText(self.tr("This run kept no rows for it."))
        elif openings == 0:
            self.open_test.setText(self.tr("Open the test set…"))
            words = self.tr("{rows} rows, never used. Best opened once, at the end.")
            self.hint.setText(words.format(rows=f"{rows:,}"))
        else:
            self.open_test.setText(self.tr("Open the test set again…"))
            self.hint.setText(openings_words(self, openings))


def openings_words(widget: QWidget, openings: int) -> str:
    """How often the test set was opened, in a sentence."""
    if openings == 1:
        return widget.tr("The test set was opened once.")
    if openings == 2:
        return widget.tr("Opened twice; the first look is the honest one.")
    words = widget.tr("Opened {count} times; the first look is the honest one.")
    return words.format(count=openings)
