"""How the data was read, as options that can be changed, with the table as it would be then."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from trainer_gui.engine.data.dataset import DataReference, Dataset
from trainer_gui.engine.problems import Problem, problem
from trainer_gui.gui.forms.editors import TextField
from trainer_gui.gui.forms.settings_form import SettingsForm
from trainer_gui.gui.pages.data.read_preview import ReadPreview
from trainer_gui.gui.pages.data.repairs_view import repairs_about, repairs_view
from trainer_gui.gui.runner import Job, Latest, Report, Runner
from trainer_gui.gui.theme import GAP, MARGIN, UNIT
from trainer_gui.gui.widgets import Button, Label, NumberField, PrimaryButton, Rule

if TYPE_CHECKING:
    from trainer_gui.engine.source import Source

Options = dict[str, Any]
_PAUSE = 400  # milliseconds without a key after which what is being typed is tried
_FORM_WIDTH = 356


def read(source: Source, location: str, options: Options, report: Report) -> tuple[Dataset, bool]:
    """The data, read with these options, and whether that is all; whatever is not named is found out."""
    from trainer_gui.engine.sources import preview_data

    return preview_data(source, location, options, report)


def listed_choices(source: Source, location: str, report: Report) -> dict[str, tuple[str, ...]]:
    """What can be chosen in this very file, such as its sheets."""
    return source.choices(location)


class ReadPanel(QDialog):
    """Changes to the options are tried at once, away from the GUI thread; the button takes what is shown.

    A field that was left alone says what was found out. Only what a person changes is fixed; all else is
    found out again, because one wrong guess often leads to another.
    """

    applied = Signal(object, dict)  # the Dataset as it is shown, None where that is a part; what was changed

    def __init__(
        self,
        runner: Runner,
        source: Source,
        location: str,
        parent: QWidget,
        *,
        fixed: Options | None = None,
        shown: Dataset | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("readPanel")
        name = shown.name if shown is not None else location.replace("\\", "/").rsplit("/", 1)[-1]
        self.setWindowTitle(self.tr("How {name} is read").format(name=name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(min(1280, parent.width() - 40), min(780, parent.height() - 40))
        self._name = name
        self._location = location
        self._source = source
        self._shown: Dataset | None = shown
        self._is_all = shown is not None
        reference = DataReference(source=source.name, location=location, options=fixed or {})
        self.form = SettingsForm([("", source.options_of(reference if shown is None else shown.reference))])
        self.form.setObjectName("readForm")
        self._readings = Latest(runner, self)
        self._readings.answered.connect(self._on_read)
        self._readings.refused.connect(self._on_refused)
        self._readings.faulted.connect(self._on_faulted)
        self._typing = QTimer(self, singleShot=True, interval=_PAUSE)
        self._typing.timeout.connect(self._on_typed)
        self.preview = ReadPreview(runner)
        self.preview.repairs_wanted.connect(self._on_repairs_wanted)
        self._lay_out()
        self.form.set_value(fixed or {})
        self.form.value_changed.connect(self._on_changed)
        self._listen_to_typing()
        self._choices: Job = runner.call(partial(listed_choices, source, location))
        self._choices.answered.connect(self._on_choices)
        self._show_back()
        if shown is not None:
            self._show(shown, is_all=True)
        else:
            self._read()

    def options(self) -> Options:
        """What was changed, without what is to be found out."""
        return {name: value for name, value in self.form.value().items() if value not in ("", None)}

    def _lay_out(self) -> None:
        holder = QWidget()
        holder.setObjectName("scrolled")
        left = QVBoxLayout(holder)
        left.setSpacing(UNIT)
        left.setContentsMargins(0, 0, GAP, 0)
        left.addWidget(self.form)
        left.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(holder)
        area.setFixedWidth(_FORM_WIDTH)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(area)
        row.addWidget(self.preview, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        title = Label(self.windowTitle(), "heading")
        column.addWidget(title)
        column.addLayout(row, 1)
        column.addWidget(Rule())
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        buttons = QHBoxLayout()
        buttons.setSpacing(UNIT)
        self.back = Button(self.tr("Back to what was found"), "readAgain")
        self.back.setToolTip(self.tr("Takes every change back: all of it is found out again."))
        self.back.clicked.connect(self._on_back)
        buttons.addWidget(self.back)
        buttons.addStretch(1)
        cancel = Button(self.tr("Cancel"), "readCancel")
        cancel.clicked.connect(self.reject)
        self.apply = PrimaryButton(self.tr("Read it this way"), "readApply")
        self.apply.setFixedHeight(36)
        self.apply.clicked.connect(self._on_apply)
        self.apply.setDefault(True)
        buttons.addWidget(cancel)
        buttons.addWidget(self.apply)
        return buttons

    def _listen_to_typing(self) -> None:
        for name in self.form.names():
            editor = self.form.row(name).editor
            if isinstance(editor, TextField | NumberField):
                editor.textEdited.connect(self._typing.start)

    def _show(self, dataset: Dataset, *, is_all: bool) -> None:
        self._shown, self._is_all = dataset, is_all
        changed = self.options()
        for name in self.form.names():
            row = self.form.row(name)
            found = dataset.reference.options.get(name, row.setting.default)
            if name not in changed and _is_found_out(row.setting.default):
                row.show_found(found)
        self.preview.show_dataset(dataset, is_all=is_all)
        self.apply.setEnabled(True)

    def _show_back(self) -> None:
        self.back.setEnabled(bool(self.form.value()))

    def _read(self) -> None:
        self.apply.setEnabled(False)
        self.preview.show_busy(True)
        self._show_back()
        self._readings.ask(partial(read, self._source, self._location, self.options()))

    def _on_changed(self, name: str, value: object) -> None:
        self._typing.stop()
        self._read()

    def _on_typed(self) -> None:
        for name in self.form.names():
            editor = self.form.row(name).editor
            if isinstance(editor, TextField | NumberField) and editor.hasFocus():
                editor.take()

    def _on_back(self) -> None:
        for name in self.form.names():
            row = self.form.row(name)
            row.set_value(row.setting.default)
            row.show_problem(None)
        self._read()

    def _on_read(self, answer: tuple[Dataset, bool]) -> None:
        dataset, is_all = answer
        self._show(dataset, is_all=is_all)

    def _on_refused(self, found: Problem) -> None:
        self.preview.show_refusal(found)
        if found.field in self.form.value():
            self.form.show_problem(found)

    def _on_faulted(self, line: str, details: str) -> None:
        words = self.tr("Choose something else, or go back to what was found. (In detail: {reason})")
        advice = words.format(reason=line.replace("{", "(").replace("}", ")"))
        self.preview.show_refusal(problem("read.fault", self.tr("Something went wrong on the way."), advice))

    def _on_choices(self, choices: dict[str, tuple[str, ...]]) -> None:
        """Gives a list instead of a field for whatever this very file lets one choose from."""
        for name, values in choices.items():
            if name in self.form.names():
                self.form.offer(name, values)
                if self._shown is not None and name not in self.options():
                    self.form.row(name).show_found(self._shown.reference.options.get(name, ""))

    def _on_repairs_wanted(self) -> None:
        repairs_view(self._name, repairs_about(self._shown), self).open()

    def _on_apply(self) -> None:
        self.applied.emit(self._shown if self._is_all else None, self.options())
        self.accept()

    def done(self, result: int) -> None:
        self._typing.stop()
        self._readings.forget()
        self._choices.cancel()
        super().done(result)


def _is_found_out(default: object) -> bool:
    """Whether a setting with this default is left to be found out; switches and amounts are not."""
    return default == "" or (isinstance(default, int) and not isinstance(default, bool) and default <= 0)
