"""Studies among the runs of the Runs page, and opened from there."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.pages.conftest import Trainer
from tests.gui.scripted_study import LEARNING_RATE, study_of, whole
from trainer_gui.engine.control import Control
from trainer_gui.engine.events import to_json
from trainer_gui.engine.problems import Problem
from trainer_gui.engine.run import train
from trainer_gui.engine.study.events import StudyEnded, StudyEvent
from trainer_gui.engine.study.folder import StudyFolder, create_study, studies, study_progress_of
from trainer_gui.gui.interrupted import StudyOffer
from trainer_gui.gui.main_window import MainWindow
from trainer_gui.gui.over_messages import OverMessages
from trainer_gui.gui.pages.runs import RunsPage
from trainer_gui.gui.pages.runs.columns import Column
from trainer_gui.gui.pages.train import TrainPage
from trainer_gui.gui.session import Session

Wait = Callable[[Callable[[], bool]], None]


def written(events: Sequence[StudyEvent] = (), **changed: int) -> StudyFolder:
    """A study on disk with these events, or with all of a whole one."""
    recipe = study_of(LEARNING_RATE, **changed)
    folder = create_study(recipe)
    lines = [to_json(each) for each in events or whole(recipe)]
    (folder.path / "events.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def page(session: Session, on_screen: Callable[[QWidget], None]) -> RunsPage:
    made = RunsPage(session)
    on_screen(made)
    return made


def words(page: RunsPage, row: int, column: Column) -> str:
    return str(page.table.shown.index(row, column).data())


def test_that_a_study_is_one_row_among_the_runs_with_what_it_came_to(
    trained: Trainer, page: RunsPage, in_time: Wait
) -> None:
    trained(name="a run")
    written(trials=6)
    page.refresh()
    in_time(lambda: page.table.runs.rowCount() == 2)
    row = next(at for at in range(2) if words(page, at, Column.NAME) == "iris · random")
    assert words(page, row, Column.MODEL) == "Random · 6 trials"
    assert words(page, row, Column.BEST).startswith("Loss 0.1")
    assert words(page, row, Column.STATE) == "Finished"
    assert page.list_card.count.text() == "1 run, 1 study"
    page.table.selectRow(row)
    assert page.study.isVisible()
    assert not page.details.isVisible()
    assert not page.study.continue_button.isVisible()
    page.table.selectRow(1 - row)
    assert page.details.isVisible()
    assert not page.study.isVisible()


def test_that_a_study_is_opened_as_it_stands_and_can_be_continued_where_trials_are_left(
    session: Session, page: RunsPage, in_time: Wait, qtbot: QtBot
) -> None:
    events = whole(study_of(LEARNING_RATE, trials=6))
    folder = written([*events[:45], StudyEnded(outcome="stopped", on_purpose=False)], trials=6)
    page.refresh()
    in_time(lambda: page.table.runs.rowCount() == 1 and bool(page.table.chosen()))
    assert words(page, 0, Column.STATE) == "Interrupted"
    assert page.study.continue_button.isVisible()
    with qtbot.waitSignal(session.page_wanted) as asked:
        page.study.open_button.click()
    assert asked.args == ["train"]
    in_time(lambda: session.study.folder is not None)
    assert session.study.folder is not None
    assert session.study.folder.path == folder.path
    assert session.is_study_shown
    assert session.study.progress.ended == 2
    session.interrupted.look()
    in_time(lambda: session.interrupted.offer is not None)
    offer = session.interrupted.offer
    assert isinstance(offer, StudyOffer)
    assert (offer.ended, offer.planned) == (2, 6)


def test_that_a_study_is_renamed_binned_and_brought_back(
    page: RunsPage, in_time: Wait, session: Session
) -> None:
    folder = written(trials=3)
    page.refresh()
    in_time(lambda: page.table.runs.rowCount() == 1 and bool(page.table.chosen()))
    page.study.rename_button.click()
    field = page.table.findChild(QLineEdit, "runNameField")
    assert field is not None
    field.setText("which rate")
    page.table.commitData(field)
    page.table.closeEditor(field, page.table.itemDelegate().EndEditHint.NoHint)
    in_time(lambda: words(page, 0, Column.NAME) == "which rate")
    assert folder.recipe.name == "which rate"
    page.study.delete_button.click()
    in_time(lambda: page.table.runs.rowCount() == 0 and page.undo.isVisible())
    assert studies() == []
    page.undo.button.click()
    in_time(lambda: page.table.runs.rowCount() == 1)
    assert [each.path for each in studies()] == [folder.path]


def test_that_a_damaged_study_says_what_is_wrong_and_keeps_the_others_in_sight(
    page: RunsPage, in_time: Wait
) -> None:
    written(trials=3)
    broken = written(trials=4)
    (broken.path / "study.toml").write_text("version = 1\n", encoding="utf-8")
    page.refresh()
    in_time(lambda: page.table.runs.rowCount() == 2)
    states = {words(page, row, Column.STATE) for row in range(2)}
    assert states == {"Finished", "Damaged"}


def test_that_all_trials_failing_says_why_the_first_one_did(
    window: MainWindow, session: Session, in_time: Wait, tmp_path: Path
) -> None:
    recipe = study_of(LEARNING_RATE, trials=5)
    events = whole(recipe, ["failed"] * 5)[:-1]
    said = Problem(
        key="study.all_failed",
        message="All 5 trials failed. The first one said: The loss was no number.",
        advice="Put that right, then begin again.",
    )
    folder = written([*events, StudyEnded(outcome="failed", problem=said)], trials=5)
    told: list[tuple[str, str]] = []
    OverMessages(window, session, lambda title, text: told.append((title, text)))
    session.open_study(folder)
    page = window.page("train")
    assert isinstance(page, TrainPage)
    in_time(lambda: page.study.outcome.isVisible())
    assert page.study.outcome.title.text() == said.message
    assert not page.study.outcome.use.isVisible()
    assert told == []  # it was opened, and has not just ended


def test_that_a_study_and_a_run_are_compared_and_the_study_stands_for_its_best(
    trained: Trainer, page: RunsPage, in_time: Wait
) -> None:
    run, dataset = trained(name="plain", epochs=20, learning_rate=0.05)
    study = written(trials=6)
    best = study_progress_of(study).best
    assert best is not None
    recipe = run.recipe
    slow = recipe.model_copy(update={"settings": {**recipe.settings, "epochs": 1, "learning_rate": 1e-6}})
    for name in best.runs:
        assert list(train(slow, Control(), path=study.path / name, dataset=dataset)[1])
    page.refresh()
    in_time(lambda: page.table.runs.rowCount() == 2)
    page.table.choose({run.path, study.path})
    answer = page.details.answer
    in_time(answer.ask_button.isVisible)
    assert not page.details.open_button.isVisible()
    answer.ask_button.click()
    in_time(answer.help.isVisible)
    assert "“plain” is better than" in answer.sentence.text()
    assert answer.test_button.isVisible()
    page.table.selectRow(0)
    assert page.study.isVisible() or page.details.open_button.isVisible()


def test_that_a_study_that_a_full_disk_has_ended_is_offered_again_with_all_that_was_done(
    window: MainWindow, session: Session, in_time: Wait
) -> None:
    full = Problem(key="disk.full", message="The disk is full.", advice="Free some space.")
    events = whole(study_of(LEARNING_RATE, trials=6))[:67]
    folder = written([*events, StudyEnded(outcome="failed", problem=full)], trials=6)
    session.interrupted.look()
    page = window.page("train")
    assert isinstance(page, TrainPage)
    in_time(lambda: page.offer.isVisible())
    assert page.offer.title() == "“iris · random” was interrupted after 3 of 6 trials"
    assert "space" in page.offer.text()
    session.open_study(folder)
    in_time(lambda: page.study.outcome.isVisible())
    assert page.study.outcome.title.text() == full.message
    assert page.study.outcome.go_on.isVisible()
    assert page.study.outcome.use.isVisible()
