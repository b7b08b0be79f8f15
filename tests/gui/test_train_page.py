"""The Train page, fed with scripted events and with a real dataset."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.scripted import epoch, script, started
from trainer_gui.engine.control import Control
from trainer_gui.engine.events import Noticed, Paused, RunFailed, RunStopped, StageStarted
from trainer_gui.engine.fix import Change
from trainer_gui.engine.problems import Problem, problem
from trainer_gui.engine.progress import Progress, State
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.run import train
from trainer_gui.gui.main_window import MainWindow
from trainer_gui.gui.notices import FaultReport
from trainer_gui.gui.pages.train import TrainPage
from trainer_gui.gui.session import Session
from trainer_gui.gui.theme import current_theme
from trainer_gui.gui.widgets import Banner, Label

Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def page(window: MainWindow) -> TrainPage:
    """The Train page of a window without data."""
    found = window.page("train")
    assert isinstance(found, TrainPage)
    return found


@pytest.fixture
def iris(page: TrainPage, session: Session, in_time: Wait) -> TrainPage:
    """The Train page with iris opened."""
    session.open_data("sample:iris")
    in_time(lambda: session.recipe() is not None)
    return page


def test_that_without_data_the_page_says_what_to_do(page: TrainPage) -> None:
    assert page.dataset.badge.text() == "Nothing yet"
    assert "drop one on the window" in page.dataset.summary.text()
    assert page.buttons.primary.text() == "Start"
    assert page.chart.empty.isVisible()


def test_that_the_empty_chart_says_what_to_do_next(page: TrainPage, session: Session, in_time: Wait) -> None:
    session.open_data("sample:iris")
    in_time(lambda: session.dataset is not None and not session.opening.location)
    assert "Press Start" in page.chart.empty.accessibleName()


def test_that_start_without_data_is_answered_with_a_sentence(
    page: TrainPage, window: MainWindow, qtbot: QtBot
) -> None:
    qtbot.mouseClick(page.buttons.primary, Qt.MouseButton.LeftButton)
    assert window.notices.shown() == ["data.none"]


def test_that_the_tiles_follow_a_run(page: TrainPage, session: Session) -> None:
    session.run.show_events([started(), *(epoch(number) for number in range(1, 38))])
    assert page.tiles.epoch.number() == "37"
    assert page.tiles.epoch.note() == "of 60"
    assert page.tiles.score.number() == "94.2 %"
    assert page.tiles.score.note() == "chance 44 %"
    assert page.tiles.loss.note().startswith("best 0.2")
    assert page.tiles.time.note() == "31,400 rows/s"
    assert page.line.share() == pytest.approx(37 / 60)


def test_that_a_finished_run_shows_what_it_delivers(page: TrainPage, session: Session) -> None:
    events = [started(3), epoch(1), epoch(2, validation=0.2, accuracy=0.9), epoch(3), *script(3)[-1:]]
    session.run.show_events(events)
    assert page.tiles.loss.number() == "0.200"
    assert page.tiles.loss.note() == "at epoch 2"
    assert page.tiles.score.number() == "90.0 %"
    assert page.buttons.primary.text() == "Train again"


def test_that_an_accuracy_comes_with_its_uncertainty(page: TrainPage, session: Session) -> None:
    session.run.show_events([started(), epoch(1)])
    assert page.tiles.score.accessibleName().startswith("Accuracy, ± 7 %: 94.2 %")


def test_that_a_paused_run_says_so(page: TrainPage, session: Session) -> None:
    session.run.show_events([started(), epoch(1), Paused()])
    assert page.tiles.time.number() == "Paused"


def test_that_a_failed_run_says_what_to_do(page: TrainPage, session: Session) -> None:
    full = problem("disk.full", "The disk is full.", "Free some space, then resume the run.")
    session.run.show_events([started(), epoch(1), RunFailed(problem=full)])
    assert page.verdict.isVisible()
    assert page.verdict.title() == "The disk is full."
    assert page.verdict.text() == "Free some space, then resume the run."


def test_that_a_fault_offers_its_report_and_hides_the_traceback(
    page: TrainPage, session: Session, window: MainWindow, qtbot: QtBot
) -> None:
    fault = problem("fault", "Something in Trainer itself went wrong.", "Please send the report.")
    session.run.show_events([started(), RunFailed(problem=fault, details="Traceback\nValueError: odd")])
    assert "Traceback" not in page.verdict.title() + page.verdict.text()
    page.verdict.button.click()
    report = window.findChild(FaultReport)
    assert report is not None
    assert "ValueError: odd" in report.details.toPlainText()
    report.accept()
    qtbot.waitUntil(lambda: window.findChild(FaultReport) is None)


def test_that_the_stage_is_shown_before_the_first_epoch(page: TrainPage, session: Session) -> None:
    session.run.show_events([StageStarted(stage="Reading the pictures", share=0.5)])
    assert page.chart.empty.isVisible()


def test_that_a_caution_of_the_run_is_shown_once(
    page: TrainPage, session: Session, window: MainWindow
) -> None:
    broken = problem(
        "pictures.broken", "3 pictures could not be read.", "Save them again.", severity="caution"
    )
    session.run.show_events([started(), Noticed(problem=broken)])
    assert window.notices.shown() == ["pictures.broken"]
    window.notices.take_away("pictures.broken")
    session.run.show_events([epoch(1), epoch(2)])
    assert window.notices.shown() == []


def test_that_an_opened_sample_is_ready_to_start(iris: TrainPage, in_time: Wait, session: Session) -> None:
    assert iris.dataset.badge.text() == "Ready"
    assert "150 rows" in iris.dataset.summary.text()
    assert "<b>species</b> (3 classes)" in iris.dataset.summary.text()
    assert iris.model.family.value() == "neural_network"
    in_time(lambda: session.plan is not None)
    assert "parameters" in iris.model.cost.text()


def test_that_only_families_that_fit_can_be_chosen(iris: TrainPage) -> None:
    choice = iris.model.family
    allowed = {
        choice.itemData(at): bool(
            choice.model().flags(choice.model().index(at, 0)) & Qt.ItemFlag.ItemIsEnabled
        )
        for at in range(choice.count())
    }
    assert allowed["neural_network"]
    assert allowed["linear"]
    assert not allowed["image_network"]


def test_that_a_changed_setting_reaches_the_recipe_and_can_be_reset(
    iris: TrainPage, session: Session, in_time: Wait, qtbot: QtBot
) -> None:
    editor = iris.hyperparameters.form.row("epochs").editor
    editor.selectAll()
    qtbot.keyClicks(editor, "7")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    in_time(lambda: (found := session.recipe()) is not None and found.settings["epochs"] == 7)
    assert session.changed_settings() == {"epochs": 7}
    assert iris.hyperparameters.reset.isEnabled()
    iris.hyperparameters.reset.click()
    in_time(lambda: (found := session.recipe()) is not None and found.settings["epochs"] != 7)
    assert session.changed_settings() == {}
    assert not iris.hyperparameters.reset.isEnabled()


def test_that_a_wrong_setting_stops_the_start_and_not_the_app(
    iris: TrainPage, session: Session, window: MainWindow, in_time: Wait, qtbot: QtBot
) -> None:
    session.set_setting("batch_size", 0)
    in_time(lambda: not session.is_looking)
    assert iris.dataset.badge.text() == "Cannot train"
    iris.buttons.primary.click()
    assert window.notices.shown() == ["setting.not_accepted"]
    assert not session.run.is_active
    assert iris.hyperparameters.form.row("batch_size").editor.property("wrong") is True
    session.reset_setting("batch_size")
    in_time(lambda: session.recipe() is not None)
    assert iris.dataset.badge.text() == "Ready"


def test_that_a_start_before_the_data_is_read_begins_when_it_is(
    page: TrainPage, session: Session, in_time: Wait
) -> None:
    session.open_data("sample:iris")
    page.buttons.primary.click()
    assert page.buttons.primary.text() == "Starting…"
    in_time(lambda: session.run.is_active)
    session.stop()
    in_time(lambda: not session.run.is_active)


def test_that_a_real_run_can_be_paused_resumed_and_stopped(
    iris: TrainPage, session: Session, in_time: Wait
) -> None:
    session.set_setting("epochs", 100_000)
    session.set_setting("early_stopping", False)
    iris.buttons.primary.click()
    in_time(lambda: session.run.progress.epoch > 2)
    assert iris.buttons.primary.text() == "Stop, keep the best"
    iris.buttons.second.click()
    in_time(lambda: session.run.progress.state is State.PAUSED)
    assert iris.buttons.second.text() == "Resume"
    epochs = session.run.progress.epoch
    iris.buttons.second.click()
    in_time(lambda: session.run.progress.epoch > epochs)
    iris.buttons.primary.click()
    in_time(lambda: not session.run.is_active)
    assert session.run.progress.state is State.STOPPED
    assert session.run.folder is not None
    assert session.run.folder.weights.exists()
    assert iris.buttons.second.text() == "Resume"
    epochs = session.run.progress.epoch
    iris.buttons.second.click()
    in_time(lambda: session.run.progress.epoch > epochs)
    iris.buttons.primary.click()
    in_time(lambda: not session.run.is_active)


def test_that_the_expanded_chart_keeps_stop_in_sight(
    iris: TrainPage, session: Session, in_time: Wait
) -> None:
    session.set_setting("epochs", 100_000)
    session.set_setting("early_stopping", False)
    session.start()
    in_time(lambda: session.run.progress.epoch > 0)
    iris.chart.expand.click()
    assert not iris.buttons.isVisible()
    assert iris.strip.stop.isVisible()
    iris.strip.stop.click()
    in_time(lambda: not session.run.is_active)
    iris.chart.shrink()
    assert iris.buttons.isVisible()


def test_that_a_file_that_is_none_is_answered_in_words(
    iris: TrainPage, session: Session, window: MainWindow, in_time: Wait
) -> None:
    found: list[Problem] = []
    session.problem_shown.connect(found.append)
    session.open_data("/nowhere/at/all.csv")
    in_time(lambda: bool(found))
    assert found[0].advice
    assert session.dataset is not None
    assert session.dataset.name == "iris"
    assert window.notices.shown() == [found[0].key]


def test_that_a_stopped_run_offers_to_be_resumed(page: TrainPage, session: Session) -> None:
    session.run.show_events([started(), epoch(1), RunStopped(best_epoch=1)])
    assert page.buttons.primary.text() == "Train again"
    assert not page.buttons.second.isVisible()  # there is no folder to go on from


def test_that_the_verdict_of_an_opened_run_starts_from_its_recipe_and_not_from_what_is_chosen(
    iris: TrainPage, session: Session, in_time: Wait, qtbot: QtBot
) -> None:
    settings = {"epochs": 12, "learning_rate": 1e-6, "threads": 1, "precision": "float32", "dropout": 0.25}
    assert session.dataset is not None
    choices = Choices(size="tiny", settings=tuple(settings.items()), split=(("split_seed", 3),))
    folder, events = train(resolve(session.dataset, choices), Control(), dataset=session.dataset)
    assert [*events][-1].type == "RunFinished"
    session.choose_family("linear")
    session.set_setting("epochs", 3)
    session.open_run(folder)
    in_time(lambda: iris.verdict.isVisible())
    assert iris.verdict.title() == "The learning rate is too low"
    assert iris.verdict.button.text() == "Try again with learning rate 0.003"
    qtbot.mouseClick(iris.verdict.button, Qt.MouseButton.LeftButton)
    in_time(lambda: session.run.folder is not None and session.run.folder.path != folder.path)
    in_time(lambda: not session.run.is_active)
    made, before = session.run.recipe, folder.recipe
    assert made is not None
    assert made.settings == {**before.settings, "learning_rate": 0.003}
    assert (made.family, made.size, made.split) == (before.family, before.size, before.split)


def test_that_another_size_brings_its_own_settings(iris: TrainPage, session: Session, in_time: Wait) -> None:
    recipe = session.recipe()
    assert recipe is not None
    session.try_next(Change(size="tiny", settings={"dropout": 0.5}), recipe)
    in_time(lambda: session.run.is_active)
    session.stop()
    in_time(lambda: not session.run.is_active)
    made = session.run.recipe
    assert made is not None
    assert made.size == "tiny"
    assert made.settings["width"] == 32
    assert made.settings["dropout"] == 0.5


def test_that_what_a_run_met_goes_with_it_and_marks_no_field(
    iris: TrainPage, window: MainWindow, session: Session, in_time: Wait
) -> None:
    session.set_setting("learning_rate", 5.0)
    in_time(lambda: not session.is_looking)
    slowed = problem(
        "training.slowed", "It ran away.", "It begins again.", severity="caution", field="learning_rate"
    )
    session.run.show_events([started(), Noticed(problem=slowed)])
    banner = window.notices.findChild(Banner, "notice_training.slowed")
    assert banner is not None
    assert not banner.button.isVisible()  # setting the form back would not change the run
    assert "It ran away." not in [each.text() for each in iris.hyperparameters.findChildren(Label)]
    divided = problem("memory.divided", "It was full.", "It is slower.", severity="caution")
    session.run.show_events([Progress(), started(), Noticed(problem=divided)])  # another run is shown
    assert window.notices.shown() == ["memory.divided"]


@pytest.mark.parametrize("width", [1024, 1920])
def test_that_the_longest_numbers_fit_into_tiles_that_stay_alike(
    page: TrainPage, window: MainWindow, width: int
) -> None:
    window.resize(width, 680)
    tiles = page.tiles
    tiles.epoch.show_number("7", "of 1,000,000")
    tiles.loss.show_number("1.2e+05", "best 1.2e+05")
    tiles.score.show_number("−1.2e+05", "baseline −0.0334", "Balanced accuracy")
    tiles.time.show_number("47 h 59 min", "12,400 rows/s", "Time left, at most")
    tiles.resizeEvent(QResizeEvent(tiles.size(), tiles.size()))
    QApplication.processEvents()
    current_theme().set_mode("dark")
    current_theme().set_mode("light")
    shown = [tiles.epoch, tiles.loss, tiles.score, tiles.time]
    assert max(each.width() for each in shown) - min(each.width() for each in shown) <= 1
    for tile in shown:
        heights = [each.mapTo(tile, QPoint()).y() for each in tile.findChildren(Label)]
        assert heights == [each.mapTo(shown[0], QPoint()).y() for each in shown[0].findChildren(Label)]
        for label in tile.findChildren(Label):
            end = label.mapTo(tile, QPoint(label.fontMetrics().horizontalAdvance(label.text()), 0)).x()
            assert end <= tile.width() - 4, label.text()


def test_that_a_run_whose_state_is_damaged_is_repeated_by_one_click(
    iris: TrainPage, session: Session, in_time: Wait
) -> None:
    assert session.dataset is not None
    control = Control()
    recipe = resolve(session.dataset, Choices(settings=(("epochs", 6), ("early_stopping", False))))
    folder, events = train(recipe, control, dataset=session.dataset)
    for event in events:
        if event.type == "EpochEnded":
            control.stop(on_purpose=False)
    for state in (folder.path / "checkpoints").glob("*.pt"):
        state.write_bytes(state.read_bytes()[:100])
    session.resume_run(folder)
    in_time(lambda: session.run.progress.state is State.FAILED and not session.run.is_active)
    assert not iris.buttons.second.isVisible()  # to resume it once more would fail once more
    in_time(lambda: session.setting_values()["epochs"] == 6)  # the page shows what the run chose
    assert iris.verdict.button.text() == "Repeat from the start"
    iris.verdict.button.click()
    in_time(lambda: session.run.progress.state is State.FINISHED and not session.run.is_active)
    assert session.run.progress.epoch == 6
    assert session.run.folder is not None
    assert session.run.folder.path != folder.path
