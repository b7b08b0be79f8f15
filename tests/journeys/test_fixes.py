"""A person puts data right by clicks: through the real window, with a real file, and trains on the result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from trainer_gui.engine.data.parts import with_test_rows
from trainer_gui.engine.evaluate import evaluate
from trainer_gui.engine.own_test import with_test_data_of
from trainer_gui.engine.progress import State
from trainer_gui.engine.recipe import parts_of
from trainer_gui.gui.main_window import MainWindow
from trainer_gui.gui.pages.data import DataPage
from trainer_gui.gui.widgets import Button

Opener = Callable[[str], MainWindow]


def clinic(rows: int = 300, seed: int = 4) -> pd.DataFrame:
    """Visits of patients, who come several times; one column is the answer in other words."""
    draw = np.random.default_rng(seed)
    ill = draw.random(rows) < 0.4
    return pd.DataFrame(
        {
            "patient": [f"P{each:03}" for each in draw.integers(1, 60, rows)],
            "age": draw.normal(58, 12, rows).round(1),
            "pressure": (draw.normal(130, 15, rows) + 12 * ill).round(1),
            "therapy_days": np.where(ill, draw.integers(14, 60, rows), 0),
            "diagnosis": np.where(ill, "ill", "well"),
        }
    )


def is_quiet(window: MainWindow, name: str) -> bool:
    session = window.session
    is_open = session.dataset is not None and session.dataset.name == name
    return is_open and session.plan is not None and not session.runner.is_busy


def data_page(qtbot: QtBot, window: MainWindow) -> DataPage:
    button = window.rail.findChild(QWidget, "rail_data")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    page = window.page("data")
    assert isinstance(page, DataPage)
    return page


def click(qtbot: QtBot, page: DataPage, kind: type[QWidget], name: str) -> None:
    # Rows that were replaced wait to be deleted; only the one in sight can be clicked.
    found = [each for each in page.findChildren(kind, name) if each.isVisible()]
    assert len(found) == 1, name
    qtbot.mouseClick(found[0], Qt.MouseButton.LeftButton)


def keys(page: DataPage) -> list[str]:
    return [each.key for each in page.worth.problems()]


def train(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    qtbot.waitUntil(lambda: session.recipe() is not None, timeout=60_000)
    session.set_setting("epochs", 3)
    session.start()
    qtbot.waitUntil(lambda: session.run.progress.state is State.FINISHED, timeout=120_000)
    qtbot.waitUntil(lambda: not session.run.is_active, timeout=30_000)


def test_that_a_giveaway_is_left_out_by_a_click_taken_back_and_left_out_of_the_run(
    opened: Opener, qtbot: QtBot, tmp_path: Path
) -> None:
    clinic().to_csv(tmp_path / "clinic.csv", index=False)
    window = opened(str(tmp_path / "clinic.csv"))
    session = window.session
    page = data_page(qtbot, window)
    assert "examine.leak" in keys(page)
    (leak,) = [each for each in page.worth.problems() if each.key == "examine.leak"]
    assert "therapy_days" in leak.message
    button = page.findChild(Button, "fix_leak.leave_out")
    assert button is not None
    assert "without “therapy_days”" in button.toolTip()
    button.setFocus()
    qtbot.waitUntil(lambda: page.worth.effect.text() == leak.fixes[0].what)

    click(qtbot, page, Button, "fix_leak.leave_out")
    qtbot.waitUntil(lambda: "examine.leak" not in keys(page), timeout=60_000)
    assert session.left_out == ("therapy_days",)
    heading = [each.name for each in session.dataset.columns].index("therapy_days")  # type: ignore[union-attr]
    assert page.columns.heading(heading).chip == "left out"

    click(qtbot, page, QWidget, "undo_leak.leave_out")
    qtbot.waitUntil(lambda: "examine.leak" in keys(page), timeout=60_000)
    assert session.left_out == ()

    click(qtbot, page, Button, "fix_leak.leave_out")
    qtbot.waitUntil(lambda: session.left_out == ("therapy_days",), timeout=60_000)
    train(qtbot, window)
    folder = session.run.folder
    assert folder is not None
    assert folder.recipe.leave_out == ("therapy_days",)
    assert "therapy_days" not in folder.preparation.columns


def test_that_rows_of_a_patient_are_kept_together_by_a_click_and_tested_on_a_file_of_their_own(
    opened: Opener, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic().to_csv(tmp_path / "clinic.csv", index=False)
    clinic(80, seed=9).to_csv(tmp_path / "later.csv", index=False)
    window = opened(str(tmp_path / "clinic.csv"))
    session = window.session
    page = data_page(qtbot, window)
    assert page.split.way.value() == "chance"
    click(qtbot, page, Button, "fix_groups.keep_together")
    qtbot.waitUntil(lambda: is_quiet(window, "clinic.csv"), timeout=60_000)
    assert "examine.groups" not in keys(page)
    assert page.split.way.value() == "together:patient"
    assert session.left_out == ("patient",)

    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "later.csv"), ""))
    action = page.split.choose_file
    assert isinstance(action, QAction)
    action.trigger()
    qtbot.waitUntil(lambda: session.plan is not None and session.plan.counts["test"] == 80, timeout=60_000)
    assert page.split.bar.words("test")[0] == "Test 80"
    assert "later.csv" in page.split.test_file.text()

    train(qtbot, window)
    folder = session.run.folder
    assert folder is not None
    recipe, dataset = folder.recipe, session.dataset
    assert recipe.test_data is not None
    assert recipe.test_data.location.endswith("later.csv")
    assert dataset is not None
    split = parts_of(dataset, recipe)
    who = with_test_rows(with_test_data_of(dataset, recipe)).frame["patient"].astype(str)  # type: ignore[attr-defined]
    assert not {*who.iloc[split.train]} & {*who.iloc[split.validation]}
    assert evaluate(folder, "test").rows == 80


def test_that_rows_that_repeat_are_left_out_by_a_click_which_is_seen_in_the_counts_and_taken_back(
    opened: Opener, qtbot: QtBot, tmp_path: Path
) -> None:
    table = clinic().drop(columns=["therapy_days", "patient"])
    table.insert(0, "weight", np.random.default_rng(8).normal(75, 10, len(table)).round(1))
    pd.concat([table, table.iloc[:40]]).to_csv(tmp_path / "twice.csv", index=False)
    window = opened(str(tmp_path / "twice.csv"))
    session = window.session
    page = data_page(qtbot, window)

    def rows() -> int:
        return sum(session.plan.counts.values()) if session.plan is not None else -1

    assert rows() == 340
    (again,) = [each for each in page.worth.problems() if each.key == "examine.repeated_rows"]
    assert again.message.startswith("40 rows")
    wanted = next(one for one in again.fixes if one.change.steps)
    page.worth.fix_chosen.emit(wanted)  # one of several, from the button's menu
    qtbot.waitUntil(lambda: rows() == 300, timeout=60_000)
    assert "examine.repeated_rows" not in keys(page)
    assert page.split.bar.words("training")[0] == f"Training {session.plan.counts['training']:,}"  # type: ignore[union-attr]
    click(qtbot, page, QWidget, f"undo_{wanted.key}")
    qtbot.waitUntil(lambda: rows() == 340, timeout=60_000)
    qtbot.waitUntil(lambda: "examine.repeated_rows" in keys(page), timeout=60_000)
    assert session.selection.steps == {}
