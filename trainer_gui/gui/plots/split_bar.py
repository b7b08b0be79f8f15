"""How the rows are shared out, as one bar in three parts, and how the target is spread in each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from trainer_gui.gui.plots.histogram import draw_histogram
from trainer_gui.gui.theme import FIELD_CORNER, colours, font

if TYPE_CHECKING:
    from trainer_gui.engine.data.spread import Spread

_HEIGHT, _AIR, _BARS = 30, 5, 20
_MOST_NARROW = 4.0  # pixels; below, the bars of a part could not be told apart
_PARTS = ("training", "validation", "test")


class SplitBar(QWidget):
    """Three parts of one bar, as wide as their shares; small bars below show the target in each."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("splitBar")
        self._counts: dict[str, int] = {}
        self._is_exact = True
        self._spread: Spread | None = None
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_counts(self, counts: dict[str, int], *, is_exact: bool) -> None:
        """Shows rows for training, validation and test."""
        self._counts, self._is_exact = counts, is_exact
        self.setAccessibleName(", ".join(self.words(part)[0] for part in _PARTS if counts.get(part)))
        self.update()

    def show_spread(self, spread: Spread | None) -> None:
        """Shows below each part how often each class, or each step of a number, comes up in it."""
        self._spread = spread
        self.setFixedHeight(_HEIGHT + _AIR + _BARS)
        self.update()

    def spread(self) -> Spread | None:
        """What is shown below the parts."""
        return self._spread

    def words(self, part: str) -> tuple[str, ...]:
        """What a part says, the longest wording first; the last is the shortest."""
        count = f"{self._counts.get(part, 0):,}"
        about = "" if self._is_exact else "≈ "
        long = {"training": self.tr("Training"), "validation": self.tr("Validation"), "test": self.tr("Test")}
        short = {"training": self.tr("Train."), "validation": self.tr("Val."), "test": self.tr("Test")}
        return f"{long[part]} {about}{count}", f"{short[part]} {about}{count}", count, ""

    def sizeHint(self) -> QSize:
        return QSize(300, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        whole = QRectF(0, 0, self.width(), _HEIGHT)
        path.addRoundedRect(whole, FIELD_CORNER, FIELD_CORNER)
        painter.setClipPath(path)
        painter.fillRect(whole, QColor(palette.line))
        total = sum(self._counts.values())
        left = 0.0
        painter.setFont(font("small_strong", tabular=True))
        metrics = QFontMetricsF(painter.font())
        fills = {"training": palette.training, "validation": palette.validation, "test": palette.muted}
        for part in _PARTS:
            if not total or not self._counts.get(part):
                continue
            width = self.width() * self._counts[part] / total
            rect = QRectF(left, 0, width, _HEIGHT)
            painter.fillRect(rect, QColor(fills[part]))
            left += width
            text = next(w for w in self.words(part) if metrics.horizontalAdvance(w) <= width - 8 or not w)
            painter.setPen(QColor(palette.on_accent))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        painter.setClipping(False)
        self._paint_spread(painter, fills, total)
        painter.end()

    def _paint_spread(self, painter: QPainter, fills: dict[str, str], total: int) -> None:
        if self._spread is None or not total:
            return
        left = 0.0
        for part in _PARTS:
            width = self.width() * self._counts.get(part, 0) / total
            counts = self._spread.counts.get(part, ())
            if counts and width / len(counts) >= _MOST_NARROW:
                rect = QRectF(left + 4, _HEIGHT + _AIR, width - 8, _BARS)
                draw_histogram(painter, rect, counts, QColor(fills[part]))
            left += width

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.update()
