"""A runner, a session and a window for each test, gone without a trace when it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from trainer_gui.gui.main_window import MainWindow
from trainer_gui.gui.preferences import Preferences
from trainer_gui.gui.runner import Runner
from trainer_gui.gui.session import Session
from trainer_gui.gui.start import Start


@pytest.fixture
def runner(qapp: QApplication) -> Iterator[Runner]:
    """A runner whose threads have all ended when the test has."""
    made = Runner()
    yield made
    assert made.close(30_000)
    made.deleteLater()


@pytest.fixture
def session(runner: Runner, home: object) -> Iterator[Session]:
    """A session without data."""
    made = Session(runner, Preferences.of_this_person())
    yield made
    made.close(30_000)
    made.deleteLater()


@pytest.fixture
def window(qtbot: QtBot, session: Session) -> Iterator[MainWindow]:
    """The real window, shown, without data."""
    made = MainWindow(session)
    made.show()
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def reopened(qtbot: QtBot, session: Session) -> Iterator[Callable[[], MainWindow]]:
    """Opens the app once more, as the next start does."""
    made: list[MainWindow] = []

    def reopen() -> MainWindow:
        window = MainWindow(Session(session.runner, session.preferences))
        window.session.setParent(window)
        made.append(window)
        window.show()
        Start(window)._on_painted()
        return window

    yield reopen
    for window in made:
        window.close()
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=30_000)  # noqa: B023
        window.deleteLater()


@pytest.fixture
def in_time(qtbot: QtBot) -> Callable[[Callable[[], bool]], None]:
    """Waits until something is so."""

    def wait(so: Callable[[], bool]) -> None:
        qtbot.waitUntil(so, timeout=60_000)

    return wait
