"""The Results page as a whole: evaluates the run that is shown, and shows what came out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from trainer_gui.engine.problems import Problem
from trainer_gui.engine.shared_openings import study_of
from trainer_gui.gui.pages.results.cases_card import CasesCard
from trainer_gui.gui.pages.results.chosen_cases import ChosenCases
from trainer_gui.gui.pages.results.confusion_card import ConfusionCard
from trainer_gui.gui.pages.results.evaluation import Judged, Part, Selected, Tuning, judge_part, tuning_of
from trainer_gui.gui.pages.results.header_card import HeaderCard, openings_words
from trainer_gui.gui.pages.results.metrics_card import MetricsCard
from trainer_gui.gui.pages.results.numbers_card import NumbersCard
from trainer_gui.gui.runner import Latest
from trainer_gui.gui.session import Session
from trainer_gui.gui.test_dialog import TestDialog
from trainer_gui.gui.theme import GAP, MARGIN
from trainer_gui.gui.widgets import EmptyState

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import Dataset

Shown = tuple[object, int, int]  # the run's folder, its best epoch, the number of epochs


class ResultsPage(QWidget):
    """Validation rows are looked at by itself; the test rows only after a deliberate click."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._session = session
        self._shown: Shown | None = None
        self._judged: dict[Part, Judged] = {}
        self._dialog: TestDialog | None = None
        self._reports = Latest(session.runner, self)
        self._reports.answered.connect(self._on_judged)
        self._reports.refused.connect(self._on_refused)
        self._reports.faulted.connect(session.fault_found)
        self._tunings = Latest(session.runner, self)
        self._tunings.answered.connect(self._on_tuned)
        self._tunings.refused.connect(session.problem_shown)
        self._tunings.faulted.connect(session.fault_found)
        self._chosen = ChosenCases(session.runner, self)
        self._chosen.selected.connect(self._on_selected)
        self._chosen.faulted.connect(session.fault_found)
        self._build()
        session.run_state_changed.connect(self._on_run_changed)

    def _build(self) -> None:
        session = self._session
        self.header = HeaderCard()
        self.header.open_test.clicked.connect(self._on_open_test)
        self.header.part.value_changed.connect(self._on_part_chosen)
        self.confusion = ConfusionCard()
        self.confusion.cell_chosen.connect(self._on_cell_chosen)
        self.numbers = NumbersCard()
        self.numbers.case_chosen.connect(self._on_case_chosen)
        self.metrics = MetricsCard()
        self.cases = CasesCard(session.runner)
        self.cases.all_requested.connect(self._show_all_cases)
        self.cases.problem_found.connect(session.problem_shown)
        self.cases.faulted.connect(session.fault_found)
        self._kinds = QStackedWidget()
        self._kinds.addWidget(self.confusion)
        self._kinds.addWidget(self.numbers)
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self._kinds, 1)
        row.addWidget(self.metrics, 1)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setHandleWidth(GAP)
        parts.setChildrenCollapsible(False)
        parts.addWidget(middle)
        parts.addWidget(self.cases)
        middle.setMinimumHeight(270)
        self.cases.setMinimumHeight(150)
        parts.setStretchFactor(0, 1)
        parts.setStretchFactor(1, 1)
        parts.setSizes([380, 280])
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.header)
        column.addWidget(parts, 1)
        self.empty = EmptyState("results", "", "", "", "resultsEmpty")
        self.empty.button.clicked.connect(self._on_go)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(full)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        outer.addWidget(self._stack)
        self._show_nothing()

    def is_ready(self) -> bool:
        """Whether results are shown."""
        return self._stack.currentIndex() == 1

    def judged(self, part: Part) -> Judged | None:
        """The report on a part, where that was made."""
        return self._judged.get(part)

    # ---- which run

    def _on_run_changed(self) -> None:
        if self.isVisible():
            self._look()

    def _look(self) -> None:
        run = self._session.run
        progress = run.progress
        if run.is_active or run.folder is None or run.recipe is None or not len(progress.curve):
            self._reports.forget()
            self._shown = None
            self._show_nothing()
            return
        shown: Shown = (run.folder.path, progress.curve.best_epoch, len(progress.curve))
        if shown == self._shown:
            return
        self._shown, self._judged = shown, {}
        self.empty.show_words(self.tr("Looking at the validation rows…"))
        self._stack.setCurrentIndex(0)
        self._judge("validation")

    def _judge(self, part: Part) -> None:
        run = self._session.run
        assert run.folder is not None
        assert run.recipe is not None
        self.header.line.show_share(None)
        self.header.line.show()
        self._reports.ask(partial(judge_part, run.folder, run.recipe, part, self._dataset()))

    def _dataset(self) -> Dataset | None:
        for each in self._judged.values():
            return each.dataset
        return self._session.dataset

    def _show_nothing(self) -> None:
        if self._session.run.is_active:
            self.empty.show_words(
                self.tr("Training is under way"),
                self.tr("As soon as it ends, or you stop it, you will see here how good the model is."),
                self.tr("Watch it on Train"),
            )
        else:
            self.empty.show_words(
                self.tr("No results yet"),
                self.tr(
                    "Train a model, or open a run on the Runs page. Then you will see here how good it is, "
                    "how sure that is, and the cases behind every number."
                ),
                self.tr("Go to Train"),
            )
        self._stack.setCurrentIndex(0)

    # ---- what came out

    def _on_judged(self, judged: Judged) -> None:
        self.header.line.hide()
        self._judged[judged.part] = judged
        report = judged.report
        if judged.part == "validation":
            self.header.show_validation(report)
            self.header.show_test(None)
            self.header.part.set_value("validation")
            self._ask_for_tuning(judged)
        else:
            self.header.show_test(report)
            self.header.part.set_value("test")
        openings = report.test_openings
        self.header.show_openings(openings, self._test_rows())
        if judged.part == "test":
            self.header.hint.setText(openings_words(self.header, openings))
        self._show_report(judged)
        self._stack.setCurrentIndex(1)

    def _ask_for_tuning(self, judged: Judged) -> None:
        """What the study of the run, where there is one, makes of its score."""
        self.header.show_tuned(None)
        folder = self._session.run.folder
        if folder is not None and study_of(folder.path) is not None:
            self._tunings.ask(partial(tuning_of, folder, judged.dataset))

    def _on_tuned(self, answer: Tuning) -> None:
        folder = self._session.run.folder
        if folder is not None and folder.path == answer.run:
            self.header.show_tuned(answer.tuned)

    def _test_rows(self) -> int:
        started = self._session.run.progress.started
        return started.rows.get("test", 0) if started is not None else 0

    def _show_report(self, judged: Judged) -> None:
        report = judged.report
        if report.classes:
            self.confusion.show_report(report)
            self._kinds.setCurrentWidget(self.confusion)
        else:
            self.numbers.show_report(report)
            self._kinds.setCurrentWidget(self.numbers)
        self.metrics.show_report(report)
        self._show_all_cases()

    def _on_refused(self, problem: Problem) -> None:
        self.header.line.hide()
        if self._judged:
            self._session.problem_shown.emit(problem)
            return
        self.empty.show_words(problem.message, problem.advice, self.tr("Go to Runs"))
        self._stack.setCurrentIndex(0)

    # ---- the cases

    def _current(self) -> Judged | None:
        value = self.header.part.value()
        return self._judged.get("test" if value == "test" else "validation")

    def _show_all_cases(self) -> None:
        judged = self._current()
        if judged is not None:
            self.confusion.matrix.choose(None)
            self._chosen.choose_all(judged)

    def _on_cell_chosen(self, true: str, said: str) -> None:
        judged = self._current()
        if judged is not None:
            self._chosen.choose_cell(judged, true, said)

    def _on_case_chosen(self, place: int) -> None:
        judged = self._current()
        if judged is not None:
            self._chosen.choose_one(judged, place)

    def _on_selected(self, selected: Selected) -> None:
        self.cases.show_cases(selected, can_go_back=self._chosen.is_part_of_all)

    # ---- what the person does

    def _on_part_chosen(self, value: object) -> None:
        judged = self._current()
        if judged is not None:
            self._show_report(judged)

    def _on_open_test(self) -> None:
        folder = self._session.run.folder
        if folder is None or self._dialog is not None or self._reports.is_busy:
            return
        judged = self._judged.get("validation")
        openings = judged.report.test_openings if judged is not None else 0
        self._dialog = TestDialog(self._test_rows(), openings, self.window())
        self._dialog.accepted.connect(self._on_test_wanted)
        self._dialog.finished.connect(self._on_dialog_closed)
        self._dialog.open()

    def _on_test_wanted(self) -> None:
        self._judge("test")

    def _on_dialog_closed(self) -> None:
        self._dialog = None

    def _on_go(self) -> None:
        page = "runs" if self.empty.button.text() == self.tr("Go to Runs") else "train"
        self._session.page_wanted.emit(page)

    def showEvent(self, event: QEvent) -> None:
        self._look()
