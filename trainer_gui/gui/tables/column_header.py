"""The heading of the data table: each column's name, what it is used for, and how its values are spread."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from trainer_gui.engine.names import one_line
from trainer_gui.gui.plots.histogram import draw_histogram
from trainer_gui.gui.theme import colours, font
from trainer_gui.gui.widgets import Tone

HEIGHT = 100
_SIDE = 10
_TONES: dict[str, tuple[str, str]] = {  # colour of the words, colour behind them
    "accent": ("accent", "accent_soft"),
    "good": ("good", "good_soft"),
    "caution": ("caution", "caution_soft"),
    "muted": ("muted", "hover"),
}


@dataclass(frozen=True)
class Heading:
    """What the heading of one column says."""

    name: str
    chip: str
    tone: Tone
    counts: tuple[int, ...]
    note: str
    tip: str = ""
    reason: str = ""  # why it is left out


class Headings:
    """What the headings of all columns say; each is worked out when it is first looked at.

    `names` are those of the columns, `unused` the places of the columns that are left out.
    """

    def __init__(
        self,
        names: Sequence[str] = (),
        unused: Collection[int] = (),
        make: Callable[[int], Heading] | None = None,
    ) -> None:
        self.names = tuple(names)
        self.unused = frozenset(unused)
        self._make = make
        self._made: dict[int, Heading] = {}

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, place: int) -> Heading:
        if place not in self._made:
            assert self._make is not None
            self._made[place] = self._make(place)
        return self._made[place]


class ColumnHeader(QHeaderView):
    """Paints a heading for each column in sight. A click on one asks what the column is to be used for."""

    menu_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._headings = Headings()
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.setMinimumSectionSize(72)
        self.setDefaultSectionSize(144)
        self.setFixedHeight(HEIGHT)
        self.setMouseTracking(True)
        self._under = -1
        self.sectionClicked.connect(self.menu_requested)

    def show_headings(self, headings: Headings) -> None:
        """Says what each column is, from the first to the last."""
        self._headings = headings
        self.viewport().update()

    def heading(self, column: int) -> Heading:
        """What the heading of a column says."""
        return self._headings[column]

    def chip_rect(self, column: int) -> QRectF:
        """Where the chip of a column lies, in pixels of the viewport."""
        left = self.sectionViewportPosition(column) + _SIDE
        width = QFontMetricsF(font("caption")).horizontalAdvance(self._headings[column].chip) + 16
        return QRectF(left, 30, min(width, self.sectionSize(column) - 2 * _SIDE + 4), 17)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), HEIGHT)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        under = self.logicalIndexAt(event.position().toPoint())
        if under != self._under:
            self._under = under
            self.viewport().update()
        if 0 <= under < len(self._headings):
            self.setToolTip(self._headings[under].tip)

    def leaveEvent(self, event: QEvent) -> None:
        self._under = -1
        self.viewport().update()
        super().leaveEvent(event)

    def paintSection(self, painter: QPainter, rect: QRect, at: int) -> None:
        if at >= len(self._headings):
            return
        heading, palette = self._headings[at], colours()
        used = heading.tone != "muted"
        area = QRectF(rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(area, QColor(palette.card))
        if at == self._under:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.hover))
            painter.drawRoundedRect(area.adjusted(2, 2, -2, -4), 8, 8)
        inner = area.adjusted(_SIDE, 8, -_SIDE, -6)
        self._paint_words(painter, inner, heading, used)
        chip = self.chip_rect(at)
        words, behind = _TONES.get(heading.tone, _TONES["accent"])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(str(getattr(palette, behind))))
        painter.drawRoundedRect(chip, chip.height() / 2, chip.height() / 2)
        painter.setPen(QColor(str(getattr(palette, words))))
        painter.setFont(font("caption"))
        shown = painter.fontMetrics().elidedText(
            heading.chip, Qt.TextElideMode.ElideRight, int(chip.width()) - 8
        )
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, shown)
        colour = QColor(palette.training if used else palette.line_strong)
        colour.setAlphaF(0.6 if used else 1.0)
        bars = QRectF(inner.left(), 52, min(inner.width(), 112.0), 25)
        draw_histogram(painter, bars, heading.counts, colour)
        painter.setPen(QColor(palette.line))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.restore()

    def _paint_words(self, painter: QPainter, inner: QRectF, heading: Heading, used: bool) -> None:
        palette = colours()
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font("small_strong"))
        painter.setPen(QColor(palette.text if used else palette.muted))
        width = int(inner.width())
        name = painter.fontMetrics().elidedText(one_line(heading.name), Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRectF(inner.left(), 8, inner.width(), 18), left, name)
        painter.setFont(font("caption", tabular=True))
        painter.setPen(QColor(palette.muted))
        note = painter.fontMetrics().elidedText(heading.note, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRectF(inner.left(), 79, inner.width(), 16), left, note)
