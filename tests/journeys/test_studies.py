"""A person's way through a study in the real window: tuned, stopped, closed, found again, and continued."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from trainer_gui.app import build_window
from trainer_gui.engine.study.folder import studies, study_progress_of
from trainer_gui.engine.study.progress import StudyState
from trainer_gui.gui.main_window import MainWindow
from trainer_gui.gui.pages.train import TrainPage
from trainer_gui.gui.session import FIRST_SAMPLE
from trainer_gui.gui.theme import current_theme

Opener = Callable[[], MainWindow]
EPOCHS = 60
LONG = 120_000  # milliseconds: every run is a process that loads its libraries


@pytest.fixture
def opened(qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """Starts the app with iris, as often as a test asks."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    open_ones: list[MainWindow] = []
    mode = current_theme().mode

    def start() -> MainWindow:
        window = build_window(qapp, FIRST_SAMPLE)
        window.resize(1280, 800)
        window.show()
        open_ones.append(window)
        session = window.session
        qtbot.waitUntil(lambda: session.recipe() is not None and not session.runner.is_busy, timeout=LONG)
        return window

    yield start
    for each in open_ones:
        if each.isVisible():
            close(qtbot, each)
        each.deleteLater()
    current_theme().set_mode(mode)


def close(qtbot: QtBot, window: MainWindow) -> None:
    window.close()
    session = window.session
    qtbot.waitUntil(lambda: not window.isVisible() and not session.runner.is_busy, timeout=LONG)


def click(qtbot: QtBot, widget: QWidget) -> None:
    assert widget.isVisible(), widget.objectName()
    assert widget.isEnabled(), widget.objectName()
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def page_of(window: MainWindow) -> TrainPage:
    page = window.page("train")
    assert isinstance(page, TrainPage)
    return page


@pytest.mark.slow
def test_that_iris_is_tuned_stopped_closed_found_again_and_continued(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    page, session = page_of(window), window.session
    session.set_setting("epochs", EPOCHS)
    session.set_setting("early_stopping", False)
    kinds = page.count.kinds
    qtbot.mouseClick(kinds, Qt.MouseButton.LeftButton, pos=kinds.segment("tune").center().toPoint())
    session.draft.set_limits({"trials": 60, "at_once": 1})
    qtbot.waitUntil(lambda: page.buttons.primary.text().startswith("Start tuning · 60 runs"), timeout=LONG)
    click(qtbot, page.buttons.primary)
    qtbot.waitUntil(lambda: session.study.progress.ended >= 1, timeout=LONG)
    assert page.study.isVisible()
    assert not page.chart.isVisible()
    qtbot.waitUntil(lambda: "of 60 – Trainer" in window.windowTitle(), timeout=LONG)
    window.show_page("data")
    assert window.strip.isVisible()
    qtbot.waitUntil(lambda: "of 60" in window.strip.findChild(QLabel, "stripWords").text(), timeout=LONG)
    window.show_page("train")
    close(qtbot, window)  # in the middle: nothing is asked
    (folder,) = studies()
    before = study_progress_of(folder)
    assert before.state is StudyState.STOPPED
    assert 1 <= before.ended < 60

    window = opened()
    page, session = page_of(window), window.session
    qtbot.waitUntil(lambda: page.offer.isVisible(), timeout=LONG)
    assert f"after {before.ended} of 60 trials" in page.offer.title()
    click(qtbot, page.offer.button)
    qtbot.waitUntil(lambda: session.study.progress.ended > before.ended, timeout=LONG)
    assert not page.offer.isVisible()
    click(qtbot, page.buttons.primary)  # Stop, keep all
    qtbot.waitUntil(lambda: not session.study.is_active, timeout=LONG)
    kept = len(session.study.progress.trials)
    assert page.study.outcome.go_on.isVisible()

    click(qtbot, page.study.outcome.widen)  # with wider ranges, and for a trial more
    assert page.buttons.primary.text().startswith("Continue")
    session.draft.vary("batch_size", "2..128")
    session.draft.set_limits({"trials": kept + 1})
    qtbot.waitUntil(lambda: session.draft.plan is not None, timeout=LONG)
    click(qtbot, page.buttons.primary)
    qtbot.waitUntil(lambda: session.study.progress.state is StudyState.FINISHED, timeout=LONG)
    qtbot.waitUntil(lambda: not session.study.is_active, timeout=LONG)
    assert session.study.progress.ended == kept + 1
    assert "batch_size=2..128" in folder.recipe.vary
    assert f"of {kept + 1} settings" in page.study.outcome.title.text()

    best = session.study.progress.best
    assert best is not None
    click(qtbot, page.study.outcome.open)
    qtbot.waitUntil(lambda: page.chart.isVisible() and session.run.progress.epoch == EPOCHS, timeout=LONG)
    assert session.run.folder is not None
    assert session.run.folder.path == folder.run(best.runs[0]).path
    click(qtbot, page.back.link)
    assert page.study.isVisible()
    click(qtbot, page.study.outcome.use)
    qtbot.waitUntil(lambda: session.recipe() is not None, timeout=LONG)
    recipe = session.recipe()
    assert recipe is not None
    assert {name: recipe.settings[name] for name in best.values} == best.values
    assert page.count.kinds.value() == "one"
