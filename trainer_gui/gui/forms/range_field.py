"""The field for the numbers over which a setting varies: from one to another, or a list."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from trainer_gui.engine.settings import Setting
from trainer_gui.gui.theme import FIELD_HEIGHT
from trainer_gui.gui.widgets import Label, LinkButton, NumberField
from trainer_gui.gui.widgets.number_fields import number_text
from trainer_gui.gui.widgets.text_fields import TextLine

_END, _STEPS = 81, 50  # pixels of width
_USUAL_STEPS = 5


class RangeField(QWidget):
    """Its value is what stands after NAME= on the command line: "0.001..0.1", "0.001..0.1:5" or "1,2,3".

    What a person types is given on as it stands, so that the engine says what is wrong with it.
    """

    value_changed = Signal(str)

    def __init__(self, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = setting.kind is int
        self._has_steps = False  # whether the number of points is asked for
        self.low, self.high = self._end(setting, "from"), self._end(setting, "to")
        self.low.setAccessibleName(self.tr("{label}, from").format(label=setting.label))
        self.high.setAccessibleName(self.tr("{label}, to").format(label=setting.label))
        self.steps = NumberField(f"steps_{setting.name}", whole=True)
        self.steps.setFixedWidth(_STEPS)
        self.steps.set_bounds(2, 1000)
        self.steps.setAccessibleName(self.tr("{label}, number of values").format(label=setting.label))
        self.steps.setToolTip(self.tr("How many values a grid takes from this range"))
        self.steps.set_value(_USUAL_STEPS)
        self.list = TextLine(f"list_{setting.name}")
        self.list.setAccessibleName(self.tr("{label}, values").format(label=setting.label))
        self.list.setPlaceholderText(self.tr("Values, such as 1, 2, 5"))
        self.switch = LinkButton("", f"switch_{setting.name}")
        self._lay_out()
        for field in (self.low, self.high, self.steps):
            field.value_changed.connect(self._on_changed)
        self.list.editingFinished.connect(self._on_list_taken)
        self.switch.clicked.connect(self._on_switch)
        self._taken = ""
        self._show_list(False)

    def value(self) -> str:
        """What stands after NAME=."""
        if self.is_list:
            return ",".join(filter(None, (each.strip() for each in self.list.value().split(","))))
        steps = f":{self.steps.value()}" if self._has_steps else ""
        return f"{self._written(self.low)}..{self._written(self.high)}{steps}"

    def set_value(self, text: str) -> None:
        """Shows what stands after NAME= without saying so."""
        if text == self.value():
            return
        is_list = ".." not in text
        if is_list:
            self.list.set_value(", ".join(text.split(",")))
        else:
            ends, colon, steps = text.partition(":")
            low, _, high = ends.partition("..")
            self._fill(self.low, low)
            self._fill(self.high, high)
            if colon:
                self._fill(self.steps, steps)
        self._show_list(is_list)
        self._taken = self.list.value()

    @property
    def is_list(self) -> bool:
        """Whether the values are named one by one."""
        return self._pages.currentIndex() == 1

    def ask_for_steps(self, wanted: bool) -> None:
        """Asks also how many values a grid takes, or no longer."""
        self._has_steps = wanted
        for widget in (self._in, self.steps):
            widget.setVisible(wanted)

    def mark_wrong(self, wrong: bool) -> None:
        """Draws a red edge round the fields, or takes it away."""
        for field in (self.low, self.high, self.steps, self.list):
            field.mark_wrong(wrong)

    def _end(self, setting: Setting, which: str) -> NumberField:
        field = NumberField(f"{which}_{setting.name}", setting.scale, whole=self._whole)
        field.set_bounds(setting.minimum, setting.maximum)
        field.setFixedWidth(_END)
        return field

    def _lay_out(self) -> None:
        span = QWidget()
        row = QHBoxLayout(span)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        self._in = Label("×", "small", "muted")
        for widget in (self.low, Label(self.tr("to"), "small", "muted"), self.high, self._in, self.steps):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        self._pages = QStackedWidget()
        self._pages.setFixedHeight(FIELD_HEIGHT)
        self._pages.addWidget(span)
        self._pages.addWidget(self.list)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addWidget(self._pages, 1)
        whole.addWidget(self.switch)
        self.ask_for_steps(False)

    def _show_list(self, shown: bool) -> None:
        self._pages.setCurrentIndex(1 if shown else 0)
        self.switch.setText(self.tr("Range") if shown else self.tr("List"))
        self.switch.setToolTip(
            self.tr("Try everything between two ends") if shown else self.tr("Name the values one by one")
        )

    def _written(self, field: NumberField) -> str:
        value = field.value()
        return value if isinstance(value, str) else number_text(float(value), isinstance(value, int))

    def _fill(self, field: NumberField, text: str) -> None:
        try:
            field.set_value(float(text))
        except ValueError:
            field.set_value(text.strip())

    def _on_changed(self, _value: object) -> None:
        self.value_changed.emit(self.value())

    def _on_list_taken(self) -> None:
        if self.list.value() != self._taken:
            self._taken = self.list.value()
            self.value_changed.emit(self.value())

    def _on_switch(self) -> None:
        if not self.is_list and not self.list.value():
            self.list.set_value(f"{self._written(self.low)}, {self._written(self.high)}")
        self._show_list(not self.is_list)
        self._taken = self.list.value()
        self.value_changed.emit(self.value())
