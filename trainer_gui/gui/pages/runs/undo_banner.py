"""Moves runs and studies to the bin, and offers to bring them back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from trainer_gui.gui.pages.runs.bin import bring_back, throw_away
from trainer_gui.gui.session import Session
from trainer_gui.gui.widgets import Banner

if TYPE_CHECKING:
    from trainer_gui.engine.store import Kept


class UndoBanner(Banner):
    """Shown while what was moved to the bin last can be brought back with a click."""

    changed = Signal()  # what lies on the disk

    def __init__(self, session: Session) -> None:
        super().__init__("undoBanner", closable=True)
        self._session = session
        self._thrown: list[Path] = []
        self._name = ""
        self.button.clicked.connect(self._on_undo)
        self.hide()

    @property
    def can_undo(self) -> bool:
        """Whether something can be brought back."""
        return bool(self._thrown)

    def throw_away(self, folders: Sequence[Kept], name: str) -> None:
        """Moves these to the bin; `name` is that of the first."""
        self._name = name
        for shown in (self._session.run, self._session.study):
            here = shown.folder
            if here is not None and any(here.path.is_relative_to(each.path) for each in folders):
                shown.clear()
        self._call(partial(throw_away, folders), self._on_thrown_away)

    def forget(self) -> None:
        """Leaves in the bin what is there."""
        self._thrown = []
        self.hide()

    def _on_thrown_away(self, places: list[Path]) -> None:
        self._thrown = places
        if places:
            count = len(places)
            one = self.tr("“{name}” was moved to the bin").format(name=self._name)
            many = self.tr("{count} entries were moved to the bin").format(count=count)
            self.show_words(one if count == 1 else many, "", "accent", self.tr("Undo"))
            self.button.setFocus()
        self.changed.emit()

    def _on_undo(self) -> None:
        places, self._thrown = self._thrown, []
        self.hide()
        self._call(partial(bring_back, places), self._on_brought_back)

    def _on_brought_back(self, _paths: list[Path]) -> None:
        self.changed.emit()

    def _call(self, work: Callable[..., object], then: Callable[..., None]) -> None:
        job = self._session.runner.call(work)
        job.answered.connect(then)
        job.refused.connect(self._session.problem_shown)
        job.faulted.connect(self._session.fault_found)
