"""One editor for each type of setting; all are values: `value`, `set_value`, `value_changed`."""

from enum import StrEnum
from typing import Any, Protocol

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QLineEdit, QWidget

from trainer_gui.engine.settings import Setting
from trainer_gui.gui.theme import FIELD_HEIGHT, font
from trainer_gui.gui.widgets import Choice, NumberField, Switch, repolish

FIELD_WIDTH = 124


class Editor(Protocol):
    """What every editor offers beside being a widget."""

    value_changed: SignalInstance

    def value(self) -> Any:
        """What it holds."""

    def set_value(self, value: Any) -> None:
        """Shows a value without saying so."""


class TextField(QLineEdit):
    """One line of text; Enter or leaving the field takes it."""

    value_changed = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setFont(font("body"))
        self.setFixedHeight(FIELD_HEIGHT)
        self._taken = ""
        self.editingFinished.connect(self.take)

    def value(self) -> str:
        """The text that was taken last."""
        return self._taken

    def set_value(self, value: str) -> None:
        """Shows a text without saying so."""
        self._taken = value
        self.setText(value)

    def mark_wrong(self, wrong: bool) -> None:
        """Draws a red edge round the field, or takes it away."""
        self.setProperty("wrong", wrong)
        repolish(self)

    def take(self) -> None:
        """Takes what was typed so far."""
        if self.text() != self._taken:
            self._taken = self.text()
            self.value_changed.emit(self._taken)


def editor_for(setting: Setting) -> QWidget:
    """The editor that suits a setting's type, named `setting_<name>` and told to screen readers."""
    name = f"setting_{setting.name}"
    made: QWidget
    if setting.kind is bool:
        made = Switch(name)
    elif issubclass(setting.kind, StrEnum):
        choice = Choice(name)
        choice.set_choices(setting.choices)
        made = choice
    elif setting.kind in (int, float):
        field = NumberField(name, setting.scale, whole=setting.kind is int)
        field.set_bounds(setting.minimum, setting.maximum)
        field.setFixedWidth(FIELD_WIDTH)
        made = field
    else:
        assert setting.kind is str, f"no editor for {setting.kind}"
        made = TextField(name)
    made.setAccessibleName(setting.label)
    made.setAccessibleDescription(setting.help)
    return made
