"""Small real runs, trained anew for a test, and pages on which they are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import Dataset
from trainer_gui.engine.events import EpochEnded
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.run import train
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.sources import open_data
from trainer_gui.gui.session import Session

Trained = tuple[RunFolder, Dataset]
Trainer = Callable[..., Trained]
Shower = Callable[[Trained], None]


@pytest.fixture
def trained(home: Path) -> Trainer:
    """Trains on some data, tiny and for a few epochs unless told otherwise."""

    def make(
        location: str | Path = "sample:iris",
        *,
        stop_at: int = 0,
        break_at: int = 0,
        name: str = "",
        **settings: Any,
    ) -> Trained:
        dataset = open_data(location)
        choices = Choices(size="tiny", settings=tuple({"epochs": 8, **settings}.items()))
        control = Control()
        folder, events = train(resolve(dataset, choices), control, dataset=dataset, name=name)
        for event in events:
            if isinstance(event, EpochEnded) and event.epoch == stop_at:
                control.stop()
            if isinstance(event, EpochEnded) and event.epoch == break_at:
                break  # as if the power had gone: no last word is said
        return folder, dataset

    return make


@pytest.fixture
def shown(session: Session, in_time: Callable[[Callable[[], bool]], None]) -> Shower:
    """Opens a run in the session, with its data."""

    def show(run: Trained) -> None:
        folder, dataset = run
        session.show_dataset(dataset)
        session.open_run(folder)
        in_time(lambda: session.run.folder is not None and session.run.folder.path == folder.path)

    return show


@pytest.fixture
def on_screen(qtbot: QtBot) -> Iterator[Callable[[QWidget], None]]:
    """Shows a page as large as it is in a new window, and closes it when the test ends."""
    open_ones: list[QWidget] = []

    def show(page: QWidget) -> None:
        page.resize(1196, 800)
        page.show()
        open_ones.append(page)

    yield show
    for each in open_ones:
        each.close()
        each.deleteLater()


@pytest.fixture
def penguins(tmp_path: Path) -> Path:
    """A table as a German spreadsheet saves it, with gaps, an identifier and three kinds of penguin."""
    lines = ["species;island;bill_mm;mass_g;row_id"]
    kinds = (
        ("Adelie", "Dream", 38.8, 3700),
        ("Chinstrap", "Dream", 48.8, 3733),
        ("Gentoo", "Biscoe", 47.5, 5076),
    )
    for row in range(120):
        species, island, bill, mass = kinds[row % 3]
        bill += (row * 7 % 11 - 5) / 4
        mass += (row * 13 % 17 - 8) * 20
        number = "" if row in (5, 40) else f"{bill:.1f}".replace(".", ",")
        lines.append(f"{species};{island};{number};{mass};{row + 1}")
    path = tmp_path / "penguins.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
