"""How much each setting matters, as bars with the ends between which that is known."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from trainer_gui.engine.study.importance import Importance, Weight
from trainer_gui.gui.theme import colours, current_theme, font

_ROW, _LEAST_ROW = 44, 30  # pixels
_EDGE = 4


class ImportanceBars(QWidget):
    """One row for each setting: its name, its share, and in words whether it matters."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("importanceBars")
        self._found = Importance()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        current_theme().changed.connect(self.update)

    def show_importance(self, found: Importance) -> None:
        """Shows these weights; where there are none, says how many trials it takes."""
        if found == self._found:
            return
        self._found = found
        self.setAccessibleName("; ".join(f"{each.axis.label}: {_finding(each)}" for each in found.weights))
        self.update()

    def importance(self) -> Importance:
        """What is shown."""
        return self._found

    def sizeHint(self) -> QSize:
        return QSize(240, _LEAST_ROW * max(2, len(self._found.weights)) + 2 * _EDGE)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 60)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font("small"))
        weights = self._found.weights
        if not weights and self._found.needed:
            painter.setPen(QColor(colours().muted))
            words = _tr("After {needed} trials it can be told which settings matter.")
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, words.format(needed=self._found.needed))
        height = min(_ROW, max(_LEAST_ROW, (self.height() - 2 * _EDGE) / max(1, len(weights))))
        for at, each in enumerate(weights):
            self._paint_row(painter, each, QRectF(0, _EDGE + at * height, self.width(), height))
        painter.end()

    def _paint_row(self, painter: QPainter, each: Weight, row: QRectF) -> None:
        palette = colours()
        matters, unknown = each.finding == "matters", each.finding == "unknown"
        metrics = painter.fontMetrics()
        words = _finding(each)
        top = row.top() + metrics.ascent() + 2
        painter.setPen(QColor(palette.text))
        room = row.width() - metrics.horizontalAdvance(words) - 16
        name = metrics.elidedText(each.axis.label, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QPointF(row.left() + 2, top), name)
        painter.setPen(QColor(palette.muted))
        painter.drawText(QPointF(row.right() - metrics.horizontalAdvance(words) - 2, top), words)
        bar = QRectF(row.left() + 2, top + 6, row.width() - 4, 7)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.line))
        painter.drawRoundedRect(bar, 3, 3)
        filled = QRectF(bar)
        filled.setWidth(max(3.0, bar.width() * each.share))
        painter.setBrush(QColor(palette.training if matters else palette.faint))
        painter.drawRoundedRect(filled, 3, 3)
        painter.setPen(QPen(QColor(palette.text if not unknown else palette.muted), 1.4))
        middle, low, high = (
            bar.center().y(),
            bar.left() + bar.width() * each.low,
            bar.left() + bar.width() * each.high,
        )
        painter.drawLine(QPointF(low, middle), QPointF(high, middle))
        for end in (low, high):
            painter.drawLine(QPointF(end, middle - 4), QPointF(end, middle + 4))


def _finding(each: Weight) -> str:
    words = {
        "matters": _tr("{share} % (between {low} and {high})"),
        "hardly": _tr("hardly matters (at most {high} %)"),
        "unknown": _tr("too few trials to tell"),
    }[each.finding]
    return words.format(
        share=round(100 * each.share), low=round(100 * each.low), high=max(1, round(100 * each.high))
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("StudyPlots", text)
