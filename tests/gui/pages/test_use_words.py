"""The form for one row where a model looks at a date and a text."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.gui.pages.conftest import Shower, Trainer
from trainer_gui.gui.pages.use import UsePage
from trainer_gui.gui.pages.use.named_field import NamedField
from trainer_gui.gui.session import Session
from trainer_gui.gui.widgets import NumberField
from trainer_gui.gui.widgets.text_fields import TextArea, TextLine

Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def ready(
    session: Session,
    on_screen: Callable[[QWidget], None],
    trained: Trainer,
    shown: Shower,
    tmp_path: Path,
    in_time: Wait,
) -> UsePage:
    lines = ["day,remark,mood"]
    for row in range(120):
        likes = row % 2 == 0
        said = "what a lovely warm summer day" if likes else "such a dark and awful winter night"
        lines.append(
            f"2024-{7 if likes else 1:02}-{1 + row % 28:02},{said} number {row},{'good' if likes else 'bad'}"
        )
    path = tmp_path / "days.csv"
    path.write_text("\n".join(lines) + "\n")
    page = UsePage(session)
    on_screen(page)
    shown(trained(path))
    in_time(lambda: page.is_ready() and bool(page.row.view.answer.text()))
    return page


def test_that_a_date_has_a_line_and_a_text_has_room(ready: UsePage) -> None:
    day, remark = ready.row.field("day"), ready.row.field("remark")
    assert isinstance(day, TextLine)
    assert day.value().startswith("2024-")
    assert isinstance(remark, TextArea)
    assert remark.value().startswith("what a lovely")
    assert remark.height() > 2 * day.height()


def test_that_the_answer_follows_what_is_written(ready: UsePage, in_time: Wait) -> None:
    for day, said, mood in (
        ("2024-01-05", "such an awful night", "bad"),
        ("2024-07-20", "a lovely summer day", "good"),
    ):
        ready.row.field("day").set_value(day)
        ready.row.field("remark").set_value("")
        ready.row.field("remark").insertPlainText(said)
        in_time(lambda mood=mood: ready.row.view.answer.text() == mood)
    assert ready.row.values() == {"day": "2024-07-20", "remark": "a lovely summer day"}


def test_that_what_is_no_date_is_marked_and_said(ready: UsePage, in_time: Wait) -> None:
    day = ready.row.field("day")
    day.setText("soon")
    day.textEdited.emit("soon")
    in_time(lambda: day.property("wrong") is True)
    day.setText("")
    day.textEdited.emit("")
    in_time(lambda: day.property("wrong") is not True)
    assert ready.row.values()["day"] is None


def test_that_a_long_name_stands_above_its_field_where_both_have_no_room(qtbot: QtBot) -> None:
    field = NumberField("x", whole=True)
    named = NamedField("average_price_per_person_in_euro", field)
    qtbot.addWidget(named)
    named.resize(600, 40)
    named.show()
    assert not named.is_above()
    named.resize(260, 60)
    qtbot.waitUntil(named.is_above)
    assert field.geometry().right() <= 260
