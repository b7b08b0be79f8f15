"""Pictures by class, decoded on a thread when they come into sight."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, QTimer
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

from trainer_gui.gui.icons import picture_of
from trainer_gui.gui.runner import Runner
from trainer_gui.gui.tables.thumbnails import Thumbnails
from trainer_gui.gui.theme import colours, font

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import Pictures

_SIDE = 72  # of a thumbnail
_GAP = 8
_PAD = 16
_HEADING = 34
_FOOT = 14  # below the pictures of a class
_CAPTIONED = 104  # width of a picture with words below it
_WORDS = 34  # height of the words
_PAUSE = 80  # milliseconds between two questions for what is in sight
_ROWS = 2  # of pictures, of a class that is not opened


@dataclass
class _Class:
    """One class: its pictures by number, and where it lies in the grid."""

    name: str
    pictures: NDArray[np.int64]
    is_open: bool = False
    top: int = 0
    shown: int = 0


class PictureGrid(QAbstractScrollArea):
    """A heading for each class, and below it its pictures. "Show all" opens a class.

    Only pictures in sight are decoded, and never on the GUI thread. Enter opens or closes the class at the
    top.
    """

    def __init__(self, runner: Runner, name: str = "pictureGrid", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._data: Pictures | None = None
        self._classes: list[_Class] = []
        self._tops: list[int] = []  # where they begin, for finding those in sight
        self._thumbnails = Thumbnails(runner, self)
        self._thumbnails.decoded.connect(self._on_decoded)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._ask)
        self._captioned = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(28)
        self.setAccessibleName(self.tr("Pictures by class"))

    def show_pictures(self, data: Pictures | None, *, captioned: bool = False) -> None:
        """Shows pictures by class, or none; `captioned` in their order, each with its label."""
        self._thumbnails.clear()
        self._data = data
        self._classes = []
        self._captioned = captioned
        if data is not None and captioned:
            self._classes = [_Class("", np.arange(data.rows), is_open=True)]
        elif data is not None:
            # Sorting a hundred thousand words would be felt; numbering them is not.
            numbers: dict[str, int] = {}
            codes = np.array([numbers.setdefault(label, len(numbers)) for label in data.labels])
            order = np.argsort(codes, kind="stable")
            parts = np.split(order, np.cumsum(np.bincount(codes))[:-1]) if len(codes) else []
            self._classes = [_Class(name, part) for name, part in zip(numbers, parts, strict=True)]
            self._classes.sort(key=_natural)
        self.verticalScrollBar().setValue(0)
        self._lay_out()

    def decoded(self) -> int:
        """How many thumbnails are there to be drawn."""
        return len(self._thumbnails)

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
    def _step(self) -> tuple[int, int]:
        """From one picture to the next: to the right, and down."""
        if self._captioned:
            return _CAPTIONED + _GAP, _SIDE + _WORDS + _GAP
        return _SIDE + _GAP, _SIDE + _GAP

    @property
    def _heading(self) -> int:
        return _PAD // 2 if self._captioned else _HEADING

    @property
    def _columns(self) -> int:
        across, _ = self._step
        return max(1, (self.viewport().width() - 2 * _PAD + _GAP) // across)

    def _lay_out(self) -> None:
        top = 4
        for each in self._classes:
            each.top = top
            most = len(each.pictures) if each.is_open else self._columns * _ROWS
            each.shown = min(len(each.pictures), most)
            rows = -(-each.shown // self._columns)
            top += self._heading + rows * self._step[1] + _FOOT
        self._tops = [each.top for each in self._classes]
        self.verticalScrollBar().setRange(0, max(0, top - self.viewport().height()))
        self.verticalScrollBar().setPageStep(self.viewport().height())
        self.viewport().update()
        self._ask()

    def _classes_in_sight(self, beyond: int = 0) -> list[_Class]:
        """The classes of which something is in the viewport, or so many pixels below it."""
        offset = self.verticalScrollBar().value()
        first = max(0, bisect_right(self._tops, offset) - 1)
        return self._classes[first : bisect_right(self._tops, offset + self.viewport().height() + beyond)]

    def _in_sight(self, beyond: int = 0) -> list[tuple[int, QRect]]:
        """The pictures in the viewport, and so many pixels below it, with their places."""
        offset, height = self.verticalScrollBar().value(), self.viewport().height() + beyond
        (across, down), columns = self._step, self._columns
        found = []
        for each in self._classes_in_sight(beyond):
            top = each.top + self._heading - offset
            first = max(0, -top // down) if top < 0 else 0
            last = min(-(-each.shown // columns), (height - top) // down + 1)
            for place in range(first * columns, min(each.shown, max(0, last) * columns)):
                row, column = divmod(place, columns)
                rect = QRect(_PAD + column * across, top + row * down, _SIDE, _SIDE)
                found.append((int(each.pictures[place]), rect))
        return found

    def _link_rect(self, each: _Class) -> QRect:
        top = each.top - self.verticalScrollBar().value()
        return QRect(self.viewport().width() - _PAD - 160, top, 160, _HEADING)

    def _can_open(self, each: _Class) -> bool:
        return not self._captioned and (each.is_open or each.shown < len(each.pictures))

    def _ask(self) -> None:
        if self._data is not None and self.isVisible():
            # What comes next is decoded too, after what is in sight.
            numbers = [number for number, _ in self._in_sight(self.viewport().height())]
            ratio = self.devicePixelRatioF()
            self._thumbnails.ask(self._data.open_picture, numbers, round(_SIDE * ratio), ratio)

    def _ask_soon(self) -> None:
        if not self._pause.isActive():
            self._pause.start()

    def _on_decoded(self) -> None:
        self.viewport().update()
        self._ask_soon()

    # ---- what Qt calls

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()
        if abs(dy) > self.viewport().height():
            # Decoding what flies past would only hold up what the eye comes to rest on.
            self._thumbnails.pause()
            self._pause.start()
        else:
            self._ask_soon()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def showEvent(self, event: QEvent) -> None:
        self._ask()

    def hideEvent(self, event: QEvent) -> None:
        self._pause.stop()
        self._thumbnails.cancel()

    def sizeHint(self) -> QSize:
        return QSize(640, 320)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for each in self._classes_in_sight():
            if self._can_open(each) and self._link_rect(each).contains(event.position().toPoint()):
                self.toggle(each.name)
                return

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        on_link = any(
            self._can_open(e) and self._link_rect(e).contains(point) for e in self._classes_in_sight()
        )
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
                    image = self._thumbnails.get(number)
                    name = self._data.names[number]
                    return f"{name}: {image}" if isinstance(image, str) else name
        return ""

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colours()
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), QColor(palette.card))
        for each in self._classes_in_sight():
            top = each.top - self.verticalScrollBar().value()
            if not self._captioned and -_HEADING < top < self.viewport().height():
                self._paint_heading(painter, each, top)
        for number, rect in self._in_sight():
            self._paint_picture(painter, rect, self._thumbnails.get(number))
            if self._captioned and self._data is not None:
                self._paint_caption(painter, rect, self._data.labels[number])
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

    def _paint_caption(self, painter: QPainter, rect: QRect, text: str) -> None:
        palette = colours()
        first, _, second = text.partition("\n")
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for place, (words, colour) in enumerate(((first, palette.text), (second, palette.muted))):
            painter.setFont(font("small_strong" if place == 0 else "caption", tabular=True))
            painter.setPen(QColor(colour))
            line = QRect(rect.left(), rect.bottom() + 3 + 15 * place, _CAPTIONED, 16)
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, _CAPTIONED)
            painter.drawText(line, left, shown)

    def _paint_picture(self, painter: QPainter, rect: QRect, image: QImage | str | None) -> None:
        if isinstance(image, QImage):
            size = image.deviceIndependentSize().toSize()
            place = QRect(QPoint(0, 0), size)
            place.moveCenter(rect.center())
            painter.drawImage(place.topLeft(), image)
            return
        palette = colours()
        path = QPainterPath()
        path.addRoundedRect(QRectF(rect), 6, 6)
        painter.fillPath(path, QColor(palette.hover))
        if image is not None:
            mark = picture_of("warning", palette.caution, 24, self.devicePixelRatioF())
            painter.drawPixmap(rect.center() - QPoint(12, 12), mark)


def _natural(each: _Class) -> tuple[bool, int, str]:
    """Numbers in their order, before words."""
    return (not each.name.isdigit(), len(each.name) if each.name.isdigit() else 0, each.name.lower())
