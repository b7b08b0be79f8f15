"""Curves as the lines that a painter draws: fast ones for many points, dashed ones for few."""

from typing import Any, cast

import numpy as np
import pyqtgraph as pg
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from trainer_gui.gui.plots.curves import Floats

_DASHES = {
    "dashed": [4.0, 2.2],
    "dotted": [1.5, 3.0],
    "upright": [3.0, 4.0],
}


def pen_of(colour: QColor, width: float, style: str = "solid") -> QPen:
    """A pen of so many pixels: "solid", "dashed" or "dotted", or "upright" for a quiet line from below."""
    pen = QPen(colour)
    pen.setWidthF(width)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap if style == "solid" else Qt.PenCapStyle.FlatCap)
    if style in _DASHES:
        pen.setStyle(Qt.PenStyle.CustomDashLine)
        pen.setDashPattern(_DASHES[style])
    return pen


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
