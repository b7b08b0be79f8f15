"""All settings side by side as a widget: ranges are drawn on its axes with the pointer. Imported late."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from trainer_gui.gui.plots.loss_axes import Range
from trainer_gui.gui.plots.parallel import Brushes, ParallelSheet
from trainer_gui.gui.plots.trial_plot import TrialPlot

_DRAG = 4.0  # pixels after which a press is a drag


class ParallelPlot(TrialPlot):
    """Dragging along an axis chooses a range on it, several axes together; a double click takes it away.

    A range that is there can be moved by dragging it. Esc takes all away. With the keyboard: Page Up and
    Page Down choose an axis, the up and down arrow keys move a range on it.
    """

    brushed = Signal(object)  # the trials inside all ranges; None where there is none

    def __init__(self, sheet: ParallelSheet, name: str, what: str, parent: QWidget | None = None) -> None:
        super().__init__(sheet, name, what, parent)
        self._axes_sheet = sheet
        self._pressed: tuple[int, float, Range | None] | None = None  # axis, share there, range that moves
        self._began = QPointF()
        self._is_dragging = False
        self._axis = 0
        self._chosen: frozenset[int] | None = None

    def sheet(self) -> ParallelSheet:
        """Where everything stands, in pixels."""
        return self._axes_sheet

    def brushes(self) -> Brushes:
        """The ranges, by axis; the score is the last axis."""
        return dict(self._axes_sheet.brushes)

    def brush(self, at: int, low: float, high: float) -> None:
        """Chooses a range (shares, 0 to 1) on an axis."""
        self._axes_sheet.brushes[at] = (min(low, high), max(low, high))
        self._tell()

    def clear(self, at: int | None = None) -> None:
        """Takes the range of one axis away, or of all."""
        if at is None:
            self._axes_sheet.brushes.clear()
        else:
            self._axes_sheet.brushes.pop(at, None)
        self._tell()

    def redraw(self) -> None:
        super().redraw()
        self._work_out_unseen()
        if self._axes_sheet.brushes and self._axes_sheet.chosen() != self._chosen:
            self._tell()  # a new trial has come into the ranges

    def _work_out_unseen(self) -> None:
        """The ranges choose among all trials, also while others of the pictures are seen."""
        if self._is_stale and self._axes_sheet.brushes:
            self._axes_sheet.work_out(self._outline, self._look, self.size())

    def _tell(self) -> None:
        self._work_out_unseen()
        self._chosen = self._axes_sheet.chosen()
        self.update()
        self.brushed.emit(self._chosen)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._axes_sheet.axis_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and at is not None:
            share, before = self._axes_sheet.share_at(event.position()), self._axes_sheet.brushes.get(at)
            moved = before if before is not None and before[0] <= share <= before[1] else None
            self._pressed, self._began = (at, share, moved), event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            super().mouseMoveEvent(event)
            if self._axes_sheet.axis_at(event.position()) is not None:
                self.setCursor(Qt.CursorShape.SizeVerCursor)
            return
        if not self._is_dragging and (event.position() - self._began).manhattanLength() < _DRAG:
            return
        self._is_dragging = True
        at, begin, moved = self._pressed
        share = self._axes_sheet.share_at(event.position())
        if moved is None:
            self.brush(at, begin, share)
        else:
            by = min(max(share - begin, -moved[0]), 1 - moved[1])
            self.brush(at, moved[0] + by, moved[1] + by)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragged, self._is_dragging, self._pressed = self._is_dragging, False, None
        if not dragged:
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        at = self._axes_sheet.axis_at(event.position())
        self.clear(at if at in self._axes_sheet.brushes else None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, count = event.key(), len(self._axes_sheet.places)
        if key == Qt.Key.Key_Escape and self._axes_sheet.brushes:
            self.clear()
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._axis = (self._axis + (1 if key == Qt.Key.Key_PageDown else -1)) % count
            low, high = self._axes_sheet.brushes.get(self._axis, (0.0, 0.25))
            self.brush(self._axis, low, high)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self._axis in self._axes_sheet.brushes:
            low, high = self._axes_sheet.brushes[self._axis]
            by = 0.05 if key == Qt.Key.Key_Up else -0.05
            by = min(max(by, -low), 1 - high)
            self.brush(self._axis, low + by, high + by)
        else:
            super().keyPressEvent(event)
