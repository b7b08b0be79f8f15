"""Where the axes of the loss chart stand, and the picture of all that seldom changes."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from trainer_gui.gui.palettes import Palette
from trainer_gui.gui.plots.curves import Floats
from trainer_gui.gui.plots.strokes import draw_pieces
from trainer_gui.gui.plots.ticks import Ticks, linear_ticks, log_ticks, whole_ticks

Range = tuple[float, float]
_Numbers = TypeVar("_Numbers", float, Floats)

_EDGE = 1  # pixels around the whole
_FOOT = 48  # pixels for the numbers and the name of the lower axis
_SIDE = 36  # pixels for the name of the left axis, beside its numbers
_OFFSET = 8  # pixels between an axis and its numbers
_NAME = 35  # pixels between the lower axis and its name
_BEYOND = 15  # pixels by which a number may stand out over the end of its axis


@dataclass(frozen=True)
class Axes:
    """A rectangle in pixels and the numbers at its edges."""

    room: QRectF
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    x_ticks: tuple[tuple[float, str], ...] = ()
    y_ticks: tuple[tuple[float, str], ...] = ()

    def x(self, values: _Numbers) -> _Numbers:
        """Pixels from the left, of the same shape."""
        low, high = self.x_range
        return self.room.left() + (values - low) * (self.room.width() / (high - low))

    def y(self, values: _Numbers) -> _Numbers:
        """Pixels from the top, of the same shape."""
        low, high = self.y_range
        return self.room.top() + (high - values) * (self.room.height() / (high - low))

    def place(self, x: float, y: float) -> QPointF:
        """One point in pixels."""
        return QPointF(self.x(x), self.y(y))

    def value_at(self, pixel: float) -> float:
        """What the lower axis says at so many pixels from the left."""
        low, high = self.x_range
        return low + (pixel - self.room.left()) * (high - low) / max(1.0, self.room.width())


def whole_range(horizon: int, *, from_start: bool = False) -> Range:
    """The ends of the epoch axis where the whole run is seen, with a little room behind its end.

    Of few epochs the first stands near the left end, unless the axis is to begin `from_start`.
    """
    right = max(1.0, float(horizon))
    left = 0.0 if right > 3 or from_start else 1.0 - 0.25
    return left, right + (right - left) * 0.012


def fitting_range(ends: list[float], *, log: bool, from_zero: bool) -> Range:
    """The ends of the left axis with which all of `ends` is seen."""
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    if high - low <= 1e-9 * abs(high):  # a level line: neighbours of its value that are no rounding errors
        room = 0.5 * abs(high) or 1.0
        return low - room, high + room
    span = max(high - low, 1e-12, abs(high) * 1e-3)
    if from_zero and not log and 0 <= low < 0.6 * high:
        low = -0.02 * high  # room for the lowest number beside the axis
    else:
        low -= 0.06 * span
    return low, high + 0.08 * span


def axes_for(size: QSize, across: Range, up: Range, *, log: bool, metrics: QFontMetricsF) -> Axes:
    """Axes with these ends in a widget of this size."""
    height = max(1, size.height() - _FOOT - 2 * _EDGE)
    down = max(2, height // 72)
    y_ticks: Ticks = log_ticks(*up, down) if log else linear_ticks(*up, down)
    widest = max((round(metrics.horizontalAdvance(text)) for _, text in y_ticks), default=20)
    begin = _EDGE + widest + _SIDE
    width = max(1, size.width() - begin - _EDGE)
    x_ticks = whole_ticks(*across, max(2, width // 90))
    return Axes(QRectF(begin, _EDGE, width, height), across, up, tuple(x_ticks), tuple(y_ticks))


class Backdrop:
    """The card, the grid, the numbers and the names of the axes as one picture, drawn when they change."""

    def __init__(self) -> None:
        self._picture = QPixmap()
        self._drawn: tuple[object, ...] = ()

    def picture(
        self, size: QSize, ratio: float, axes: Axes, palette: Palette, letters: QFont, names: tuple[str, str]
    ) -> QPixmap:
        """The picture in the size of the widget; `names` are those of the lower and the left axis."""
        wanted = (size, ratio, axes, palette, letters, names)
        if wanted != self._drawn:
            self._drawn = wanted
            self._picture = QPixmap(size * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(QColor(palette.card))
            painter = QPainter(self._picture)
            draw_backdrop(painter, axes, palette, letters, names)
            painter.end()
        return self._picture


def draw_backdrop(
    painter: QPainter, axes: Axes, palette: Palette, letters: QFont, names: tuple[str, str]
) -> None:
    """Draws the grid, the numbers and the names of the axes."""
    painter.setFont(letters)
    _draw_grid(painter, axes, palette)
    painter.setPen(QColor(palette.muted))
    _draw_numbers(painter, axes)
    _draw_names(painter, axes, QFontMetricsF(letters), names)


def _draw_grid(painter: QPainter, axes: Axes, palette: Palette) -> None:
    pen = QPen(QColor(palette.line), 1)
    pen.setCosmetic(True)
    painter.setPen(pen)
    painter.setClipRect(axes.room.adjusted(0, 0, 1, 1))
    heights = axes.y(np.array([value for value, _ in axes.y_ticks]))
    ends = np.full(len(heights), axes.room.left()), np.full(len(heights), axes.room.right() + 1)
    draw_pieces(painter, np.column_stack([ends[0], heights, ends[1], heights]))
    painter.setClipping(False)


def _draw_numbers(painter: QPainter, axes: Axes) -> None:
    room, flags = axes.room, Qt.TextFlag.TextDontClip
    for value, text in axes.y_ticks:
        middle = axes.y(value)
        if not room.top() <= middle <= room.bottom():
            continue
        box = _box(painter, text)
        box.moveTo(room.left() - _OFFSET - box.width(), middle - box.height() / 2)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | flags, text)
    for value, text in axes.x_ticks:
        middle = axes.x(value)
        box = _box(painter, text)
        begin = middle - box.width() / 2
        # The last number may stand out over its axis, but not over the edge of the widget.
        begin = min(begin, room.right() + _EDGE - box.width())
        inside = room.left() <= middle <= room.right()
        if not inside or begin < room.left() - _BEYOND or begin + box.width() > room.right() + _BEYOND:
            continue
        box.moveTo(begin, room.bottom() + _OFFSET)
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | flags, text)


def _box(painter: QPainter, text: str) -> QRectF:
    box = painter.boundingRect(QRectF(0, 0, 100, 100), Qt.AlignmentFlag.AlignCenter, text)
    box.setHeight(box.height() * 0.8)  # the letters of numbers need no room below the line
    return box


def _draw_names(painter: QPainter, axes: Axes, metrics: QFontMetricsF, names: tuple[str, str]) -> None:
    room = axes.room
    across, up = names
    half = int(room.width() / 2 - metrics.horizontalAdvance(f"{across} ") / 2 - 4)
    painter.drawText(QPointF(room.left() + half + 4, room.bottom() + _NAME + metrics.ascent()), across)
    half = int(room.height() / 2 + metrics.horizontalAdvance(f"{up} ") / 2 + 4)
    painter.save()
    painter.translate(0, room.top() + half - 4)
    painter.rotate(-90)
    painter.drawText(QPointF(0, metrics.ascent()), up)
    painter.restore()
