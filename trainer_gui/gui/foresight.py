"""Works out what follows from the choices, the newest only, away from the GUI thread."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from trainer_gui.engine.problems import problem
from trainer_gui.gui.outlook import Outlook, outlook_of, plan_of
from trainer_gui.gui.runner import Latest, Runner

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import Dataset
    from trainer_gui.engine.plan import Plan
    from trainer_gui.engine.recipe import Choices


class Foresight(QObject):
    """Holds the last outlook and plan. An outlook comes in moments; a plan measures for up to a second."""

    outlook_changed = Signal()
    plan_changed = Signal()
    faulted = Signal(str, str)

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.outlook = Outlook()
        self.plan: Plan | None = None
        self._outlooks = Latest(runner, self)
        self._outlooks.answered.connect(self._on_outlook)
        self._outlooks.faulted.connect(self._on_outlook_faulted)
        self._plans = Latest(runner, self)
        self._plans.answered.connect(self._on_plan)
        self._plans.faulted.connect(self.faulted)

    @property
    def is_looking(self) -> bool:
        """Whether the outlook is still that of older choices."""
        return self._outlooks.is_busy

    def look(self, dataset: Dataset, choices: Choices) -> None:
        """Resolves the choices; the plan that is known no longer holds."""
        self.drop_plan()
        self._outlooks.ask(partial(outlook_of, dataset, choices))

    def measure(self, dataset: Dataset, choices: Choices) -> None:
        """Forecasts parameters, time and memory."""
        self._plans.ask(partial(plan_of, dataset, choices))

    def drop_plan(self) -> None:
        """Forgets the plan, and stops measuring."""
        self.plan = None
        self._plans.forget()

    def stop_measuring(self) -> None:
        """Keeps the plan that is known, if any."""
        self._plans.forget()

    def _on_outlook(self, outlook: Outlook) -> None:
        self.outlook = outlook
        self.outlook_changed.emit()

    def _on_outlook_faulted(self, line: str, details: str) -> None:
        unclear = problem(
            "outlook.fault",
            "Something in Trainer itself went wrong while it looked at the data and the settings.",
            "Change what you changed last back, or choose other data. Please send the report.",
        )
        self._on_outlook(replace(self.outlook, recipe=None, problem=unclear))
        self.faulted.emit(line, details)

    def _on_plan(self, plan: Plan) -> None:
        self.plan = plan
        self.plan_changed.emit()
