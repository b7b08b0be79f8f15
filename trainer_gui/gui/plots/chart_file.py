"""The live chart as a picture in a file: what is seen, with a title and the names of the curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtSvg import QSvgGenerator

from trainer_gui.engine.names import one_line
from trainer_gui.gui.palettes import LIGHT, Palette
from trainer_gui.gui.plots.legend import LegendItem, pen_of_name
from trainer_gui.gui.theme import font

_RATIO = 2  # pixels of a picture for each of the screen, so that it prints well
_EDGE = 20  # around the whole
_TITLE, _NAMES = 26, 26  # heights, of the names for each line
_LINE = 22  # pixels of line before a name


class Drawn(Protocol):
    """A picture in the window that can be painted in another place."""

    def width(self) -> int:
        """Pixels on the screen."""
        ...

    def height(self) -> int:
        """Pixels on the screen."""
        ...

    def paint_file(self, painter: QPainter, palette: Palette, size: QSize) -> None:
        """Paints what is seen with another painter, in this size and these colours."""
        ...


def as_png(plot: Drawn, title: str, names: Sequence[LegendItem]) -> bytes:
    """A picture of twice the size of the chart, light as paper."""
    size = _size_of(plot, names)
    picture = QImage(size * _RATIO, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(_RATIO)
    picture.fill(QColor(LIGHT.card))
    painter = QPainter(picture)
    _paint(painter, plot, title, names)
    painter.end()
    memory = QBuffer()
    memory.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(memory, "PNG")  # type: ignore[call-overload]
    return _bytes_of(memory.data())


def as_svg(plot: Drawn, title: str, names: Sequence[LegendItem]) -> bytes:
    """A drawing that stays sharp in every size."""
    size = _size_of(plot, names)
    memory = QBuffer()
    memory.open(QIODevice.OpenModeFlag.WriteOnly)
    drawing = QSvgGenerator()
    drawing.setOutputDevice(memory)
    drawing.setSize(size)
    drawing.setViewBox(QRect(0, 0, size.width(), size.height()))
    drawing.setTitle(one_line(title))
    painter = QPainter(drawing)
    painter.fillRect(QRect(0, 0, size.width(), size.height()), QColor(LIGHT.card))
    _paint(painter, plot, title, names)
    painter.end()
    return _bytes_of(memory.data())


def _bytes_of(data: QByteArray) -> bytes:
    return bytes(data.data())


def _size_of(plot: Drawn, names: Sequence[LegendItem]) -> QSize:
    width, height = max(480, plot.width()), max(300, plot.height())
    return QSize(width, height + _TITLE + _height_of(names, width)) + QSize(2 * _EDGE, 2 * _EDGE)


def _paint(painter: QPainter, plot: Drawn, title: str, names: Sequence[LegendItem]) -> None:
    size = _size_of(plot, names)
    height = _height_of(names, size.width() - 2 * _EDGE)
    inner = size - QSize(2 * _EDGE, 2 * _EDGE + _TITLE + height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font("strong"))
    painter.setPen(QColor(LIGHT.text))
    room = QRectF(_EDGE, _EDGE, inner.width(), _TITLE)
    words = QFontMetricsF(font("strong")).elidedText(
        one_line(title), Qt.TextElideMode.ElideRight, room.width()
    )
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, words)
    _paint_names(painter, names, QRectF(_EDGE, _EDGE + _TITLE, inner.width(), height), LIGHT)
    painter.translate(_EDGE, _EDGE + _TITLE + height)
    plot.paint_file(painter, LIGHT, inner)


def _in_lines(names: Sequence[LegendItem], width: float) -> list[list[tuple[LegendItem, str, float]]]:
    """The names with their texts and how far from the left they begin, in as many lines as they need."""
    metrics = QFontMetricsF(font("small"))
    lines: list[list[tuple[LegendItem, str, float]]] = [[]]
    left = 0.0
    for item in names:
        room = width - _LINE - 6
        words = metrics.elidedText(one_line(item.text()), Qt.TextElideMode.ElideRight, room)
        taken = _LINE + 6 + metrics.horizontalAdvance(words)
        if lines[-1] and left + taken > width:
            lines.append([])
            left = 0.0
        lines[-1].append((item, words, left))
        left += taken + 18
    return lines


def _height_of(names: Sequence[LegendItem], width: int) -> int:
    return _NAMES * len(_in_lines(names, width))


def _paint_names(painter: QPainter, names: Sequence[LegendItem], room: QRectF, palette: Palette) -> None:
    letters = font("small")
    metrics = QFontMetricsF(letters)
    painter.setFont(letters)
    for place, line in enumerate(_in_lines(names, room.width())):
        top = room.top() + place * _NAMES
        middle = top + metrics.height() / 2
        for item, words, before in line:
            left = room.left() + before
            painter.setPen(pen_of_name(item.style_name, QColor(str(getattr(palette, item.colour)))))
            painter.drawLine(QPointF(left, middle), QPointF(left + _LINE, middle))
            painter.setPen(QPen(QColor(palette.muted)))
            painter.drawText(QPointF(left + _LINE + 6, top + metrics.ascent()), words)
