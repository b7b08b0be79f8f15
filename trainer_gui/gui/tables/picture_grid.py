"""Pictures by class, decoded on a thread when they come into sight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from trainer_gui.gui.runner import Runner
from trainer_gui.gui.tables.picture_layout import (
    CAPTIONED,
    HEADING,
    SIDE,
    WORDS,
    PictureClass,
    PictureLayout,
    classes_of,
)
from trainer_gui.gui.tables.picture_painter import LINK, PicturePainter, heading_line
from trainer_gui.gui.tables.thumbnails import Thumbnails
from trainer_gui.gui.theme import colours

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import Pictures

_EDGE = 4  # pixels round a picture that its mark takes
_PAUSE = 80  # milliseconds between two questions for what is in sight


class PictureGrid(QAbstractScrollArea):
    """A heading for each class, and below it its pictures. "Show all" opens a class.

    Only pictures in sight are decoded, and never on the GUI thread; only what comes into sight is painted.
    Enter opens or closes the class at the top.
    """

    def __init__(self, runner: Runner, name: str = "pictureGrid", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._data: Pictures | None = None
        self._all: list[PictureClass] = []
        self._classes: list[PictureClass] = []  # those that are shown
        self._layout = PictureLayout()
        self._painter = PicturePainter()
        self._marked = -1  # the picture that was looked for
        self._thumbnails = Thumbnails(runner, self)
        self._thumbnails.decoded.connect(self._on_decoded)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._ask)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        # All of it is painted, so that what stays in sight can be moved and need not be painted again.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.verticalScrollBar().setSingleStep(28)
        self.setAccessibleName(self.tr("Pictures by class"))

    def show_pictures(self, data: Pictures | None, *, captioned: bool = False) -> None:
        """Shows pictures by class, or none; `captioned` in their order, each with its label."""
        self._thumbnails.clear()
        self._data = data
        self._marked = -1
        self._layout.captioned = captioned
        if data is None:
            self._all = []
        elif captioned:
            self._all = [PictureClass("", np.arange(data.rows), is_open=True)]
        else:
            self._all = classes_of(data.labels)
        self._classes = self._all
        self.verticalScrollBar().setValue(0)
        self._lay_out()

    def decoded(self) -> int:
        """How many thumbnails are there to be drawn."""
        return len(self._thumbnails)

    def class_names(self) -> list[str]:
        """The classes that are shown, in their order."""
        return [each.name for each in self._classes]

    def class_sizes(self) -> list[tuple[str, int]]:
        """Every class with the number of its pictures, in the order in which they are shown."""
        return [(each.name, len(each.pictures)) for each in self._all]

    def show_classes(self, names: Sequence[str] = ()) -> None:
        """Shows only these classes, opened; without names all of them."""
        self._classes = [each for each in self._all if each.name in names] if names else self._all
        for each in self._classes:
            each.is_open = bool(names)
        self.verticalScrollBar().setValue(0)
        self._lay_out()

    def show_picture(self, number: int) -> None:
        """Brings one picture into sight, and marks it."""
        self._marked = number
        self._classes = self._all
        for each in self._all:
            at = int(np.searchsorted(each.pictures, number))
            if at < len(each.pictures) and int(each.pictures[at]) == number:
                each.is_open = True
        self._lay_out()
        place = self._layout.place_of(number)
        if place is not None:
            self.verticalScrollBar().setValue(place.top - (self.viewport().height() - SIDE) // 2)

    def toggle(self, name: str) -> None:
        """Shows all pictures of a class, or only the first rows again."""
        for each in self._classes:
            if each.name == name:
                each.is_open = not each.is_open
        self._lay_out()

    # ---- where things lie

    def _lay_out(self) -> None:
        self._layout.lay_out(self._classes, self.viewport().width())
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, self._layout.height - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        self.viewport().update()
        self._ask()

    def _classes_in_sight(self) -> list[PictureClass]:
        offset = self.verticalScrollBar().value()
        return self._layout.classes_between(offset, offset + self.viewport().height())

    def _in_sight(self, top: int = 0, bottom: int = -1) -> Iterator[tuple[int, QRect]]:
        """The pictures between two heights of the viewport, by default in all of it, with their places."""
        offset = self.verticalScrollBar().value()
        bottom = self.viewport().height() if bottom < 0 else bottom
        tall = SIDE + WORDS if self._layout.captioned else SIDE
        wide = CAPTIONED if self._layout.captioned else SIDE
        for each in self._layout.pictures_between(offset + top, offset + bottom):
            yield each.number, QRect(each.left, each.top - offset, wide, tall)

    def _link_rect(self, each: PictureClass) -> QRect:
        line = heading_line(each, self.verticalScrollBar().value(), self.viewport().width())
        return QRect(line.right() - LINK, line.top(), LINK, HEADING)

    def _can_open(self, each: PictureClass) -> bool:
        return not self._layout.captioned and (each.is_open or each.shown < len(each.pictures))

    def _ask(self) -> None:
        if self._data is not None and self.isVisible():
            # What comes next is decoded too, after what is in sight.
            numbers = [number for number, _ in self._in_sight(0, 2 * self.viewport().height())]
            ratio = self.devicePixelRatioF()
            self._thumbnails.ask(self._data.open_picture, numbers, round(SIDE * ratio), ratio)

    def _ask_soon(self) -> None:
        if not self._pause.isActive():
            self._pause.start()

    def _on_decoded(self, numbers: list[int]) -> None:
        arrived = set(numbers)
        for number, rect in self._in_sight():
            if number in arrived:
                self.viewport().update(rect)
        self._ask_soon()

    # ---- what Qt calls

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if abs(dy) >= self.viewport().height():
            # Decoding what flies past would only hold up what the eye comes to rest on.
            self._thumbnails.pause()
            self._pause.start()
            self.viewport().update()
        else:
            self.viewport().scroll(0, dy)
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
            top = bar.value() + HEADING
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
        painter = QPainter(self.viewport())
        offset, width = self.verticalScrollBar().value(), self.viewport().width()
        ratio = self.devicePixelRatioF()
        area, region = event.rect(), event.region()
        painter.fillRect(area, QColor(colours().card))
        if not self._layout.captioned:
            for each in self._layout.classes_between(offset + area.top(), offset + area.bottom() + 1):
                line = heading_line(each, offset, width)
                if region.intersects(line):
                    self._painter.paint_heading(painter, each, line, link=self._can_open(each))
        for number, rect in self._in_sight(max(0, area.top() - _EDGE), area.bottom() + 1 + _EDGE):
            if region.intersects(rect.adjusted(-_EDGE, -_EDGE, _EDGE, _EDGE)):
                self._paint_one(painter, number, rect.topLeft(), ratio)
        painter.end()

    def _paint_one(self, painter: QPainter, number: int, at: QPoint, ratio: float) -> None:
        self._painter.paint_picture(painter, at, self._thumbnails.get(number), ratio)
        if self._layout.captioned and self._data is not None:
            self._painter.paint_caption(painter, at, self._data.labels[number])
        if number == self._marked:
            self._painter.paint_mark(painter, at)
