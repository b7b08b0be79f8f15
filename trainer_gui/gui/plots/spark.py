"""Curves the size of a word: how a run went, at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from trainer_gui.gui.theme import colours

_MOST_POINTS = 400  # a line of some hundred pixels shows no more


@dataclass(frozen=True)
class Line:
    """One curve: its numbers [points], the colour's name in the palette, and whether it is dashed."""

    values: NDArray[np.float64]
    colour: str
    dashed: bool = False
    width: float = 1.6


def draw_spark(painter: QPainter, rect: QRectF, lines: Sequence[Line], mark: int = -1) -> None:
    """Draws curves that share both axes into a rectangle; `mark` rings that point of the last line.

    Numbers that are not finite leave gaps. The top fiftieth of the numbers is allowed to run out of the
    picture, so that one wild first epoch does not flatten the rest.
    """
    finite = [line.values[np.isfinite(line.values)] for line in lines]
    together = np.concatenate(finite) if finite else np.empty(0)
    if not len(together):
        return
    low = float(together.min())
    high = float(together.max() if len(together) < 40 else np.quantile(together, 0.98))
    high = max(high, low + 1e-12)
    longest = max(len(line.values) for line in lines)
    palette = colours()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(rect.adjusted(-3, -3, 3, 3))
    for line in lines:
        pen = QPen(QColor(str(getattr(palette, line.colour))), line.width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if line.dashed:
            pen.setDashPattern([3.0, 2.4])
        painter.setPen(pen)
        for part in _pieces(line.values, rect, longest, low, high):
            if len(part) > 1:
                painter.drawPolyline(QPolygonF(part))
            else:
                painter.drawPoint(part[0])
    last = lines[-1]
    if 0 <= mark < len(last.values) and np.isfinite(last.values[mark]):
        painter.setPen(QPen(QColor(str(getattr(palette, last.colour))), 1.6))
        painter.setBrush(QColor(palette.card))
        painter.drawEllipse(_place(mark, float(last.values[mark]), rect, longest, low, high), 2.6, 2.6)
    painter.restore()


def _place(at: int, value: float, rect: QRectF, longest: int, low: float, high: float) -> QPointF:
    x = rect.left() + rect.width() * (at / (longest - 1) if longest > 1 else 0.5)
    return QPointF(x, rect.bottom() - rect.height() * min(1.2, (value - low) / (high - low)))


def _pieces(
    values: NDArray[np.float64], rect: QRectF, longest: int, low: float, high: float
) -> list[list[QPointF]]:
    """The points of a line, cut where numbers are missing."""
    step = max(1, len(values) // _MOST_POINTS)
    chosen = np.arange(0, len(values), step)
    if len(chosen) and chosen[-1] != len(values) - 1:
        chosen = np.append(chosen, len(values) - 1)
    pieces: list[list[QPointF]] = []
    begin = True
    for at in chosen:
        value = float(values[at])
        if not np.isfinite(value):
            begin = True
            continue
        if begin:
            pieces.append([])
            begin = False
        pieces[-1].append(_place(int(at), value, rect, longest, low, high))
    return pieces


class Spark(QWidget):
    """A small picture of curves, without axes. It never changes what it shows on its own."""

    def __init__(self, name: str = "spark", height: int = 40, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._lines: tuple[Line, ...] = ()
        self._mark = -1
        self._height = height
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_lines(self, lines: Sequence[Line], mark: int = -1, words: str = "") -> None:
        """Shows curves; `words` says for screen readers what they show."""
        self._lines, self._mark = tuple(lines), mark
        self.setAccessibleName(words)
        self.update()

    def lines(self) -> tuple[Line, ...]:
        """What is shown."""
        return self._lines

    def sizeHint(self) -> QSize:
        return QSize(120, self._height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_spark(painter, QRectF(self.rect()).adjusted(4, 4, -4, -4), self._lines, self._mark)
        painter.end()
