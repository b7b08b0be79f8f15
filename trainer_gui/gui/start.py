"""What happens once the window is painted: data is opened, libraries are loaded."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer

from trainer_gui.gui.main_window import MainWindow
from trainer_gui.gui.session import FIRST_SAMPLE


class Start(QObject):
    """Waits for the first paint, so that nothing slow stands between a person and the window."""

    def __init__(
        self, window: MainWindow, location: str = "", report: Callable[[], None] | None = None
    ) -> None:
        super().__init__(window)
        self._window = window
        self._location = location
        self._report = report
        self._is_painted = False
        window.stack.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self._is_painted:
            self._is_painted = True
            self._window.stack.removeEventFilter(self)
            QTimer.singleShot(0, self, self._on_painted)
        return False

    def _on_painted(self) -> None:
        if self._report is not None:
            self._report()
        session = self._window.session
        session.open_data(self._location or FIRST_SAMPLE)
        session.find_devices()
        session.interrupted.look()
        session.queue.refresh()
