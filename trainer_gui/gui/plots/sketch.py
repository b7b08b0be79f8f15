"""Small pictures of arrays, to explain an idea: lines, dots and a few words, without axes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from trainer_gui.gui.theme import colours, font

Floats = NDArray[np.float64]
_DASHES = {"dashed": [4.0, 2.6], "dotted": [1.2, 2.6]}


@dataclass(frozen=True)
class Stroke:
    """A line through points, both of shape [points]; the colour is named as in the palette."""

    x: Floats
    y: Floats
    colour: str
    style: str = "solid"  # or "dashed", "dotted"
    width: float = 2.0


@dataclass(frozen=True)
class Dots:
    """Points, both of shape [points]; hollow ones mark something."""

    x: Floats
    y: Floats
    colour: str
    radius: float = 3.0
    hollow: bool = False


@dataclass(frozen=True)
class Words:
    """A few words; `side` says on which side of the point they stand: left, right, above, below."""

    x: float
    y: float
    text: str
    colour: str = "muted"
    side: str = "right"


@dataclass(frozen=True)
class Drawing:
    """What is drawn, and which part of the plane is seen."""

    x_range: tuple[float, float]
    y_range: tuple[float, float]
    strokes: tuple[Stroke, ...] = ()
    dots: tuple[Dots, ...] = ()
    words: tuple[Words, ...] = ()


Place = Callable[[float, float], QPointF]


class Sketch(QWidget):
    """Draws a Drawing in the colours of the moment. `words` says for screen readers what is to be seen."""

    def __init__(self, name: str, height: int = 136, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._drawing: Drawing | None = None
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_drawing(self, drawing: Drawing, words: str) -> None:
        """Shows another drawing."""
        self._drawing = drawing
        self.setAccessibleName(words)
        self.update()

    def drawing(self) -> Drawing | None:
        """What is shown."""
        return self._drawing

    def sizeHint(self) -> QSize:
        return QSize(280, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        drawing = self._drawing
        if drawing is None:
            return
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(6, 8, -6, -8)
        place = _scale(area, drawing.x_range, drawing.y_range)
        painter.setClipRect(self.rect())
        for stroke in drawing.strokes:
            pen = QPen(QColor(str(getattr(palette, stroke.colour))), stroke.width)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            if stroke.style in _DASHES:
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                pen.setDashPattern(_DASHES[stroke.style])
            painter.setPen(pen)
            step = max(1, len(stroke.x) // 600)
            known = np.isfinite(stroke.y)
            pairs = zip(stroke.x[known][::step].tolist(), stroke.y[known][::step].tolist(), strict=True)
            painter.drawPolyline(QPolygonF([place(x, y) for x, y in pairs]))
        for dots in drawing.dots:
            colour = QColor(str(getattr(palette, dots.colour)))
            painter.setPen(QPen(colour, 2) if dots.hollow else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.card) if dots.hollow else colour)
            for x, y in zip(dots.x.tolist(), dots.y.tolist(), strict=True):
                painter.drawEllipse(place(x, y), dots.radius, dots.radius)
        painter.setFont(font("caption"))
        for words in drawing.words:
            self._write(painter, words, place(words.x, words.y))
        painter.end()

    def _write(self, painter: QPainter, words: Words, at: QPointF) -> None:
        metrics = painter.fontMetrics()
        width, height = metrics.horizontalAdvance(words.text), metrics.height()
        left, top = {
            "right": (at.x() + 7, at.y() - height / 2),
            "left": (at.x() - 7 - width, at.y() - height / 2),
            "above": (at.x() - width / 2, at.y() - height - 5),
            "below": (at.x() - width / 2, at.y() + 5),
        }[words.side]
        left = min(max(2.0, left), max(2.0, self.width() - width - 2.0))
        top = min(max(0.0, top), self.height() - height * 1.0)
        painter.setPen(QColor(str(getattr(colours(), words.colour))))
        painter.drawText(QRectF(left, top, width + 2, height), Qt.AlignmentFlag.AlignLeft, words.text)


def _scale(area: QRectF, x_range: tuple[float, float], y_range: tuple[float, float]) -> Place:
    wide = max(x_range[1] - x_range[0], 1e-12)
    tall = max(y_range[1] - y_range[0], 1e-12)

    def place(x: float, y: float) -> QPointF:
        right = area.left() + area.width() * (x - x_range[0]) / wide
        return QPointF(right, area.bottom() - area.height() * (y - y_range[0]) / tall)

    return place
