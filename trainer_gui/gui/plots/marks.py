"""The marks of trials, by how they went, and which line is pointed at."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen

from trainer_gui.gui.plots.curves import Floats

DOT = 3.6  # half of the width of a mark, in pixels


def draw_mark(painter: QPainter, kind: str, at: QPointF, ink: QColor, error: str, card: str) -> None:
    """A trial as a mark: a dot, an upright triangle where it was cut, a cross where it failed, or a ring."""
    if kind == "failed":
        painter.setPen(QPen(QColor(error), 1.8))
        for way in (1, -1):
            painter.drawLine(
                QPointF(at.x() - DOT, at.y() - way * DOT), QPointF(at.x() + DOT, at.y() + way * DOT)
            )
    elif kind == "cut":
        painter.setPen(QPen(ink, 1.4))
        painter.setBrush(QColor(card))
        painter.drawPolygon(
            [
                QPointF(at.x(), at.y() - DOT),
                QPointF(at.x() + DOT, at.y() + DOT),
                QPointF(at.x() - DOT, at.y() + DOT),
            ]
        )
    elif kind in ("running", "stopped"):
        painter.setPen(QPen(ink, 1.6))
        painter.setBrush(QColor(card))
        painter.drawEllipse(at, DOT, DOT)
    else:
        painter.setPen(QPen(QColor(card), 1))
        painter.setBrush(ink)
        painter.drawEllipse(at, DOT + 0.6, DOT + 0.6)


def end_mark(kind: str, x: float, y: float) -> Floats:
    """A bar across the end of a curve that was cut off, a cross where one failed."""
    if kind == "cut":
        return np.array([[x, y - 4.5, x, y + 4.5]])
    return np.array([[x - 3.5, y - 3.5, x + 3.5, y + 3.5], [x - 3.5, y + 3.5, x + 3.5, y - 3.5]])


def nearest_piece(found: Floats, place: QPointF, reach: float) -> int | None:
    """The straight piece, of shape [pieces, 4], nearest to a point; None where none is within reach."""
    x, y = place.x(), place.y()
    left, right = np.minimum(found[:, 0], found[:, 2]), np.maximum(found[:, 0], found[:, 2])
    near = np.flatnonzero((left - reach <= x) & (x <= right + reach))
    if not len(near):
        return None
    begin, way = found[near, :2], found[near, 2:] - found[near, :2]
    length = np.maximum((way**2).sum(1), 1e-12)
    share = np.clip((((x, y) - begin) * way).sum(1) / length, 0.0, 1.0)
    away = ((begin + share[:, None] * way - (x, y)) ** 2).sum(1)
    at = int(away.argmin())
    return int(near[at]) if away[at] <= reach**2 else None
