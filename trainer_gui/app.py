"""Decides between the window and the command line, builds the objects and hands them on."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tkinter

    from PySide6.QtWidgets import QApplication

    from trainer_gui.gui.main_window import MainWindow

MEASURE = "--measure-start"  # prints the time of day once the window is painted, and ends


def main(argv: list[str] | None = None) -> int:
    """The program. `trainer-gui [FILE]` opens the window; any other word goes to the command line.

    Returns the exit status.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] != [MEASURE]:
        from trainer_gui.cli import is_command
        from trainer_gui.cli import main as follow

        if is_command(words):
            return follow(words)
    return _window(words)


def _window(words: list[str]) -> int:
    if sys.platform == "win32":
        _load_torch_before_qt()
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication([sys.argv[0]])
    assert isinstance(app, QApplication)
    app.setApplicationName("Trainer")
    app.setApplicationDisplayName("")  # the title says it already
    app.setDesktopFileName("trainer-gui")
    measuring = MEASURE in words
    window = build_window(app, next((word for word in words if word != MEASURE), ""), measuring=measuring)
    window.show()
    status = app.exec()
    return status if window.session.close(1000) else _leave_at_once(status)


def build_window(app: QApplication, location: str = "", *, measuring: bool = False) -> MainWindow:
    """The window with all that stands behind it; data is opened as soon as it has been painted."""
    from trainer_gui.gui.main_window import MainWindow
    from trainer_gui.gui.over_messages import OverMessages
    from trainer_gui.gui.preferences import Preferences
    from trainer_gui.gui.runner import Runner
    from trainer_gui.gui.session import Session
    from trainer_gui.gui.start import Start
    from trainer_gui.gui.theme import current_theme, resource

    theme = current_theme()
    preferences = Preferences.of_this_person()
    theme.follow(preferences.text("window/colours", "system"))
    from PySide6.QtGui import QIcon

    app.setWindowIcon(QIcon(str(resource("icons/app.svg"))))
    session = Session(Runner(), preferences)
    window = MainWindow(session)
    session.setParent(window)
    session.runner.setParent(window)
    window.faults.install()
    OverMessages(window, session)
    Start(window, location, report=_say_start if measuring else None)
    return window


def _say_start() -> None:
    # Whoever started the process knows when that was; what the system says of it is off by up to a second.
    print(f"{time.time():.3f}", flush=True)  # noqa: T201 - the flag asks for it
    os._exit(0)


def _load_torch_before_qt() -> None:
    """On Windows some libraries of torch cannot be loaded once those of Qt are.

    A splash screen of Qt would come too late, so one of the standard library's own toolkit is shown.
    """
    splash = _splash()
    import torch  # noqa: F401

    if splash is not None:
        splash.destroy()


def _splash() -> tkinter.Tk | None:
    try:
        import tkinter
    except ImportError:  # some builds of Python come without it
        return None
    try:
        splash = tkinter.Tk()
    except tkinter.TclError:
        return None
    splash.overrideredirect(True)
    width, height = 320, 96
    left = (splash.winfo_screenwidth() - width) // 2
    top = (splash.winfo_screenheight() - height) // 2
    splash.geometry(f"{width}x{height}+{left}+{top}")
    tkinter.Label(splash, text="Trainer is starting…", font=("Segoe UI", 13)).pack(expand=True)
    splash.update()
    return splash


def _leave_at_once(status: int) -> int:
    # A thread is stuck in foreign code; everything that matters is on disk, and waiting would be hanging.
    os._exit(status)
