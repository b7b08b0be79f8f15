"""Looks closely at the data away from the GUI thread, again only where the answer could differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from trainer_gui.engine.problems import Problem
from trainer_gui.gui.runner import Latest, Report, Runner

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import Dataset
    from trainer_gui.engine.recipe import Choices, Recipe


class CloseLook(QObject):
    """Holds what only a look at the cells shows; a moment old while `is_looking`."""

    changed = Signal()
    faulted = Signal(str, str)

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._problems: tuple[Problem, ...] = ()
        self._about: object = None
        self._latest = Latest(runner, self)
        self._latest.answered.connect(self._on_answered)
        self._latest.refused.connect(self._on_refused)
        self._latest.faulted.connect(self._on_faulted)

    @property
    def is_looking(self) -> bool:
        """Whether an answer is awaited."""
        return self._latest.is_busy

    def findings(self, choices: Choices) -> list[Problem]:
        """What was found, without what a fix is in effect for."""
        from trainer_gui.engine.preflight import still_open

        return still_open(self._problems, choices) if self._problems else []

    def forget(self) -> None:
        """For other data, or where no run is possible: what was found no longer holds."""
        self._problems, self._about = (), None
        self._latest.forget()
        self.changed.emit()

    def look(self, dataset: Dataset, recipe: Recipe) -> None:
        """Looks, unless the same was looked at last."""
        test = dataset.own_test.fingerprint if dataset.own_test is not None else ""
        about = (
            *(dataset.fingerprint, dataset.reference.model_dump_json(), test, recipe.target, recipe.task),
            *(frozenset(recipe.leave_out), tuple(sorted(recipe.kinds.items())), recipe.split, recipe.steps),
        )
        if about == self._about:
            return
        self._about = about

        def work(report: Report) -> list[Problem]:
            from trainer_gui.engine.data.examine import examine_closely
            from trainer_gui.engine.recipe import as_chosen

            return examine_closely(
                as_chosen(dataset, recipe.kinds),
                recipe.target,
                recipe.task,
                recipe.leave_out,
                split=recipe.split,
                steps=recipe.steps,
                report=report,
            )

        self._latest.ask(work)

    def _on_answered(self, problems: list[Problem]) -> None:
        self._problems = tuple(problems)
        self.changed.emit()

    def _on_refused(self, problem: Problem) -> None:
        self._problems = (problem,)
        self.changed.emit()

    def _on_faulted(self, line: str, details: str) -> None:
        self._problems = ()
        self.changed.emit()
        self.faulted.emit(line, details)
