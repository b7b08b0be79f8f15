"""The Runs page, with run folders that were really written."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.pages.conftest import Trainer
from trainer_gui.engine.live_mark import mark_of
from trainer_gui.engine.progress import State
from trainer_gui.engine.run_folder import progress_of
from trainer_gui.engine.store import runs
from trainer_gui.gui.pages.runs import RunsPage
from trainer_gui.gui.pages.runs.columns import SUMMARY, Column
from trainer_gui.gui.session import Session
from trainer_gui.gui.theme import font

Wait = Callable[[Callable[[], bool]], None]
Opener = Callable[[int], RunsPage]


@pytest.fixture
def listed(session: Session, on_screen: Callable[[QWidget], None], in_time: Wait) -> Opener:
    """The page with as many runs as there must be."""

    def make(count: int) -> RunsPage:
        page = RunsPage(session)
        on_screen(page)
        in_time(lambda: page.table.runs.rowCount() == count)
        return page

    return make


def words(page: RunsPage, row: int, column: Column) -> str:
    return str(page.table.shown.index(row, column).data())


def test_that_without_runs_the_page_says_what_to_do(
    session: Session, on_screen: Callable[[QWidget], None], qtbot: QtBot
) -> None:
    page = RunsPage(session)
    on_screen(page)
    with qtbot.waitSignal(session.page_wanted) as asked:
        page.empty.button.click()
    assert asked.args == ["train"]


def test_that_a_run_is_listed_with_all_that_matters(trained: Trainer, listed: Opener) -> None:
    trained(name="first try")
    page = listed(1)
    assert words(page, 0, Column.NAME) == "first try"
    assert words(page, 0, Column.DATA) == "iris"
    assert words(page, 0, Column.MODEL) == "Neural network · Tiny"
    assert words(page, 0, Column.BEST).startswith("Accuracy ")
    assert words(page, 0, Column.STATE) == "Finished"
    assert words(page, 0, Column.WHEN).startswith("today")
    run = page.table.shown.index(0, 0).data(SUMMARY)
    assert len(run.progress.curve) == 8


def test_that_the_newest_stands_first_and_is_selected(trained: Trainer, listed: Opener) -> None:
    trained(name="older")
    trained(name="newer")
    page = listed(2)
    assert words(page, 0, Column.NAME) == "newer"
    assert [each.name for each in page.table.chosen()] == ["newer"]
    assert page.details.name.text() == "newer"
    assert [item.text() for item in page.details.legend()] == ["Training loss", "Validation loss"]


def test_that_the_list_can_be_filtered(trained: Trainer, listed: Opener, qtbot: QtBot) -> None:
    trained(name="alpha")
    trained("sample:wine", name="beta")
    page = listed(2)
    qtbot.keyClicks(page.list_card.filter, "iris")
    assert page.table.shown.rowCount() == 1
    assert page.list_card.count.text() == "1 of 2"
    page.list_card.filter.setText("nothing like it")
    assert page.list_card.nothing.isVisible()
    assert "nothing like it" in page.list_card.nothing.text()
    page.list_card.filter.clear()
    assert page.table.shown.rowCount() == 2


def test_that_runs_are_compared_by_overlay_and_say_in_what_they_differ(
    trained: Trainer, listed: Opener
) -> None:
    first, _ = trained(learning_rate=0.01)
    second, _ = trained(learning_rate=0.03)
    page = listed(2)
    page.table.choose({first.path, second.path})
    assert page.details.name.text() == "2 runs side by side"
    chart = page.details.chart()
    assert chart is not None
    assert len(chart.curves()) == 2
    assert {each.colour for each in chart.curves()} == {"training", "validation"}
    said = [label.text() for label in page.details.findChildren(QWidget) if hasattr(label, "text")]
    assert "Learning rate 0.01" in said
    assert "Learning rate 0.03" in said


def test_that_a_run_opens_exactly_as_it_stood(
    trained: Trainer, listed: Opener, session: Session, qtbot: QtBot, in_time: Wait
) -> None:
    folder, _ = trained(stop_at=3)
    page = listed(1)
    with qtbot.waitSignal(session.page_wanted) as asked:
        qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert asked.args == ["train"]
    in_time(lambda: session.run.folder is not None)
    assert session.run.folder is not None
    assert session.run.folder.path == folder.path
    assert session.run.progress.state is State.STOPPED
    assert len(session.run.progress.curve) == 3


def test_that_one_click_repeats_a_run_to_the_last_bit(
    trained: Trainer, listed: Opener, session: Session, in_time: Wait
) -> None:
    folder, _ = trained(learning_rate=0.02, seed=4)
    page = listed(1)
    page.details.repeat_button.click()
    in_time(lambda: session.run.progress.state is State.FINISHED and not session.run.is_active)
    assert session.run.folder is not None
    assert session.run.folder.path != folder.path
    assert session.run.recipe == folder.recipe
    before = progress_of(folder).curve.validation_loss
    assert session.run.progress.curve.validation_loss.tolist() == before.tolist()
    in_time(lambda: page.table.runs.rowCount() == 2)


def test_that_a_stopped_run_can_be_resumed(
    trained: Trainer, listed: Opener, session: Session, in_time: Wait
) -> None:
    trained(stop_at=2)
    page = listed(1)
    assert words(page, 0, Column.STATE) == "Stopped"
    assert page.details.resume_button.isVisible()
    page.details.resume_button.click()
    in_time(lambda: session.run.progress.state is State.FINISHED and not session.run.is_active)
    assert session.run.progress.epoch == 8
    in_time(lambda: words(page, 0, Column.STATE) == "Finished")
    assert not page.details.resume_button.isVisible()


def test_that_an_interrupted_run_is_said_at_the_top_with_resume(
    trained: Trainer, listed: Opener, session: Session, in_time: Wait
) -> None:
    trained(break_at=4, name="night run")
    page = listed(1)
    assert words(page, 0, Column.STATE) == "Interrupted"
    assert page.interrupted.isVisible()
    assert page.interrupted.title() == "“night run” was interrupted"
    assert "epoch 4 of 8" in page.interrupted.text()
    page.interrupted.button.click()
    in_time(lambda: session.run.progress.state is State.FINISHED and not session.run.is_active)
    in_time(lambda: not page.interrupted.isVisible())


def test_that_f2_renames_in_place(trained: Trainer, listed: Opener, qtbot: QtBot, in_time: Wait) -> None:
    folder, _ = trained(name="old")
    page = listed(1)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    field = page.table.findChild(QLineEdit, "runNameField")
    assert field is not None
    field.setText("with more rows")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    in_time(lambda: words(page, 0, Column.NAME) == "with more rows")
    assert folder.name == "with more rows"


def test_that_an_empty_name_is_refused_in_words(
    trained: Trainer, listed: Opener, session: Session, qtbot: QtBot
) -> None:
    folder, _ = trained(name="old")
    page = listed(1)
    with qtbot.waitSignal(session.problem_shown) as said:
        page.table.runs.setData(page.table.runs.index(0, 0), "   ")
    assert said.args[0].key == "run.no_name"
    assert folder.name == "old"


def test_that_a_deleted_run_can_be_brought_back(
    trained: Trainer, listed: Opener, qtbot: QtBot, in_time: Wait
) -> None:
    folder, _ = trained(name="precious")
    trained(name="other")
    page = listed(2)
    page.table.choose({folder.path})
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    in_time(lambda: page.table.runs.rowCount() == 1)
    assert not folder.path.exists()
    assert page.undo.isVisible()
    page.undo.button.click()
    in_time(lambda: page.table.runs.rowCount() == 2)
    assert folder.path.exists()
    assert {each.name for each in runs()} == {"precious", "other"}


def test_that_the_last_run_can_be_deleted_and_brought_back(
    trained: Trainer, listed: Opener, in_time: Wait
) -> None:
    trained()
    page = listed(1)
    page.delete_chosen()
    in_time(lambda: page.table.runs.rowCount() == 0 and page.undo.isVisible())
    assert runs() == []
    page.undo.button.click()
    in_time(lambda: page.table.runs.rowCount() == 1)
    assert len(runs()) == 1
    assert not page.undo.isVisible()


def test_that_damaged_runs_are_shown_with_a_sentence(
    trained: Trainer, listed: Opener, session: Session, home: Path
) -> None:
    trained(name="sound")
    nonsense, _ = trained(name="nonsense")
    (nonsense.path / "recipe.toml").write_text("not = [a recipe", encoding="utf-8")
    bare, _ = trained(name="bare")
    (bare.path / "recipe.toml").unlink()
    page = listed(3)
    states = {words(page, row, Column.NAME): words(page, row, Column.STATE) for row in range(3)}
    assert states == {"sound": "Finished", "nonsense": "Damaged", "bare": "Damaged"}
    page.table.choose({bare.path})
    assert "has no file recipe.toml" in page.details.problem.text()
    assert not page.details.open_button.isEnabled()
    assert page.details.delete_button.isEnabled()


@pytest.mark.parametrize(("key", "goes_on"), [("memory.full", True), ("training.not_finite", False)])
def test_that_a_failed_run_says_why_and_goes_on_where_that_helps(
    trained: Trainer, listed: Opener, penguins: Path, key: str, goes_on: bool
) -> None:
    folder, _ = trained(penguins, break_at=3)
    line = {
        "type": "RunFailed",
        "seconds": 9.0,
        "problem": {"key": key, "message": "The memory of this computer is full."},
    }
    with (folder.path / "events.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    page = listed(1)
    assert words(page, 0, Column.STATE) == "Failed"
    assert page.details.problem.text() == "The memory of this computer is full."
    assert page.details.resume_button.isVisible() == goes_on
    resume = next(each for each in page.run_menu().actions() if each.text() == "Resume")
    assert resume.isEnabled() == goes_on


def test_that_a_run_whose_data_is_away_waits_for_it(
    trained: Trainer, listed: Opener, penguins: Path, in_time: Wait
) -> None:
    trained(penguins, break_at=3)
    away = penguins.with_name("away.csv")
    penguins.rename(away)
    page = listed(1)
    assert words(page, 0, Column.STATE) == "Interrupted"
    assert not page.details.resume_button.isVisible()
    assert not page.interrupted.isVisible()
    assert f"its data is no longer at {penguins}" in page.details.why_not.text()
    assert "resume the run then" in page.details.why_not.text()
    away.rename(penguins)
    page.refresh()
    in_time(page.details.resume_button.isVisible)
    assert not page.details.why_not.isVisible()
    assert page.interrupted.isVisible()


def test_that_a_run_of_another_process_is_marked_and_followed(
    trained: Trainer, listed: Opener, session: Session, in_time: Wait
) -> None:
    folder, _ = trained(break_at=3)
    events = folder.path / "events.jsonl"
    last = next(line for line in reversed(events.read_text("utf-8").splitlines()) if "EpochEnded" in line)
    (folder.path / "live.json").write_text(mark_of(os.getppid()), encoding="utf-8")
    page = listed(1)
    assert words(page, 0, Column.STATE) == "Elsewhere, 38 %"
    page.open_chosen()
    in_time(lambda: len(session.run.progress.curve) == 3)
    with events.open("a", encoding="utf-8") as file:
        file.write(json.dumps({**json.loads(last), "epoch": 4}) + "\n")
    in_time(lambda: words(page, 0, Column.STATE) == "Elsewhere, 50 %")
    in_time(lambda: len(session.run.progress.curve) == 4)
    page.delete_chosen()
    in_time(lambda: not session.runner.is_busy)
    assert folder.path.exists(), "a run that is being trained is not thrown away"


def test_that_the_menu_offers_what_makes_sense(trained: Trainer, listed: Opener) -> None:
    first, _ = trained()
    second, _ = trained()
    page = listed(2)
    page.table.choose({first.path, second.path})
    menu = page.run_menu()
    enabled = {each.text(): each.isEnabled() for each in menu.actions()}
    assert enabled == {
        "Open": False,
        "Repeat": False,
        "Resume": False,
        "Rename": False,
        "Open the folder": False,
        "Move to the bin": True,
    }
    menu.close()


def test_that_the_page_fits_the_smallest_window(trained: Trainer, listed: Opener) -> None:
    trained(break_at=2)
    page = listed(1)
    least = page.minimumSizeHint()
    assert least.width() <= 940
    assert least.height() <= 640


def test_that_names_of_lined_up_runs_can_be_told_apart_in_a_narrow_window(
    trained: Trainer, listed: Opener
) -> None:
    trained(name="iris · small, epochs 12")
    page = listed(1)
    page.resize(940, 680)
    QApplication.processEvents()
    needed = QFontMetrics(font("strong")).horizontalAdvance("iris · small, epochs 12") + 20
    assert page.table.columnWidth(Column.NAME) >= needed
    assert page.table.horizontalHeader().length() <= page.table.viewport().width()
    assert (
        page.table.model().index(0, Column.NAME).data(Qt.ItemDataRole.ToolTipRole).startswith("iris · small")
    )


def test_that_two_selected_runs_are_compared_in_a_sentence_that_is_explained(
    trained: Trainer, listed: Opener, in_time: Wait
) -> None:
    trained(name="bad", epochs=1, learning_rate=1e-6)
    trained(name="good", epochs=25, learning_rate=0.02)
    page = listed(2)
    answer = page.details.answer
    assert not answer.isVisible()
    page.table.selectAll()
    in_time(answer.help.isVisible)
    assert answer.sentence.text().startswith("“good” is better than “bad”: accuracy is ")
    assert "validation rows" in answer.sentence.text()
    assert "also chose the best epochs" in answer.advice.text()
    assert "McNemar" in answer.help.text_shown()
    assert [each.test_openings for each in runs()] == [[], []]
    page.table.selectRow(0)
    assert not answer.isVisible()
    assert not answer.test_button.isVisible()


def test_that_the_test_rows_are_compared_on_only_after_a_question(
    trained: Trainer, listed: Opener, in_time: Wait
) -> None:
    for seed in (1, 2):
        trained(name=f"run {seed}", epochs=2 * seed, seed=seed)
    page = listed(2)
    page.table.selectAll()
    answer = page.details.answer
    in_time(answer.test_button.isVisible)
    answer.test_button.click()
    dialog = answer.findChild(QDialog, "testDialog") or page.window().findChild(QDialog, "testDialog")
    assert dialog is not None
    dialog.reject()
    assert [each.test_openings for each in runs()] == [[], []]
    answer.test_button.click()
    page.window().findChildren(QDialog, "testDialog")[-1].accept()
    in_time(lambda: "test rows" in answer.sentence.text())
    assert not answer.test_button.isVisible()
    assert [len(each.test_openings) for each in runs()] == [1, 1]
    page.refresh()
    in_time(lambda: not page._readings.is_busy)
    assert "test rows" in answer.sentence.text()


def test_that_runs_which_cannot_be_compared_say_why(trained: Trainer, listed: Opener, in_time: Wait) -> None:
    trained(name="flowers")
    trained("sample:diabetes", name="patients")
    page = listed(2)
    page.table.selectAll()
    answer = page.details.answer
    in_time(lambda: "neither can be the better one" in answer.sentence.text())
    assert not answer.help.isVisible()
    assert not answer.test_button.isVisible()
