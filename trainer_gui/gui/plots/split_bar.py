"""How the rows are shared out, as one bar in three parts."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from trainer_gui.gui.theme import FIELD_CORNER, colours, font

_PARTS = ("training", "validation", "test")


class SplitBar(QWidget):
    """Three parts of one bar, as wide as their share of the rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("splitBar")
        self._counts: dict[str, int] = {}
        self._is_exact = True
        self.setFixedHeight(30)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_counts(self, counts: dict[str, int], *, is_exact: bool) -> None:
        """Shows rows for training, validation and test."""
        self._counts, self._is_exact = counts, is_exact
        self.setAccessibleName(", ".join(self.words(part)[0] for part in _PARTS if counts.get(part)))
        self.setToolTip(self.accessibleName())
        self.update()

    def words(self, part: str) -> tuple[str, ...]:
        """What a part says, the longest wording first; the last is the shortest."""
        count = f"{self._counts.get(part, 0):,}"
        about = "" if self._is_exact else "≈ "
        long = {"training": self.tr("Training"), "validation": self.tr("Validation"), "test": self.tr("Test")}
        short = {"training": self.tr("Train."), "validation": self.tr("Val."), "test": self.tr("Test")}
        return f"{long[part]} {about}{count}", f"{short[part]} {about}{count}", count, ""

    def sizeHint(self) -> QSize:
        return QSize(300, 30)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()), FIELD_CORNER, FIELD_CORNER)
        painter.setClipPath(path)
        painter.fillRect(self.rect(), QColor(palette.line))
        total = sum(self._counts.values())
        left = 0.0
        painter.setFont(font("small_strong", tabular=True))
        metrics = QFontMetricsF(painter.font())
        fills = {"training": palette.training, "validation": palette.validation, "test": palette.muted}
        for part in _PARTS:
            if not total or not self._counts.get(part):
                continue
            width = self.width() * self._counts[part] / total
            rect = QRectF(left, 0, width, self.height())
            painter.fillRect(rect, QColor(fills[part]))
            left += width
            text = next(w for w in self.words(part) if metrics.horizontalAdvance(w) <= width - 8 or not w)
            painter.setPen(QColor(palette.on_accent))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.update()
