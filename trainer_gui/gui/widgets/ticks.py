"""Boxes to tick, and small pills of which several can be taken."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from trainer_gui.gui.icons import picture_of
from trainer_gui.gui.theme import colours, font
from trainer_gui.gui.widgets.flow_layout import FlowLayout

_BOX = 16  # pixels
_PILL = 26  # pixels of height


class Tick(QAbstractButton):
    """A box with a word beside it. Value, `set_value` and `value_changed` as every editor has them."""

    value_changed = Signal(bool)

    def __init__(self, text: str, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setText(text)
        self.setCheckable(True)
        self.setFont(font("body"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.toggled.connect(self.value_changed)

    def value(self) -> bool:
        """Whether it is ticked."""
        return self.isChecked()

    def set_value(self, value: bool) -> None:
        """Ticks it or not, without saying so."""
        blocked = self.blockSignals(True)
        self.setChecked(value)
        self.blockSignals(blocked)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_BOX + 10 + self.fontMetrics().horizontalAdvance(self.text()), 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (self.height() - _BOX) / 2
        box = QRectF(0.5, top + 0.5, _BOX - 1, _BOX - 1)
        lively = self.underMouse() or self.hasFocus()
        on, enabled = self.isChecked(), self.isEnabled()
        edge = palette.accent if on or self.hasFocus() else palette.muted if lively else palette.line_strong
        painter.setPen(QPen(QColor(edge if enabled else palette.line), 1))
        painter.setBrush(QColor((palette.accent if enabled else palette.line) if on else palette.card))
        painter.drawRoundedRect(box, 4, 4)
        if on:
            mark = picture_of("check", palette.on_accent, 12, self.devicePixelRatioF())
            painter.drawPixmap(2, round(top) + 2, mark)
        painter.setPen(QColor(palette.text if enabled else palette.faint))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect().adjusted(_BOX + 8, 0, 0, 0), left, self.text())
        painter.end()


class _Pill(QAbstractButton):
    """One of several values."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setFont(font("small"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 20, _PILL)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        edge = palette.accent if on or self.hasFocus() else palette.line
        if self.underMouse() and not on:
            edge = palette.line_strong
        painter.setPen(QPen(QColor(edge if self.isEnabled() else palette.line), 1))
        painter.setBrush(QColor(palette.accent_soft if on else palette.card))
        shape = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(shape, _PILL / 2, _PILL / 2)
        tone = palette.accent if on else palette.muted
        painter.setPen(QColor(tone if self.isEnabled() else palette.faint))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


class Pills(QWidget):
    """Values side by side of which any number can be taken. Its value is the names of those, in order."""

    value_changed = Signal(object)

    def __init__(self, name: str, choices: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        flow = FlowLayout(self, gap=6)
        self._pills: dict[str, _Pill] = {}
        for value, label in choices:
            pill = _Pill(label, self)
            pill.setObjectName(f"{name}_{value}")
            pill.toggled.connect(self._on_toggled)
            self._pills[value] = pill
            flow.addWidget(pill)

    def value(self) -> tuple[str, ...]:
        """The names of those that are taken."""
        return tuple(value for value, pill in self._pills.items() if pill.isChecked())

    def set_value(self, value: Sequence[str]) -> None:
        """Takes these without saying so."""
        for name, pill in self._pills.items():
            blocked = pill.blockSignals(True)
            pill.setChecked(name in value)
            pill.blockSignals(blocked)
            pill.update()

    def mark_wrong(self, wrong: bool) -> None:
        """Each of them is right; too few are said in words."""

    def _on_toggled(self, _on: bool) -> None:
        self.value_changed.emit(self.value())
