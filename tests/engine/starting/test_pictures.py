"""Starting from a model of other pictures, whose data may be gone: they are brought to what it looks at."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import Dataset
from trainer_gui.engine.events import Noticed, RunFinished
from trainer_gui.engine.predict import open_model, predict
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.run import train
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.sources import open_data
from trainer_gui.engine.starting.opening import open_start


def pictures(place: Path, side: int, mode: str, seed: int) -> Dataset:
    """Twelve pictures each of light and of dark ones."""
    draw = np.random.default_rng(seed)
    for name, level in (("light", 180), ("dark", 60)):
        (place / name).mkdir(parents=True)
        for number in range(12):
            shape = (side, side) if mode == "L" else (side, side, 3)
            pixels = (level + draw.normal(0, 20, shape)).clip(0, 255).astype(np.uint8)
            Image.fromarray(pixels, mode).save(place / name / f"{number}.png")
    return open_data(str(place))


def run(dataset: Dataset, path: Path, epochs: int, **choices: object) -> tuple[RunFolder, dict[str, str]]:
    """A finished run and its notes."""
    settings = (("epochs", epochs), ("threads", 1), ("patience", 9))
    recipe = resolve(dataset, Choices(device="cpu", settings=settings, **choices))
    folder, events = train(recipe, Control(), path=path, dataset=dataset)
    said = list(events)
    assert isinstance(said[-1], RunFinished), said[-1]
    return folder, {each.problem.key: each.problem.message for each in said if isinstance(each, Noticed)}


@pytest.mark.parametrize(("modes", "words"), [(("L", "RGB"), "in grey"), (("RGB", "L"), "as colours")])
@pytest.mark.filterwarnings("ignore:'mode' parameter is deprecated")
def test_that_other_sizes_and_colours_are_brought_to_those_of_the_model(modes, words, tmp_path):
    first = pictures(tmp_path / "first", 16, modes[0], 0)
    before, _ = run(first, tmp_path / "before", 3, size="tiny")
    shutil.rmtree(tmp_path / "first")  # what it learned from is not needed
    second = pictures(tmp_path / "second", 24, modes[1], 1)
    after, notes = run(second, tmp_path / "after", 0, start=open_start(before.path))
    assert words in notes["start.pictures"]
    assert after.preparation.picture == before.preparation.picture
    ours, theirs = (predict(open_model(each), second).probabilities for each in (after, before))
    assert np.array_equal(ours, theirs)
