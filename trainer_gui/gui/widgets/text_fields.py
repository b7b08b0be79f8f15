"""Fields for words: a line, such as a date, and an area for a longer text."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from trainer_gui.gui.theme import FIELD_HEIGHT
from trainer_gui.gui.widgets.labels import repolish

_LINES = 3  # field heights that an area has


class TextLine(QLineEdit):
    """A short text in one line."""

    value_changed = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setFixedHeight(FIELD_HEIGHT)
        self.textEdited.connect(self.value_changed)

    def value(self) -> str:
        """What was typed."""
        return self.text()

    def set_value(self, value: str) -> None:
        """Shows a text without saying so."""
        self.setText(value)
        self.setCursorPosition(0)

    def mark_wrong(self, wrong: bool) -> None:
        """Draws a red edge round the field, or takes it away."""
        self.setProperty("wrong", wrong)
        repolish(self)


class TextArea(QPlainTextEdit):
    """A text of several lines; Tab leaves it."""

    value_changed = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setTabChangesFocus(True)
        self.setFixedHeight(_LINES * FIELD_HEIGHT)
        self._quiet = False
        self.textChanged.connect(self._on_text_changed)

    def value(self) -> str:
        """What was typed."""
        return self.toPlainText()

    def set_value(self, value: str) -> None:
        """Shows a text without saying so."""
        self._quiet = True
        self.setPlainText(value)
        self._quiet = False

    def mark_wrong(self, wrong: bool) -> None:
        """A text is never wrong."""

    def _on_text_changed(self) -> None:
        if not self._quiet:
            self.value_changed.emit(self.value())
