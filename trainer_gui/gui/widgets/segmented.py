"""A row of choices of which one is taken, such as the size ladder."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from trainer_gui.gui.theme import FIELD_CORNER, FIELD_HEIGHT, colours, font


class SegmentedControl(QWidget):
    """Segments side by side; a click or the arrow keys choose one. Values are the names given."""

    value_changed = Signal(object)

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._choices: tuple[tuple[str, str], ...] = ()
        self._value = ""
        self._under = -1
        self.setFont(font("body"))
        self.setFixedHeight(FIELD_HEIGHT + 2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offers these (value, label) pairs, keeping the value where it is still there."""
        self._choices = tuple(choices)
        if self._value not in [value for value, _ in self._choices]:
            self._value = ""
        self.updateGeometry()
        self.update()

    def choices(self) -> tuple[tuple[str, str], ...]:
        """What is offered, as (value, label) pairs."""
        return self._choices

    def value(self) -> str:
        """The name of the segment that is taken."""
        return self._value

    def set_value(self, value: str) -> None:
        """Takes a segment without saying so."""
        self._value = value
        label = dict(self._choices).get(value, "")
        self.setAccessibleDescription(label)
        self.update()

    def segment(self, value: str) -> QRectF:
        """Where a segment lies, in pixels of this widget."""
        at = [each for each, _ in self._choices].index(value)
        return self._rect(at)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(label) for _, label in self._choices), default=40)
        return QSize((widest + 20) * max(1, len(self._choices)), self.height())

    def minimumSizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(label) for _, label in self._choices), default=40)
        return QSize((widest + 8) * max(1, len(self._choices)), self.height())

    def _rect(self, at: int) -> QRectF:
        width = self.width() / max(1, len(self._choices))
        return QRectF(at * width, 0, width, self.height())

    def _choose(self, at: int) -> None:
        value = self._choices[at][0]
        if value != self._value:
            self.set_value(value)
            self.value_changed.emit(value)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._choices:
            at = int(event.position().x() * len(self._choices) / max(1, self.width()))
            self._choose(min(max(at, 0), len(self._choices) - 1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._under = int(event.position().x() * len(self._choices) / max(1, self.width()))
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._under = -1
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        names = [value for value, _ in self._choices]
        at = names.index(self._value) if self._value in names else -1
        if event.key() == Qt.Key.Key_Left and at > 0:
            self._choose(at - 1)
        elif event.key() == Qt.Key.Key_Right and at < len(names) - 1:
            self._choose(at + 1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        path = QPainterPath()
        path.addRoundedRect(outline, FIELD_CORNER, FIELD_CORNER)
        painter.fillPath(path, QColor(palette.card))
        painter.save()
        painter.setClipPath(path)
        names = [value for value, _ in self._choices]
        taken = names.index(self._value) if self._value in names else -1
        for at in range(len(names)):
            if at == taken:
                painter.fillRect(self._rect(at), QColor(palette.accent if self.isEnabled() else palette.line))
            elif at == self._under and self.isEnabled():
                painter.fillRect(self._rect(at), QColor(palette.hover))
            if at and taken not in (at, at - 1):
                painter.setPen(QPen(QColor(palette.line), 1))
                x = round(self._rect(at).left()) + 0.5
                painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        painter.restore()
        painter.setPen(QPen(QColor(palette.accent if self.hasFocus() else palette.line), 1))
        painter.drawPath(path)
        for at, (_, label) in enumerate(self._choices):
            chosen = at == taken
            painter.setFont(font("strong") if chosen else self.font())
            colour = palette.on_accent if chosen else palette.text
            painter.setPen(QColor(colour if self.isEnabled() else palette.faint))
            painter.drawText(self._rect(at), Qt.AlignmentFlag.AlignCenter, label)
        if self.hasFocus() and taken >= 0:
            inner = self._rect(taken).adjusted(3.5, 3.5, -3.5, -3.5)
            painter.setPen(QPen(QColor(palette.on_accent), 1))
            painter.drawRoundedRect(inner, 5, 5)
        painter.end()
