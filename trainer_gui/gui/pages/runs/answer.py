"""Which of the selected runs is better, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from trainer_gui.engine.problems import Problem
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

_AT_ONCE = 50_000  # rows of data that are looked at without being asked
_SILENT = ("comparison.many_groups", "comparison.one_group")  # such runs are only laid over each other

_Asked = tuple[tuple[Path, int, bool], ...]


def compare_runs(
    folders: Sequence[RunFolder], part: Part, dataset: Dataset | None, report: Report
) -> Comparison:
    """Compares runs, away from the GUI thread; raises UserError where they cannot be."""
    from trainer_gui.engine.comparison import compare

    return compare(folders, part, dataset, report)


class AnswerLine(QWidget):
    """Says which of two selected runs is better. The test rows are opened only after a question.

    `ask_button` and `test_button` are put where there is room for them, and are shown only with an answer.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runAnswer")
        self._session = session
        self._runs: tuple[RunSummary, ...] = ()
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

    def show_runs(self, runs: Sequence[RunSummary]) -> None:
        """Compares these runs, unless they are those that it is showing already."""
        sound = len(runs) > 1 and all(each.problem is None for each in runs)
        self._runs = tuple(runs) if sound else ()
        asked = tuple((each.path, each.progress.curve.best_epoch, each.is_live) for each in self._runs)
        if asked == self._asked:
            return
        self._asked = asked
        self._answers.forget()
        self._clear()
        self.setVisible(sound)
        if not sound:
            return
        if self._rows() <= _AT_ONCE:
            self._ask("validation")
        else:  # reading and answering would take a while
            self.ask_button.show()

    def _rows(self) -> int:
        started = [each.progress.started for each in self._runs]
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
        folders = [each.folder for each in self._runs]
        self._answers.ask(partial(compare_runs, folders, part, self._session.dataset))

    def _on_answered(self, comparison: Comparison) -> None:
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
        self.test_button.setVisible(comparison.found.part != "test" and self._test_rows() > 0)

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

    def _test_rows(self) -> int:
        started = self._runs[0].progress.started if self._runs else None
        return started.rows.get("test", 0) if started is not None else 0

    def _on_test_clicked(self) -> None:
        openings = max(len(each.folder.test_openings) for each in self._runs)
        self._dialog = TestDialog(self._test_rows(), openings, self.window())
        self._dialog.accepted.connect(self._on_test_accepted)
        self._dialog.open()

    def _on_test_accepted(self) -> None:
        if self._runs:
            self._ask("test")
