"""Which of the selected runs or studies is better, in one sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from trainer_gui.engine.problems import Problem
from trainer_gui.gui.pages.runs.study_summary import StudySummary
from trainer_gui.gui.pages.runs.summary import RunSummary
from trainer_gui.gui.runner import Latest, Report
from trainer_gui.gui.session import Session
from trainer_gui.gui.test_dialog import TestDialog
from trainer_gui.gui.theme import UNIT
from trainer_gui.gui.widgets import Button, HelpMark, Label

if TYPE_CHECKING:
    from trainer_gui.engine.comparison import Comparison
    from trainer_gui.engine.data.dataset import Dataset
    from trainer_gui.engine.evaluate import Part
    from trainer_gui.engine.run_folder import RunFolder
    from trainer_gui.engine.study.folder import StudyFolder

_AT_ONCE = 50_000  # rows of data that are looked at without being asked
_SILENT = ("comparison.many_groups", "comparison.one_group")  # such runs are only laid over each other

_Asked = tuple[tuple[Path, int, bool], ...]
Row = RunSummary | StudySummary


@dataclass(frozen=True)
class Answered:
    """What was found, how many test rows there are, and how often they were opened."""

    comparison: Comparison
    test_rows: int
    openings: int


def compare_rows(
    folders: Sequence[RunFolder | StudyFolder], part: Part, dataset: Dataset | None, report: Report
) -> Answered:
    """Compares runs, away from the GUI thread; a study stands for the runs of its best setting.

    Raises UserError where they cannot be compared.
    """
    from trainer_gui.engine.comparison import compare, compare_groups
    from trainer_gui.engine.run_folder import RunFolder, progress_of
    from trainer_gui.engine.study.together import runs_of_best

    sides = [[each] if isinstance(each, RunFolder) else runs_of_best(each) for each in folders]
    runs = [run for side in sides for run in side]
    if len(sides) == 2 and len(runs) > 2:
        found = compare_groups(sides[0], sides[1], part, dataset, report)
    else:
        found = compare(runs, part, dataset, report)
    started = progress_of(runs[0]).started
    rows = started.rows.get("test", 0) if started is not None else 0
    return Answered(found, rows, max(len(each.test_openings) for each in runs))


class AnswerLine(QWidget):
    """Says which of two selected runs is better. The test rows are opened only after a question.

    `ask_button` and `test_button` are put where there is room for them, and are shown only with an answer.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runAnswer")
        self._session = session
        self._rows: tuple[Row, ...] = ()
        self._answered: Answered | None = None
        self._asked: _Asked = ()
        self._dialog: TestDialog | None = None
        self._answers = Latest(session.runner, self)
        self._answers.answered.connect(self._on_answered)
        self._answers.refused.connect(self._on_refused)
        self._answers.faulted.connect(self._on_faulted)
        self.sentence = Label("", "body", wrap=True)
        self.sentence.setObjectName("runAnswerSentence")
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.advice = Label("", "small", "muted", wrap=True)
        self.advice.setObjectName("runAnswerAdvice")
        self.help = HelpMark(self.tr("How this is known"), "", "runAnswerHelp")
        self.ask_button = Button(self.tr("Which is better?"), "runAnswerAsk")
        self.ask_button.clicked.connect(self._on_ask_clicked)
        self.test_button = Button(self.tr("Compare on the test rows…"), "runAnswerTest")
        self.test_button.clicked.connect(self._on_test_clicked)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.sentence)
        words.addWidget(self.advice)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(UNIT)
        line.addLayout(words, 1)
        line.addWidget(self.help, 0, Qt.AlignmentFlag.AlignTop)
        self._clear()
        self.hide()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Compares these runs or two studies, unless they are those that it is showing already."""
        sound = len(rows) > 1 and all(each.problem is None for each in rows)
        self._rows = tuple(rows) if sound else ()
        asked = tuple((each.path, _how_far(each), each.is_live) for each in self._rows)
        if asked == self._asked:
            return
        self._asked = asked
        self._answers.forget()
        self._clear()
        self.setVisible(sound)
        if not sound:
            return
        if self._count() <= _AT_ONCE:
            self._ask("validation")
        else:  # reading and answering would take a while
            self.ask_button.show()

    def _count(self) -> float:
        """The rows of the data; without end where a study may have many models that have to answer."""
        if any(isinstance(each, StudySummary) for each in self._rows):
            return math.inf
        started = [each.progress.started for each in self._rows if isinstance(each, RunSummary)]
        return max(sum(each.rows.values()) for each in started if each) if any(started) else 0

    def _clear(self) -> None:
        self.sentence.setText("")
        self.advice.setText("")
        for each in (self.advice, self.help, self.ask_button, self.test_button):
            each.hide()

    def _ask(self, part: Part) -> None:
        self._clear()
        self.sentence.set_tone("muted")
        self.sentence.setText(self.tr("Comparing …"))
        folders = [each.folder for each in self._rows]
        self._answers.ask(partial(compare_rows, folders, part, self._session.dataset))

    def _on_answered(self, answered: Answered) -> None:
        self._answered, comparison = answered, answered.comparison
        self.sentence.set_tone("")
        self.sentence.setText(comparison.sentence.message)
        notes = comparison.notes
        shown = [each for each in notes if each.severity == "caution"] or notes[:1]
        words = [comparison.sentence.advice, *(each.message for each in shown)]
        self.advice.setText(" ".join(each for each in words if each))
        self.advice.setToolTip("\n\n".join(str(each) for each in notes))
        self.advice.setVisible(bool(self.advice.text()))
        self.help.explain(self.tr("How this is known"), comparison.explanation)
        self.help.show()
        self.test_button.setVisible(comparison.found.part != "test" and answered.test_rows > 0)

    def _on_refused(self, problem: Problem) -> None:
        if problem.key in _SILENT:
            self.hide()
            return
        self.sentence.set_tone("muted")
        self.sentence.setText(str(problem))

    def _on_faulted(self, line: str, details: str) -> None:
        self.hide()
        self._session.fault_found.emit(line, details)

    def _on_ask_clicked(self) -> None:
        self._ask("validation")

    def _on_test_clicked(self) -> None:
        answered = self._answered
        assert answered is not None
        self._dialog = TestDialog(answered.test_rows, answered.openings, self.window())
        self._dialog.accepted.connect(self._on_test_accepted)
        self._dialog.open()

    def _on_test_accepted(self) -> None:
        if self._rows:
            self._ask("test")


def _how_far(row: Row) -> int:
    """A number that changes where there is something new to compare."""
    if isinstance(row, RunSummary):
        return row.progress.curve.best_epoch
    best = row.progress.best
    return -1 if best is None else best.number
