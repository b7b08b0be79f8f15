"""A person's whole way through the real window: from a file to a model on disk, and back the next day."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from trainer_gui.app import build_window
from trainer_gui.engine.export import TOLERANCE
from trainer_gui.engine.progress import State
from trainer_gui.engine.resumption import why_not_resumed
from trainer_gui.engine.store import runs
from trainer_gui.gui.main_window import MainWindow
from trainer_gui.gui.pages.data import DataPage
from trainer_gui.gui.pages.results import ResultsPage
from trainer_gui.gui.pages.runs import RunsPage
from trainer_gui.gui.pages.runs.columns import Column
from trainer_gui.gui.pages.train import TrainPage
from trainer_gui.gui.pages.use import UsePage
from trainer_gui.gui.theme import current_theme
from trainer_gui.gui.widgets import Choice, NumberField

Opener = Callable[..., MainWindow]


@pytest.fixture
def opened(qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """Starts the app, as often as a test asks; what the app installs is taken away again."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    open_ones: list[MainWindow] = []
    mode = current_theme().mode

    def start(location: str = "") -> MainWindow:
        window = build_window(qapp, location)
        window.show()
        open_ones.append(window)
        return window

    yield start
    for each in open_ones:
        if each.isVisible():
            close(qtbot, each)
        each.deleteLater()
    current_theme().set_mode(mode)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Measurements of three kinds of flower; the columns do not say which one is to be predicted."""
    lines = ["leaf_mm,stem_mm,place,flower,visits"]
    flowers = (("rose", 12.0, 40.0), ("tulip", 20.0, 31.0), ("iris", 16.0, 52.0))
    for row in range(240):
        flower, leaf, stem = flowers[row % 3]
        leaf += (row * 7 % 13 - 6) / 3
        stem += (row * 11 % 17 - 8) / 2
        lines.append(f"{leaf:.1f},{stem:.1f},{('meadow', 'wood')[row % 2]},{flower},{row * 5 % 23}")
    path = tmp_path / "flowers.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def click(qtbot: QtBot, widget: QWidget) -> None:
    assert widget.isVisible(), widget.objectName()
    assert widget.isEnabled(), widget.objectName()
    qtbot.waitUntil(lambda: not widget.size().isEmpty())  # nobody clicks on what was not laid out yet
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def go_to(qtbot: QtBot, window: MainWindow, page: str) -> QWidget:
    button = window.rail.findChild(QWidget, f"rail_{page}")
    assert button is not None
    click(qtbot, button)
    return window.page(page)


def pick(field: Choice, value: str) -> None:
    """Picks from the open list of a choice, as a click on its row does."""
    at = field.findData(value)
    assert at >= 0, value
    field.setCurrentIndex(at)
    field.activated.emit(at)


def close(qtbot: QtBot, window: MainWindow) -> None:
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible() and not window.session.runner.is_busy, timeout=30_000)


def wait(qtbot: QtBot, so: Callable[[], bool]) -> None:
    qtbot.waitUntil(so, timeout=60_000)


def train_stop_and_keep(qtbot: QtBot, page: TrainPage, window: MainWindow) -> None:
    """Start, pause, resume and stop, each by its button."""
    run = window.session.run
    click(qtbot, page.buttons.primary)
    wait(qtbot, lambda: run.progress.epoch >= 3)
    assert page.buttons.second.text() == "Pause"
    click(qtbot, page.buttons.second)
    wait(qtbot, lambda: run.progress.state is State.PAUSED)
    paused_at = run.progress.epoch
    assert page.buttons.second.text() == "Resume"
    click(qtbot, page.buttons.second)
    wait(qtbot, lambda: run.progress.epoch >= paused_at + 3)
    click(qtbot, page.buttons.primary)
    wait(qtbot, lambda: not run.is_active)
    assert run.progress.state is State.STOPPED


def test_that_a_person_gets_from_a_file_to_a_model_and_finds_it_again(
    opened: Opener, table: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = opened()
    session = window.session
    wait(qtbot, lambda: session.dataset is not None and session.dataset.name == "iris")

    # opens a CSV
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(table), ""))
    window.menus.open_file()
    wait(qtbot, lambda: session.dataset is not None and session.dataset.name == "flowers.csv")

    # picks the target
    data = go_to(qtbot, window, "data")
    assert isinstance(data, DataPage)
    pick(data.target.target, "flower")
    wait(qtbot, lambda: session.plan is not None and session.plan.recipe.target == "flower")
    assert data.columns.heading(3).chip == "target"

    # picks the size, changes a hyperparameter
    train = go_to(qtbot, window, "train")
    assert isinstance(train, TrainPage)
    tiny = train.model.ladder.segment("tiny").center().toPoint()
    qtbot.mouseClick(train.model.ladder, Qt.MouseButton.LeftButton, pos=tiny)
    epochs = train.hyperparameters.form.row("epochs").editor
    assert isinstance(epochs, NumberField)
    epochs.selectAll()
    qtbot.keyClicks(epochs, "100000")
    qtbot.keyClick(epochs, Qt.Key.Key_Return)
    train.hyperparameters.form.open_advanced(True)
    click(qtbot, train.hyperparameters.form.row("early_stopping").editor)

    def is_planned() -> bool:
        if session.plan is None:
            return False
        settings = session.plan.recipe.settings
        return (settings["epochs"], settings["early_stopping"]) == (100_000, False)

    wait(qtbot, is_planned)
    assert session.plan is not None
    assert session.plan.recipe.size == "tiny"

    train_stop_and_keep(qtbot, train, window)
    epochs_trained = session.run.progress.epoch
    curve = session.run.progress.curve.validation_loss.tolist()

    # sees results
    results = go_to(qtbot, window, "results")
    assert isinstance(results, ResultsPage)
    wait(qtbot, results.is_ready)
    assert results.header.validation.number.text().endswith(" %")
    assert results.confusion.matrix.isVisible()

    # predicts
    use = go_to(qtbot, window, "use")
    assert isinstance(use, UsePage)
    wait(qtbot, lambda: use.is_ready() and use.row.view.answer.text() in ("rose", "tulip", "iris"))
    before = use.row.view.bars.shown()
    leaf = use.row.field("leaf_mm")
    leaf.clear()
    qtbot.keyClicks(leaf, "20,5")
    wait(qtbot, lambda: use.row.view.bars.shown() != before)

    # exports
    target = tmp_path / "flowers.safetensors"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    use.export.choice.set_value("safetensors")
    use.export.choice.value_changed.emit("safetensors")
    click(qtbot, use.export.button)
    wait(qtbot, lambda: "checked" in use.export.result.text())
    assert target.stat().st_size > 1000
    assert TOLERANCE < 1e-3

    # closes, reopens, finds the run
    close(qtbot, window)
    again = opened()
    wait(qtbot, lambda: again.session.dataset is not None)
    listed = go_to(qtbot, again, "runs")
    assert isinstance(listed, RunsPage)
    wait(qtbot, lambda: listed.table.runs.rowCount() == 1)
    assert listed.table.shown.index(0, Column.DATA).data() == "flowers.csv"
    assert listed.table.shown.index(0, Column.STATE).data() == "Stopped"
    click(qtbot, listed.details.open_button)
    wait(qtbot, lambda: again.session.run.folder is not None)
    assert again.rail.value() == "train"
    assert again.session.run.progress.epoch == epochs_trained
    assert again.session.run.progress.curve.validation_loss.tolist() == curve
    assert again.session.run.progress.state is State.STOPPED
    close(qtbot, again)


def test_that_closing_while_training_loses_nothing(opened: Opener, qtbot: QtBot) -> None:
    window = opened()
    session = window.session
    wait(qtbot, lambda: session.plan is not None)
    session.set_setting("epochs", 100_000)
    session.set_setting("early_stopping", False)
    wait(qtbot, lambda: session.recipe() is not None)
    train = window.page("train")
    assert isinstance(train, TrainPage)
    click(qtbot, train.buttons.primary)
    wait(qtbot, lambda: session.run.progress.epoch >= 5)
    close(qtbot, window)
    (folder,) = runs()
    assert folder.weights.exists()
    assert why_not_resumed(folder) is None
    assert not folder.is_live

    again = opened()
    page = again.page("train")
    assert isinstance(page, TrainPage)
    wait(qtbot, page.offer.isVisible)
    close(qtbot, again)


def test_that_clumsy_clicks_are_answered_with_sentences(opened: Opener, qtbot: QtBot, tmp_path: Path) -> None:
    """Every page before there is anything, buttons twice, files that are none."""
    window = opened()
    for page in ("results", "use", "runs", "learn", "data", "train"):
        go_to(qtbot, window, page)
    session = window.session
    wait(qtbot, lambda: session.plan is not None)
    (tmp_path / "nothing.csv").write_text("", encoding="utf-8")
    session.open_data(str(tmp_path / "nothing.csv"))
    session.open_data(str(tmp_path / "not there.csv"))
    wait(qtbot, lambda: bool(window.notices.shown()))
    assert session.dataset is not None
    assert session.dataset.name == "iris", "what was open stays open"
    train = go_to(qtbot, window, "train")
    assert isinstance(train, TrainPage)
    epochs = train.hyperparameters.form.row("epochs").editor
    assert isinstance(epochs, NumberField)
    epochs.selectAll()
    qtbot.keyClicks(epochs, "many")
    qtbot.keyClick(epochs, Qt.Key.Key_Return)
    wait(qtbot, lambda: session.outlook.problem is not None)
    click(qtbot, train.buttons.primary)
    wait(qtbot, lambda: any(key.startswith("setting.") for key in window.notices.shown()))
    session.reset_settings()
    session.set_setting("epochs", 4)
    wait(qtbot, lambda: session.recipe() is not None)
    session.start()
    session.start()
    wait(qtbot, lambda: session.run.folder is not None and not session.run.is_active)
    assert len(runs()) == 1
    for page in ("results", "use", "runs", "learn"):
        go_to(qtbot, window, page)
        wait(qtbot, lambda: not session.runner.is_busy)
    for menu in window.findChildren(QMenu):
        menu.close()
    close(qtbot, window)
