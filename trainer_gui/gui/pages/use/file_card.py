"""Predict a file: what fits and what does not is said first, then the answers can be saved."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from trainer_gui.engine.problems import Problem
from trainer_gui.gui.pages.use.drop_area import DropArea
from trainer_gui.gui.pages.use.file_prediction import Predicted, predict_file, predict_rows, save_answers
from trainer_gui.gui.pages.use.model_in_use import ModelInUse
from trainer_gui.gui.runner import Job, Runner
from trainer_gui.gui.tables.frame_view import FrameView
from trainer_gui.gui.theme import UNIT
from trainer_gui.gui.widgets import Button, Card, IconLabel, Label, LinkButton, ProgressLine

_ICONS = {"error": ("warning", "error"), "caution": ("warning", "caution"), "note": ("info", "muted")}


class FileCard(Card):
    """Takes a table, matches its columns by name, predicts every row, and saves the answers as CSV."""

    problem_found = Signal(object)
    faulted = Signal(str, str)

    def __init__(self, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Predict a file"), "fileCard", parent)
        self._runner = runner
        self._model: ModelInUse | None = None
        self._found: Predicted | None = None
        self._path = Path()
        self._job: Job | None = None
        self.drop = DropArea(
            "fileDrop",
            "file",
            self.tr("Drop a table here. Its columns are matched by name."),
            self.tr("Choose a file…"),
        )
        self.drop.dropped.connect(self._on_dropped)
        self.drop.choose_requested.connect(self._on_choose)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.drop)
        self._stack.addWidget(self._make_result())
        self.body.addWidget(self._stack, 1)
        self.line = ProgressLine("fileProgress", 3)
        self.line.hide()
        self.body.addWidget(self.line)

    def _make_result(self) -> QWidget:
        result = QWidget()
        column = QVBoxLayout(result)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        self.headline = Label("", "strong", wrap=True)
        self.headline.setObjectName("fileHeadline")
        column.addWidget(self.headline)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(self._area, 2)
        self.preview = FrameView("filePreview")
        self.preview.setAccessibleName(self.tr("The first answers"))
        column.addWidget(self.preview, 3)
        buttons = QHBoxLayout()
        buttons.setSpacing(UNIT)
        self.another = LinkButton(self.tr("Another file"), "fileAnother")
        self.another.clicked.connect(self.clear)
        self.anyway = Button(self.tr("Predict anyway"), "fileAnyway")
        self.anyway.setToolTip(self.tr("Takes all values of the missing columns as not known."))
        self.anyway.clicked.connect(self._on_anyway)
        self.save = Button(self.tr("Save as CSV…"), "fileSave")
        self.save.clicked.connect(self._on_save)
        buttons.addWidget(self.another)
        buttons.addStretch(1)
        for button in (self.anyway, self.save):
            button.setFixedHeight(32)
            buttons.addWidget(button)
        column.addLayout(buttons)
        return result

    def show_model(self, model: ModelInUse) -> None:
        """Predicts with this model from now on."""
        self._model = model
        self.clear()

    def clear(self) -> None:
        """Waits for a file."""
        self._end_job()
        self._found = None
        self._stack.setCurrentIndex(0)

    def predict_file(self, path: Path) -> None:
        """Reads a file and predicts its rows, away from the GUI thread."""
        if self._model is not None:
            self._path = path
            self._run(partial(predict_file, self._model, path))

    def save_to(self, path: Path) -> None:
        """Writes the answers, beside the rows that they belong to."""
        if self._found is not None and self._found.answers is not None:
            job = self._runner.call(partial(save_answers, self._found, path))
            job.answered.connect(self._on_saved)
            job.refused.connect(self.problem_found)
            job.faulted.connect(self.faulted)

    def found(self) -> Predicted | None:
        """The file that was read, with its answers."""
        return self._found

    def _run(self, work: object) -> None:
        self._end_job()
        self.line.show_share(None)
        self.line.show()
        self._job = job = self._runner.call(work)  # type: ignore[arg-type]
        job.progressed.connect(self._on_progressed)
        job.answered.connect(self._on_predicted)
        job.refused.connect(self._on_refused)
        job.faulted.connect(self._on_faulted)

    def _end_job(self) -> None:
        if self._job is not None:
            job, self._job = self._job, None
            for signal in (job.progressed, job.answered, job.refused, job.faulted):
                signal.disconnect()
            job.cancel()
        self.line.hide()

    def _on_progressed(self, stage: str, share: float | None) -> None:
        self.line.show_share(share)
        self.line.setToolTip(stage)

    def _on_predicted(self, found: Predicted) -> None:
        self._job = None
        self.line.hide()
        self._found = found
        rows = f"{found.data.rows:,}"
        if found.answers is not None:
            words = self.tr("{name}: {rows} rows predicted").format(name=self._path.name, rows=rows)
        else:
            words = self.tr("{name} cannot be predicted as it is").format(name=self._path.name)
        self.headline.setText(words)
        self.headline.set_tone("" if found.answers is not None else "error")
        self.save.setVisible(found.answers is not None)
        can_fill = found.answers is None and bool(found.match.missing) and bool(found.match.columns)
        self.anyway.setVisible(can_fill)
        self._area.setWidget(self._list(found))
        self.preview.setVisible(found.preview is not None)
        self.preview.frame_model.show_frame(found.preview)
        if found.preview is not None:
            self.preview.size_columns()
        self._stack.setCurrentIndex(1)

    def _list(self, found: Predicted) -> QWidget:
        holder = QWidget()
        holder.setObjectName("scrolled")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, UNIT, 0)
        column.setSpacing(6)
        model = self._model
        if found.answers is not None and not found.match.problems:
            every = self.tr("Every column that the model needs is there, and every value is known.")
            column.addLayout(_line("check", "good", every))
        for each in found.match.problems:
            icon, tone = _ICONS[each.severity]
            column.addLayout(_line(icon, tone, str(each)))
        if found.answers is not None and model is not None:
            column.addLayout(_line("use", "muted", _share_words(self, found, model.target)))
        column.addStretch(1)
        return holder

    def _on_refused(self, problem: Problem) -> None:
        self._job = None
        self.line.hide()
        self.problem_found.emit(problem)

    def _on_faulted(self, line: str, details: str) -> None:
        self._job = None
        self.line.hide()
        self.faulted.emit(line, details)

    def _on_dropped(self, paths: list[Path]) -> None:
        self.predict_file(paths[0])

    def _on_choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a table to predict"), "")
        if name:
            self.predict_file(Path(name))

    def _on_anyway(self) -> None:
        if self._model is not None and self._found is not None:
            self._run(partial(predict_rows, self._model, self._found.data, fill_missing=True))

    def _on_save(self) -> None:
        suggested = str(self._path.with_name(f"{self._path.stem} predicted.csv"))
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the predictions"), suggested, self.tr("CSV files (*.csv)")
        )
        if name:
            self.save_to(Path(name))

    def _on_saved(self, path: Path) -> None:
        self.headline.setText(self.tr("Saved as {name}").format(name=path.name))
        self.headline.setToolTip(str(path))
        self.headline.set_tone("good")


def _line(icon: str, tone: str, words: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(UNIT)
    row.addWidget(IconLabel(icon, 16, tone), 0, Qt.AlignmentFlag.AlignTop)
    label = Label(words, "small", "muted" if tone in ("muted", "good") else "", wrap=True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    row.addWidget(label, 1)
    return row


def _share_words(card: FileCard, found: Predicted, target: str) -> str:
    """What the answers are like on the whole: the share of each class, or the usual range."""
    import numpy as np

    assert found.answers is not None
    values = found.answers.values
    if found.answers.classes:
        names, counts = np.unique(values, return_counts=True)
        order = np.argsort(-counts)[:4]
        parts = [f"{names[at]} {100 * counts[at] / len(values):.0f} %" for at in order]
        more = card.tr(", and others") if len(names) > 4 else ""
        return card.tr("Predicted {target}: {shares}").format(target=target, shares=", ".join(parts) + more)
    low, middle, high = np.nanquantile(values.astype(float), [0.05, 0.5, 0.95])
    words = card.tr("Predicted {target}: mostly {low} to {high}, in the middle {middle}")
    return words.format(target=target, low=f"{low:.4g}", middle=f"{middle:.4g}", high=f"{high:.4g}")
