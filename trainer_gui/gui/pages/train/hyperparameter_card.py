"""How it learns: the settings of the family and of the split."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from trainer_gui.engine.hyperparameters import TrainingSettings
from trainer_gui.engine.problems import Problem
from trainer_gui.engine.row_settings import SplitSettings
from trainer_gui.gui.forms.settings_form import SettingsForm
from trainer_gui.gui.session import Session
from trainer_gui.gui.widgets import Card, LinkButton


class HyperparameterCard(Card):
    """Shows the values of the session and gives changes back to it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("", "hyperparameterCard", parent)
        self._session = session
        self._family = ""
        self.title.setText(self.tr("Hyperparameters"))
        self.header.addWidget(self.title)
        self.header.addStretch(1)
        self.body.addLayout(self.header)
        self.reset = LinkButton(self.tr("Reset"), "resetAll")
        self.reset.setToolTip(self.tr("Give every setting its default back"))
        self.add_to_header(self.reset)
        self.form = SettingsForm(self._groups(TrainingSettings))
        self.form.setObjectName("hyperparameters")
        self.body.addWidget(self.form)
        self.form.value_changed.connect(self._on_value_changed)
        self.form.changed_count_changed.connect(self._on_count_changed)
        self.reset.clicked.connect(self._on_reset)
        self.reset.setEnabled(False)
        session.outlook_changed.connect(self._show)
        session.model_changed.connect(self._show)
        session.settings_changed.connect(self._show)

    def show_problem(self, problem: Problem) -> bool:
        """Marks the field that a problem is about."""
        return self.form.show_problem(problem)

    def _groups(self, settings: type[TrainingSettings]) -> list[tuple[str, Any]]:
        return [("", settings), (self.tr("How the rows are shared out"), SplitSettings)]

    def _show(self) -> None:
        session = self._session
        if session.family and session.family != self._family:
            from trainer_gui.engine.families import FAMILIES

            self._family = session.family
            self.form.set_groups(self._groups(FAMILIES[session.family].settings))
        if session.is_looking and session.outlook.recipe is None and session.outlook.problem is None:
            return
        split = {**SplitSettings().model_dump(), **session.selection.split}
        self.form.set_defaults(session.outlook.default_values)
        self.form.set_value({**session.setting_values(), **split})
        problem = session.outlook.problem
        if problem is not None:
            self.form.show_problem(problem)

    def _on_value_changed(self, name: str, value: Any) -> None:
        if name in SplitSettings.model_fields:
            self._session.set_split(name, value)
        else:
            self._session.set_setting(name, value)

    def _on_count_changed(self, count: int) -> None:
        self.reset.setEnabled(count > 0)

    def _on_reset(self) -> None:
        self._session.reset_split()
        self._session.reset_settings()
        self.form.reset_all()
