"""Caches that can be emptied at any time."""

import gzip

import numpy as np
import pytest
from PIL import Image

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.caches import bytes_in_words, caches_size, free_caches
from trainer_gui.engine.events import EpochEnded
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.run import train
from trainer_gui.engine.sources import open_data


@pytest.fixture
def shapes(tmp_path):
    noise = np.random.default_rng(0)
    for at in range(40):
        path = tmp_path / "shapes" / "ab"[at % 2] / f"{at}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(noise.integers(0, 255, (16, 16, 3), dtype=np.uint8)).save(path)
    return tmp_path / "shapes"


def test_that_they_are_emptied_in_the_middle_of_a_run_which_goes_on(shapes, tmp_path, monkeypatch):
    monkeypatch.setattr("trainer_gui.engine.data.picture_cache._YOUNG", 0)
    dataset = open_data(shapes)
    recipe = resolve(dataset, Choices(size="tiny", settings=(("epochs", 3),), device="cpu"))
    freed = []
    _, events = train(recipe, Control(), path=tmp_path / "run", dataset=dataset)
    epochs = 0
    for event in events:
        epochs += isinstance(event, EpochEnded)
        if epochs == 1 and not freed:
            assert caches_size() > 0
            freed.append(free_caches())
    assert freed[0] > 0
    assert epochs == 3
    assert caches_size() == 0


def test_that_unpacked_files_are_among_them_and_are_unpacked_again(tmp_path):
    rows = "".join(f"{at},{at % 7},{'no' if at % 2 else 'yes'}\n" for at in range(60))
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(("a,b,c\n" + rows).encode()))
    first = open_data(path)
    assert caches_size() > 500
    assert free_caches() > 500
    assert caches_size() == 0
    assert open_data(path).fingerprint == first.fingerprint


def test_that_sizes_are_told_in_words():
    assert [bytes_in_words(each) for each in (0, 5, 3_400_000, 1_200_000_000)] == [
        *("0 MB", "less than 0.1 MB", "3.4 MB", "1.2 GB")
    ]
