"""Predict one: a form with a field for each input, and the answer that follows every key."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from trainer_gui.engine.data.dataset import ColumnKind
from trainer_gui.engine.problems import Problem
from trainer_gui.gui.figures import metric
from trainer_gui.gui.pages.use.answer_view import AnswerView
from trainer_gui.gui.pages.use.model_in_use import ModelInUse
from trainer_gui.gui.pages.use.named_field import NamedField
from trainer_gui.gui.runner import Latest, Report, Runner
from trainer_gui.gui.theme import GAP, MARGIN
from trainer_gui.gui.widgets import Card, Choice, Label, LinkButton, NumberField
from trainer_gui.gui.widgets.number_fields import number_in, number_text
from trainer_gui.gui.widgets.text_fields import TextArea, TextLine

if TYPE_CHECKING:
    from trainer_gui.engine.input_fields import InputField
    from trainer_gui.engine.predict import RowAnswer

Field = NumberField | Choice | TextLine | TextArea

_WIDTH = 124  # of a field that is not a text, in pixels
_MOST = 80  # fields; a model with more inputs is better asked with a file
_GAP_VALUE = "\u0000"  # the choice of a category that stands for a gap


class RowCard(Card):
    """Fields start at typical values, so that there is an answer at once."""

    faulted = Signal(str, str)

    def __init__(self, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Predict one"), "rowCard", parent)
        self._model: ModelInUse | None = None
        self._fields: dict[str, Field] = {}
        self._doubt = ""
        self._answers = Latest(runner, self)
        self._answers.answered.connect(self._on_answer)
        self._answers.refused.connect(self._on_refused)
        self._answers.faulted.connect(self.faulted)
        self.reset_button = LinkButton(self.tr("Typical values"), "typicalValues")
        self.reset_button.clicked.connect(self.reset)
        self.add_to_header(self.reset_button)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view = AnswerView("rowAnswer")
        right = QVBoxLayout()
        right.addWidget(self.view)
        right.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(2 * MARGIN)
        row.addWidget(self._area, 6)
        row.addLayout(right, 4)
        self.body.addLayout(row, 1)

    def show_model(self, model: ModelInUse, doubt: str) -> None:
        """Asks for the inputs of this model; `doubt` says how far its numbers are usually off."""
        self._model, self._doubt = model, doubt
        self._fields = {}
        holder = QWidget()
        holder.setObjectName("scrolled")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, GAP, 0)
        column.setSpacing(6)
        for each in model.fields[:_MOST]:
            column.addWidget(self._row(each))
        more = len(model.fields) - _MOST
        if more > 0:
            words = self.tr("{count} more inputs keep their typical values. Predict a file to set them all.")
            column.addWidget(Label(words.format(count=more), "small", "muted", wrap=True))
        column.addStretch(1)
        self._area.setWidget(holder)
        self.reset()

    def field(self, name: str) -> Field:
        """The field of an input."""
        return self._fields[name]

    def values(self) -> dict[str, Any]:
        """What is filled in; a gap is None."""
        assert self._model is not None
        found: dict[str, Any] = {each.name: each.typical for each in self._model.fields[_MOST:]}
        for name, field in self._fields.items():
            if isinstance(field, Choice):
                found[name] = None if field.value() == _GAP_VALUE else field.value()
            elif isinstance(field, TextLine | TextArea):
                found[name] = field.value().strip() or None
            else:
                text = field.text().strip()
                number = number_in(text)
                found[name] = None if not text else text if number is None else number
        return found

    def reset(self) -> None:
        """Fills in the typical value of every input."""
        if self._model is None:
            return
        for each in self._model.fields[:_MOST]:
            field = self._fields[each.name]
            if isinstance(field, Choice):
                field.set_value(_GAP_VALUE if each.typical is None else str(each.typical))
            elif isinstance(field, TextLine | TextArea):
                field.set_value("" if each.typical is None else str(each.typical))
            elif each.typical is None:
                field.setText("")
            else:
                field.set_value(float(f"{float(each.typical):.5g}"))
        self._ask()

    def _row(self, each: InputField) -> NamedField:
        field = self._field_for(each)
        field.setAccessibleName(each.name)
        self._fields[each.name] = field
        return NamedField(each.name, field, above=each.kind is ColumnKind.TEXT)

    def _field_for(self, each: InputField) -> Field:
        field: Field
        if each.kind is ColumnKind.NUMBER:
            field = NumberField(f"input_{each.name}", whole=False)
            field.setFixedWidth(_WIDTH)
            field.textEdited.connect(self._ask)
            field.value_changed.connect(self._ask)
            if each.minimum is not None and each.maximum is not None:
                low, high = (number_text(float(f"{v:.5g}"), False) for v in (each.minimum, each.maximum))
                field.setToolTip(self.tr("In the data from {low} to {high}").format(low=low, high=high))
                field.setPlaceholderText(self.tr("not known"))
        elif each.kind in (ColumnKind.DATE, ColumnKind.TEXT):
            is_text = each.kind is ColumnKind.TEXT
            field = (TextArea if is_text else TextLine)(f"input_{each.name}")
            if not is_text:  # which takes the whole width
                field.setFixedWidth(_WIDTH)
            field.setPlaceholderText(self.tr("not known"))
            field.value_changed.connect(self._ask)
        else:
            field = Choice(f"input_{each.name}")
            field.setFixedWidth(_WIDTH)
            for value in each.values:
                field.add_choice(value, value)
            field.add_choice(_GAP_VALUE, self.tr("not known"))
            field.value_changed.connect(self._ask)
        return field

    def _ask(self) -> None:
        if self._model is None:
            return
        values = self.values()
        for each in self._model.fields[:_MOST]:
            field = self._fields[each.name]
            field.mark_wrong(isinstance(values[each.name], str) and isinstance(field, NumberField))
        self._answers.ask(partial(_answer, self._model, values))

    def _on_answer(self, answer: RowAnswer) -> None:
        assert self._model is not None
        said = [each for each in answer.problems if each.severity != "note" and each.key != "match.beyond"]
        warnings = [str(each) for each in said] + self._far_out()
        value = answer.value
        shown = value if isinstance(value, str) else metric(value, percent=False)
        doubt = "" if isinstance(value, str) else self._doubt
        self.view.show_answer(self._model.target, shown, answer.probabilities, doubt, warnings[:4])

    def _far_out(self) -> list[str]:
        """Numbers beyond what the data held, where nobody has checked the model."""
        assert self._model is not None
        values = self.values()
        found = []
        words = self.tr("{name} is outside of what the model has seen ({low} to {high}).")
        for each in self._model.fields[:_MOST]:
            value = values[each.name]
            if isinstance(value, float) and each.minimum is not None and each.maximum is not None:
                slack = 1e-4 * (abs(each.maximum) + abs(each.minimum))  # what rounding for the field took
                if not each.minimum - slack <= value <= each.maximum + slack:
                    low, high = f"{each.minimum:.5g}", f"{each.maximum:.5g}"
                    found.append(words.format(name=each.name, low=low, high=high))
        return found

    def _on_refused(self, problem: Problem) -> None:
        field = self._fields.get(problem.field)
        if field is not None:
            field.mark_wrong(True)
        self.view.show_refusal(str(problem))


def _answer(model: ModelInUse, values: dict[str, Any], report: Report) -> RowAnswer:
    from trainer_gui.engine.predict import predict_row

    report("", None)
    return predict_row(model.model, values)
