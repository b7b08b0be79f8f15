"""Curves as the lines that a painter draws: fast ones for many points, dashed ones for few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pyqtgraph as pg
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from trainer_gui.gui.plots.curves import Floats

_SOFT = 9000.0  # pixels of line; more of it, wide and with soft edges, takes longer than a frame has
_DASHES = {
    "dashed": [4.0, 2.2],
    "dotted": [1.5, 3.0],
    "upright": [3.0, 4.0],
}


@dataclass(frozen=True)
class Stroke:
    """One curve in pixels: straight pieces of shape [pieces, 4], and a path where the pen has dashes."""

    pen: QPen
    pieces: Floats
    path: QPainterPath | None = None

    def paint(self, painter: QPainter) -> None:
        """Draws it in the quickest way: softly, unless it goes up and down so often that it is an area."""
        painter.setPen(self.pen)
        if self.path is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawPath(self.path)
        else:
            soft = length_of(self.pieces) < _SOFT
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, soft)
            if not soft:
                thin = QPen(self.pen)
                thin.setWidthF(1.0)
                thin.setCapStyle(Qt.PenCapStyle.FlatCap)
                painter.setPen(thin)
            draw_pieces(painter, self.pieces)

    def paint_file(self, painter: QPainter, room: QRectF) -> None:
        """Draws what of it lies in a room; not every kind of file knows how to cut off the rest."""
        painter.setPen(self.pen)
        painter.drawPath(_joined(_cut(self.pieces, room)))


def pen_of(colour: QColor, width: float, style: str = "solid") -> QPen:
    """A pen of so many pixels: "solid", "dashed" or "dotted", or "upright" for a quiet line from below."""
    pen = QPen(colour)
    pen.setWidthF(width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap if style == "solid" else Qt.PenCapStyle.FlatCap)
    if style in _DASHES:
        pen.setStyle(Qt.PenStyle.CustomDashLine)
        pen.setDashPattern(_DASHES[style])
    return pen


def length_of(found: Floats) -> float:
    """How many pixels of line straight pieces of shape [pieces, 4] are, about."""
    return float(np.abs(found[:, 2:] - found[:, :2]).sum())


def mixed(colour: str, ground: str, share: float) -> QColor:
    """So much of a colour (0 to 1) on a ground, not transparent: many thin lines are drawn faster so."""
    above, below = QColor(colour), QColor(ground)
    pairs = (
        (above.redF(), below.redF()),
        (above.greenF(), below.greenF()),
        (above.blueF(), below.blueF()),
    )
    return QColor.fromRgbF(*(share * one + (1 - share) * other for one, other in pairs))


def faded(colour: str, alpha: int) -> QColor:
    """The colour, so far transparent (0 to 255)."""
    made = QColor(colour)
    made.setAlpha(alpha)
    return made


def pieces(x: Floats, y: Floats, joined: NDArray[np.bool_] | None = None) -> Floats:
    """The straight pieces of a curve, shape [pieces, 4], without those that touch a gap.

    `x` and `y` have shape [n]; `joined`, of the same shape, says which points to join with their next.
    """
    found = np.column_stack([x[:-1], y[:-1], x[1:], y[1:]])
    kept = np.isfinite(found).all(1)
    if joined is not None:
        kept &= joined[:-1]
    return found if kept.all() else found[kept]


def dashes(x: Floats, pixel: float) -> NDArray[np.bool_]:
    """Which points to join so that a curve of many points looks dashed; a dashed pen would be slow."""
    return np.asarray(np.floor(x / pixel) % 10 < 7)


def draw_pieces(painter: QPainter, found: Floats) -> None:
    """Draws straight pieces, shape [pieces, 4] in pixels, in one call."""
    if len(found):
        lines = np.ascontiguousarray(found, dtype=np.float64)
        # The painter reads the numbers where they lie; a list of thousands of objects would take longer
        # than the drawing.
        first = cast(Any, shiboken6).wrapInstance(lines.ctypes.data, QLineF)
        cast(Any, painter).drawLines(first, len(lines))


def dots_along(left: float, right: float, height: float, width: float) -> Floats:
    """The pieces of a dotted level line for a solid pen of this width, shape [pieces, 4] in pixels.

    A dotted pen would look the same and take ten times as long.
    """
    mark, space = _DASHES["dotted"]
    begins = np.arange(left, right, (mark + space) * width)
    heights = np.full(len(begins), height)
    return np.column_stack([begins, heights, np.minimum(begins + mark * width, right), heights])


def path_of(x: Floats, y: Floats) -> QPainterPath:
    """One line through all points of shape [n], broken at gaps, for a pen whose dashes run on."""
    return cast(QPainterPath, pg.arrayToQPath(x, y, connect="finite"))


def _joined(found: Floats) -> QPainterPath:
    """The pieces, shape [pieces, 4], as one line, for files in which each piece would stand by itself."""
    path = QPainterPath()
    end: tuple[float, float] | None = None
    for left, top, right, bottom in found.tolist():
        if (left, top) != end:
            path.moveTo(left, top)
        path.lineTo(right, bottom)
        end = (right, bottom)
    return path


def _cut(found: Floats, room: QRectF) -> Floats:
    """What of straight pieces, shape [pieces, 4], lies in a room, by the method of Liang and Barsky."""
    begin, way = found[:, :2], found[:, 2:] - found[:, :2]
    enter, leave = np.zeros(len(found)), np.ones(len(found))
    for axis, (low, high) in enumerate(((room.left(), room.right()), (room.top(), room.bottom()))):
        step, place = way[:, axis], begin[:, axis]
        with np.errstate(divide="ignore", invalid="ignore"):
            first, last = np.sort(np.stack([(low - place) / step, (high - place) / step]), axis=0)
        level = step == 0
        inside = (place >= low) & (place <= high)
        first = np.where(level, np.where(inside, -np.inf, np.inf), first)
        last = np.where(level, np.inf, last)
        enter, leave = np.maximum(enter, first), np.minimum(leave, last)
    kept = enter <= leave
    begin, way, enter, leave = begin[kept], way[kept], enter[kept, None], leave[kept, None]
    return np.column_stack([begin + enter * way, np.where(leave == 1, found[kept, 2:], begin + leave * way)])
