"""How many runs: what is ticked and typed on the card, and what is said at each field."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from trainer_gui.gui.forms.editors import TextField
from trainer_gui.gui.forms.range_field import RangeField
from trainer_gui.gui.main_window import MainWindow
from trainer_gui.gui.pages.train import TrainPage
from trainer_gui.gui.session import FIRST_SAMPLE, Session
from trainer_gui.gui.widgets import NumberField, SegmentedControl

Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def page(window: MainWindow, session: Session, in_time: Wait) -> TrainPage:
    """The Train page with iris open and short runs."""
    window.resize(1280, 800)
    session.open_data(FIRST_SAMPLE)
    in_time(lambda: session.recipe() is not None)
    session.set_setting("epochs", 2)
    in_time(lambda: session.recipe() is not None)
    found = window.page("train")
    assert isinstance(found, TrainPage)
    return found


def choose(qtbot: QtBot, segments: SegmentedControl, value: str) -> None:
    qtbot.mouseClick(segments, Qt.MouseButton.LeftButton, pos=segments.segment(value).center().toPoint())
    assert segments.value() == value


def field_of(page: TrainPage, name: str) -> RangeField:
    field = page.count.search.ranges.row(name).field
    assert isinstance(field, RangeField)
    return field


def type_into(field: NumberField, text: str) -> None:
    field.setText(text)
    field.editingFinished.emit()


def said_at(page: TrainPage, name: str) -> str:
    label = page.count.findChild(QLabel, f"vary_problem_{name}")
    assert isinstance(label, QLabel)
    return label.text() if label.isVisibleTo(page) else ""


def test_that_only_what_is_declared_tunable_is_offered_and_the_button_says_the_cost(
    page: TrainPage, session: Session, qtbot: QtBot, in_time: Wait
) -> None:
    from trainer_gui.engine.study.space import tunable

    choose(qtbot, page.count.kinds, "tune")
    assert set(page.count.search.ranges.names()) == {"size", *(each.name for each in tunable(session.family))}
    assert list(session.draft.ranges) == ["learning_rate", "batch_size"]  # the few that matter
    assert page.buttons.primary.text() == "Start tuning"
    page.count.search.how.setCurrentIndex(page.count.search.how.findData("grid"))
    page.count.search.how.activated.emit(page.count.search.how.currentIndex())
    type_into(field_of(page, "learning_rate").steps, "2")
    in_time(lambda: session.draft.plan is not None)
    plan = session.draft.plan
    assert plan is not None
    assert plan.runs == 2 * 5
    assert page.buttons.primary.text().startswith("Start tuning · 10 runs, ")
    assert page.count.forecast.text().startswith("10 runs, ")
    assert "test rows stay locked" in page.count.locked.text()


def test_that_what_is_wrong_is_said_at_its_field_in_the_engines_words(
    page: TrainPage, session: Session, qtbot: QtBot, in_time: Wait
) -> None:
    choose(qtbot, page.count.kinds, "tune")
    rate = field_of(page, "learning_rate")
    type_into(rate.low, "0.5")
    in_time(lambda: "upside down" in said_at(page, "learning_rate"))
    in_time(lambda: not page.buttons.primary.isEnabled())
    type_into(rate.low, "much")
    assert "cannot be “much”" in said_at(page, "learning_rate")
    type_into(rate.low, "0.001")
    assert said_at(page, "learning_rate") == ""
    qtbot.mouseClick(page.count.search.ranges.row("size").tick, Qt.MouseButton.LeftButton)
    session.draft.vary("size", "tiny")
    in_time(lambda: "fewer than two" in said_at(page, "size"))
    session.draft.keep_fixed("size")
    type_into(page.count.search.budget.amount, "0")
    in_time(lambda: session.draft.problem is not None)
    assert "Trials cannot be 0" in page.count.search.budget.findChild(QLabel, "problem_budget").text()
    session.draft.set_limits({})
    session.draft.choose_how("grid")
    session.draft.vary("learning_rate", "0.001..0.1:1000")
    session.draft.vary("weight_decay", "0.001..0.1:1000")
    in_time(lambda: session.draft.problem is not None)
    assert "days" in page.count.forecast.text()
    assert "5,000,000" in page.count.forecast.text()


def test_that_a_ticked_setting_which_another_family_lacks_says_so_until_it_is_unticked(
    page: TrainPage, session: Session, qtbot: QtBot, in_time: Wait
) -> None:
    choose(qtbot, page.count.kinds, "tune")
    session.draft.vary("dropout", "0..0.5")
    session.choose_family("linear")
    in_time(lambda: session.recipe() is not None)
    in_time(lambda: "no setting named “dropout”" in said_at(page, "dropout"))
    assert page.count.search.ranges.names()[0] == "dropout"
    in_time(lambda: not page.buttons.primary.isEnabled())
    qtbot.mouseClick(page.count.search.ranges.row("dropout").tick, Qt.MouseButton.LeftButton)
    assert "dropout" not in page.count.search.ranges.names()
    in_time(lambda: page.buttons.primary.isEnabled())


def test_that_nothing_ticked_is_refused_and_a_list_is_read_as_one(
    page: TrainPage, session: Session, qtbot: QtBot, in_time: Wait
) -> None:
    choose(qtbot, page.count.kinds, "tune")
    for name in tuple(session.draft.ranges):
        session.draft.keep_fixed(name)
    in_time(lambda: session.draft.problem is not None)
    in_time(lambda: page.count.forecast.isVisible())
    assert page.count.forecast.text() == "Nothing is to vary. Tick at least one setting."
    session.draft.vary("batch_size", "8..64")
    field = field_of(page, "batch_size")
    qtbot.mouseClick(field.switch, Qt.MouseButton.LeftButton)
    field.list.setText("8, 24 ,64")
    field.list.editingFinished.emit()
    assert session.draft.ranges["batch_size"] == "8,24,64"
    assert said_at(page, "batch_size") == ""


def test_that_the_runs_of_a_study_are_sent_where_the_card_says_and_what_hinders_is_said_at_its_field(
    page: TrainPage, session: Session, qtbot: QtBot, in_time: Wait, tmp_path: Path
) -> None:
    pytest.importorskip("ray", reason="Ray is not installed; the extra “ray” brings it")
    choose(qtbot, page.count.kinds, "tune")
    place = page.count.place
    assert place.choice.value() == "here"
    assert not place.settings.isVisibleTo(page)
    place.choice.setCurrentIndex(place.choice.findData("ray"))
    place.choice.activated.emit(place.choice.currentIndex())
    assert place.settings.isVisibleTo(page)
    none = tmp_path / "no token"
    token = place.settings.row("token_file").editor
    assert isinstance(token, TextField)
    token.setText(str(none))
    token.editingFinished.emit()
    in_time(lambda: session.draft.problem is not None)
    assert session.draft.problem is not None
    assert session.draft.problem.key == "ray.no_token"
    place.choice.setCurrentIndex(place.choice.findData("here"))
    place.choice.activated.emit(place.choice.currentIndex())
    in_time(lambda: session.draft.plan is not None)
    assert session.draft.plan is not None
    assert session.draft.plan.recipe.place == "here"


def test_that_while_a_run_trains_a_study_says_that_it_can_be_started_afterwards(
    page: TrainPage, session: Session, qtbot: QtBot, in_time: Wait
) -> None:
    session.set_setting("epochs", 1_000_000)
    session.set_setting("early_stopping", False)
    in_time(lambda: session.recipe() is not None)
    session.start()
    in_time(lambda: session.run.progress.epoch > 1)
    choose(qtbot, page.count.kinds, "repeat")
    assert page.count.forecast.text().startswith("Something is being trained.")
    assert page.buttons.primary.text() == "Stop, keep the best"
    session.start()  # from the menu
    assert not session.study.is_active
    session.stop()
    in_time(lambda: page.buttons.primary.text().startswith("Start 5 runs"))


def test_that_a_study_that_cannot_be_kept_says_why_and_nothing_is_begun(
    page: TrainPage, session: Session, qtbot: QtBot, in_time: Wait, home: Path
) -> None:
    (home / "studies").write_text("in the way")
    choose(qtbot, page.count.kinds, "repeat")
    type_into(page.count.times["repeats"].editor, "2")
    in_time(lambda: page.buttons.primary.text().startswith("Start 2 runs"))
    qtbot.mouseClick(page.buttons.primary, Qt.MouseButton.LeftButton)
    in_time(lambda: page.study.outcome.isVisible())
    assert "studies" in page.study.outcome.title.text()
    assert not session.study.is_active
    assert page.buttons.primary.isEnabled()
