"""The confusion matrix: which class was taken for which, in counts or per cent."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from trainer_gui.gui.theme import colours, font

Mode = Literal["counts", "percent"]
Cell = tuple[int, int]  # true class, what the model said

_TALLEST = 76
_SMALLEST = 20
_TOP = 28
_WIDEST_NAME = 150

_ENOUGH = 3.5  # contrast of bold white digits on a cell; the same for all cells that are nearly full


class ConfusionMatrix(QWidget):
    """A cell for each pair of what it is (rows) and what the model said (columns).

    A click, or the arrow keys and Enter, choose a cell. Its colour is the share of its row in both modes,
    so a switch between counts and per cent changes the words only.
    """

    cell_chosen = Signal(int, int)

    def __init__(self, name: str = "confusionMatrix", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._classes: tuple[str, ...] = ()
        self._counts: NDArray[np.int64] = np.zeros((0, 0), dtype=np.int64)
        self._mode: Mode = "counts"
        self._current: Cell | None = None
        self._under: Cell | None = None
        self._chosen: Cell | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("What was confused with what"))

    def show_counts(self, classes: Sequence[str], counts: NDArray[np.int64]) -> None:
        """Shows counts [true, said], in the order of the classes."""
        assert counts.shape == (len(classes), len(classes))
        self._classes, self._counts = tuple(classes), counts
        self._current = self._chosen = self._under = None
        self._say_current()
        self.updateGeometry()
        self.update()

    def set_mode(self, mode: Mode) -> None:
        """Says the cells in counts, or in per cent of each row."""
        self._mode = mode
        self.update()

    def choose(self, cell: Cell | None) -> None:
        """Marks a cell as the one whose rows are shown, without saying so."""
        self._chosen = cell
        self.update()

    def chosen(self) -> Cell | None:
        """The cell whose rows are shown."""
        return self._chosen

    def words(self, true: int, said: int) -> str:
        """A cell as it is written."""
        count = int(self._counts[true, said])
        if self._mode == "counts":
            return f"{count:,}"
        total = int(self._counts[true].sum())
        if not total:
            return "–"
        share = 100 * count / total
        return f"{share:.0f} %" if share in (0, 100) or share >= 9.95 else f"{share:.1f} %"

    def cell_rect(self, true: int, said: int) -> QRectF:
        """Where a cell lies, in pixels of this widget."""
        left, width, height = self._measures()
        gap = self._gap(height)
        return QRectF(left + said * width, _TOP + true * height, width - gap, height - gap)

    def _gap(self, height: float) -> float:
        return 6.0 if height > 36 else 2.0

    def _measures(self) -> tuple[float, float, float]:
        metrics = QFontMetricsF(font("small"))
        widest = max((metrics.horizontalAdvance(each) for each in self._classes), default=0.0)
        left = min(widest, _WIDEST_NAME, self.width() * 0.35) + 20
        many = max(1, len(self._classes))
        width = max(float(_SMALLEST), (self.width() - left) / many)
        height = min(float(_TALLEST), max(float(_SMALLEST), (self.height() - _TOP) / many))
        return left, width, height

    def sizeHint(self) -> QSize:
        many = max(1, len(self._classes))
        each = _TALLEST if many <= 4 else 40 if many <= 8 else 30
        return QSize(120 + 72 * min(many, 12), _TOP + many * min(each, 400))

    def minimumSizeHint(self) -> QSize:
        many = max(1, len(self._classes))
        return QSize(100 + many * _SMALLEST, _TOP + many * (_SMALLEST + 4 if many <= 12 else _SMALLEST))

    def _cell_at(self, point: QPoint) -> Cell | None:
        left, width, height = self._measures()
        said, true = (point.x() - left) / width, (point.y() - _TOP) / height
        many = len(self._classes)
        return (int(true), int(said)) if 0 <= said < many and 0 <= true < many else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        under = self._cell_at(event.position().toPoint())
        if under != self._under:
            self._under = under
            hand = Qt.CursorShape.PointingHandCursor if under else Qt.CursorShape.ArrowCursor
            self.setCursor(hand)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._under = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position().toPoint())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self._current = cell
            self._say_chosen(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        key = Qt.Key(event.key())
        many = len(self._classes)
        if key in steps and many:
            down, right = steps[key]
            true, said = self._current or (0, 0)
            if self._current is not None:
                true, said = min(max(true + down, 0), many - 1), min(max(said + right, 0), many - 1)
            self._current = (true, said)
            self._say_current()
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._current is not None:
            self._say_chosen(self._current)
        else:
            super().keyPressEvent(event)

    def _say_chosen(self, cell: Cell) -> None:
        self._chosen = cell
        self._say_current()
        self.update()
        self.cell_chosen.emit(*cell)

    def _say_current(self) -> None:
        self.setAccessibleDescription(self._sentence(self._current) if self._current else "")

    def _sentence(self, cell: Cell) -> str:
        true, said = cell
        count = int(self._counts[true, said])
        total = int(self._counts[true].sum())
        if true == said:
            text = self.tr("{count} of {total} “{true}” were recognised.")
        else:
            text = self.tr("{count} of {total} “{true}” were taken for “{said}”.")
        return text.format(
            count=f"{count:,}", total=f"{total:,}", true=self._classes[true], said=self._classes[said]
        )

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self._cell_at(event.pos())
            if cell is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self._sentence(cell), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._classes:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_names(painter)
        left, width, height = self._measures()
        dirty, many = event.rect(), len(self._classes)
        first_row = max(0, int((dirty.top() - _TOP) / height))
        last_row = min(many, int((dirty.bottom() - _TOP) / height) + 1)
        first = max(0, int((dirty.left() - left) / width))
        last = min(many, int((dirty.right() - left) / width) + 1)
        for true in range(first_row, last_row):
            for said in range(first, last):
                self._paint_cell(painter, (true, said), width, height)
        painter.end()

    def _paint_names(self, painter: QPainter) -> None:
        left, width, height = self._measures()
        painter.setFont(font("small"))
        painter.setPen(QColor(colours().muted))
        metrics = QFontMetricsF(painter.font())
        gap = self._gap(height)
        middle = Qt.AlignmentFlag.AlignVCenter
        for at, name in enumerate(self._classes):
            beside = QRectF(0, _TOP + at * height, left - 12, height - gap)
            if height >= 14:
                shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, beside.width())
                painter.drawText(beside, Qt.AlignmentFlag.AlignRight | middle, shown)
            above = QRectF(left + at * width, 0, width - gap, _TOP - 4)
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, above.width())
            painter.drawText(above, Qt.AlignmentFlag.AlignHCenter | middle, shown)

    def _paint_cell(self, painter: QPainter, cell: Cell, width: float, height: float) -> None:
        palette = colours()
        true, said = cell
        rect = self.cell_rect(true, said)
        total = int(self._counts[true].sum())
        share = float(self._counts[true, said]) / total if total else 0.0
        fill = _blend(QColor(palette.accent_soft), QColor(palette.accent), share**0.7)
        corner = 6.0 if height > 30 else 3.0
        edge = Qt.PenStyle.NoPen
        painter.setPen(edge)
        painter.setBrush(fill)
        painter.drawRoundedRect(rect, corner, corner)
        if cell in (self._chosen, self._under) or (cell == self._current and self.hasFocus()):
            strong = cell == self._chosen or (cell == self._current and self.hasFocus())
            painter.setPen(QPen(QColor(palette.text if strong else palette.muted), 2 if strong else 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), corner - 0.5, corner - 0.5)
        words = self.words(true, said)
        painter.setFont(font("action" if height > 36 else "small_strong", tabular=True))
        if QFontMetricsF(painter.font()).horizontalAdvance(words) > rect.width() - 2 or height < 18:
            return
        faint = int(self._counts[true, said]) == 0
        painter.setPen(QColor(palette.muted) if faint else _readable_on(fill))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, words)


def _blend(low: QColor, high: QColor, share: float) -> QColor:
    """A colour between two: `low` at 0, `high` at 1."""
    keep = 1 - share
    return QColor.fromRgbF(
        low.redF() * keep + high.redF() * share,
        low.greenF() * keep + high.greenF() * share,
        low.blueF() * keep + high.blueF() * share,
    )


def _readable_on(fill: QColor) -> QColor:
    """White where it stands out well enough, else black (relative luminance as WCAG 2 defines it)."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    light = 0.2126 * linear(fill.redF()) + 0.7152 * linear(fill.greenF()) + 0.0722 * linear(fill.blueF())
    return QColor("#FFFFFF") if 1.05 / (light + 0.05) >= _ENOUGH else QColor("#10151C")
