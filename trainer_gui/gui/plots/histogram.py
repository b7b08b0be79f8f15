"""Small bars that show how the values of a column are spread."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

_GAP = 2.0


def draw_histogram(painter: QPainter, rect: QRectF, counts: Sequence[int], colour: QColor) -> None:
    """Draws one bar for each count, as wide as fits; the tallest fills the height."""
    largest = max(counts, default=0)
    if largest <= 0 or rect.width() < 4:
        return
    places = max(len(counts), 4)  # two values are two bars, not two halves
    width = max(1.0, min(14.0, (rect.width() - _GAP * (places - 1)) / places))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for place, count in enumerate(counts):
        if count <= 0:
            continue
        height = max(1.5, rect.height() * count / largest)
        left = rect.left() + place * (width + _GAP)
        corner = min(1.5, width / 3)
        painter.drawRoundedRect(QRectF(left, rect.bottom() - height, width, height), corner, corner)
    painter.restore()
