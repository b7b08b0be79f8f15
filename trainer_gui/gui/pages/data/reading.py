"""How files are read: the import panel, and what a person chose in it for each file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from trainer_gui.gui.pages.data.read_panel import ReadPanel
from trainer_gui.gui.session import Session

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import Dataset


class Reading(QObject):
    """Opens the panel for what is open, or for a file that could not be opened, and reads it that way."""

    def __init__(self, session: Session, page: QWidget) -> None:
        super().__init__(page)
        self._session = session
        self._page = page
        self._fixed: dict[str, dict[str, Any]] = {}  # by location, the options that were chosen
        self._panel: ReadPanel | None = None
        self._location = ""
        session.reading_wanted.connect(self.open_panel)

    @property
    def panel(self) -> ReadPanel | None:
        """The panel while it is open."""
        return self._panel

    def can_choose(self, dataset: Dataset) -> bool:
        """Whether there is anything to choose about how this data is read."""
        from trainer_gui.engine.settings import declared_in
        from trainer_gui.engine.sources import SOURCES

        return bool(declared_in(SOURCES[dataset.reference.source].options_of(dataset.reference)))

    def open_panel(self, location: str = "") -> None:
        """Opens the panel for what lies at a location, or for what is open."""
        from trainer_gui.engine.sources import SOURCES, source_of

        dataset = self._session.dataset
        shown = dataset if dataset is not None and location in ("", dataset.reference.location) else None
        if self._panel is not None or (shown is None and not location):
            return
        source = SOURCES[shown.reference.source] if shown is not None else source_of(location)
        if source is None:
            return
        self._location = shown.reference.location if shown is not None else location
        self._panel = ReadPanel(
            self._session.runner,
            source,
            self._location,
            self._page.window(),
            fixed=self._chosen(self._location),
            shown=shown,
        )
        self._panel.applied.connect(self._on_applied)
        self._panel.finished.connect(self._on_closed)
        self._panel.open()

    def _chosen(self, location: str) -> dict[str, Any]:
        """What was chosen in the panel, and by fixes that are in effect."""
        chosen = dict(self._fixed.get(location, {}))
        dataset = self._session.dataset
        if dataset is not None and dataset.reference.location == location:
            for taken in self._session.taken_fixes:
                chosen |= taken.fix.change.reading
        return chosen

    def _on_closed(self) -> None:
        self._panel = None

    def _on_applied(self, dataset: Dataset | None, options: dict[str, Any]) -> None:
        self._fixed[self._location] = options
        self._session.read_again(self._location, options, dataset)
