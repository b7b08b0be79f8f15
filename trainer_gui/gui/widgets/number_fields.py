"""Fields for numbers that step on the scale that suits the number, and take what people type."""

import math
from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from trainer_gui.gui.icons import icon
from trainer_gui.gui.theme import FIELD_HEIGHT, colours, font
from trainer_gui.gui.widgets.labels import repolish

Scale = Literal["linear", "log", "power of two"]


def number_in(text: str) -> float | None:
    """The number that a person typed: "0.003", "0,003", "3e-3", "1 000", "5 %"; None where there is none."""
    plain = text.strip().replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace("'", "")
    plain = plain.replace("\u2212", "-")
    share = plain.endswith("%")
    plain = plain.removesuffix("%")
    commas, points = plain.count(","), plain.count(".")
    if commas and points:  # the one that comes last marks the decimals
        decimal = "," if plain.rfind(",") > plain.rfind(".") else "."
        plain = plain.replace("." if decimal == "," else ",", "").replace(",", ".")
    elif commas == 1:
        plain = plain.replace(",", ".")
    elif commas > 1:
        plain = plain.replace(",", "")
    try:
        found = float(plain)
    except ValueError:
        return None
    if not math.isfinite(found):
        return None
    return found / 100 if share else found


def number_text(value: float, whole: bool) -> str:
    """The number as it is shown and can be typed again."""
    if whole:
        return str(round(value))
    if value != 0 and (abs(value) < 1e-4 or abs(value) >= 1e7):
        mantissa, exponent = f"{value:.6e}".split("e")
        return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
    return f"{value:.10f}".rstrip("0").rstrip(".") if "e" in repr(value) else f"{value:.10g}"


def stepped(value: float, up: bool, scale: Scale, whole: bool) -> float:
    """The next sensible number: 1, 2, 5, 10 on a log scale; double or half; or one small step."""
    if scale == "power of two":
        if value < 1:
            return 1.0 if up else 0.0
        exponent = math.log2(value)
        return 2.0 ** (math.floor(exponent + 1 + 1e-9) if up else math.ceil(exponent - 1 - 1e-9))
    if scale == "log" and value > 0:
        ladder = (1.0, 2.0, 3.0, 5.0, 10.0) if not whole else (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
        decade = 10.0 ** math.floor(math.log10(value) + 1e-12)
        steps = [decade * each for each in ladder] + [decade / 10 * each for each in ladder]
        if whole:
            steps = sorted({float(round(each)) for each in steps if round(each) >= 1} | {decade * 20})
        if up:
            return min(each for each in [*steps, decade * 20] if each > value * (1 + 1e-9))
        below = [each for each in steps if each < value * (1 - 1e-9)]
        return max(below) if below else 0.0
    if scale == "log":
        return (1.0 if whole else 0.001) if up else 0.0
    if whole:
        return value + (1 if up else -1)
    step = 0.05 if abs(value) >= 0.05 - 1e-12 or value == 0 else 0.01
    return round(value / step + (1 if up else -1)) * step


class NumberField(QLineEdit):
    """A number; the arrows, the arrow keys and Page keys step it, Enter or leaving the field takes what
    was typed. What is no number is given to the form as it stands, which says what is wrong with it."""

    value_changed = Signal(object)

    def __init__(
        self, name: str, scale: Scale = "linear", *, whole: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setFont(font("body", tabular=True))
        self.setFixedHeight(FIELD_HEIGHT)
        self._scale: Scale = scale
        self._whole = whole
        self._value: float | str = 0.0
        self._blank: float | None = None  # the value for which nothing is shown
        self._minimum, self._maximum = -math.inf, math.inf
        self.setTextMargins(0, 0, 16, 0)
        self._up = self._step_button("chevron_up", self.tr("More"))
        self._down = self._step_button("chevron_down", self.tr("Less"))
        self._up.clicked.connect(self.step_up)
        self._down.clicked.connect(self.step_down)
        self.editingFinished.connect(self.take)
        self.set_value(0.0)

    def set_bounds(self, minimum: float | None, maximum: float | None) -> None:
        """The arrows stop at these; what is typed beyond them is for the form to judge."""
        self._minimum = -math.inf if minimum is None else minimum
        self._maximum = math.inf if maximum is None else maximum

    def show_blank(self, value: float | None, words: str = "") -> None:
        """Shows `words` instead of this value, which stands for finding out; None shows every value again."""
        self._blank = value
        self.setPlaceholderText(words)
        self.set_value(self._value)

    def value(self) -> float | int | str:
        """The number, whole where it must be; the text itself where it is no number."""
        if isinstance(self._value, str):
            return self._value
        if self._whole and self._value == round(self._value):
            return round(self._value)
        return self._value

    def set_value(self, value: float | str) -> None:
        """Shows a number without saying so."""
        self._value = value if isinstance(value, str) else float(value)
        whole = self._whole and not isinstance(value, str) and float(value) == round(float(value))
        shown = value if isinstance(value, str) else self._text_of(float(value), whole)
        if shown != self.text():
            self.setText(shown)
            self.setCursorPosition(0)

    def mark_wrong(self, wrong: bool) -> None:
        """Draws a red edge round the field, or takes it away."""
        self.setProperty("wrong", wrong)
        repolish(self)

    def step_up(self) -> None:
        """Takes the next larger sensible number."""
        self._step(True)

    def step_down(self) -> None:
        """Takes the next smaller sensible number."""
        self._step(False)

    def _step(self, up: bool) -> None:
        self.take()
        start = self._value if isinstance(self._value, float) else 0.0
        target = stepped(start, up, self._scale, self._whole)
        target = float(f"{min(max(target, self._minimum), self._maximum):.10g}")
        if target != self._value:
            self.set_value(target)
            self.value_changed.emit(self.value())

    def take(self) -> None:
        """Takes what was typed so far."""
        shown = self._value if isinstance(self._value, str) else self._text_of(self._value, self._whole)
        if self.text() == shown:
            return
        found = number_in(self.text()) if self.text().strip() else self._blank
        self.set_value(self.text().strip() if found is None else found)
        self.value_changed.emit(self.value())

    def _text_of(self, value: float, whole: bool) -> str:
        return "" if value == self._blank else number_text(value, whole)

    def _step_button(self, icon_name: str, what: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("kind", "step")
        button.setProperty("icon_name", icon_name)
        button.setAccessibleName(what)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        button.setAutoRepeat(True)
        button.setFixedSize(18, 12)
        button.setIconSize(QSize(12, 12))
        self._colour(button)
        return button

    def _colour(self, button: QToolButton) -> None:
        palette = colours()
        button.setIcon(icon(str(button.property("icon_name")), palette.muted, palette.faint, 12))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        x, middle = self.width() - 24, self.height() // 2
        self._up.move(x, middle - 12)
        self._down.move(x, middle)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_PageUp):
            self.step_up()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_PageDown):
            self.step_down()
        elif event.key() == Qt.Key.Key_Escape:
            self.set_value(self.value())
            event.ignore()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_down"):
            self._colour(self._up)
            self._colour(self._down)
