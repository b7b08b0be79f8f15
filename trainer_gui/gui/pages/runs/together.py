"""The button that makes one model of several runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from trainer_gui.engine.problems import Problem
from trainer_gui.gui.pages.runs.study_summary import StudySummary
from trainer_gui.gui.pages.runs.summary import RunSummary
from trainer_gui.gui.runner import Report
from trainer_gui.gui.session import Session
from trainer_gui.gui.widgets import Button

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import Dataset
    from trainer_gui.engine.run_folder import RunFolder
    from trainer_gui.engine.study.folder import StudyFolder


def put_together(folders: Sequence[RunFolder], dataset: Dataset | None, report: Report) -> RunFolder:
    """Makes one model of runs, away from the GUI thread; raises UserError where they do not go together."""
    from trainer_gui.engine.ensemble import make_ensemble

    known = dataset if dataset is not None and dataset.fingerprint == folders[0].recipe.fingerprint else None
    return make_ensemble(folders, dataset=known, report=report)


def put_study_together(folder: StudyFolder, dataset: Dataset | None, report: Report) -> RunFolder:
    """The same with the runs of a study's best setting; what was made before is taken."""
    from trainer_gui.engine.study.together import ensemble_of

    base = folder.recipe.base
    known = dataset if dataset is not None and dataset.fingerprint == base.fingerprint else None
    return ensemble_of(folder, known, report)


class TogetherButton(Button):
    """Offers to make one model of several runs. What is made of them is said by `made`."""

    made = Signal(object)  # the RunFolder

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("", "runTogether", parent=parent)
        self._session = session
        self._work: Callable[[Dataset | None, Report], RunFolder] | None = None
        self._words = ""
        self._is_ready = False
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
        """Offers it for these runs, where they are at least two and sound."""
        self._work = partial(put_together, [each.folder for each in runs]) if len(runs) > 1 else None
        self._is_ready = all(each.problem is None and not each.is_live for each in runs)
        self._words = self.tr("Make one model of these")
        self._show()

    def show_study(self, study: StudySummary | None) -> None:
        """Offers it for the runs of the best setting of a study, where that was trained more than once."""
        repeated = study is not None and study.recipe is not None and study.recipe.runs_each > 1
        self._work = partial(put_study_together, study.folder) if study is not None and repeated else None
        self._is_ready = study is not None and not study.is_live and study.progress.best is not None
        self._words = self.tr("Open its models as one")
        self._show()

    def _show(self) -> None:
        self.setVisible(self._work is not None)
        self.setEnabled(self._is_ready and not self._is_busy)
        self.setText(self.tr("Putting them together …") if self._is_busy else self._words)

    def _on_clicked(self) -> None:
        assert self._work is not None
        self._is_busy = True
        self._show()
        job = self._session.runner.call(partial(self._work, self._session.dataset))
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
