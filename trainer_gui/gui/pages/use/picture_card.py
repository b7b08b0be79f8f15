"""Predict pictures: drop one or many, and see what the model takes each for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from trainer_gui.gui.figures import metric
from trainer_gui.gui.pages.use.answer_view import AnswerView
from trainer_gui.gui.pages.use.drop_area import DropArea
from trainer_gui.gui.pages.use.model_in_use import ModelInUse
from trainer_gui.gui.runner import Report, Runner
from trainer_gui.gui.tables.thumbnails import thumbnail
from trainer_gui.gui.theme import GAP, MARGIN, UNIT
from trainer_gui.gui.widgets import Button, Card, ElidedLabel, Label, LinkButton, ProgressLine, Rule

if TYPE_CHECKING:
    from trainer_gui.engine.model import Answers
    from trainer_gui.engine.picture_answers import PictureAnswers

_ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".gif")
_LARGE, _SMALL = 184, 40
_LISTED = 300  # answers in the list; the file has them all


@dataclass(frozen=True)
class SeenPictures:
    """Pictures with what the model says of them; `images` are thumbnails of the first ones."""

    answers: PictureAnswers
    images: tuple[QImage | None, ...]


class PictureCard(Card):
    """Shows one picture large with its answer, many as a list; the answers can be saved as CSV."""

    problem_found = Signal(object)
    faulted = Signal(str, str)

    def __init__(self, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Predict pictures"), "pictureCard", parent)
        self._runner = runner
        self._model: ModelInUse | None = None
        self._seen: SeenPictures | None = None
        self.drop = DropArea(
            "pictureDrop",
            "picture",
            self.tr("Drop one picture or many here, or a folder of them."),
            self.tr("Choose pictures…"),
        )
        self.drop.dropped.connect(self.predict_pictures)
        self.drop.choose_requested.connect(self._on_choose)
        self.line = ProgressLine("pictureProgress", 3)
        self.line.hide()
        self._stack = QStackedWidget()
        nothing = Label(self.tr("The answer will stand here."), "body", "muted")
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack.addWidget(nothing)
        self._stack.addWidget(self._make_one())
        self._stack.addWidget(self._make_many())
        self.body.addWidget(self.drop, 2)
        self.body.addWidget(self.line)
        self.body.addWidget(self._stack, 3)

    def _make_one(self) -> QWidget:
        one = QWidget()
        row = QHBoxLayout(one)
        row.setContentsMargins(0, UNIT, 0, 0)
        row.setSpacing(2 * MARGIN)
        self.picture = QLabel()
        self.picture.setObjectName("pictureShown")
        self.picture.setFixedSize(_LARGE, _LARGE)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.view = AnswerView("pictureAnswer")
        right = QVBoxLayout()
        right.addWidget(self.view)
        right.addStretch(1)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(right, 1)
        return one

    def _make_many(self) -> QWidget:
        many = QWidget()
        column = QVBoxLayout(many)
        column.setContentsMargins(0, UNIT, 0, 0)
        self.headline = Label("", "strong")
        top = QHBoxLayout()
        top.addWidget(self.headline, 1)
        self.another = LinkButton(self.tr("Clear"), "pictureClear")
        self.another.clicked.connect(self.clear)
        self.save = Button(self.tr("Save as CSV…"), "pictureSave")
        self.save.setFixedHeight(32)
        self.save.clicked.connect(self._on_save)
        top.addWidget(self.another)
        top.addWidget(self.save)
        column.addLayout(top)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(self._area, 1)
        return many

    def show_model(self, model: ModelInUse) -> None:
        """Predicts with this model from now on."""
        self._model = model
        self.clear()

    def clear(self) -> None:
        """Waits for pictures."""
        self._seen = None
        self._stack.setCurrentIndex(0)

    def seen(self) -> SeenPictures | None:
        """The pictures that were predicted last."""
        return self._seen

    def predict_pictures(self, paths: Sequence[Path]) -> None:
        """Predicts these pictures, and those in folders among them, away from the GUI thread."""
        if self._model is None:
            return
        self.line.show_share(None)
        self.line.show()
        pixels = round(_LARGE * self.devicePixelRatioF())
        job = self._runner.call(partial(_predict_pictures, self._model, tuple(paths), pixels))
        job.progressed.connect(self._on_progressed)
        job.answered.connect(self._on_predicted)
        job.refused.connect(self.problem_found)
        job.faulted.connect(self.faulted)
        job.over.connect(self.line.hide)

    def save_to(self, path: Path) -> None:
        """Writes the answers, one line for each picture."""
        if self._seen is not None:
            job = self._runner.call(partial(_save, self._seen.answers, path))
            job.answered.connect(self._on_saved)
            job.refused.connect(self.problem_found)
            job.faulted.connect(self.faulted)

    def _on_progressed(self, stage: str, share: float | None) -> None:
        self.line.show_share(share)

    def _on_predicted(self, seen: SeenPictures) -> None:
        self._seen = seen
        for each in seen.answers.problems[:1]:
            self.problem_found.emit(each)
        if len(seen.answers.names) == 1:
            self._show_one(seen)
        else:
            self._show_many(seen)

    def _show_one(self, seen: SeenPictures) -> None:
        assert self._model is not None
        image = seen.images[0]
        if image is not None:
            shown = QPixmap.fromImage(image)
            shown.setDevicePixelRatio(self.devicePixelRatioF())
            self.picture.setPixmap(shown)
        self.picture.setAccessibleName(seen.answers.names[0])
        value, likely = _said(seen.answers.answers, 0)
        self.view.show_answer(self._model.target, value, likely, seen.answers.names[0], [])
        self._stack.setCurrentIndex(1)

    def _show_many(self, seen: SeenPictures) -> None:
        names = seen.answers.names
        self.headline.setText(self.tr("{count} pictures").format(count=f"{len(names):,}"))
        self.headline.set_tone("")
        holder = QWidget()
        holder.setObjectName("scrolled")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, UNIT, 0)
        column.setSpacing(4)
        for at, name in enumerate(names[:_LISTED]):
            column.addWidget(Rule())
            column.addLayout(self._line(seen, at, name))
        if len(names) > _LISTED:
            words = self.tr("and {count} more, which are in the file").format(count=len(names) - _LISTED)
            column.addWidget(Label(words, "small", "muted"))
        column.addStretch(1)
        self._area.setWidget(holder)
        self._stack.setCurrentIndex(2)

    def _line(self, seen: SeenPictures, at: int, name: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GAP)
        small = QLabel()
        small.setFixedSize(_SMALL, _SMALL)
        image = seen.images[at] if at < len(seen.images) else None
        if image is not None:
            ratio = self.devicePixelRatioF()
            size = QSize(round(_SMALL * ratio), round(_SMALL * ratio))
            shown = QPixmap.fromImage(image).scaled(
                size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            shown.setDevicePixelRatio(ratio)
            small.setPixmap(shown)
        value, likely = _said(seen.answers.answers, at)
        row.addWidget(small)
        row.addWidget(Label(value or self.tr("cannot be opened"), "strong", "" if value else "caution"))
        sure = f"{100 * max(likely.values()):.0f} %" if likely and value else ""
        row.addWidget(Label(sure, "small", "muted", tabular=True))
        row.addWidget(ElidedLabel(name, "small", "muted"), 1)
        return row

    def _on_choose(self) -> None:
        pattern = " ".join(f"*{each}" for each in _ENDINGS)
        names, _ = QFileDialog.getOpenFileNames(
            self, self.tr("Choose pictures"), "", self.tr("Pictures ({endings})").format(endings=pattern)
        )
        if names:
            self.predict_pictures([Path(each) for each in names])

    def _on_save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the predictions"), "pictures predicted.csv", self.tr("CSV files (*.csv)")
        )
        if name:
            self.save_to(Path(name))

    def _on_saved(self, path: Path) -> None:
        self.headline.setText(self.tr("Saved as {name}").format(name=path.name))
        self.headline.set_tone("good")


def _said(answers: Answers, at: int) -> tuple[str, dict[str, float]]:
    """The answer for one picture as it is shown, and the classes with their probabilities."""
    value = answers.values[at]
    if answers.probabilities is None:
        return metric(float(value), percent=False), {}
    shares = zip(answers.classes, answers.probabilities[at].tolist(), strict=True)
    return str(value), dict(shares)


def _predict_pictures(model: ModelInUse, paths: Sequence[Path], pixels: int, report: Report) -> SeenPictures:
    from trainer_gui.engine.data.picture_file import open_picture_file
    from trainer_gui.engine.picture_answers import predict_pictures
    from trainer_gui.engine.problems import UserError

    files: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        wanted = [each for each in inside if each.suffix.lower() in _ENDINGS or each == path]
        files += [each for each in wanted if each.is_file() or not path.is_dir()]
    answers = predict_pictures(model.model, files, report)
    images: list[QImage | None] = []
    for path in files[:_LISTED]:
        try:
            images.append(thumbnail(open_picture_file(path), pixels))
        except UserError:
            images.append(None)
    return SeenPictures(answers, tuple(images))


def _save(found: PictureAnswers, path: Path, report: Report) -> Path:
    from trainer_gui.engine.predictions_file import write_predictions

    path = path if path.suffix else path.with_suffix(".csv")
    write_predictions(path, found.answers, names=found.names)
    return path
