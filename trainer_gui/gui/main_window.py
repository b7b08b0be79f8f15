"""The window: the rail, the pages, what is said above them, and how it closes."""

from importlib import import_module
from typing import Any

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from trainer_gui.engine.problems import Problem
from trainer_gui.engine.progress import Progress
from trainer_gui.engine.study.progress import StudyProgress
from trainer_gui.gui.drop_cover import DropCover
from trainer_gui.gui.fixes import fix_for
from trainer_gui.gui.gpu_watch import GpuWatch
from trainer_gui.gui.menus import Menus
from trainer_gui.gui.notices import Faults, Notices
from trainer_gui.gui.progress_strip import ProgressStrip
from trainer_gui.gui.rail import Rail
from trainer_gui.gui.session import Session
from trainer_gui.gui.window_title import WindowTitle

_LAST_WAIT = 3000  # milliseconds for what still reads; a run has ended before
_TITLE_EVERY = 300  # milliseconds between two titles while training
_LONGEST_CLOSING = 8_000  # milliseconds that a closing window waits for the next batch


class MainWindow(QMainWindow):
    """Pages are built when they are first shown, from the class `<Name>Page` of their module."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setObjectName("mainWindow")
        self.setMinimumSize(1024, 680)
        self.resize(1280, 800)
        self._is_closing = False
        self._patience = QTimer(self, singleShot=True, interval=_LONGEST_CLOSING)
        self._patience.timeout.connect(self.close)
        self._title = WindowTitle(session, self)
        self._titled = QElapsedTimer()
        self._titled.start()
        self._not_opened = ""  # the key of what was said of the last file that could not be opened
        self._pages: dict[str, QWidget] = {}
        names = self._page_names()
        self.rail = Rail(names)
        self.notices = Notices()
        self.faults = Faults(self)
        self.strip = ProgressStrip(session)
        self.gpu_watch = GpuWatch(session)
        self.stack = QStackedWidget()
        self.menus = Menus(self, session, names, self.show_page)
        self.rail.set_menu(self.menus.menu)
        self._lay_out()
        self._cover = DropCover(self)
        self._cover.dropped.connect(self._on_dropped)
        self._connect()
        geometry = session.preferences.geometry()
        if geometry is not None:
            self.restoreGeometry(geometry)
        self.show_page("train")
        self._show_title()

    def show_page(self, name: str) -> None:
        """Shows a page, building it the first time."""
        if name not in self._pages:
            module = import_module(f"trainer_gui.gui.pages.{name}")
            make: Any = getattr(module, f"{name.title()}Page")
            self._pages[name] = make(self.session)
            self.stack.addWidget(self._pages[name])
        self.stack.setCurrentWidget(self._pages[name])
        self._pages[name].setFocus()
        self.rail.set_value(name)
        self._show_strip()

    def page(self, name: str) -> QWidget:
        """A page that was shown before."""
        return self._pages[name]

    def _page_names(self) -> list[tuple[str, str]]:
        return [
            ("train", self.tr("Train")),
            ("data", self.tr("Data")),
            ("results", self.tr("Results")),
            ("use", self.tr("Use")),
            ("runs", self.tr("Runs")),
            ("learn", self.tr("Learn")),
        ]

    def _lay_out(self) -> None:
        whole = QWidget()
        row = QHBoxLayout(whole)
        column = QVBoxLayout()
        for layout in (row, column):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(column, 1)
        column.addWidget(self.strip)
        column.addWidget(self.notices)
        column.addWidget(self.stack, 1)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        session = self.session
        self.rail.value_changed.connect(self.show_page)
        session.page_wanted.connect(self.show_page)
        session.open_wanted.connect(self.menus.open_file)
        session.folder_wanted.connect(self.menus.open_folder)
        session.paste_wanted.connect(self.menus.paste)
        session.problem_shown.connect(self._on_problem)
        session.problem_over.connect(self.notices.take_away)
        session.fault_found.connect(self.faults.show_fault)
        session.dataset_changed.connect(self._on_dataset_changed)
        session.opening.progressed.connect(self._on_reading_goes_on)
        session.opening.changed.connect(self._on_reading_goes_on)
        session.devices_changed.connect(self._show_device)
        session.settings_changed.connect(self._show_device)
        session.run_changed.connect(self._on_progressed)
        session.study_changed.connect(self._on_progressed)
        session.run_changed.connect(self.rail.show_progress)
        self.gpu_watch.load_changed.connect(self.rail.show_load)
        session.run_state_changed.connect(self._on_run_state_changed)

    def _on_problem(self, problem: Problem) -> None:
        fix = fix_for(problem, self.session, self.show_page, self.menus.open_file)
        missed = self.session.opening.missed
        if missed is not None and missed[1] is problem:
            self._not_opened = problem.key
        self.notices.show_problem(problem, fix)

    def _on_reading_goes_on(self) -> None:
        self.notices.take_away("data.silent")
        if self.session.opening.location:  # why the last file was not opened is of no interest any more
            self.notices.take_away(self._not_opened)

    def _on_dataset_changed(self) -> None:
        for key in self.notices.shown():
            if key.startswith(("data.", "target.")):
                self.notices.take_away(key)
        self._show_title()

    def _on_progressed(self, progress: Progress | StudyProgress) -> None:
        # Telling the system a title is slow, and nobody reads thirty of them a second.
        if self.session.is_training and self._titled.hasExpired(_TITLE_EVERY):
            self._show_title()

    def _on_run_state_changed(self) -> None:
        self._show_strip()
        self._show_title()
        if self._is_closing and not self.session.is_training:
            self.close()

    def _show_strip(self) -> None:
        self.strip.setVisible(self.session.is_training and self.rail.value() != "train")

    def _show_title(self) -> None:
        words = self._title.words()
        self._titled.start()
        if words != self.windowTitle():
            self.setWindowTitle(words)

    def _show_device(self) -> None:
        found = {each.name: each for each in self.session.devices}
        best = next(iter(found.values()), None)
        device = found.get(self.session.selection.device, best)
        if device is not None:
            self.rail.show_device(device.label, device.detail)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.session.is_training:
            self.menus.pause.trigger()
        elif event.key() == Qt.Key.Key_Escape:
            for key in self.notices.shown()[-1:]:
                self.notices.take_away(key)
        else:
            super().keyPressEvent(event)

    def _on_dropped(self, paths: list[str]) -> None:
        self.session.open_data(paths[0])
        if self.rail.value() not in ("train", "data"):
            self.show_page("train")

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.session.is_training and not self._is_closing:
            # Nothing is asked: the best is kept, and the window waits for the next batch only.
            self._is_closing = True
            self.notices.show_words(
                "window.closing",
                self.tr("Stopping at the next batch, then closing"),
                self.tr("All that was trained is kept, and it can go on when you come back."),
            )
            self.session.interrupt()
            self._patience.start()
            event.ignore()
            return
        self._patience.stop()
        self.session.preferences.set_geometry(self.saveGeometry())
        self.hide()
        self.session.close(_LAST_WAIT)
        event.accept()
