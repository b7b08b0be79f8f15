"""One setting in a form: its label, what it means, whether it was changed, its editor, what is wrong."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from trainer_gui.engine.problems import Problem
from trainer_gui.engine.settings import Setting
from trainer_gui.gui.forms.editors import FIELD_WIDTH, TextField, editor_for
from trainer_gui.gui.icons import picture_of
from trainer_gui.gui.theme import FIELD_HEIGHT, colours
from trainer_gui.gui.widgets import Choice, HelpMark, Label, NumberField
from trainer_gui.gui.widgets.number_fields import number_text

_BESIDE = 328  # pixels in which label and editor must fit to stand side by side


class ChangedMark(QAbstractButton):
    """A dot that says that a setting was changed; under the pointer it becomes the way back."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setFixedSize(18, 18)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(18, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        accent = colours().accent
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.drawPixmap(2, 2, picture_of("reset", accent, 14, self.devicePixelRatioF()))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(accent))
            painter.drawEllipse(QRectF(6, 6, 6, 6))
        painter.end()


class SettingRow(QWidget):
    """Says `value_changed` when the person changes the setting or takes a change back."""

    value_changed = Signal(str, object)

    def __init__(self, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setting = setting
        self._default: Any = setting.default
        made: Any = editor_for(setting)  # an Editor; a widget cannot be typed as one
        self.editor = made
        self._label = Label(setting.label)
        self._label.setBuddy(self.editor)
        self._help = HelpMark(setting.label, setting.help, f"help_{setting.name}")
        self.mark = ChangedMark(f"reset_{setting.name}")
        self.mark.hide()
        self.mark.clicked.connect(self.reset)
        self._problem = Label("", "small", "error", wrap=True)
        self._problem.setObjectName(f"problem_{setting.name}")
        self._problem.hide()
        self._lay_out()
        self.editor.value_changed.connect(self._on_value_changed)
        self.show_default(setting.default)
        self.set_value(setting.default)

    def value(self) -> Any:
        """What the editor holds."""
        return self.editor.value()

    def set_value(self, value: Any) -> None:
        """Shows a value without saying so."""
        if value != self.editor.value() or isinstance(value, str):
            self.editor.set_value(value)
        self._show_mark()

    @property
    def is_changed(self) -> bool:
        """Whether it differs from the default."""
        return bool(self.value() != self._default)

    def show_default(self, default: Any) -> None:
        """Takes another default to compare with."""
        self._default = default
        self.mark.setToolTip(
            self.tr("You changed this. Click to go back to {default}.").format(
                default=self._words_for(default)
            )
        )
        self.mark.setAccessibleName(self.tr("Reset {what}").format(what=self.setting.label))
        self._show_mark()

    def show_found(self, value: Any) -> None:
        """Says in the editor what was found out where that is left open: “Find out (semicolon)”.

        An empty value says that nothing was found.
        """
        empty = value in ("", None) or value == self.setting.default
        words = "" if empty else str(value)
        if str(value) in dict(self.setting.choices) or not isinstance(value, str):
            words = words and _in_a_sentence(self._words_for(value))
        said = self.tr("Find out ({found})").format(found=words) if words else self.tr("Find out")
        if isinstance(self.editor, Choice):
            self.editor.relabel("", said)
            self._widen([said])
        elif isinstance(self.editor, NumberField):
            self.editor.show_blank(None if empty else self.setting.default, said)
        elif isinstance(self.editor, TextField):
            self.editor.setPlaceholderText(said)

    def offer(self, values: Sequence[str]) -> None:
        """Lets one choose one of these values instead of writing one; an empty value stays possible."""
        value, old = self.value(), self.editor
        choice = Choice(old.objectName())
        choice.setAccessibleName(self.setting.label)
        choice.setAccessibleDescription(self.setting.help)
        choice.set_choices([("", self.tr("Find out")), *((each, each) for each in values)])
        choice.set_value(str(value))
        choice.value_changed.connect(self._on_value_changed)
        place = self._words if self._fits_beside(values) else self._column
        old.parentWidget().layout().removeWidget(old)
        old.hide()
        old.deleteLater()
        self.editor = choice
        self._label.setBuddy(choice)
        if place is self._words:
            place.addWidget(choice, 0, Qt.AlignmentFlag.AlignVCenter)
        else:
            self._column.insertWidget(1, choice)
        self._widen(values)

    def reset(self) -> None:
        """Goes back to the default, and says so where that changes anything."""
        if self.is_changed:
            self.editor.set_value(self._default)
            self._on_value_changed(self._default)

    def show_problem(self, problem: Problem | None) -> None:
        """Marks the field and says what is wrong with it, or takes that away."""
        if hasattr(self.editor, "mark_wrong"):
            self.editor.mark_wrong(problem is not None)
        self._problem.setText("" if problem is None else str(problem))
        self._problem.setVisible(problem is not None)

    def _on_value_changed(self, value: Any) -> None:
        self._show_mark()
        self.value_changed.emit(self.setting.name, value)

    def _show_mark(self) -> None:
        self.mark.setVisible(self.is_changed)

    def _words_for(self, value: Any) -> str:
        if self.setting.kind is bool:
            return self.tr("on") if value else self.tr("off")
        if isinstance(value, int | float):
            return number_text(float(value), isinstance(value, int))
        return dict(self.setting.choices).get(str(value), str(value))

    def _lay_out(self) -> None:
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._words = words = QHBoxLayout()
        words.setSpacing(6)
        words.setContentsMargins(0, 0, 0, 0)
        for each in (self._label, self._help, self.mark):
            words.addWidget(each, 0, Qt.AlignmentFlag.AlignVCenter)
        words.addStretch(1)
        column.addLayout(words)
        labels = [label for _, label in self.setting.choices]
        fits = not isinstance(self.editor, Choice) or self._fits_beside(labels)
        if fits:
            words.addWidget(self.editor, 0, Qt.AlignmentFlag.AlignVCenter)
        else:
            column.addWidget(self.editor)
        self._widen(labels)
        column.addWidget(self._problem)
        self._label.setMinimumHeight(FIELD_HEIGHT if fits else 0)

    def _width_for(self, labels: Sequence[str]) -> int:
        metrics = self.editor.fontMetrics()
        wide = max((int(metrics.horizontalAdvance(label)) for label in labels), default=0)
        return max(FIELD_WIDTH, wide + 46)

    def _room(self) -> int:
        return _BESIDE - self._label.sizeHint().width() - 18 - 18 - 3 * 6

    def _fits_beside(self, labels: Sequence[str]) -> bool:
        return self._width_for(labels) <= self._room()

    def _widen(self, labels: Sequence[str]) -> None:
        """Gives a list the room that these words need, as far as there is any."""
        if isinstance(self.editor, Choice):
            beside = self._words.indexOf(self.editor) >= 0
            wanted = max(self.editor.minimumWidth(), self._width_for(labels))
            self.editor.setMinimumWidth(
                min(wanted, max(FIELD_WIDTH, self._room())) if beside else FIELD_WIDTH
            )


def _in_a_sentence(label: str) -> str:
    """A label as it stands within other words: “comma, 1.5”, but “UTF-8” and “Mac Roman”."""
    first, _, _ = label.partition(" (")
    plain = [each.strip(",") for each in first.split()]
    is_name = not plain or not plain[0].isalpha() or sum(each[:1].isupper() for each in plain) > 1
    is_name = is_name or plain[0][1:] != plain[0][1:].lower()
    return first if is_name else first[:1].lower() + first[1:]
