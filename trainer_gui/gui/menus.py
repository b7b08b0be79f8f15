"""What the window can do, as actions with shortcuts, and the menus that hold them."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QFileDialog, QMainWindow, QMenu

from trainer_gui.gui.caches import Caches
from trainer_gui.gui.pasting import paste
from trainer_gui.gui.session import KEEP_AWAKE, SAY_WHEN_OVER, Session
from trainer_gui.gui.theme import current_theme


class Menus(QObject):
    """Builds the actions once. On macOS they fill the menu bar, elsewhere the menu on the rail."""

    def __init__(
        self, window: QMainWindow, session: Session, pages: list[tuple[str, str]], show: Callable[[str], None]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._show = show
        self.menu = QMenu(window)
        self._fill_file()
        self._fill_edit()
        self._fill_run()
        self._fill_view(pages)
        self._fill_help()
        if sys.platform == "darwin":
            for action in self.menu.actions():
                window.menuBar().addAction(action)
        session.run_state_changed.connect(self.update_states)
        session.outlook_changed.connect(self.update_states)
        self.update_states()

    def open_file(self) -> None:
        """Asks for a file and opens it."""
        name, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Open a table"),
            self._last_folder(),
            self._filters(),
            "",
            QFileDialog.Option.HideNameFilterDetails,  # the endings would fill the screen
        )
        if name:
            self._session.open_data(name)
            self._show("train")

    def open_folder(self) -> None:
        """Asks for a folder of pictures and opens it."""
        name = QFileDialog.getExistingDirectory(
            self._window,
            self.tr("Open a folder with one sub-folder of pictures for each class"),
            self._last_folder(),
        )
        if name:
            self._session.open_data(name)
            self._show("train")

    def paste(self) -> None:
        """Opens the table or the file that lies on the clipboard."""
        if paste(self._session):
            self._show("train")

    def update_states(self) -> None:
        """Offers what makes sense at the moment."""
        session = self._session
        going = session.is_training and not session.is_stopping
        self.start.setEnabled(not session.is_training)
        self.line_up.setEnabled(session.can_line_up)
        self.pause.setEnabled(going)
        self.pause.setText(self.tr("&Resume") if session.is_paused else self.tr("&Pause"))
        self.stop.setEnabled(going)

    def _fill_file(self) -> None:
        file = self.menu.addMenu(self.tr("&File"))
        self._add(file, self.tr("&Open a file…"), self.open_file, QKeySequence.StandardKey.Open)
        self._add(file, self.tr("Open a &folder of pictures…"), self.open_folder, "Ctrl+Shift+O")
        self._recent = file.addMenu(self.tr("Open &recent"))
        self._recent.aboutToShow.connect(self._on_recent)
        file.addSeparator()
        self.caches = Caches(self._session, file)
        file.addSeparator()
        self._add(file, self.tr("&Quit"), self._window.close, QKeySequence.StandardKey.Quit)

    def _fill_edit(self) -> None:
        edit = self.menu.addMenu(self.tr("&Edit"))
        # A field that has the focus takes the keys first.
        self._add(edit, self.tr("&Paste a table"), self.paste, QKeySequence.StandardKey.Paste)

    def _fill_run(self) -> None:
        run = self.menu.addMenu(self.tr("&Run"))
        self.start = self._add(run, self.tr("&Start"), self._on_start, "Ctrl+Return")
        self.start.setShortcuts([QKeySequence("Ctrl+Return"), QKeySequence("Ctrl+Enter")])
        self.line_up = self._add(
            run, self.tr("&Add to the queue"), self._session.line_up, "Ctrl+Shift+Return"
        )
        self.pause = self._add(run, self.tr("&Pause"), self._on_pause, "Ctrl+P")
        self.stop = self._add(run, self.tr("S&top, keep the best"), self._session.stop, "Ctrl+.")

        run.addSeparator()
        self.keep_awake = self._add_switch(run, self.tr("&Keep the computer awake"), KEEP_AWAKE)
        self.keep_awake.toggled.connect(self._on_keep_awake)
        self.say_when_over = self._add_switch(run, self.tr("Tell me when a run is &over"), SAY_WHEN_OVER)

    def _add_switch(self, menu: QMenu, words: str, name: str) -> QAction:
        """An entry that is on or off, remembered under a name; on unless it was switched off."""
        action = menu.addAction(words)
        action.setCheckable(True)
        action.setChecked(self._session.preferences.flag(name, default=True))
        action.toggled.connect(partial(self._session.preferences.set_flag, name))
        return action

    def _on_keep_awake(self, on: bool) -> None:
        self._session.keep_awake(on)

    def _fill_view(self, pages: list[tuple[str, str]]) -> None:
        view = self.menu.addMenu(self.tr("&View"))
        for number, (page, words) in enumerate(pages, 1):
            self._add(view, words, partial(self._show, page), f"Ctrl+{number}")
        view.addSeparator()
        group = QActionGroup(self)
        for mode, words in (
            ("system", self.tr("Colours of the system")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        ):
            action = self._add(view, words, partial(self._on_mode, mode))
            action.setCheckable(True)
            action.setChecked(current_theme().mode == mode)
            group.addAction(action)
        view.addSeparator()
        self._add(view, self.tr("&Full screen"), self._on_full_screen, "F11")

    def _fill_help(self) -> None:
        help_menu = self.menu.addMenu(self.tr("&Help"))
        self._add(help_menu, self.tr("&Learn what it all means"), partial(self._show, "learn"), "F1")
        self._add(help_menu, self.tr("&All runs"), partial(self._show, "runs"))

    def _add(
        self,
        menu: QMenu,
        words: str,
        slot: Callable[[], object],
        keys: QKeySequence.StandardKey | str | None = None,
    ) -> QAction:
        action = menu.addAction(words)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.triggered.connect(lambda _=False: slot())
        self._window.addAction(action)  # so that its shortcut works while the menu is closed
        return action

    def _filters(self) -> str:
        from trainer_gui.engine.sources import SOURCES

        kinds = [(source.label, source.endings) for source in SOURCES if source.endings]
        known = sorted({ending for _, endings in kinds for ending in endings})
        offered = [(self.tr("All that can be opened"), known), *kinds, (self.tr("All files"), [""])]
        return ";;".join(f"{words} ({' '.join(f'*{each}' for each in few)})" for words, few in offered)

    def _last_folder(self) -> str:
        recent = self._session.preferences.recent()
        return str(Path(recent[0]).parent) if recent else str(Path.home())

    def _on_recent(self) -> None:
        self._recent.clear()
        for location in self._session.preferences.recent():
            action = self._recent.addAction(Path(location).name)
            action.setToolTip(location)
            action.triggered.connect(partial(self._on_open_recent, location))
        if self._recent.isEmpty():
            self._recent.addAction(self.tr("Nothing yet")).setEnabled(False)

    def _on_open_recent(self, location: str) -> None:
        self._session.open_data(location)
        self._show("train")

    def _on_start(self) -> None:
        self._show("train")
        focused = self._window.focusWidget()
        if focused is not None:
            focused.clearFocus()  # a number that is still being typed counts
        self._session.start()

    def _on_pause(self) -> None:
        if self._session.is_paused:
            self._session.resume()
        else:
            self._session.pause()

    def _on_mode(self, mode: str) -> None:
        current_theme().set_mode(mode)  # type: ignore[arg-type]
        self._session.preferences.set_text("window/colours", mode)

    def _on_full_screen(self) -> None:
        if self._window.isFullScreen():
            self._window.showNormal()
        else:
            self._window.showFullScreen()
