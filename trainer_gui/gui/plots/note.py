"""A few words on a small card beside a point of a chart."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtGui import QAbstractTextDocumentLayout, QColor, QFont, QPainter, QPen, QTextDocument

from trainer_gui.gui.palettes import Palette
from trainer_gui.gui.plots.strokes import faded

_AWAY = 12.0  # pixels between the point and the card


class Note:
    """Rich text that is laid out once and painted often."""

    def __init__(self, parent: QObject) -> None:
        self._words = QTextDocument(parent)
        self._words.setDocumentMargin(8)

    def set_font(self, font: QFont) -> None:
        """Takes the font of the moment."""
        self._words.setDefaultFont(font)

    def set_words(self, html: str) -> None:
        """Says something else."""
        self._words.setHtml(html)

    def text(self) -> str:
        """What it says, without its looks."""
        return self._words.toPlainText()

    def paint(self, painter: QPainter, at: QPointF, room: QRectF, palette: Palette) -> None:
        """Paints the card beside a point, inside a room."""
        size = self._words.size()
        left = at.x() + _AWAY
        if left + size.width() > room.right():
            left = at.x() - _AWAY - size.width()
        top = min(max(at.y() - size.height() / 2, room.top()), room.bottom() - size.height())
        painter.save()
        painter.setClipping(False)
        painter.translate(max(left, room.left()), max(top, room.top()))
        painter.setPen(QPen(QColor(palette.line_strong), 1))
        painter.setBrush(faded(palette.card, 242))
        painter.drawRoundedRect(QRectF(QPointF(0.5, 0.5), size), 6, 6)
        self._words.documentLayout().draw(painter, QAbstractTextDocumentLayout.PaintContext())
        painter.restore()
