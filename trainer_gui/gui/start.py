"""What happens once the window is painted: data is opened, libraries are loaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer

from trainer_gui.gui.main_window import MainWindow
from trainer_gui.gui.session import FIRST_SAMPLE, INTERRUPTED


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
        self._offer_interrupted()

    def _offer_interrupted(self) -> None:
        preferences = self._window.session.preferences
        place = preferences.text(INTERRUPTED)
        preferences.set_text(INTERRUPTED, "")
        if not place or not (Path(place) / "recipe.toml").exists():
            return
        from trainer_gui.engine.run_folder import RunFolder

        folder = RunFolder(Path(place))
        self._window.notices.show_words(
            "run.interrupted",
            self.tr("“{name}” was stopped when the window closed").format(name=folder.name),
            self.tr("Its best epoch is kept. It can go on from where it was."),
            fix=(self.tr("Resume it"), lambda: self._window.session.resume_run(folder)),
        )
