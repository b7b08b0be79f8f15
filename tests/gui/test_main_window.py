"""The window: pages, shortcuts, the strip, dropping, closing."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.scripted import epoch, started
from trainer_gui.engine.control import Control
from trainer_gui.engine.problems import problem
from trainer_gui.engine.progress import Interruption, Progress, State
from trainer_gui.engine.run import train
from trainer_gui.engine.run_folder import interruption_of, progress_of
from trainer_gui.gui.main_window import MainWindow
from trainer_gui.gui.notices import FaultReport
from trainer_gui.gui.session import FIRST_SAMPLE, Session
from trainer_gui.gui.start import Start

Wait = Callable[[Callable[[], bool]], None]


def begin_a_long_run(session: Session, in_time: Wait) -> None:
    """Trains iris for longer than any test lasts."""
    session.open_data(FIRST_SAMPLE)
    in_time(lambda: session.recipe() is not None)
    session.set_setting("epochs", 1_000_000)
    session.set_setting("early_stopping", False)
    session.start()
    in_time(lambda: session.run.progress.epoch > 1)


def test_that_the_window_opens_on_train_and_builds_no_other_page(window: MainWindow) -> None:
    assert window.rail.value() == "train"
    assert list(window._pages) == ["train"]
    assert window.minimumWidth() <= 1024
    assert window.minimumHeight() <= 680


def test_that_the_window_is_painted_before_heavy_libraries_are_loaded() -> None:
    import subprocess
    import sys

    code = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "app = QApplication([])\n"
        "from trainer_gui.app import build_window\n"
        "window = build_window(app)\n"
        "heavy = {'torch', 'sklearn', 'pandas', 'pyqtgraph', 'scipy', 'PIL'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_that_data_is_opened_once_the_window_is_painted(
    window: MainWindow, session: Session, in_time: Wait
) -> None:
    Start(window)
    window.stack.repaint()
    in_time(lambda: session.dataset is not None and bool(session.devices))
    assert session.dataset is not None
    assert session.dataset.name == "iris"
    assert "iris" in window.windowTitle()


def test_that_the_title_and_the_strip_follow_a_run_on_every_page(
    window: MainWindow, session: Session, in_time: Wait
) -> None:
    begin_a_long_run(session, in_time)
    assert "of 1000000 – Trainer" in window.windowTitle()
    assert not window.strip.isVisible()
    window.show_page("data")
    assert window.strip.isVisible()
    window.strip.pause.click()
    in_time(lambda: window.strip.pause.text() == "Resume")
    window.strip.stop.click()
    in_time(lambda: not session.run.is_active)
    assert not window.strip.isVisible()


def test_that_shortcuts_go_to_pages(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitActive(window)
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.rail.value() == "data"
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.rail.value() == "train"


def test_that_a_number_still_being_typed_counts_when_start_is_pressed(
    window: MainWindow, session: Session, qtbot: QtBot, in_time: Wait
) -> None:
    session.open_data(FIRST_SAMPLE)
    in_time(lambda: session.recipe() is not None)
    window.activateWindow()
    qtbot.waitActive(window)
    editor = window.page("train").hyperparameters.form.row("epochs").editor  # type: ignore[attr-defined]
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClicks(editor, "3")
    qtbot.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    in_time(lambda: session.run.progress.started is not None and not session.run.is_active)
    assert session.run.progress.epochs == 3


def test_that_a_file_can_be_dropped_anywhere(
    window: MainWindow, session: Session, tmp_path: Path, in_time: Wait
) -> None:
    file = tmp_path / "small.csv"
    file.write_text("a,b,kind\n" + "".join(f"{n},{n * 2},{'xy'[n % 2]}\n" for n in range(40)))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    enter = QDragEnterEvent(
        QPoint(50, 50),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    assert window._cover.isVisible()
    drop = QDropEvent(
        QPointF(50, 50),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window, drop)
    assert not window._cover.isVisible()
    in_time(lambda: session.dataset is not None)
    assert session.dataset is not None
    assert session.dataset.name == "small.csv"
    assert session.preferences.recent() == [str(file)]


def test_that_closing_within_an_epoch_loses_nothing_and_the_next_start_offers_to_go_on(
    window: MainWindow, session: Session, in_time: Wait, reopened: Callable[[], MainWindow]
) -> None:
    session.open_data(FIRST_SAMPLE)
    in_time(lambda: session.recipe() is not None)
    for name, value in {"epochs": 30, "early_stopping": False, "batch_size": 2, "threads": 1}.items():
        session.set_setting(name, value)
    session.start()
    in_time(lambda: session.run.progress.epoch >= 1)
    window.close()
    in_time(lambda: not window.isVisible())
    folder, recipe = session.run.folder, session.run.recipe
    assert folder is not None
    assert recipe is not None
    assert not session.run.is_active
    assert session.run.progress.state is State.STOPPED
    assert session.run.progress.epoch < 30
    assert interruption_of(folder) is Interruption.CLOSED

    other = reopened()
    again, offer = other.session, other.page("train").offer  # type: ignore[attr-defined]
    in_time(lambda: offer.isVisible() and not again.is_looking)
    assert offer.title().endswith("of 30")
    offer.button.click()
    assert not offer.isVisible()
    in_time(lambda: not again.run.is_active)
    assert again.run.progress.state is State.FINISHED
    assert again.interrupted.offer is None

    whole, events = train(folder.recipe, Control())
    list(events)
    assert _curve(progress_of(folder)) == _curve(progress_of(whole))
    assert folder.weights.read_bytes() == whole.weights.read_bytes()


def _curve(progress: Progress) -> list[list[float]]:
    curve = progress.curve
    return [curve.epochs.tolist(), curve.train_loss.tolist(), curve.validation_loss.tolist()]


def test_that_what_was_stopped_or_turned_down_is_not_offered(
    window: MainWindow, session: Session, in_time: Wait
) -> None:
    offer = window.page("train").offer  # type: ignore[attr-defined]
    folders = []
    for ends in (session.interrupt, session.interrupt, session.stop):
        session.run.clear()
        begin_a_long_run(session, in_time)
        ends()
        in_time(lambda: not session.run.is_active)
        folders.append(session.run.folder)
    for expected in (folders[1], folders[0]):
        session.interrupted.look()
        in_time(lambda: session.interrupted.offer is not None)
        assert expected is not None
        assert session.interrupted.offer is not None
        assert session.interrupted.offer.folder.path == expected.path
        offer.second.click()
        assert not offer.isVisible()
    session.interrupted.look()
    in_time(lambda: not session.runner.is_busy)
    assert session.interrupted.offer is None


def test_that_problems_become_banners_with_a_fix(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    session.problem_shown.emit(problem("target.none", "No target.", "Choose one.", field="target"))
    banner = window.notices.findChildren(object, "notice_target.none")[0]
    assert banner.button.text() == "Choose the target"  # type: ignore[attr-defined]
    banner.button.click()  # type: ignore[attr-defined]
    assert window.rail.value() == "data"
    assert window.notices.shown() == []


def test_that_no_more_than_three_banners_stand_at_once(window: MainWindow) -> None:
    for number in range(5):
        window.notices.show_problem(problem(f"key.{number}", "Something.", "Do this."))
    assert window.notices.shown() == ["key.2", "key.3", "key.4"]


def test_that_a_fault_is_told_in_a_sentence_with_a_report_to_copy(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    session.fault_found.emit("ValueError: odd", "Traceback (most recent call last):\n  odd")
    report = window.findChild(FaultReport)
    assert report is not None
    assert report.isVisible()
    assert not report.details.isVisible()
    report._on_copy()
    assert "ValueError: odd" in QApplication.clipboard().text()
    report.more.click()
    assert report.details.isVisible()
    report.accept()
    qtbot.waitUntil(lambda: window.faults._report is None)


def test_that_another_run_can_be_opened_exactly_as_it_stood(
    window: MainWindow, session: Session, in_time: Wait
) -> None:
    begin_a_long_run(session, in_time)
    session.stop()
    in_time(lambda: not session.run.is_active)
    folder, epochs = session.run.folder, session.run.progress.epoch
    losses = session.run.progress.curve.validation_loss.copy()
    assert folder is not None
    session.run.clear()
    session.open_run(folder)
    in_time(lambda: session.run.progress.epoch == epochs)
    assert (session.run.progress.curve.validation_loss == losses).all()


def test_that_scripted_events_reach_the_strip(window: MainWindow, session: Session) -> None:
    session.run.show_events([started(), *(epoch(number) for number in range(1, 38))])
    window.strip.show()  # it is brought up to date when it is seen
    assert "Epoch 37 of 60" in window.strip._words.text()
    session.run.show_events([epoch(38)])
    assert "Epoch 38 of 60" in window.strip._words.text()


def test_that_why_a_file_was_not_opened_is_said_until_another_one_is_opened(
    window: MainWindow, session: Session, tmp_path: Path, in_time: Callable[[Callable[[], bool]], None]
) -> None:
    (tmp_path / "one.csv").write_text("a;b\n", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    session.open_data(str(tmp_path / "one.csv"))
    in_time(lambda: "table.no_rows" in window.notices.shown())
    session.open_data(str(tmp_path / "empty"))
    in_time(lambda: "pictures.none" in window.notices.shown())
    assert "table.no_rows" not in window.notices.shown()
    session.open_data("sample:iris")
    in_time(lambda: session.plan is not None)
    assert window.notices.shown() == []
