"""The Data page, with real files read by the real sources."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from trainer_gui.engine.data.dataset import Column, ColumnKind, DataReference, Table, Task
from trainer_gui.gui.pages.data import DataPage
from trainer_gui.gui.pages.data.read_panel import ReadPanel
from trainer_gui.gui.session import Session
from trainer_gui.gui.widgets import Button

Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def page(session: Session, on_screen: Callable[[QWidget], None]) -> DataPage:
    made = DataPage(session)
    on_screen(made)
    return made


@pytest.fixture
def opened(page: DataPage, session: Session, penguins: Path, in_time: Wait) -> DataPage:
    session.open_data(str(penguins))
    in_time(lambda: session.plan is not None)
    return page


def test_that_without_data_the_page_says_what_to_do(page: DataPage, session: Session, qtbot: QtBot) -> None:
    assert page.empty.isVisible()
    with qtbot.waitSignal(session.open_wanted):
        page.empty.button.click()


def test_that_the_header_says_how_a_file_was_read(opened: DataPage) -> None:
    assert opened.header.name.text() == "penguins.csv"
    assert (
        opened.header.summary.text()
        == "120 rows · 5 columns · read as semicolon-separated, decimal comma, UTF-8"
    )


def test_that_every_column_is_shown_with_its_use(opened: DataPage) -> None:
    said = [(opened.columns.heading(at).name, opened.columns.heading(at).chip) for at in range(5)]
    assert said == [
        ("species", "target"),
        ("island", "category"),
        ("bill_mm", "number"),
        ("mass_g", "whole number"),
        ("row_id", "left out"),
    ]
    assert opened.columns.heading(2).note == "1.7 % missing"
    assert opened.columns.heading(4).note == "identifier"
    assert sum(opened.columns.heading(2).counts) == 118


def test_that_gaps_are_shown_as_dashes(opened: DataPage) -> None:
    model = opened.table.frame_model
    assert model.index(5, 2).data() == "–"
    assert model.index(0, 2).data() == "37.5"
    assert model.headerData(5, Qt.Orientation.Vertical) == "6"


def test_that_a_number_column_says_its_range(opened: DataPage, in_time: Wait) -> None:
    in_time(lambda: opened.columns.heading(3).note == "3540 to 5236")


def test_that_a_click_on_a_heading_opens_its_menu(opened: DataPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(opened.columns.menu_requested) as asked:
        middle = opened.columns.chip_rect(1).center().toPoint()
        qtbot.mouseClick(opened.columns.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert asked.args == [1]
    menu = opened.findChild(QWidget, "columnMenu")
    assert menu is not None
    menu.close()


def test_that_a_column_can_be_left_out_and_brought_back(opened: DataPage, session: Session) -> None:
    assert session.dataset is not None
    island = session.dataset.column("island")
    menu = opened.column_menu(island)
    actions = {each.text(): each for each in menu.actions() if each.text()}
    assert "Use as number" not in actions
    assert actions["Use as text"].isEnabled()
    assert actions["Use as category"].isChecked()
    actions["Leave out"].trigger()
    assert session.left_out == ("island",)
    assert opened.columns.heading(1).chip == "left out"
    again = {each.text(): each for each in opened.column_menu(island).actions()}
    again["Use as category"].trigger()
    assert opened.columns.heading(1).chip == "category"


def test_that_the_target_follows_the_menu_and_the_card(
    opened: DataPage, session: Session, in_time: Wait
) -> None:
    assert session.dataset is not None
    actions = {e.text(): e for e in opened.column_menu(session.dataset.column("mass_g")).actions()}
    actions["Predict this column"].trigger()
    in_time(lambda: session.recipe() is not None)
    assert opened.target.target.value() == "mass_g"
    assert opened.target.task.value() == "regression"
    assert opened.columns.heading(3).chip == "target"
    opened.target.target_chosen.emit("species")
    in_time(lambda: session.outlook.task is Task.CLASSIFICATION)
    assert opened.target.task.value() == "classification"


def test_that_the_task_can_be_changed(opened: DataPage, session: Session, in_time: Wait) -> None:
    opened.target.target_chosen.emit("mass_g")
    in_time(lambda: session.recipe() is not None)
    opened.target.task.set_value("classification")
    opened.target.task_chosen.emit("classification")
    in_time(lambda: session.outlook.task is Task.CLASSIFICATION)


def test_that_an_identifier_can_be_kept(opened: DataPage, session: Session, in_time: Wait) -> None:
    keys = [each.key for each in opened.worth.problems()]
    assert {"examine.missing_values", "examine.identifiers"} <= set(keys)
    assert opened.worth.title.text() == f"Worth a look ({len(keys)})"
    button = opened.findChild(Button, "fix_identifiers.keep")
    assert button is not None
    button.click()
    in_time(lambda: opened.columns.heading(4).chip == "number")
    in_time(lambda: "examine.identifiers" not in [each.key for each in opened.worth.problems()])


def test_that_errors_stand_first(opened: DataPage, session: Session, in_time: Wait) -> None:
    opened.target.target_chosen.emit("species")
    session.set_task(Task.REGRESSION)
    in_time(lambda: session.outlook.problem is not None)
    assert opened.worth.problems()[0].severity == "error"


def test_that_the_split_shows_exact_counts_and_can_be_changed(
    opened: DataPage, session: Session, in_time: Wait
) -> None:
    assert opened.split.bar.words("training")[0] == "Training 84"
    opened.split.form.row("test_share").editor.set_value(0.3)
    opened.split.form.row("test_share").value_changed.emit("test_share", 0.3)
    in_time(lambda: session.plan is not None and session.plan.counts["test"] == 36)
    assert opened.split.bar.words("test")[0] == "Test 36"
    assert session.selection.split == {"test_share": 0.3}


def test_that_the_read_panel_shows_what_was_found_and_tries_changes(
    opened: DataPage, session: Session, in_time: Wait
) -> None:
    opened.header.read_button.click()
    panel = opened.findChild(ReadPanel) or opened.window().findChild(ReadPanel)
    assert panel is not None
    assert panel.form.row("separator").value() == "semicolon"
    assert panel.options() == {}
    row = panel.form.row("heading")
    row.editor.set_value("no")
    row.value_changed.emit("heading", "no")
    in_time(lambda: panel.apply.isEnabled())
    assert panel.options() == {"heading": "no"}
    assert panel.summary.text().startswith("121 rows, 5 columns")
    panel.apply.click()
    assert session.dataset is not None
    assert session.dataset.rows == 121


def test_that_a_refusal_is_read_in_the_panel_and_nothing_is_applied(
    opened: DataPage, session: Session, in_time: Wait
) -> None:
    opened.header.read_button.click()
    panel = opened.window().findChild(ReadPanel)
    assert panel is not None
    row = panel.form.row("separator")
    row.editor.set_value("none")
    row.value_changed.emit("separator", "none")
    in_time(lambda: "only one column" in panel.summary.text())
    assert not panel.apply.isEnabled()
    panel.reject()
    assert session.dataset is not None
    assert len(session.dataset.columns) == 5


def test_that_the_sheet_of_a_workbook_can_be_chosen(
    page: DataPage, session: Session, tmp_path: Path, in_time: Wait
) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for name, rows in (("Plants", 30), ("Stones", 40)):
        sheet = book.create_sheet(name)
        sheet.append(["height", "weight", "kind"])
        for row in range(rows):
            sheet.append([row * 1.5, row % 7 + 0.5, ("a", "b")[row % 2]])
    del book["Sheet"]
    book.save(tmp_path / "field.xlsx")
    session.open_data(str(tmp_path / "field.xlsx"))
    in_time(lambda: session.plan is not None)
    page.header.read_button.click()
    panel = page.window().findChild(ReadPanel)
    assert panel is not None
    in_time(lambda: "sheet" in panel.sheet_choices)
    choice = panel.sheet_choices["sheet"]
    assert [choice.itemText(at) for at in range(choice.count())] == ["Plants", "Stones"]
    choice.value_changed.emit("Stones")
    in_time(lambda: panel.summary.text().startswith("40 rows"))
    panel.apply.click()
    assert session.dataset is not None
    assert session.dataset.rows == 40


def test_that_pictures_are_shown_by_class_and_only_those_in_sight_are_decoded(
    page: DataPage, session: Session, in_time: Wait
) -> None:
    session.open_data("sample:digits")
    in_time(lambda: page.pictures.decoded() > 0)
    assert page.pictures.class_names() == [str(digit) for digit in range(10)]
    in_time(lambda: not session.runner.is_busy)
    assert page.pictures.decoded() < 120
    before = page.pictures.verticalScrollBar().maximum()
    page.pictures.toggle("0")
    assert page.pictures.verticalScrollBar().maximum() > before
    assert not page.target.task.isEnabled()


def test_that_a_large_table_is_shown_at_once(page: DataPage, session: Session, qtbot: QtBot) -> None:
    names = [f"c{at}" for at in range(2000)]
    block = np.zeros((3000, 2000), dtype=np.float32)
    frame = pd.DataFrame(block, columns=names)
    columns = tuple(Column(name, ColumnKind.NUMBER, 0, 2, counts=(1, 2)) for name in names)
    reference = DataReference(source="table_file", location="/nowhere/wide.csv")
    table = Table(reference, "wide.csv", 3000, columns, "c0", "blake2b:0", frame=frame)
    page.table.frame_model.show_frame(table.frame)
    page.table.size_columns()
    page.table.viewport().repaint()
    assert page.table.frame_model.columns_touched() <= 200, "columns out of sight were read"
    assert page.table.frame_model.columnCount() == 2000


def test_that_enter_in_the_table_asks_about_the_column(opened: DataPage, qtbot: QtBot) -> None:
    opened.table.setCurrentIndex(opened.table.frame_model.index(0, 1))
    with qtbot.waitSignal(opened.columns.menu_requested) as asked:
        qtbot.keyClick(opened.table, Qt.Key.Key_Return)
    assert asked.args == [1]
    menu = opened.findChild(QWidget, "columnMenu")
    assert menu is not None
    menu.close()


def test_that_the_page_fits_the_smallest_window(opened: DataPage) -> None:
    least = opened.minimumSizeHint()
    assert least.width() <= 940
    assert least.height() <= 640
    assert opened.rect().contains(QPoint(0, 0))


def test_that_rows_can_be_kept_together_and_one_choice_takes_the_other_back(
    opened: DataPage, session: Session, in_time: Wait
) -> None:
    way = opened.split.way
    in_time(lambda: way.findData("together:mass_g") >= 0)
    way.set_value("together:mass_g")
    way.value_changed.emit("together:mass_g")
    in_time(lambda: session.plan is not None)
    assert session.selection.split == {"keep_together": "mass_g"}
    way.value_changed.emit("time:mass_g")
    in_time(lambda: session.plan is not None)
    assert session.selection.split == {"by_time": "mass_g"}
    assert way.value() == "time:mass_g"
    way.value_changed.emit("chance")
    in_time(lambda: session.plan is not None)
    assert session.selection.split == {}


def test_that_rows_with_gaps_can_be_left_out_and_taken_back(
    opened: DataPage, session: Session, in_time: Wait
) -> None:
    gaps = next(each for each in opened.worth.problems() if each.key == "examine.missing_values")
    fix = next(one for one in gaps.fixes if one.change.steps)
    opened.worth.fix_chosen.emit(fix)
    in_time(lambda: session.plan is not None and sum(session.plan.counts.values()) == 118)
    assert opened.split.form.row("leave_out_gaps").value() is True
    session.reset_split()
    in_time(lambda: session.plan is not None and sum(session.plan.counts.values()) == 120)


def test_that_what_only_the_cells_show_is_found_and_put_right(
    page: DataPage, session: Session, tmp_path: Path, in_time: Wait
) -> None:
    lines = ["length,width,copy,kind"]
    lines += [f"{row % 37},{row % 29 / 2},{row % 37},{('a', 'b')[row % 2]}" for row in range(150)]
    (tmp_path / "twins.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    session.open_data(str(tmp_path / "twins.csv"))
    in_time(lambda: any("copy" in each.message for each in page.worth.problems()))
    twins = next(each for each in page.worth.problems() if "copy" in each.message and each.fixes)
    button = page.findChild(Button, f"fix_{twins.fixes[0].key}")
    assert button is not None
    button.click()
    in_time(lambda: twins.key not in [each.key for each in page.worth.problems()])
    assert len(session.left_out) == 1
