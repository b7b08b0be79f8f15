"""Text on the window: labels in the roles of the theme, badges, and labels that shorten themselves."""

from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from trainer_gui.engine.names import one_line
from trainer_gui.gui.theme import Role, colours, font

Tone = Literal["", "muted", "faint", "accent", "good", "caution", "error"]


def repolish(widget: QWidget) -> None:
    """Lets the stylesheet look again at a widget whose properties changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


class Label(QLabel):
    """A text in one role (size and weight) and one tone (colour)."""

    def __init__(
        self,
        text: str = "",
        role: Role = "body",
        tone: Tone = "",
        *,
        wrap: bool = False,
        tabular: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)  # a name may look like a tag
        self.setFont(font(role, tabular=tabular))
        self.setProperty("tone", tone)
        self.setWordWrap(wrap)
        if wrap:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)

    def set_tone(self, tone: Tone) -> None:
        """Changes the colour."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            repolish(self)


class Badge(QLabel):
    """A word or two in a coloured pill: "Ready", "target", "number"."""

    def __init__(self, text: str = "", tone: Tone = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font("small_strong"))
        self.setProperty("kind", "badge")
        self.setProperty("tone", tone)
        self.setFixedHeight(19)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def show_state(self, text: str, tone: Tone) -> None:
        """Says something else, in another colour."""
        self.setText(text)
        self.setAccessibleName(text)
        self.setProperty("tone", tone)
        repolish(self)


class ElidedLabel(QWidget):
    """One line that ends in "…" where there is no room; the whole text is in its tooltip."""

    def __init__(
        self, text: str = "", role: Role = "body", tone: Tone = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._text = one_line(text)
        self._tone = tone
        self._mode = Qt.TextElideMode.ElideRight
        self.setFont(font(role))
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        """Shows another text."""
        text = one_line(text)
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def text(self) -> str:
        """The whole text, also where only a part of it is shown."""
        return self._text

    def set_elide_mode(self, mode: Qt.TextElideMode) -> None:
        """Where the text is shortened: in the middle suits paths."""
        self._mode = mode
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._text) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colours()
        colour = {"muted": palette.muted, "accent": palette.accent, "caution": palette.caution}.get(
            self._tone, palette.text
        )
        painter = QPainter(self)
        painter.setPen(colour if self.isEnabled() else palette.faint)
        shown = self.fontMetrics().elidedText(self._text, self._mode, self.width())
        self.setToolTip(self._text if shown != self._text else "")
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self.update()
        super().changeEvent(event)


class Rule(QFrame):
    """A hairline between two parts of a card."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "rule")
        self.setFixedHeight(1)
