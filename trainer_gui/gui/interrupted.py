"""The run or the study that was interrupted last, to be offered once, quietly."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from trainer_gui.engine.progress import Interruption
from trainer_gui.gui.current import Current
from trainer_gui.gui.preferences import Preferences
from trainer_gui.gui.runner import Latest, Report, Runner

if TYPE_CHECKING:
    from trainer_gui.engine.run_folder import RunFolder
    from trainer_gui.engine.study.folder import StudyFolder

_NOT_NOW = "runs/not_now"  # the preference that holds the names of folders that are offered no more
_MOST = 200  # of these


@dataclass(frozen=True)
class Offer:
    """A run that can go on: what it is called, how far it was, and why it ended."""

    folder: RunFolder
    name: str
    epoch: int
    epochs: int
    why: Interruption


@dataclass(frozen=True)
class StudyOffer:
    """A study that can go on: what it is called, how many trials were done, and why it ended."""

    folder: StudyFolder
    name: str
    ended: int
    planned: int
    why: Interruption


class Interrupted(QObject):
    """Holds at most one offer: of the newest interrupted run or study that was not turned down before."""

    changed = Signal()
    faulted = Signal(str, str)

    def __init__(
        self,
        shown: Sequence[Current],
        runner: Runner,
        preferences: Preferences,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._shown = tuple(shown)
        self._preferences = preferences
        self.offer: Offer | StudyOffer | None = None
        self._looks = Latest(runner, self)
        self._looks.answered.connect(self._on_answered)
        self._looks.refused.connect(self._on_refused)
        self._looks.faulted.connect(self.faulted)
        for each in shown:
            each.state_changed.connect(self._on_state_changed)

    def look(self) -> None:
        """Looks for one on the disk, away from the GUI thread."""
        passed_over = frozenset(self._preferences.words(_NOT_NOW))
        self._looks.ask(lambda report: newest_offer(passed_over, report))

    def is_turned_down(self, path: Path) -> bool:
        """Whether this run is not to be offered any more."""
        return path.name in self._preferences.words(_NOT_NOW)

    def turn_down(self, paths: Iterable[Path]) -> None:
        """Offers these runs no more, also after the next start; they can still go on from the Runs page."""
        known = self._preferences.words(_NOT_NOW)
        names = [each.name for each in paths if each.name not in known]
        self._preferences.set_words(_NOT_NOW, [*known, *names][-_MOST:])
        self._preferences.save()
        if self.offer is not None and self.offer.folder.path.name in names:
            self._show(None)

    def _show(self, offer: Offer | StudyOffer | None) -> None:
        self.offer = offer
        self.changed.emit()

    def _on_answered(self, offer: Offer | StudyOffer | None) -> None:
        self._show(offer)

    def _on_refused(self, _problem: object) -> None:
        self._show(None)  # it is offered; what cannot be read is said on the Runs page

    def _on_state_changed(self) -> None:
        here = [each.folder.path for each in self._shown if each.folder is not None]
        if self.offer is not None and self.offer.folder.path in here:
            self._show(None)


def newest_offer(passed_over: frozenset[str], report: Report) -> Offer | StudyOffer | None:
    """The newest run or study that was interrupted, but for folders whose names are passed over."""
    found = [each for each in (_newest_run(passed_over, report), _newest_study(passed_over, report)) if each]
    return max(found, key=lambda each: each.folder.path.name, default=None)  # they begin with the time


def _newest_run(passed_over: frozenset[str], report: Report) -> Offer | None:
    from trainer_gui.engine.run_folder import progress_of
    from trainer_gui.engine.store import interrupted

    for folder in interrupted():
        report("", None)
        if folder.path.name in passed_over:
            continue
        progress = progress_of(folder)
        if progress.interruption:
            return Offer(folder, folder.name, progress.epoch, progress.epochs, progress.interruption)
    return None


def _newest_study(passed_over: frozenset[str], report: Report) -> StudyOffer | None:
    from trainer_gui.engine.problems import UserError
    from trainer_gui.engine.study.folder import interrupted_studies, study_progress_of

    for folder in interrupted_studies():
        report("", None)
        if folder.path.name in passed_over:
            continue
        progress = study_progress_of(folder)
        with contextlib.suppress(UserError):  # what is damaged is said on the Runs page
            name = folder.recipe.name
            return StudyOffer(folder, name, progress.ended, progress.planned, progress.interruption)
    return None
