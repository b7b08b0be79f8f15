"""The menu entry that empties the caches, with their size in words."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from trainer_gui.engine.problems import problem
from trainer_gui.gui.runner import Latest, Report
from trainer_gui.gui.session import Session


def measured(report: Report) -> int:
    """How many bytes the caches take up. It looks at every file in them."""
    from trainer_gui.engine.data.caches import caches_size

    report("", None)
    return caches_size()


def freed(report: Report) -> int:
    """Empties the caches and says how many bytes became free."""
    from trainer_gui.engine.data.caches import free_caches

    report("", None)
    return free_caches()


class Caches(QObject):
    """Measures when the menu opens, away from the GUI thread, and empties when the entry is taken."""

    def __init__(self, session: Session, menu: QMenu) -> None:
        super().__init__(menu)
        self._session = session
        self.action: QAction = menu.addAction(self.tr("Empty the &caches"))
        self.action.setObjectName("emptyCaches")
        self.action.setToolTip(
            self.tr(
                "Deletes decoded pictures and unpacked files, kept so that the next run starts sooner. "
                "Your data and your runs are not touched."
            )
        )
        menu.setToolTipsVisible(True)
        self.action.triggered.connect(self.empty)
        menu.aboutToShow.connect(self.measure)
        self._sizes = Latest(session.runner, self)
        self._sizes.answered.connect(self._on_size)
        self._freeing = Latest(session.runner, self)
        self._freeing.answered.connect(self._on_freed)
        for each in (self._sizes, self._freeing):
            each.faulted.connect(session.fault_found)

    def measure(self) -> None:
        """Asks how large they are."""
        self._sizes.ask(measured)

    def empty(self) -> None:
        """Empties them, also while a run is under way: what it reads at the moment stays until it ends."""
        self._freeing.ask(freed)

    def _on_size(self, size: int) -> None:
        from trainer_gui.engine.data.caches import bytes_in_words

        self.action.setText(self.tr("Empty the &caches ({size})").format(size=bytes_in_words(size)))
        self.action.setEnabled(size > 0)

    def _on_freed(self, size: int) -> None:
        from trainer_gui.engine.data.caches import bytes_in_words

        self._session.problem_shown.emit(
            problem(
                "caches.emptied",
                self.tr("The caches were emptied: {size} are free again."),
                self.tr("Pictures are decoded and files unpacked again when they are needed."),
                severity="note",
                size=bytes_in_words(size),
            )
        )
