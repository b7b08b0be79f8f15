"""The Data page, with real files read by the real sources."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from trainer_gui.engine.data.dataset import Column, ColumnKind, DataReference, Table, Task
from trainer_gui.engine.problems import Problem
from trainer_gui.gui.fixes import fix_for
from trainer_gui.gui.pages.data import DataPage
from trainer_gui.gui.pages.data.found_rows import FoundRows
from trainer_gui.gui.pages.data.read_panel import ReadPanel
from trainer_gui.gui.session import Session
from trainer_gui.gui.widgets import Button, Choice

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
    assert opened.columns.heading(3).chip == "whole number"


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
    in_time(lambda: session.outlook.task is Task.REGRESSION)
    opened.target.task_chosen.emit("classification")
    in_time(lambda: session.outlook.task is Task.CLASSIFICATION)
    assert opened.target.task.value() == "classification"


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


def open_panel(page: DataPage) -> ReadPanel:
    page.header.read_button.click()
    panel = page.reading.panel
    assert panel is not None
    return panel


def choose(panel: ReadPanel, name: str, value: str) -> None:
    row = panel.form.row(name)
    row.editor.set_value(value)
    row.value_changed.emit(name, value)


def said(panel: ReadPanel, name: str) -> str:
    """The words in a field."""
    editor = panel.form.row(name).editor
    return editor.currentText() if isinstance(editor, Choice) else editor.text() or editor.placeholderText()


def test_that_the_panel_says_what_was_found_and_tries_changes(
    opened: DataPage, session: Session, in_time: Wait
) -> None:
    panel = open_panel(opened)
    found = [said(panel, name) for name in ("separator", "decimal", "heading", "encoding", "title_lines")]
    assert found == [
        *("Find out (semicolon)", "Find out (comma, 1,5)", "Find out (yes)", "Find out (UTF-8)"),
        "Find out (0)",
    ]
    assert panel.options() == {}
    assert not panel.back.isEnabled()
    choose(panel, "heading", "no")
    in_time(lambda: panel.apply.isEnabled())
    assert panel.options() == {"heading": "no"}
    assert panel.preview.summary.text().startswith("121 rows, 5 columns")
    panel.apply.click()
    assert session.dataset is not None
    assert session.dataset.rows == 121
    again = open_panel(opened)
    assert again.options() == {"heading": "no"}, "what was chosen is remembered"
    again.back.click()
    in_time(lambda: again.preview.summary.text().startswith("120 rows"))
    assert again.options() == {}
    again.reject()


def test_that_what_is_typed_is_tried_without_leaving_the_field(
    opened: DataPage, qtbot: QtBot, in_time: Wait
) -> None:
    panel = open_panel(opened)
    panel.form.open_advanced(True)
    field = panel.form.row("missing_words").editor
    field.setFocus()
    qtbot.keyClicks(field, "Dream")
    in_time(lambda: panel.options() == {"missing_words": "Dream"} and panel.apply.isEnabled())
    column = 1 + list(panel.preview.table.frame_model._titles[1:]).index("island")
    assert "–" in {panel.preview.table.frame_model.shown_text(row, column) for row in range(3)}
    panel.reject()


def test_that_a_wrong_choice_is_a_sentence_and_nothing_is_applied(
    opened: DataPage, session: Session, in_time: Wait
) -> None:
    panel = open_panel(opened)
    choose(panel, "separator", "none")
    in_time(lambda: "only one column" in panel.preview.refused())
    assert not panel.apply.isEnabled()
    assert not panel.preview.table.isVisible()
    choose(panel, "separator", "semicolon")
    in_time(lambda: panel.apply.isEnabled())
    assert panel.preview.refused() == ""
    panel.reject()
    assert session.dataset is not None
    assert len(session.dataset.columns) == 5


def test_that_a_file_that_is_not_understood_can_be_read_by_hand(
    page: DataPage, session: Session, tmp_path: Path, in_time: Wait
) -> None:
    """No separator is found in it, and so there is nothing open; the panel helps all the same."""
    rows = "\n".join(f"{row}<>{row % 7}<>{'ab'[row % 2]}" for row in range(40))
    (tmp_path / "odd.csv").write_text(f"x<>y<>kind\n{rows}\n", encoding="utf-8")
    refused: list[Problem] = []
    session.problem_shown.connect(refused.append)
    session.open_data(str(tmp_path / "odd.csv"), {"separator": "none"})
    in_time(lambda: bool(refused))
    fix = fix_for(refused[0], session, lambda _: None, lambda: None)
    assert fix is not None
    assert fix[0] == "Import options…"
    fix[1]()
    panel = page.reading.panel
    assert panel is not None
    choose(panel, "other_separator", "<>")
    choose(panel, "separator", "other")
    in_time(lambda: panel.preview.summary.text().startswith("40 rows, 3 columns"))
    panel.apply.click()
    in_time(lambda: session.dataset is not None)
    assert session.dataset is not None
    assert [each.name for each in session.dataset.columns] == ["x", "y", "kind"]


def test_that_a_long_file_is_tried_on_its_beginning_and_read_as_a_whole(
    page: DataPage, session: Session, tmp_path: Path, in_time: Wait
) -> None:
    rows = 25_000
    lines = "".join(
        f"{row % 97};{row % 89},5;text number {row % 11};{'no' if row % 3 else 'yes'}\n"
        for row in range(rows)
    )
    (tmp_path / "long.csv").write_text("a;b;c;d\n" + lines, encoding="utf-16")
    session.open_data(str(tmp_path / "long.csv"))
    in_time(lambda: session.plan is not None)
    panel = open_panel(page)
    choose(panel, "decimal", "comma")
    in_time(lambda: panel.preview.summary.text().startswith("The first "))
    assert session.dataset is not None
    before = session.dataset
    panel.apply.click()
    in_time(lambda: session.dataset is not before and session.dataset is not None)
    assert session.dataset.rows == rows
    assert session.dataset.reference.location.endswith("long.csv")
    in_time(lambda: session.plan is not None)


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
    panel = open_panel(page)
    in_time(lambda: isinstance(panel.form.row("sheet").editor, Choice))
    choice = panel.form.row("sheet").editor
    assert [choice.itemText(at) for at in range(choice.count())] == ["Find out (Plants)", "Plants", "Stones"]
    choice.set_value("Stones")
    choice.value_changed.emit("Stones")
    in_time(lambda: panel.preview.summary.text().startswith("40 rows"))
    panel.apply.click()
    assert session.dataset is not None
    assert session.dataset.rows == 40


def test_that_rows_that_were_mended_are_shown_before_and_after(
    page: DataPage, session: Session, tmp_path: Path, in_time: Wait
) -> None:
    lines = [
        f"{row % 41},{row % 37 / 2},{('a', 'b')[row % 2]},2024-03-{row % 28 + 1:02}" for row in range(60)
    ]
    lines[9] = "9,4.5,b"
    lines[20] += ",surplus"
    (tmp_path / "odd.csv").write_text("x,y,kind,day\n" + "\n".join(lines) + "\n", encoding="utf-8")
    session.open_data(str(tmp_path / "odd.csv"))
    in_time(lambda: page.findChild(QWidget, "look_table.mended_rows") is not None)
    page.worth.look_wanted.emit("table.mended_rows")
    view = page.window().findChild(FoundRows)
    assert view is not None
    assert view.summary.text() == "2 rows repaired"
    model = view.view.frame_model
    assert [model.text(row, 0) for row in range(2)] == ["11", "22"]
    assert model.text(0, 1) == "9,4.5,b"
    assert model.text(0, 3) == "9 | 4.5 | b | "
    view.accept()


def test_that_copied_and_broken_pictures_are_named_and_shown(
    page: DataPage, session: Session, tmp_path: Path, in_time: Wait
) -> None:
    for at in range(24):
        path = tmp_path / "shapes" / "ab"[at % 2] / f"{at:02}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (40, 30), (10 * at, 5, 90)).save(path)
    (tmp_path / "shapes/a/broken.png").write_bytes(b"no picture")
    (tmp_path / "shapes/b/again.png").write_bytes((tmp_path / "shapes/b/03.png").read_bytes())
    session.open_data(str(tmp_path / "shapes"))
    in_time(lambda: page.findChild(QWidget, "look_pictures.broken") is not None)
    page.worth.look_wanted.emit("pictures.broken")
    view = page.window().findChild(FoundRows)
    assert view is not None
    assert view.view.frame_model.text(0, 0) == "a/broken.png"
    assert view.view.frame_model.text(0, 2) == "left out"
    view.accept()
    view.deleteLater()
    in_time(lambda: page.window().findChild(FoundRows) is None)
    page.header.class_choice.value_changed.emit("a")
    assert page.pictures.class_names() == ["a"]
    page.worth.look_wanted.emit("pictures.copies")
    view = page.window().findChild(FoundRows)
    assert view is not None
    assert view.view.frame_model.text(0, 1).startswith("The same content as")
    view.view.row_chosen.emit(0)
    assert page.pictures.class_names() == ["a", "b"], "the picture may be of any class"
    in_time(lambda: not session.runner.is_busy)


def test_that_columns_are_found_by_name_and_those_left_out_are_listed(
    opened: DataPage, session: Session, qtbot: QtBot
) -> None:
    assert opened.header.left_out.text() == "1 column left out"
    opened.header.left_out.click()
    assert opened.finder.found() == ["row_id"]
    opened.finder.which.set_value("all")
    opened.finder.which.value_changed.emit("all")
    qtbot.keyClicks(opened.finder.field, "IL")
    assert opened.finder.found() == ["bill_mm"]
    with qtbot.waitSignal(opened.finder.column_chosen) as chosen:
        qtbot.keyClick(opened.finder.field, Qt.Key.Key_Return)
    assert chosen.args == [2]
    assert opened.table.currentIndex().column() == 2
    menu = opened.findChild(QWidget, "columnMenu")
    assert menu is not None
    menu.close()


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
