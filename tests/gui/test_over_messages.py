"""What a person who looks elsewhere is told about runs that are over."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from trainer_gui.gui.main_window import MainWindow
from trainer_gui.gui.over_messages import OverMessages
from trainer_gui.gui.session import FIRST_SAMPLE, SAY_WHEN_OVER, Session

Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def told(window: MainWindow, session: Session, qtbot: QtBot, in_time: Wait) -> list[tuple[str, str]]:
    """What was told; another window is in front."""
    found: list[tuple[str, str]] = []
    OverMessages(window, session, lambda title, text: found.append((title, text)))
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    in_time(lambda: not window.isActiveWindow())
    session.open_data(FIRST_SAMPLE)
    session.set_setting("epochs", 3)
    in_time(lambda: session.recipe() is not None)
    return found


def train(session: Session, in_time: Wait) -> None:
    session.start()
    in_time(lambda: session.run.is_active)
    in_time(lambda: not session.run.is_active)


def test_that_a_run_that_is_over_is_told_once_with_its_result(told, session: Session, in_time: Wait) -> None:
    train(session, in_time)
    ((title, text),) = told
    assert title == "“iris · small” is trained"
    assert text.startswith("Accuracy ")
    assert "at epoch" in text


def test_that_a_run_that_failed_is_told_with_why(told, session: Session, in_time: Wait, home) -> None:
    (home / "runs").write_text("in the way")
    train(session, in_time)
    ((title, text),) = told
    assert title == "“iris · small” failed"
    assert text


def test_that_nothing_is_told_in_front_or_after_a_stop_or_where_it_is_switched_off(
    told, session: Session, window: MainWindow, in_time: Wait
) -> None:
    session.preferences.set_flag(SAY_WHEN_OVER, False)
    train(session, in_time)
    session.preferences.set_flag(SAY_WHEN_OVER, True)
    session.set_setting("epochs", 1_000_000)
    session.set_setting("early_stopping", False)
    in_time(lambda: session.recipe() is not None)
    session.run.clear()
    session.start()
    in_time(lambda: session.run.progress.epoch > 1)
    session.stop()
    in_time(lambda: not session.run.is_active)
    window.activateWindow()
    in_time(window.isActiveWindow)
    session.set_setting("epochs", 3)
    in_time(lambda: session.recipe() is not None and not session.is_looking)
    train(session, in_time)
    assert told == []
