"""Where the runs of a study are trained: this computer, or one of the clusters that are known."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from trainer_gui.engine.problems import Problem, UserError
from trainer_gui.engine.settings import declared_in
from trainer_gui.engine.study.place import Place
from trainer_gui.engine.study.places import PLACES
from trainer_gui.gui.forms.settings_form import SettingsForm
from trainer_gui.gui.study_draft import USUAL_PLACE
from trainer_gui.gui.theme import UNIT
from trainer_gui.gui.widgets import Choice, Label


class PlaceForm(QWidget):
    """The name of a place, and what of its settings differs from the defaults."""

    place_changed = Signal(object)  # its name
    settings_changed = Signal(object)  # by name, those that differ

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        self.choice = Choice("studyPlace")
        self.choice.setAccessibleName(self.tr("Where the runs are trained"))
        for each in PLACES:
            self.choice.add_choice(each.name, each.label, reason=_hindrance(each), tip=each.summary)
        self.choice.value_changed.connect(self.place_changed)
        line = QHBoxLayout()
        line.setSpacing(UNIT)
        line.addWidget(Label(self.tr("Where")))
        line.addWidget(self.choice, 1)
        column.addLayout(line)
        self.summary = Label("", "small", "muted", wrap=True)
        self.summary.setObjectName("studyPlaceSummary")
        column.addWidget(self.summary)
        self.settings = SettingsForm()
        self.settings.setObjectName("placeSettings")
        self.settings.value_changed.connect(self._on_setting)
        column.addWidget(self.settings)

    def show_place(self, name: str, settings: dict[str, Any]) -> None:
        """Shows a place; settings that are not named have their defaults."""
        place = PLACES[name]
        elsewhere = name != USUAL_PLACE
        self.choice.set_value(name)
        self.summary.setText(place.summary)
        self.summary.setVisible(elsewhere)
        self.settings.setVisible(elsewhere)
        self.settings.set_groups([("", place.settings)])
        declared = {each.name: each.default for each in declared_in(place.settings)}
        self.settings.set_value({**declared, **settings})

    def show_problem(self, problem: Problem) -> bool:
        """Marks the field that a problem is about; False where it is about none of these."""
        return self.settings.isVisibleTo(self) and self.settings.show_problem(problem)

    def _on_setting(self, _name: str, _value: object) -> None:
        self.settings_changed.emit(self.settings.value())


def _hindrance(place: Place) -> str:
    """Why a place cannot be chosen; "" where it can."""
    try:
        place.must_be_ready()
    except UserError as error:
        return str(error)
    return ""
