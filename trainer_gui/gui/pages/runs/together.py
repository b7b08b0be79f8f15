"""The button that makes one model of the selected runs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from trainer_gui.engine.problems import Problem
from trainer_gui.gui.pages.runs.summary import RunSummary
from trainer_gui.gui.runner import Report
from trainer_gui.gui.session import Session
from trainer_gui.gui.widgets import Button

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import Dataset
    from trainer_gui.engine.run_folder import RunFolder


def put_together(folders: Sequence[RunFolder], dataset: Dataset | None, report: Report) -> RunFolder:
    """Makes one model of runs, away from the GUI thread; raises UserError where they do not go together."""
    from trainer_gui.engine.ensemble import make_ensemble

    known = dataset if dataset is not None and dataset.fingerprint == folders[0].recipe.fingerprint else None
    return make_ensemble(folders, dataset=known, report=report)


class TogetherButton(Button):
    """Offers to make one model of at least two sound runs. What is made of them is said by `made`."""

    made = Signal(object)  # the RunFolder

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("", "runTogether", parent=parent)
        self._session = session
        self._runs: tuple[RunSummary, ...] = ()
        self._is_busy = False
        self.setToolTip(
            self.tr(
                "The new model answers with the mean of what these say, which is often better than each of "
                "them. It holds a copy of each, and is used like any run."
            )
        )
        self.clicked.connect(self._on_clicked)
        self._show()

    def show_runs(self, runs: Sequence[RunSummary]) -> None:
        """Offers it for these runs."""
        self._runs = tuple(runs)
        self._show()

    def _show(self) -> None:
        ready = all(each.problem is None and not each.is_live for each in self._runs)
        self.setVisible(len(self._runs) > 1)
        self.setEnabled(ready and not self._is_busy)
        words = self.tr("Putting them together …") if self._is_busy else self.tr("Make one model of these")
        self.setText(words)

    def _on_clicked(self) -> None:
        self._is_busy = True
        self._show()
        work = partial(put_together, [each.folder for each in self._runs], self._session.dataset)
        job = self._session.runner.call(work)
        job.answered.connect(self._on_made)
        job.refused.connect(self._on_refused)
        job.faulted.connect(self._on_faulted)

    def _on_made(self, folder: RunFolder) -> None:
        self._is_busy = False
        self._show()
        self.made.emit(folder)

    def _on_refused(self, problem: Problem) -> None:
        self._is_busy = False
        self._show()
        self._session.problem_shown.emit(problem)

    def _on_faulted(self, line: str, details: str) -> None:
        self._is_busy = False
        self._show()
        self._session.fault_found.emit(line, details)
