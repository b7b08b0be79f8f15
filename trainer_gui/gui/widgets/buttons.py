"""Buttons: the one that matters, the quiet ones, links, icons, and switches."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy, QToolButton, QWidget

from trainer_gui.engine.names import one_line
from trainer_gui.gui.icons import icon
from trainer_gui.gui.theme import FIELD_HEIGHT, colours, font
from trainer_gui.gui.widgets.labels import repolish


class Button(QPushButton):
    """A quiet button."""

    def __init__(self, text: str = "", name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setFont(font("strong"))
        self.setFixedHeight(36)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if name:
            self.setObjectName(name)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # The ring is for people who use the keyboard; after a click it would only be noise.
        keys = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._show_ring(event.reason() in keys)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._show_ring(False)
        super().focusOutEvent(event)

    def _show_ring(self, shown: bool) -> None:
        if bool(self.property("ring")) is not shown:
            self.setProperty("ring", shown)
            repolish(self)


class LargeButton(Button):
    """A quiet button of the height of the primary one, to stand beside it."""

    def __init__(self, text: str = "", name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, name, parent)
        self.setProperty("kind", "large")
        self.setFixedHeight(44)


class PrimaryButton(Button):
    """The one thing to do on a page."""

    def __init__(self, text: str = "", name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, name, parent)
        self.setProperty("kind", "primary")
        self.setFont(font("action"))
        self.setFixedHeight(44)


class LinkButton(QPushButton):
    """A word that can be clicked, such as "Reset"; checkable ones stay coloured while on."""

    def __init__(self, text: str = "", name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("kind", "link")
        self.setFont(font("small"))
        self.setFixedHeight(22)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if name:
            self.setObjectName(name)

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.text()) + 10
        if not self.icon().isNull():
            width += self.iconSize().width() + 5
        return QSize(width, 22)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class LineButton(LinkButton):
    """A line of text that can be clicked; it takes the width that it is given and ends in "…"."""

    def __init__(self, text: str = "", name: str = "", parent: QWidget | None = None) -> None:
        super().__init__("", name, parent)
        self.setProperty("kind", "fold")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(20)
        self._words = text
        self.show_words(text)

    def show_words(self, words: str, tip: str = "") -> None:
        """Says something else, with more of it in the tooltip."""
        self._words = one_line(words)
        self.setToolTip(tip or words)
        self.setAccessibleName(words)
        self._shorten()

    def words(self) -> str:
        """The whole text."""
        return self._words

    def _shorten(self) -> None:
        room = max(0, self.width() - 4)
        self.setText(self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._shorten()


class IconButton(QToolButton):
    """A small icon that can be clicked; what it does is said in its tooltip and to screen readers."""

    def __init__(
        self, name: str, what: str, size: int = 16, tone: str = "muted", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon_name = name
        self._tone = tone
        self._size = size
        self.setProperty("kind", "icon")
        self.setToolTip(what)
        self.setAccessibleName(what)
        self.setFixedSize(size + 10, size + 10)
        self.setIconSize(QSize(size, size))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._colour_icon()

    def show_icon(self, name: str, what: str) -> None:
        """Becomes a button for something else."""
        self._icon_name = name
        self.setToolTip(what)
        self.setAccessibleName(what)
        self._colour_icon()

    def _colour_icon(self) -> None:
        palette = colours()
        self.setIcon(icon(self._icon_name, str(getattr(palette, self._tone)), palette.faint, self._size))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._colour_icon()


class Switch(QAbstractButton):
    """On or off. Value, `set_value` and `value_changed` as every editor has them."""

    value_changed = Signal(object)

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setObjectName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.toggled.connect(self._on_toggled)

    def value(self) -> bool:
        """Whether it is on."""
        return self.isChecked()

    def set_value(self, value: bool) -> None:
        """Switches it without saying so."""
        blocked = self.blockSignals(True)
        self.setChecked(bool(value))
        self.blockSignals(blocked)
        self.update()

    def _on_toggled(self, on: bool) -> None:
        self.value_changed.emit(on)

    def sizeHint(self) -> QSize:
        return QSize(42, FIELD_HEIGHT - 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(2, self.height() / 2 - 10, 36, 20)
        on = self.isChecked()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.accent if on else palette.line_strong))
        if not self.isEnabled():
            painter.setBrush(QColor(palette.line))
        painter.drawRoundedRect(track, 10, 10)
        painter.setBrush(QColor("#FFFFFF" if not palette.dark or not on else palette.on_accent))
        left = track.right() - 18 if on else track.left() + 2
        painter.drawEllipse(QRectF(left, track.top() + 2, 16, 16))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(palette.accent), 1))
            painter.drawRoundedRect(track.adjusted(-1.5, -1.5, 1.5, 1.5), 11.5, 11.5)
        painter.end()
