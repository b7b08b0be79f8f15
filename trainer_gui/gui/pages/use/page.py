"""The Use page as a whole: the model of the run that is shown, ready to answer."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from trainer_gui.engine.problems import Problem
from trainer_gui.gui.figures import metric
from trainer_gui.gui.pages.use.export_card import ExportCard
from trainer_gui.gui.pages.use.file_card import FileCard
from trainer_gui.gui.pages.use.model_in_use import ModelInUse, open_model_in_use
from trainer_gui.gui.pages.use.picture_card import PictureCard
from trainer_gui.gui.pages.use.row_card import RowCard
from trainer_gui.gui.runner import Latest
from trainer_gui.gui.session import Session
from trainer_gui.gui.theme import GAP, MARGIN
from trainer_gui.gui.widgets import Card, ElidedLabel, EmptyState

Shown = tuple[object, int, int]  # the run's folder, its best epoch, the number of epochs


class UsePage(QWidget):
    """Opens the model when the page is seen, and again when the run that is shown changes."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._session = session
        self._shown: Shown | None = None
        self._models = Latest(session.runner, self)
        self._models.answered.connect(self._on_model)
        self._models.refused.connect(self._on_refused)
        self._models.faulted.connect(session.fault_found)
        self._build()
        session.run_state_changed.connect(self._on_run_changed)
        session.dataset_changed.connect(self._on_dataset_changed)

    def _build(self) -> None:
        session = self._session
        self.head = Card(name="useHeader")
        self.head.body.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        self.head.body.setSpacing(4)
        self.name = ElidedLabel("", "heading")
        self.name.setObjectName("useName")
        self.summary = ElidedLabel("", "small", "muted")
        self.head.body.addWidget(self.name)
        self.head.body.addWidget(self.summary)
        self.row = RowCard(session.runner)
        self.pictures = PictureCard(session.runner)
        self.file = FileCard(session.runner)
        self.export = ExportCard(session.runner)
        self.row.faulted.connect(session.fault_found)
        for card in (self.pictures, self.file, self.export):
            card.problem_found.connect(session.problem_shown)
            card.faulted.connect(session.fault_found)
        self._left = QStackedWidget()
        self._left.addWidget(self.row)
        self._left.addWidget(self.pictures)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self._left, 3)
        right = QVBoxLayout()
        right.setSpacing(GAP)
        right.addWidget(self.file, 3)
        right.addWidget(self.export, 0)
        row.addLayout(right, 2)
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.head)
        column.addLayout(row, 1)
        self.empty = EmptyState("use", "", "", "", "useEmpty")
        self.empty.button.clicked.connect(self._on_go)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(full)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        outer.addWidget(self._stack)
        self._show_nothing()

    def is_ready(self) -> bool:
        """Whether a model is open and can be asked."""
        return self._stack.currentIndex() == 1

    def _on_run_changed(self) -> None:
        if self.isVisible():
            self._look()

    def _on_dataset_changed(self) -> None:
        self._shown = None  # the fields know more of a model whose data is open
        self._on_run_changed()

    def _look(self) -> None:
        run = self._session.run
        progress = run.progress
        if run.is_active or run.folder is None or run.recipe is None or not len(progress.curve):
            self._models.forget()
            self._shown = None
            self._show_nothing()
            return
        shown: Shown = (run.folder.path, progress.curve.best_epoch, len(progress.curve))
        if shown == self._shown:
            return
        self._shown = shown
        self.empty.show_words(self.tr("Opening the model…"))
        self._stack.setCurrentIndex(0)
        self._models.ask(partial(open_model_in_use, run.folder, run.recipe, self._session.dataset))

    def _show_nothing(self) -> None:
        if self._session.run.is_active:
            self.empty.show_words(
                self.tr("Training is under way"),
                self.tr("As soon as it ends, or you stop it, the best model so far can be used here."),
                self.tr("Watch it on Train"),
            )
        else:
            self.empty.show_words(
                self.tr("No model yet"),
                self.tr(
                    "Train a model, or open a run on the Runs page. Then you can ask it about new rows, "
                    "whole files or pictures, and take it away."
                ),
                self.tr("Go to Train"),
            )
        self._stack.setCurrentIndex(0)

    def _on_model(self, model: ModelInUse) -> None:
        self.name.setText(model.model.name)
        preparation = model.model.preparation
        progress = self._session.run.progress
        inputs = len(preparation.columns)
        parts = [self.tr("predicts {target}").format(target=model.target)]
        if not model.looks_at_pictures:
            one = self.tr("from 1 column")
            many = self.tr("from {count} columns").format(count=f"{inputs:,}")
            parts.append(one if inputs == 1 else many)
        best = self.tr("model of epoch {epoch}").format(epoch=progress.curve.best_epoch)
        if progress.joined is not None:
            best = self.tr("the mean of {count} models").format(count=len(progress.curves))
        started, value = progress.started, progress.metric_at_best
        if started is not None and value is not None:
            shown = metric(value, percent=started.metric.percent)
            words = self.tr("{metric} {value} on validation rows")
            best += ", " + words.format(metric=started.metric.label, value=shown)
        self.summary.setText(" · ".join([*parts, best]))
        if model.looks_at_pictures:
            self.pictures.show_model(model)
            self._left.setCurrentWidget(self.pictures)
        else:
            self.row.show_model(model, self._doubt(model.target))
            self._left.setCurrentWidget(self.row)
        self.file.show_model(model)
        self.file.setVisible(not model.looks_at_pictures)
        self.export.show_model(model)
        self._stack.setCurrentIndex(1)

    def _doubt(self, target: str) -> str:
        """How far the model's numbers are usually off, from the validation rows."""
        progress = self._session.run.progress
        error = progress.metrics_at_best.get("rmse")
        if error is None:
            return ""
        words = self.tr("On validation rows it is typically off by {error} (RMSE).")
        return words.format(error=metric(error, percent=False))

    def _on_refused(self, problem: Problem) -> None:
        self.empty.show_words(problem.message, problem.advice, self.tr("Go to Runs"))
        self._stack.setCurrentIndex(0)

    def _on_go(self) -> None:
        page = "runs" if self.empty.button.text() == self.tr("Go to Runs") else "train"
        self._session.page_wanted.emit(page)

    def showEvent(self, event: QEvent) -> None:
        self._look()
