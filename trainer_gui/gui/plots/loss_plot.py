"""The part of the live chart that is pointed at. It imports pyqtgraph and is imported late."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextDocument,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from trainer_gui.gui.palettes import Palette
from trainer_gui.gui.plots.chart_drawing import ChartDrawing
from trainer_gui.gui.plots.series import Scene
from trainer_gui.gui.plots.viewport import Viewport

_STEP = 1.25  # of the zoom, for a notch of the wheel or a press of a key
_NOTCH = 120.0  # what Qt calls one notch
_DRAG = 4.0  # pixels after which a press is a drag


class LossPlot(QWidget):
    """Draws a scene, follows the pointer, and lets a person look closer while the run goes on.

    The wheel zooms the epochs around the pointer, with Ctrl or Shift the left axis; dragging moves, a double
    click shows all again. Keys: + and - zoom (with Ctrl the left axis), the arrows move the mark from epoch
    to epoch, with Shift what is seen; Home shows all, End the newest.
    """

    pointed = Signal(int)  # the epoch nearest to the pointer, or 0 where it has left
    viewport_changed = Signal()
    menu_wanted = Signal(object)  # a QPoint on the screen

    def __init__(self, palette: Palette, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawing = ChartDrawing(palette)
        self._drawing.across = self.tr("Epoch")
        self._scene = Scene()
        self._viewport = Viewport()
        self._pointed = 0
        self._pressed: QPointF | None = None
        self._is_dragging = False
        self._ring = False  # for people who use the keyboard; after a click it would only be noise
        self._note = QTextDocument(self)
        self._note.setDocumentMargin(8)
        # It paints all of its place, so that nothing that lies below is painted first.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setObjectName("lossPlot")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Chart of the run, epoch by epoch"))
        self.setAccessibleDescription(
            self.tr("Plus and minus zoom, the arrow keys go from epoch to epoch, Home shows the whole run.")
        )
        self.set_palette(palette)

    def set_palette(self, palette: Palette) -> None:
        """Takes other colours, and the font of the moment."""
        self._drawing.take_font()
        self._note.setDefaultFont(self._drawing.letters)
        self._set_look(palette=palette)

    def set_log(self, on: bool) -> None:
        """Draws on a scale of powers of ten."""
        if on != self._drawing.look.log:
            self._viewport = replace(self._viewport, y=None)
        self._set_look(log=on)

    def set_smooth(self, on: bool) -> None:
        """Draws running means, with the curves themselves faint behind them."""
        self._set_look(smooth=on)

    def set_hidden(self, names: frozenset[str]) -> None:
        """Leaves out some curves, "baseline", "batches" or "earlier"."""
        self._set_look(hidden=names)

    def _set_look(self, **changes: object) -> None:
        self._drawing.look = replace(self._drawing.look, **changes)  # type: ignore[arg-type]
        self.redraw()

    def show_scene(self, scene: Scene) -> None:
        """Draws another scene; what is seen of it stays, or follows."""
        if scene.label != self._scene.label:
            self._viewport = replace(self._viewport, y=None)
        self._scene = scene
        self.redraw()

    @property
    def viewport(self) -> Viewport:
        """What is seen."""
        return self._viewport

    def show_part(self, viewport: Viewport) -> None:
        """Shows another part."""
        if viewport != self._viewport:
            self._viewport = viewport
            self.redraw()
            self.viewport_changed.emit()

    def follow(self, on: bool) -> None:
        """Goes along with the newest epochs, or stands still."""
        seen = self._drawing.axes.x_range
        part = self._viewport.to_newest(seen, self._scene.newest) if on else self._viewport.stays()
        self.show_part(part)

    def seen_epochs(self) -> tuple[float, float]:
        """The ends of the epoch axis."""
        return self._drawing.axes.x_range

    def seen_values(self) -> tuple[float, float]:
        """The ends of the left axis; powers of ten on a log axis."""
        return self._drawing.axes.y_range

    def curves_drawn(self) -> tuple[str, ...]:
        """The names of the curves that are seen."""
        return self._drawing.seen

    def best_words(self) -> str:
        """What stands beside the best epoch; empty where none is marked."""
        return self._drawing.best_words

    @property
    def pointed_at(self) -> int:
        """The epoch that is pointed at; 0 where none is."""
        return self._pointed

    def note(self) -> str:
        """What stands beside the epoch that is pointed at, as plain text; empty where none is."""
        return self._note.toPlainText() if self._pointed else ""

    def redraw(self) -> None:
        """Works out the drawing anew from the arrays; it appears with the next paint."""
        self._viewport = self._viewport.along(self._scene.newest)
        self._drawing.work_out(self._scene, self._viewport, self.size())
        self.update()

    def paint_file(self, painter: QPainter, palette: Palette, size: QSize) -> None:
        """Paints what is seen with another painter, in this size and these colours."""
        drawing = ChartDrawing(palette)
        drawing.across = self._drawing.across
        drawing.look = replace(self._drawing.look, palette=palette)
        drawing.work_out(self._scene, self._viewport, size)
        drawing.paint_file(painter)

    def point_at(self, epoch: int, words: str) -> None:
        """Marks an epoch with a line and words (rich text) beside it; no words take the mark away."""
        self._pointed = epoch if words and len(self._scene.epochs) else 0
        if self._pointed:
            self._note.setHtml(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._drawing.paint(painter, self.devicePixelRatioF(), self._pointed)
        if self._pointed:
            self._drawing.paint_note(painter, self._note, self._pointed)
        if self._ring:
            painter.setClipping(False)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._drawing.look.palette.accent), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.end()

    # ---- pointer

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._pressed is not None and self._drag_to(place):
            return
        epochs = self._scene.epochs
        if not len(epochs) or not self._drawing.axes.room.contains(place):
            self.pointed.emit(0)
            return
        nearest = int(np.abs(epochs - self._drawing.axes.value_at(place.x())).argmin())
        self.pointed.emit(int(epochs[nearest]))

    def _drag_to(self, place: QPointF) -> bool:
        assert self._pressed is not None
        way = place - self._pressed
        if not self._is_dragging:
            if way.manhattanLength() < _DRAG:
                return False
            self._is_dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.pointed.emit(0)
        axes = self._drawing.axes
        (left, right), (low, high) = axes.x_range, axes.y_range
        self._pressed = place
        across = -way.x() * (right - left) / max(1.0, axes.room.width())
        up = way.y() * (high - low) / max(1.0, axes.room.height())
        part = self._viewport.moved_up(axes.y_range, up)
        if part.x is not None:
            part = part.moved_across(axes.x_range, self._drawing.whole, across, self._scene.newest)
        self.show_part(part)
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._viewport.is_whole:
            self._pressed = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed, self._is_dragging = None, False
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = None
            self.show_part(Viewport())

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        way = turned.y() or turned.x()  # Alt or Shift make some systems turn it sideways
        place = event.position()
        if way and self._drawing.axes.room.contains(place) and len(self._scene.epochs):
            other = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
            self._zoom(_STEP ** (-way / _NOTCH), place, up=bool(event.modifiers() & other))
            event.accept()
        else:
            event.ignore()

    def _zoom(self, factor: float, around: QPointF, *, up: bool) -> None:
        axes, part = self._drawing.axes, self._viewport
        if up:
            low, high = axes.y_range
            share = (axes.room.bottom() - around.y()) / max(1.0, axes.room.height())
            self.show_part(part.zoomed_up(axes.y_range, factor, low + share * (high - low)))
            return
        place, newest = axes.value_at(around.x()), self._scene.newest
        self.show_part(part.zoomed_across(axes.x_range, self._drawing.whole, factor, place, newest))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(0)

    # ---- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers()
        up = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        middle = self._drawing.axes.room.center()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom(1 / _STEP, middle, up=up)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self._zoom(_STEP, middle, up=up)
        elif key == Qt.Key.Key_Home:
            self.show_part(Viewport())
        elif key == Qt.Key.Key_End:
            self.follow(True)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._go(-1 if key == Qt.Key.Key_Left else 1, bool(modifiers & Qt.KeyboardModifier.ShiftModifier))
        else:
            super().keyPressEvent(event)

    def _go(self, way: int, view: bool) -> None:
        axes, epochs = self._drawing.axes, self._scene.epochs
        left, right = axes.x_range
        if view and self._viewport.x is not None:
            by = way * (right - left) / 10
            self.show_part(
                self._viewport.moved_across((left, right), self._drawing.whole, by, self._scene.newest)
            )
        elif not view and len(epochs):
            seen = epochs[(epochs >= left) & (epochs <= right)]
            at = int(np.searchsorted(epochs, self._pointed or (seen[-1] if len(seen) else epochs[-1])))
            at += way if self._pointed else 0
            self.pointed.emit(int(epochs[min(max(at, 0), len(epochs) - 1)]))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._ring = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._ring = False
        self.pointed.emit(0)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.redraw()
