"""Runs that are lined up in the window."""

from collections.abc import Callable

import pytest

from trainer_gui.engine.progress import State
from trainer_gui.engine.run_queue import add, waiting
from trainer_gui.engine.store import runs
from trainer_gui.gui.main_window import MainWindow
from trainer_gui.gui.pages.train import TrainPage
from trainer_gui.gui.session import FIRST_SAMPLE, Session

Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def page(window: MainWindow, session: Session, in_time: Wait) -> TrainPage:
    """The Train page, with a run on iris under way that would take for ever."""
    session.open_data(FIRST_SAMPLE)
    in_time(lambda: session.recipe() is not None)
    for name, value in {"epochs": 1_000_000, "early_stopping": False}.items():
        session.set_setting(name, value)
    session.start()
    in_time(lambda: session.run.progress.epoch > 1)
    found = window.page("train")
    assert isinstance(found, TrainPage)
    return found


def line_up(page: TrainPage, session: Session, in_time: Wait, **settings: object) -> None:
    """Changes settings and presses the button."""
    count = len(session.queue.entries)
    for name, value in settings.items():
        session.set_setting(name, value)
    in_time(lambda: page.buttons.line_up.isVisible())
    page.buttons.line_up.click()
    in_time(lambda: len(session.queue.entries) == count + 1)


def test_that_other_choices_can_be_lined_up_and_stop_stays_in_sight(
    page: TrainPage, session: Session, in_time: Wait
) -> None:
    assert not page.buttons.line_up.isVisible()  # the same run once more is nothing new
    assert page.buttons.primary.text() == "Stop, keep the best"
    assert not page.queue.isVisible()
    line_up(page, session, in_time, epochs=2)
    assert not page.buttons.line_up.isVisible()  # it waits already
    line_up(page, session, in_time, epochs=3)
    session.set_setting("epochs", 4)
    in_time(lambda: page.buttons.line_up.isVisible())
    assert page.buttons.stop.isVisible()
    assert page.buttons.second.text() == "Pause"
    assert page.queue.title.text() == "Next in the queue, 2 runs"
    keys = [each.key for each in session.queue.entries]
    session.queue.move_up(keys[1])
    in_time(lambda: [each.key for each in session.queue.entries] == keys[::-1])
    session.queue.remove(keys[0])
    in_time(lambda: [each.key for each in session.queue.entries] == keys[1:])
    assert [each.key for each in waiting()] == keys[1:]
    page.queue.switch.click()
    page.buttons.stop.click()
    in_time(lambda: not session.run.is_active)
    assert page.queue.title.text() == "1 run waits in the queue"
    assert session.run.progress.epochs == 1_000_000


def test_that_the_queue_goes_on_by_itself_also_where_one_fails(
    page: TrainPage, session: Session, window: MainWindow, in_time: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    line_up(page, session, in_time, epochs=2)
    recipe = session.queue.entries[0].recipe
    gone = recipe.data.model_copy(update={"location": "/nowhere/gone.csv", "source": "table_file"})
    add(recipe.model_copy(update={"data": gone, "fingerprint": "blake2b:other"}), "lost")
    session.queue.refresh()
    line_up(page, session, in_time, epochs=3)
    page.buttons.primary.click()
    in_time(lambda: len(runs()) == 4 and not session.run.is_active and not session.queue.entries)
    assert "queue.failed" in window.notices.shown()
    assert session.run.progress.state is State.FINISHED
    assert session.run.progress.epochs == 3
    assert waiting() == []


def test_that_what_waits_survives_closing_and_is_not_started_unasked(
    page: TrainPage,
    session: Session,
    window: MainWindow,
    in_time: Wait,
    reopened: Callable[[], MainWindow],
) -> None:
    line_up(page, session, in_time, epochs=2)
    assert session.queue.entries[0].name == "iris · small, epochs 2"
    window.close()
    in_time(lambda: not window.isVisible())
    assert not session.run.is_active
    assert len(runs()) == 1
    other = reopened()
    again = other.session
    shown = other.page("train").queue  # type: ignore[attr-defined]
    in_time(lambda: shown.isVisible() and not again.is_looking)
    assert again.queue.is_held
    assert shown.title.text() == "1 run waits in the queue"
    assert len(runs()) == 1
    shown.switch.click()
    in_time(lambda: len(runs()) == 2 and not again.run.is_active and not session.runner.is_busy)
    assert again.run.progress.epochs == 2
