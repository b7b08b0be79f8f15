"""Training on folders of pictures: the same curve wherever the pixels come from."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trainer_gui.engine.control import Control
from trainer_gui.engine.data import picture_arrays, picture_cache
from trainer_gui.engine.data.picture_cache import cache_size
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.run import train
from trainer_gui.engine.sources import open_data


@pytest.fixture
def root(tmp_path) -> Path:
    noise = np.random.default_rng(0)
    for place in range(40):
        path = tmp_path / "shades" / ("dark", "light")[place % 2] / f"{place:02}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = noise.integers(0, 120, (12, 12, 3)) + 120 * (place % 2)
        Image.fromarray(pixels.astype(np.uint8)).save(path)
    return tmp_path / "shades"


def trained(root: Path, control: Control | None = None):
    dataset = open_data(root)
    changed = (("epochs", 2), ("early_stopping", False))
    recipe = resolve(dataset, Choices(family="image_network", size="tiny", settings=changed))
    _, events = train(recipe, control or Control(), dataset=dataset)
    return list(events)


def test_that_the_cache_changes_no_bit_of_a_curve(root, monkeypatch, curve_of):
    monkeypatch.setattr(picture_cache, "_YOUNG", -(10**12))
    monkeypatch.setenv("TRAINER_GUI_CACHE_GB", "0")
    without = curve_of(trained(root))
    assert len(without) == 2
    assert cache_size() == 0
    monkeypatch.delenv("TRAINER_GUI_CACHE_GB")
    assert curve_of(trained(root)) == without
    assert cache_size() > 0
    assert curve_of(trained(root)) == without
    monkeypatch.setattr(picture_arrays, "MOST_IN_MEMORY", 0)
    assert curve_of(trained(root)) == without


def test_that_a_stop_while_pictures_are_read_is_obeyed(root):
    control = Control()
    control.stop()
    events = trained(root, control)
    assert events[-1].type == "RunStopped"


def test_that_a_test_folder_stays_locked(tmp_path, root):
    split = tmp_path / "split"
    for part, label in (("train", "dark"), ("train", "light"), ("test", "dark"), ("test", "light")):
        (split / part / label).mkdir(parents=True)
    for place, path in enumerate(sorted(root.rglob("*.png"))):
        part = "test" if place % 20 < 6 else "train"
        (split / part / path.parent.name / path.name).write_bytes(path.read_bytes())
    events = trained(split)
    [started] = [each for each in events if each.type == "RunStarted"]
    assert started.rows["test"] == 12
    assert started.rows["training"] + started.rows["validation"] == 28
