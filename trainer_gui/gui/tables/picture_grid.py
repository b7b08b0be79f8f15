"""Pictures by class, decoded on a thread when they come into sight."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from trainer_gui.engine.problems import UserError
from trainer_gui.gui.icons import picture_of
from trainer_gui.gui.runner import Job, Runner
from trainer_gui.gui.theme import colours, font

if TYPE_CHECKING:
    from PIL.Image import Image

    from trainer_gui.engine.data.dataset import Pictures

_SIDE = 72  # of a thumbnail
_GAP = 8
_PAD = 16
_HEADING = 34
_FOOT = 14  # below the pictures of a class
_ROWS = 2  # of pictures, of a class that is not opened
_KEPT = 3000  # decoded thumbnails; the oldest go first


@dataclass
class _Class:
    """One class: its pictures by number, and where it lies in the grid."""

    name: str
    pictures: NDArray[np.int64]
    is_open: bool = False
    top: int = 0
    shown: int = 0


def thumbnail(picture: Image, pixels: int) -> QImage:
    """A picture of `pixels` on its longer side; tiny ones are enlarged, unblurred."""
    from PIL import Image as Pillow

    width, height = picture.size
    scale = pixels / max(width, height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = Pillow.Resampling.NEAREST if scale >= 2 else Pillow.Resampling.BILINEAR
    small = picture.convert("RGBA").resize(size, how, reducing_gap=2.0 if scale < 0.5 else None)
    made = QImage(small.tobytes(), size[0], size[1], size[0] * 4, QImage.Format.Format_RGBA8888)
    return made.copy()  # the bytes belong to this function


class PictureGrid(QAbstractScrollArea):
    """A heading for each class, and below it its pictures. "Show all" opens a class.

    Only pictures in sight are decoded, and never on the GUI thread. Enter opens or closes the class at the
    top.
    """

    def __init__(self, runner: Runner, name: str = "pictureGrid", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._runner = runner
        self._data: Pictures | None = None
        self._classes: list[_Class] = []
        self._images: OrderedDict[int, QImage | str] = OrderedDict()  # a text says why there is no picture
        self._asked: frozenset[int] = frozenset()
        self._job: Job | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(28)
        self.setAccessibleName(self.tr("Pictures by class"))

    def show_pictures(self, data: Pictures | None) -> None:
        """Shows the pictures of a dataset, or none."""
        self._cancel()
        self._images.clear()
        self._data = data
        self._classes = []
        if data is not None:
            labels = np.asarray(data.labels)
            order = np.argsort(labels, kind="stable")
            names, starts = np.unique(labels[order], return_index=True)
            parts = np.split(order, starts[1:])
            self._classes = [_Class(str(n), part) for n, part in zip(names, parts, strict=True)]
            self._classes.sort(key=_natural)
        self.verticalScrollBar().setValue(0)
        self._lay_out()

    def decoded(self) -> int:
        """How many thumbnails are there to be drawn."""
        return len(self._images)

    def class_names(self) -> list[str]:
        """The classes, in the order in which they are shown."""
        return [each.name for each in self._classes]

    def toggle(self, name: str) -> None:
        """Shows all pictures of a class, or only the first rows again."""
        for each in self._classes:
            if each.name == name:
                each.is_open = not each.is_open
        self._lay_out()

    # ---- where things lie

    @property
    def _columns(self) -> int:
        return max(1, (self.viewport().width() - 2 * _PAD + _GAP) // (_SIDE + _GAP))

    def _lay_out(self) -> None:
        top = 4
        for each in self._classes:
            each.top = top
            most = len(each.pictures) if each.is_open else self._columns * _ROWS
            each.shown = min(len(each.pictures), most)
            rows = -(-each.shown // self._columns)
            top += _HEADING + rows * (_SIDE + _GAP) + _FOOT
        self.verticalScrollBar().setRange(0, max(0, top - self.viewport().height()))
        self.verticalScrollBar().setPageStep(self.viewport().height())
        self.viewport().update()
        self._ask()

    def _in_sight(self) -> list[tuple[int, QRect]]:
        """The pictures in the viewport, with their places in it."""
        offset, height = self.verticalScrollBar().value(), self.viewport().height()
        step, columns = _SIDE + _GAP, self._columns
        found = []
        for each in self._classes:
            top = each.top + _HEADING - offset
            first = max(0, -top // step) if top < 0 else 0
            last = min(-(-each.shown // columns), (height - top) // step + 1)
            for place in range(first * columns, min(each.shown, max(0, last) * columns)):
                row, column = divmod(place, columns)
                rect = QRect(_PAD + column * step, top + row * step, _SIDE, _SIDE)
                found.append((int(each.pictures[place]), rect))
        return found

    def _link_rect(self, each: _Class) -> QRect:
        top = each.top - self.verticalScrollBar().value()
        return QRect(self.viewport().width() - _PAD - 160, top, 160, _HEADING)

    def _can_open(self, each: _Class) -> bool:
        return each.is_open or each.shown < len(each.pictures)

    # ---- decoding

    def _ask(self) -> None:
        data = self._data
        if data is None or not self.isVisible():
            return
        missing = [number for number, _ in self._in_sight() if number not in self._images]
        if not missing or (self._job is not None and frozenset(missing) <= self._asked):
            return
        self._cancel()
        self._asked = frozenset(missing)
        pixels = round(_SIDE * self.devicePixelRatioF())

        def decode() -> Iterator[tuple[int, QImage | str]]:
            for number in missing:
                try:
                    yield number, thumbnail(data.open_picture(number), pixels)
                except UserError as error:
                    yield number, error.problem.message

        self._job = self._runner.run_stream(decode)
        self._job.events_arrived.connect(self._on_decoded)
        self._job.over.connect(self._on_over)

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.events_arrived.disconnect(self._on_decoded)
            self._job.over.disconnect(self._on_over)
            self._job.cancel()
            self._job = None

    def _on_decoded(self, arrived: list[tuple[int, QImage | str]]) -> None:
        for number, image in arrived:
            self._images[number] = image
        while len(self._images) > _KEPT:
            self._images.popitem(last=False)
        self.viewport().update()

    def _on_over(self) -> None:
        self._job = None
        self._ask()

    # ---- what Qt calls

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()
        self._ask()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def showEvent(self, event: QEvent) -> None:
        self._ask()

    def hideEvent(self, event: QEvent) -> None:
        self._cancel()

    def sizeHint(self) -> QSize:
        return QSize(640, 320)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for each in self._classes:
            if self._can_open(each) and self._link_rect(each).contains(event.position().toPoint()):
                self.toggle(each.name)
                return

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        on_link = any(self._can_open(e) and self._link_rect(e).contains(point) for e in self._classes)
        self.viewport().setCursor(
            Qt.CursorShape.PointingHandCursor if on_link else Qt.CursorShape.ArrowCursor
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            top = bar.value() + _HEADING
            above = [each for each in self._classes if each.top <= top]
            if above and self._can_open(above[-1]):
                self.toggle(above[-1].name)
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            bar.setValue(0 if event.key() == Qt.Key.Key_Home else bar.maximum())
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._tip(event.pos()), self)
            return True
        return super().viewportEvent(event)

    def _tip(self, point: QPoint) -> str:
        if self._data is not None:
            for number, rect in self._in_sight():
                if rect.contains(point):
                    image = self._images.get(number)
                    name = self._data.names[number]
                    return f"{name}: {image}" if isinstance(image, str) else name
        return ""

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colours()
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), QColor(palette.card))
        for each in self._classes:
            top = each.top - self.verticalScrollBar().value()
            if -_HEADING < top < self.viewport().height():
                self._paint_heading(painter, each, top)
        for number, rect in self._in_sight():
            self._paint_picture(painter, rect, self._images.get(number))
        painter.end()

    def _paint_heading(self, painter: QPainter, each: _Class, top: int) -> None:
        palette = colours()
        line = QRect(_PAD, top, self.viewport().width() - 2 * _PAD, _HEADING)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font("small_strong"))
        painter.setPen(QColor(palette.text))
        name = painter.fontMetrics().elidedText(each.name, Qt.TextElideMode.ElideRight, line.width() - 240)
        painter.drawText(line, left, name)
        used = painter.fontMetrics().horizontalAdvance(name) + 10
        painter.setFont(font("small", tabular=True))
        painter.setPen(QColor(palette.muted))
        many = len(each.pictures)
        count = self.tr("1 picture") if many == 1 else self.tr("{n} pictures").format(n=f"{many:,}")
        painter.drawText(line.adjusted(used, 0, 0, 0), left, count)
        if self._can_open(each):
            painter.setPen(QColor(palette.accent))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            words = self.tr("Show fewer") if each.is_open else self.tr("Show all")
            painter.drawText(self._link_rect(each), right, words)

    def _paint_picture(self, painter: QPainter, rect: QRect, image: QImage | str | None) -> None:
        palette = colours()
        area = QRectF(rect)
        path = QPainterPath()
        path.addRoundedRect(area, 6, 6)
        painter.fillPath(path, QColor(palette.hover))
        if isinstance(image, QImage):
            painter.save()
            painter.setClipPath(path)
            size = QSize(image.size()).scaled(rect.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRect(QPoint(0, 0), size)
            place.moveCenter(rect.center())
            painter.drawImage(place, image)
            painter.restore()
        elif image is not None:
            mark = picture_of("warning", palette.caution, 24, self.devicePixelRatioF())
            painter.drawPixmap(rect.center() - QPoint(12, 12), mark)


def _natural(each: _Class) -> tuple[bool, int, str]:
    """Numbers in their order, before words."""
    return (not each.name.isdigit(), len(each.name) if each.name.isdigit() else 0, each.name.lower())
