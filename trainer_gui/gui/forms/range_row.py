"""One setting that may vary: a box to tick, and once it is ticked, over what it varies."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from trainer_gui.engine.problems import Problem
from trainer_gui.engine.settings import Setting
from trainer_gui.gui.forms.range_field import RangeField
from trainer_gui.gui.widgets import HelpMark, Label, Pills, Tick

_INDENT = 24  # pixels: below the word, not below the box


class RangeRow(QWidget):
    """Its value is what stands after NAME= on the command line; None while it does not vary."""

    ticked = Signal(str, bool)
    values_changed = Signal(str, str)  # the name of the setting, and its values

    def __init__(self, setting: Setting, *, is_known: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setting = setting
        self.tick = Tick(setting.label, f"vary_{setting.name}")
        self.tick.setAccessibleName(self.tr("Vary {label}").format(label=setting.label))
        self.field = self._field_for(setting) if is_known else None
        self._problem = Label("", "small", "error", wrap=True)
        self._problem.setObjectName(f"vary_problem_{setting.name}")
        self._problem.hide()
        self._lay_out()
        self.tick.value_changed.connect(self._on_ticked)
        self.show_values(None)

    def value(self) -> str | None:
        """What stands after NAME=; None while it is not ticked."""
        if not self.tick.value() or self.field is None:
            return None
        return self._text(self.field.value())

    def show_values(self, text: str | None) -> None:
        """Shows these values, or for None that it does not vary, without saying so."""
        self.tick.set_value(text is not None)
        self._place.setVisible(text is not None and (self.field is not None or self._is_switch))
        if text is not None and isinstance(self.field, Pills):
            self.field.set_value([each.strip() for each in text.split(",")])
        elif text is not None and self.field is not None:
            self.field.set_value(text)
        if text is None:
            self.show_problem(None)

    def show_problem(self, problem: Problem | None) -> None:
        """Marks the field and says what is wrong with it, or takes that away."""
        if self.field is not None:
            self.field.mark_wrong(problem is not None)
        self._problem.setText("" if problem is None else str(problem))
        self._problem.setVisible(problem is not None)

    def ask_for_steps(self, wanted: bool) -> None:
        """Asks how many values a grid takes of a range, or no longer."""
        if isinstance(self.field, RangeField):
            self.field.ask_for_steps(wanted)

    @property
    def _is_switch(self) -> bool:
        return self.setting.kind is bool

    def _field_for(self, setting: Setting) -> Pills | RangeField | None:
        made: Pills | RangeField | None = None  # of a switch: on and off are all that there is
        if setting.choices:
            made = Pills(f"values_{setting.name}", setting.choices)
        elif setting.kind in (int, float):
            made = RangeField(setting)
        if made is not None:
            made.value_changed.connect(self._on_values)
        return made

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        words = QHBoxLayout()
        words.setSpacing(6)
        words.addWidget(self.tick)
        if self.setting.help:
            words.addWidget(HelpMark(self.setting.label, self.setting.help, f"help_vary_{self.setting.name}"))
        words.addStretch(1)
        self._scale = Label("", "caption", "muted")
        if self.setting.scale == "log":
            self._scale.setText(self.tr("log scale"))
            self._scale.setToolTip(
                self.tr("Varied by factors: from 0.001 to 0.01 is as far as from 0.01 to 0.1.")
            )
        elif self.setting.scale == "power of two":
            self._scale.setText(self.tr("by doubling"))
            self._scale.setToolTip(self.tr("Only 1, 2, 4, 8, 16 and so on are tried."))
        words.addWidget(self._scale)
        column.addLayout(words)
        self._place = QWidget()
        place = QHBoxLayout(self._place)
        place.setContentsMargins(_INDENT, 0, 0, 2)
        if self.field is not None:
            place.addWidget(self.field, 1)
        elif self._is_switch:
            place.addWidget(Label(self.tr("on and off"), "small", "muted"))
        column.addWidget(self._place)
        below = QHBoxLayout()
        below.setContentsMargins(_INDENT, 0, 0, 0)
        below.addWidget(self._problem, 1, Qt.AlignmentFlag.AlignTop)
        column.addLayout(below)

    def _text(self, value: Any) -> str:
        return str(value) if isinstance(value, str) else ",".join(value)

    def _on_ticked(self, on: bool) -> None:
        self.ticked.emit(self.setting.name, on)

    def _on_values(self, value: Any) -> None:
        # None taken would be no text at all, which says less than a comma does.
        self.values_changed.emit(self.setting.name, self._text(value) or ",")
