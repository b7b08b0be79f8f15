"""The app started with a file, as often as a journey asks, and gone without a trace when it ends."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from trainer_gui.app import build_window
from trainer_gui.gui.main_window import MainWindow
from trainer_gui.gui.theme import current_theme

Opener = Callable[[str], MainWindow]


@pytest.fixture
def opened(qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """Starts the app with a file and waits until nothing is left to do."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    open_ones: list[MainWindow] = []
    mode = current_theme().mode

    def start(location: str) -> MainWindow:
        window = build_window(qapp, location)
        window.resize(1280, 800)
        window.show()
        open_ones.append(window)
        name = Path(location).name
        qtbot.waitUntil(lambda: _is_quiet(window, name), timeout=60_000)
        return window

    yield start
    for window in open_ones:
        window.close()
        session = window.session
        qtbot.waitUntil(lambda: not window.isVisible() and not session.runner.is_busy, timeout=30_000)  # noqa: B023
        window.deleteLater()
    current_theme().set_mode(mode)


def _is_quiet(window: MainWindow, name: str) -> bool:
    session = window.session
    is_open = session.dataset is not None and session.dataset.name == name
    return is_open and session.plan is not None and not session.runner.is_busy
