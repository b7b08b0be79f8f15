"""A person opens a file that is misread, says how it is meant, sees the table change, and trains on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from trainer_gui.engine.progress import State
from trainer_gui.engine.store import runs
from trainer_gui.gui.main_window import MainWindow
from trainer_gui.gui.pages.data import DataPage
from trainer_gui.gui.pages.data.read_panel import ReadPanel
from trainer_gui.gui.widgets import Choice

Opener = Callable[[str], MainWindow]
ROWS = 120


def parishes(path: Path) -> Path:
    """Colons between the cells, and one column that lists five words with commas between them."""
    draw = np.random.default_rng(3)
    lines = ["Gemeinden im Süden, Stand 2024", "gemeinde:einwohner:lage:art"]
    for row in range(ROWS):
        town = row % 2
        people = f"{draw.integers(1, 5) + 4 * town}.{draw.integers(100, 1000)}"
        place = "See,Wald,Berg,Tal,Fluß" if row % 3 else "Wald,See,Tal,Berg,Fluß"
        lines.append(f"G{row:03}:{people}:{place}:{('Dorf', 'Stadt')[town]}")
    path.write_bytes(("\r\n".join([*lines, "", "Quelle: eigene Zählung"]) + "\r\n").encode("cp1252"))
    return path


def pick(panel: ReadPanel, name: str, value: str) -> None:
    """Picks from the open list of a field, as a click on its row does."""
    field = panel.form.row(name).editor
    assert isinstance(field, Choice)
    at = field.findData(value)
    assert at >= 0, value
    field.setCurrentIndex(at)
    field.activated.emit(at)


def cells(panel: ReadPanel, row: int) -> list[str]:
    model = panel.preview.table.frame_model
    return [model.text(row, column) for column in range(model.columnCount())]


def test_that_a_file_that_was_understood_wrongly_is_read_as_a_person_says(
    opened: Opener, qtbot: QtBot, tmp_path: Path
) -> None:
    window = opened(str(parishes(tmp_path / "gemeinden.csv")))
    session = window.session
    assert session.dataset is not None
    assert "einwohner" not in [each.name for each in session.dataset.columns], "it is misread at first"

    rail = window.rail.findChild(QWidget, "rail_data")
    assert rail is not None
    qtbot.mouseClick(rail, Qt.MouseButton.LeftButton)
    page = window.page("data")
    assert isinstance(page, DataPage)
    qtbot.mouseClick(page.header.read_button, Qt.MouseButton.LeftButton)
    panel = page.reading.panel
    assert panel is not None
    assert panel.form.row("separator").editor.currentText() == "Find out (comma)"

    pick(panel, "separator", "colon")
    qtbot.waitUntil(lambda: len(cells(panel, 0)) == 4 and panel.apply.isEnabled(), timeout=60_000)
    assert cells(panel, 0)[1].startswith(("1.", "2.", "3.", "4.")), "thousands are still taken for decimals"
    before = float(cells(panel, 0)[1])
    pick(panel, "decimal", "comma")
    qtbot.waitUntil(lambda: cells(panel, 0)[1] == str(round(1000 * before)), timeout=60_000)
    assert "Windows-1252" in panel.preview.summary.text()
    assert "thousands point" in panel.preview.summary.text()
    qtbot.waitUntil(panel.apply.isEnabled, timeout=60_000)
    qtbot.mouseClick(panel.apply, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: session.recipe() is not None, timeout=60_000)
    dataset = session.dataset
    assert [each.name for each in dataset.columns] == ["gemeinde", "einwohner", "lage", "art"]
    assert dataset.rows == ROWS
    session.choose_target("art")
    session.set_setting("epochs", 1)
    qtbot.waitUntil(lambda: session.recipe() is not None, timeout=60_000)
    session.start()
    qtbot.waitUntil(lambda: session.run.progress.state is State.FINISHED, timeout=120_000)
    qtbot.waitUntil(lambda: not session.run.is_active, timeout=30_000)
    (folder,) = runs()
    read_as = folder.recipe.data.options
    assert (read_as["separator"], read_as["decimal"], read_as["thousands"]) == ("colon", "comma", "point")
