"""Dots for trials on two axes, with cells, a line of the best so far and bars of deviation. Imported late."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QLinearGradient, QPainter, QPen

from trainer_gui.engine.study.outline import StudyOutline
from trainer_gui.gui.figures import loss
from trainer_gui.gui.plots.curves import Floats
from trainer_gui.gui.plots.loss_axes import Axes, Backdrop, Range, draw_backdrop
from trainer_gui.gui.plots.marks import draw_mark
from trainer_gui.gui.plots.series import Points
from trainer_gui.gui.plots.shades import on_shade, shade
from trainer_gui.gui.plots.strokes import Stroke, faded, pen_of, pieces
from trainer_gui.gui.plots.ticks import Ticks
from trainer_gui.gui.plots.trial_plot import NOBODY, Sheet, TrialLook

_REACH = 14.0  # pixels between the pointer and a dot that it means
_RING = 6.5  # its radius
_EDGE, _FOOT, _SIDE = 4, 48, 36  # pixels around the room; of the numbers and the name of an axis
_BAR = 74  # pixels for what the colours mean


def no_ticks(most: int) -> Ticks:
    """For an axis that has nothing to say."""
    return []


@dataclass(frozen=True)
class Cell:
    """A rectangle of a grid, its colour (0 to 1, NaN for none), its words, and its best trial."""

    rect: tuple[float, float, float, float]  # left, right, low, high, as the axes count
    share: float
    words: str
    number: int


@dataclass(frozen=True, eq=False)
class Scatter:
    """Dots: arrays of shape [n]. `shades` (0 to 1, NaN for none) colours them; None: one colour for all."""

    numbers: tuple[int, ...] = ()
    x: Floats = field(default_factory=lambda: np.empty(0))
    y: Floats = field(default_factory=lambda: np.empty(0))
    kinds: tuple[str, ...] = ()
    shades: Floats | None = None
    errors: Floats | None = None
    steps: Points | None = None
    cells: tuple[Cell, ...] = ()
    x_range: Range = (0.0, 1.0)
    y_range: Range = (0.0, 1.0)
    x_ticks: Callable[[int], Ticks] = no_ticks
    y_ticks: Callable[[int], Ticks] = no_ticks
    names: tuple[str, str] = ("", "")
    best: int = NOBODY
    ends: Range | None = None  # what the colours stand for
    bar_words: str = ""
    nothing: str = ""


class ScatterSheet(Sheet):
    """Draws what `make` gives; whatever does not change is kept as a picture."""

    def __init__(self, make: Callable[[StudyOutline, TrialLook], Scatter]) -> None:
        self.make = make
        self._backdrop = Backdrop()

    def another(self) -> ScatterSheet:
        return ScatterSheet(self.make)

    def work_out(self, outline: StudyOutline, look: TrialLook, size: QSize) -> None:
        self.look, self.size = look, size
        self.scatter = scatter = self.make(outline, look)
        self._metrics = metrics = QFontMetricsF(self.letters)
        bar = _BAR if scatter.ends is not None else _EDGE
        height = max(1, size.height() - _FOOT - 2 * _EDGE)
        y_ticks = scatter.y_ticks(max(2, height // 44))
        widest = max((round(metrics.horizontalAdvance(text)) for _, text in y_ticks), default=20)
        left = _EDGE + widest + _SIDE
        width = max(1, size.width() - left - bar)
        letters = max((metrics.horizontalAdvance(text) for _, text in scatter.x_ticks(6)), default=30.0)
        x_ticks = scatter.x_ticks(max(2, int(width // max(70.0, letters + 24))))
        room = QRectF(left, _EDGE, width, height)
        self.axes = Axes(room, scatter.x_range, scatter.y_range, tuple(x_ticks), tuple(y_ticks))
        self._x, self._y = self.axes.x(scatter.x), self.axes.y(scatter.y)

    def paint(self, painter: QPainter, ratio: float) -> bool:
        look = self.look
        painter.drawPixmap(
            0,
            0,
            self._backdrop.picture(
                self.size, ratio, self.axes, look.palette, self.letters, self.scatter.names
            ),
        )
        self._paint(painter)
        return True

    def paint_file(self, painter: QPainter) -> None:
        draw_backdrop(painter, self.axes, self.look.palette, self.letters, self.scatter.names)
        self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        palette, scatter = self.look.palette, self.scatter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for cell in scatter.cells:
            self._paint_cell(painter, cell)
        if scatter.errors is not None:
            self._paint_errors(painter, scatter.errors)
        if scatter.steps is not None:
            x, y = self.axes.x(scatter.steps[0]), self.axes.y(scatter.steps[1])
            Stroke(pen_of(QColor(palette.validation), 2.2), pieces(x, y)).paint_file(painter, self._room())
        if not scatter.cells:
            self._paint_dots(painter)
        self._paint_best(painter)
        if scatter.ends is not None:
            self._paint_bar(painter, scatter.ends)
        if not scatter.numbers:
            painter.setFont(self.letters)
            painter.setPen(QColor(palette.muted))
            painter.drawText(self._room(), Qt.AlignmentFlag.AlignCenter, scatter.nothing)

    def _rect_of(self, cell: Cell) -> QRectF:
        left, right, low, high = cell.rect
        corners = self.axes.place(left, high), self.axes.place(right, low)
        return QRectF(*corners).adjusted(1, 1, -1, -1)

    def _paint_cell(self, painter: QPainter, cell: Cell) -> None:
        palette, rect = self.look.palette, self._rect_of(cell)
        chosen = self.look.chosen
        outside = chosen is not None and cell.number not in chosen
        painter.setPen(Qt.PenStyle.NoPen)
        ground = shade(cell.share, palette) if math.isfinite(cell.share) else QColor(palette.hover)
        if outside:
            ground.setAlpha(60)
        painter.setBrush(ground)
        painter.drawRoundedRect(rect, 3, 3)
        wide = self._metrics.horizontalAdvance(cell.words)
        if cell.words and wide < rect.width() - 4 and self._metrics.height() < rect.height():
            painter.setFont(self.letters)
            known = math.isfinite(cell.share) and not outside
            painter.setPen(on_shade(cell.share, palette) if known else QColor(palette.muted))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, cell.words)

    def _paint_errors(self, painter: QPainter, errors: Floats) -> None:
        scatter = self.scatter
        painter.setPen(QPen(faded(self.look.palette.muted, 150), 1.2))
        low, high = self.axes.y(scatter.y - errors), self.axes.y(scatter.y + errors)
        known = np.flatnonzero(np.isfinite(low) & np.isfinite(self._x))
        painter.drawLines([QLineF(self._x[at], low[at], self._x[at], high[at]) for at in known])

    def _paint_dots(self, painter: QPainter) -> None:
        palette, scatter, chosen = self.look.palette, self.scatter, self.look.chosen
        plain = QColor(palette.training)
        for at, (number, kind) in enumerate(zip(scatter.numbers, scatter.kinds, strict=True)):
            x, y = float(self._x[at]), float(self._y[at])
            if not (math.isfinite(x) and math.isfinite(y)):
                continue
            ink = plain if scatter.shades is None else shade(float(scatter.shades[at]), palette)
            if chosen is not None and number not in chosen:
                ink = QColor(palette.line_strong)
            draw_mark(painter, kind, QPointF(x, y), ink, palette.error, palette.card)

    def _paint_best(self, painter: QPainter) -> None:
        place = self.place_of(self.scatter.best)
        if place is None:
            return
        painter.setPen(QPen(QColor(self.look.palette.validation), 2.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self._paint_round(painter, self.scatter.best, place)

    def _paint_round(self, painter: QPainter, number: int, place: QPointF) -> None:
        """A line round the cell of a trial, or round its dot."""
        for cell in self.scatter.cells:
            if cell.number == number:
                painter.drawRoundedRect(self._rect_of(cell), 3, 3)
                return
        if not self.scatter.cells:
            painter.drawEllipse(place, _RING, _RING)

    def _paint_bar(self, painter: QPainter, ends: Range) -> None:
        palette, room = self.look.palette, self.axes.room
        bar = QRectF(room.right() + 14, room.top() + 22, 10, max(20.0, room.height() - 44))
        colours = QLinearGradient(bar.topLeft(), bar.bottomLeft())
        for step in range(11):
            colours.setColorAt(step / 10, shade(1 - step / 10, palette))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(colours))
        painter.drawRoundedRect(bar, 2, 2)
        painter.setPen(QColor(palette.muted))
        painter.setFont(self.letters)
        high = self._metrics.height()
        for value, top in ((ends[1], bar.top()), (ends[0], bar.bottom())):
            painter.drawText(QPointF(bar.right() + 5, top + high / 3), loss(value))
        words = QRectF(room.right() + 4, room.top(), _BAR - 6, high)
        shown = self._metrics.elidedText(self.scatter.bar_words, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, shown)

    def paint_pointed(self, painter: QPainter, number: int) -> QPointF | None:
        place = self.place_of(number)
        if place is None:
            return None
        painter.setPen(QPen(QColor(self.look.palette.text), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self._paint_round(painter, number, place)
        return place

    def nearest(self, place: QPointF) -> int:
        for cell in self.scatter.cells:
            if self._rect_of(cell).contains(place):
                return cell.number
        if self.scatter.cells or not len(self._x):
            return NOBODY
        away = (self._x - place.x()) ** 2 + (self._y - place.y()) ** 2
        away = np.where(np.isfinite(away), away, np.inf)
        at = int(away.argmin())
        return self.scatter.numbers[at] if away[at] <= _REACH**2 else NOBODY

    def order(self) -> list[int]:
        if self.scatter.cells:
            return [each.number for each in self.scatter.cells if each.number != NOBODY]
        known = [at for at in np.argsort(self._x, kind="stable") if np.isfinite(self._x[at] + self._y[at])]
        return [self.scatter.numbers[at] for at in known]

    def place_of(self, number: int) -> QPointF | None:
        """Where a trial is drawn, in pixels; None where it is not."""
        if number == NOBODY or number not in self.scatter.numbers:
            return None
        at = self.scatter.numbers.index(number)
        if not (math.isfinite(self._x[at]) and math.isfinite(self._y[at])):
            return None
        return QPointF(float(self._x[at]), float(self._y[at]))

    def _room(self) -> QRectF:
        return self.axes.room.adjusted(-1, -1, 2, 2)
