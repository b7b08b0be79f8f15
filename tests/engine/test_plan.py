"""What a run will cost is known before it starts, and what the machine has no room for is said."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from trainer_gui.engine.control import Control
from trainer_gui.engine.plan import plan, want_of_room
from trainer_gui.engine.recipe import Choices
from trainer_gui.engine.run import train
from trainer_gui.engine.sources import open_data


def test_that_the_folder_of_a_run_takes_what_was_forecast(tmp_path: Path):
    dataset = open_data("sample:iris")
    settings = (("epochs", 5), ("early_stopping", False))
    made = plan(dataset, Choices(size="medium", settings=settings))
    folder, events = train(made.recipe, Control(), path=tmp_path / "run", dataset=dataset)
    list(events)
    assert 0.75 < folder.bytes_on_disk / made.forecast.disk_bytes < 1.33
    assert made.problem is None


def test_that_too_little_room_is_said_in_words(tmp_path: Path):
    made = plan(open_data("sample:iris"), Choices(size="tiny", settings=(("epochs", 1),)))
    place = tmp_path / "not made yet" / "run"
    assert want_of_room(made.forecast, place) is None
    huge = dataclasses.replace(made.forecast, disk_bytes_meanwhile=10**18)
    found = want_of_room(huge, place)
    assert found is not None
    assert found.key == "forecast.disk"
    assert "1,000,000,000.0 GB" in str(found)
    found = want_of_room(dataclasses.replace(made.forecast, memory_bytes=10**15), place)
    assert found is not None
    assert found.key == "forecast.memory"
    found = want_of_room(dataclasses.replace(huge, memory_bytes=10**15), place)
    assert found is not None
    assert "1,000,000,000.0 GB on the disk" in found.message
    assert "1,000,000.0 GB of memory" in found.message
    assert "Free some space" in found.advice
    assert "close other programs" in found.advice
