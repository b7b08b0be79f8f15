"""Forms made from declared settings, and the editors in them."""

from enum import StrEnum

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from trainer_gui.engine.hyperparameters import TrainingSettings
from trainer_gui.engine.problems import problem
from trainer_gui.engine.row_settings import SplitSettings
from trainer_gui.engine.settings import Settings, setting
from trainer_gui.gui.forms.settings_form import SettingsForm
from trainer_gui.gui.widgets import Choice, NumberField, Switch
from trainer_gui.gui.widgets.number_fields import number_in, number_text, stepped


class Colour(StrEnum):
    """A choice."""

    RED = "red"
    BLUE = "blue"


class Sample(Settings):
    """One setting of each type."""

    count: int = setting(5, label="Count", help="How many. More is more.", minimum=1, maximum=100)
    share: float = setting(0.5, label="Share", help="A part. Larger is more.", minimum=0.0, maximum=1.0)
    colour: Colour = setting(
        Colour.RED, label="Colour", help="A colour.", labels={"red": "Red", "blue": "Blue"}
    )
    bold: bool = setting(False, label="Bold", help="Strong letters.", advanced=True)
    title: str = setting("", label="Title", help="Some words.", advanced=True)


@pytest.fixture
def form(qtbot: QtBot) -> SettingsForm:
    """A form of one setting of each type."""
    made = SettingsForm([("", Sample)])
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("0.003", 0.003),
        ("0,003", 0.003),
        ("3e-3", 0.003),
        (" 1 000 ", 1000.0),
        ("1.000,5", 1000.5),
        ("1,000.5", 1000.5),
        ("15 %", 0.15),
        ("−2", -2.0),
        ("abc", None),
        ("", None),
        ("nan", None),
        ("1e999", None),
    ],
)
def test_that_numbers_are_understood_as_people_type_them(typed: str, meant: float | None) -> None:
    assert number_in(typed) == (None if meant is None else pytest.approx(meant))


@pytest.mark.parametrize("value", [0.0, 0.003, 1e-7, 0.15, 60.0, 1048576.0, 123456789.5, 2.5e-5])
def test_that_a_number_that_is_shown_can_be_typed_again(value: float) -> None:
    assert number_in(number_text(value, whole=False)) == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize(
    ("value", "scale", "whole", "up", "down"),
    [
        (32, "power of two", True, 64, 16),
        (33, "power of two", True, 64, 32),
        (0.003, "log", False, 0.005, 0.002),
        (0.001, "log", False, 0.002, 0.0005),
        (60, "log", True, 80, 50),
        (1, "log", True, 2, 0),
        (3, "linear", True, 4, 2),
        (0.15, "linear", False, 0.2, 0.1),
    ],
)
def test_that_the_arrows_step_on_the_scale_of_the_number(
    value: float, scale: str, whole: bool, up: float, down: float
) -> None:
    assert stepped(value, True, scale, whole) == pytest.approx(up)  # type: ignore[arg-type]
    assert stepped(value, False, scale, whole) == pytest.approx(down)  # type: ignore[arg-type]


def test_that_every_type_has_its_editor(form: SettingsForm) -> None:
    kinds = {name: type(form.row(name).editor) for name in form.names()}
    assert kinds["count"] is NumberField
    assert kinds["share"] is NumberField
    assert kinds["colour"] is Choice
    assert kinds["bold"] is Switch
    for name in form.names():
        assert form.row(name).editor.accessibleName()


def test_that_the_value_of_a_form_is_what_was_changed(form: SettingsForm, qtbot: QtBot) -> None:
    assert form.value() == {}
    with qtbot.waitSignal(form.value_changed) as said:
        form.row("bold").editor.click()
    assert said.args == ["bold", True]
    form.set_value({"count": 7})
    assert form.value() == {"count": 7, "bold": True}


def test_that_typing_gives_the_value_on_when_the_field_is_left(form: SettingsForm, qtbot: QtBot) -> None:
    editor = form.row("share").editor
    editor.selectAll()
    qtbot.keyClicks(editor, "0,25")
    with qtbot.waitSignal(form.value_changed) as said:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert said.args == ["share", 0.25]
    assert editor.text() == "0.25"


def test_that_a_changed_setting_is_marked_and_can_be_set_back(form: SettingsForm, qtbot: QtBot) -> None:
    row = form.row("count")
    assert row.mark.isHidden()
    row.editor.step_up()
    assert not row.mark.isHidden()
    with qtbot.waitSignal(form.value_changed) as said:
        qtbot.mouseClick(row.mark, Qt.MouseButton.LeftButton)
    assert said.args == ["count", 5]
    assert row.mark.isHidden()


def test_that_reset_all_sets_everything_back(form: SettingsForm) -> None:
    form.set_value({"count": 7, "colour": "blue", "bold": True})
    form.reset_all()
    assert form.value() == {}


@pytest.mark.parametrize("typed", ["abc", "0", "1000", "2.5", ""])
def test_that_a_wrong_value_is_marked_and_explained_at_once(
    form: SettingsForm, qtbot: QtBot, typed: str
) -> None:
    editor = form.row("count").editor
    editor.selectAll()
    qtbot.keyClicks(editor, typed)
    if not typed:
        editor.clear()
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert editor.property("wrong") is True
    words = form.row("count")._problem.text()
    assert "Count" in words
    assert "from 1 to 100" in words
    form.row("count").reset()
    assert editor.property("wrong") is False


def test_that_a_problem_of_a_folded_field_unfolds_it(form: SettingsForm) -> None:
    assert not form.row("title").isVisible()
    assert form.show_problem(problem("x", "The title is taken.", field="title"))
    assert form.row("title").isVisible()
    assert not form.show_problem(problem("x", "Elsewhere.", field="target"))


def test_that_new_defaults_are_followed_by_what_was_not_changed(form: SettingsForm) -> None:
    form.set_value({"count": 7})
    form.set_defaults({"count": 9, "share": 0.1})
    assert form.row("share").value() == 0.1
    assert form.value() == {"count": 7}
    form.set_defaults({"count": 7})
    assert form.value() == {}


def test_that_the_wheel_scrolls_the_page_and_not_the_value(form: SettingsForm) -> None:
    for name in ("count", "colour"):
        editor = form.row(name).editor
        before = editor.value()
        turn = QWheelEvent(
            QPointF(5, 5),
            QPointF(editor.mapToGlobal(QPoint(5, 5))),
            QPoint(0, 0),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(editor, turn)
        assert editor.value() == before
        assert not turn.isAccepted()


def test_that_the_fold_says_how_many_settings_it_hides_and_how_many_were_changed(form: SettingsForm) -> None:
    assert "2" in form.advanced.text()
    form.set_value({"bold": True})
    assert "1 of 2 changed" in form.advanced.text()


def test_that_the_real_settings_make_a_form_with_all_defaults(qtbot: QtBot) -> None:
    form = SettingsForm([("", TrainingSettings), ("Split", SplitSettings)])
    qtbot.addWidget(form)
    assert form.value() == {}
    assert set(form.names()) == {*TrainingSettings.model_fields, *SplitSettings.model_fields}
    assert form.row("seed").editor.text() == "0"
