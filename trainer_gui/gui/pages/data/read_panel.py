"""How the data was read, as options that can be changed, with the table as it would be then."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from trainer_gui.engine.data.dataset import Dataset, Table
from trainer_gui.engine.problems import Problem
from trainer_gui.gui.forms.settings_form import SettingsForm
from trainer_gui.gui.runner import Job, Latest, Report, Runner
from trainer_gui.gui.tables.frame_view import FrameView
from trainer_gui.gui.theme import GAP, MARGIN, UNIT
from trainer_gui.gui.widgets import Button, Choice, Label, PrimaryButton, ProgressLine, Rule

if TYPE_CHECKING:
    from trainer_gui.engine.source import Source

Options = dict[str, Any]


def read(location: str, options: Options, report: Report) -> Dataset:
    """The data, read with these options; whatever is not named is found out."""
    from trainer_gui.engine.sources import open_data

    return open_data(location, options, report)


def listed_choices(source: Source, location: str, report: Report) -> dict[str, tuple[str, ...]]:
    """What can be chosen in this very file, such as its sheets."""
    return source.choices(location)


class ReadPanel(QDialog):
    """Changes to the options are tried at once, away from the GUI thread; Apply takes what is shown.

    What was found out stands in the fields as their default. Only what a person changes is fixed; all else
    is found out again, because one wrong guess often leads to another.
    """

    applied = Signal(object, dict)  # the Dataset as it is shown, and the options that were changed

    def __init__(
        self, runner: Runner, dataset: Dataset, source: Source, fixed: Options, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("readPanel")
        self.setWindowTitle(self.tr("How {name} was read").format(name=dataset.name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(min(1000, parent.width() - 40), min(600, parent.height() - 20))
        self._location = dataset.reference.location
        self._source = source
        self._shown = dataset
        self.form = SettingsForm([("", source.options_of(dataset.reference))])
        self.form.setObjectName("readForm")
        self.sheet_choices: dict[str, Choice] = {}
        self._readings = Latest(runner, self)
        self._readings.answered.connect(self._on_read)
        self._readings.refused.connect(self._on_refused)
        self._readings.faulted.connect(self._on_faulted)
        self._lay_out()
        found = {name: value for name, value in dataset.reference.options.items() if name not in fixed}
        self.form.set_defaults(found)
        self.form.set_value({**found, **fixed})
        self.form.value_changed.connect(self._on_changed)
        self._job: Job = runner.call(partial(listed_choices, source, self._location))
        self._job.answered.connect(self._on_choices)
        self._show(dataset)

    def options(self) -> Options:
        """What was changed, without what is to be found out."""
        return {name: value for name, value in self.form.value().items() if value not in ("", None)}

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(2 * GAP)
        left = QVBoxLayout()
        left.setSpacing(UNIT)
        self._listed = QVBoxLayout()
        self._listed.setSpacing(UNIT)
        left.addLayout(self._listed)
        left.addWidget(self.form)
        left.addStretch(1)
        holder = QWidget()
        holder.setObjectName("scrolled")
        holder.setLayout(left)
        left.setContentsMargins(0, 0, GAP, 0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(holder)
        area.setFixedWidth(348)
        row.addWidget(area)
        right = QVBoxLayout()
        right.setSpacing(UNIT)
        self.summary = Label("", "strong", wrap=True)
        self.summary.setObjectName("readSummary")
        self.advice = Label("", "small", "muted", wrap=True)
        self.line = ProgressLine("readProgress")
        card = QFrame()
        card.setProperty("kind", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(6, 6, 6, 6)
        self.view = FrameView("readPreview")
        inside.addWidget(self.view)
        right.addWidget(self.summary)
        right.addWidget(self.advice)
        right.addWidget(card, 1)
        right.addWidget(self.line)
        row.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        column.addLayout(row, 1)
        column.addWidget(Rule())
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        buttons = QHBoxLayout()
        buttons.setSpacing(UNIT)
        again = Button(self.tr("Find everything out again"), "readAgain")
        again.clicked.connect(self._on_again)
        buttons.addWidget(again)
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

    def _show(self, dataset: Dataset) -> None:
        self._shown = dataset
        self.line.show_share(0.0)
        words = self.tr("{rows} rows, {columns} columns: {how}")
        self.summary.setText(
            words.format(rows=f"{dataset.rows:,}", columns=f"{len(dataset.columns):,}", how=dataset.how)
        )
        self.summary.set_tone("")
        notes = " ".join(each.message for each in dataset.notes[:3])
        self.advice.setText(notes)
        self.advice.setVisible(bool(notes))
        if isinstance(dataset, Table):
            self.view.frame_model.show_frame(dataset.frame)
            self.view.size_columns()
        self.view.setEnabled(True)
        self.apply.setEnabled(True)

    def _read(self) -> None:
        self.apply.setEnabled(False)
        self.line.show_share(None)
        self._readings.ask(partial(read, self._location, self.options()))

    def _on_changed(self, name: str, value: object) -> None:
        choice = self.sheet_choices.get(name)
        if choice is not None:
            choice.set_value(str(value))
        self._read()

    def _on_again(self) -> None:
        for name in self.form.names():
            row = self.form.row(name)
            row.show_default(row.setting.default)
            row.set_value(row.setting.default)
        self._read()

    def _on_read(self, dataset: Dataset) -> None:
        fixed = self.form.value()
        found = {n: v for n, v in dataset.reference.options.items() if n not in fixed or fixed[n] == ""}
        for name, value in found.items():
            if name in self.form.names():
                row = self.form.row(name)
                row.show_default(value)
                row.set_value(value)
            if name in self.sheet_choices:
                self.sheet_choices[name].set_value(str(value))
        self._show(dataset)

    def _on_refused(self, problem: Problem) -> None:
        self.line.show_share(0.0)
        self.summary.setText(problem.message)
        self.summary.set_tone("error")
        self.advice.setText(problem.advice)
        self.advice.setVisible(bool(problem.advice))
        self.view.setEnabled(False)
        self.form.show_problem(problem)

    def _on_faulted(self, line: str, details: str) -> None:
        self.line.show_share(0.0)
        self.summary.setText(self.tr("It could not be read this way."))
        self.summary.set_tone("error")
        self.advice.setText(line)
        self.advice.show()

    def _on_choices(self, choices: dict[str, tuple[str, ...]]) -> None:
        """Gives a list instead of a field for whatever this very file lets one choose from."""
        for name, values in choices.items():
            if name not in self.form.names():
                continue
            row = self.form.row(name)
            row.hide()
            choice = Choice(f"read_{name}")
            choice.setAccessibleName(row.setting.label)
            choice.set_choices([(each, each) for each in values])
            choice.set_value(str(row.value()))
            choice.value_changed.connect(partial(self._on_listed, name))
            self._listed.addWidget(Label(row.setting.label))
            self._listed.addWidget(choice)
            self.sheet_choices[name] = choice

    def _on_listed(self, name: str, value: object) -> None:
        self.form.row(name).set_value(value)
        self._read()

    def _on_apply(self) -> None:
        self.applied.emit(self._shown, self.options())
        self.accept()

    def done(self, result: int) -> None:
        self._readings.forget()
        self._job.cancel()
        super().done(result)
