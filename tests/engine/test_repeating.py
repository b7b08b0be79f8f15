"""A recipe that holds what a trial has found is trained the same twice, to the last bit."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from trainer_gui.engine.control import Control
from trainer_gui.engine.execution import Execution, Precision
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.recipe_file import recipe_from_toml
from trainer_gui.engine.run import train
from trainer_gui.engine.run_folder import RunFolder, progress_of
from trainer_gui.engine.sources import open_data
from trainer_gui.engine.training import trial


def test_that_a_strict_recipe_repeats_to_the_last_bit_however_the_machine_is_used(tmp_path, adventurous):
    dataset = open_data("sample:iris")
    settings = (("epochs", 4), ("strict", True), ("early_stopping", False))
    recipe = resolve(dataset, Choices(family="neural_network", size="tiny", settings=settings))
    folders = []
    try:
        for number, threads in enumerate((2, 1)):
            torch.set_num_threads(threads)
            folder, events = train(recipe, Control(), path=tmp_path / str(number), dataset=dataset)
            said = list(events)
            assert said[-1].type == "RunFinished"
            assert torch.are_deterministic_algorithms_enabled()
            folders.append(folder)
        loose = recipe.model_copy(update={"settings": {**recipe.settings, "strict": False, "threads": 2}})
        _, events = train(loose, Control(), path=tmp_path / "loose", dataset=dataset)
        noticed = [each.problem for each in events if each.type == "Noticed"]
    finally:
        torch.set_num_threads(1)
    assert not torch.are_deterministic_algorithms_enabled()
    assert [each.field for each in noticed if each.key == "chance.threads"] == ["strict"]
    one, other = (seen(each) for each in folders)
    assert one[1] == other[1]
    assert one[1].threads == 1
    assert (one[0], one[3]) == (other[0], other[3])
    assert not any(each.type == "Noticed" and each.problem.key.startswith("chance.") for each in said)


class Ticks:
    """A clock that goes on by a hundredth of a second at each look, so that no busy moment decides."""

    now = 0.0

    def perf_counter(self) -> float:
        self.now += 0.01
        return self.now


@pytest.fixture
def adventurous(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run is worth a trial, and the last way that was tried and learns the same is taken."""
    monkeypatch.setattr(trial, "time", Ticks())
    monkeypatch.setattr(trial, "LEAST", 0.0)
    monkeypatch.setattr(trial, "LEAST_STEPS", 0)
    monkeypatch.setattr(trial, "_SHARE", 1000.0)
    monkeypatch.setattr(trial, "_WORTH_IT", 0.0001)
    monkeypatch.setattr(trial, "_THREADS_WORTH_IT", 0.0001)
    monkeypatch.setattr(trial, "formats", lambda device: (Precision.FLOAT32, Precision.BFLOAT16))
    monkeypatch.setattr(trial.Trial, "_second_look", lambda self, best: best)


def seen(folder: RunFolder) -> tuple[list[list[float]], Execution | None, dict[str, torch.Tensor], bytes]:
    """All that must be the same: the curve, the way, the last weights and the best ones."""
    progress = progress_of(folder)
    curve = progress.curve
    columns = [curve.epochs, curve.train_loss, curve.validation_loss, curve.gradient_length]
    last = torch.load(folder.state, weights_only=True)["network"]
    return [each.tolist() for each in columns], progress.execution, last, folder.weights.read_bytes()


def holds_against(folder: RunFolder, first: RunFolder) -> None:
    """The two runs are the same to the last bit."""
    ours, theirs = seen(folder), seen(first)
    assert len(ours[0][0]) == first.recipe.settings["epochs"]
    assert ours[:2] == theirs[:2]
    assert all(torch.equal(ours[2][name], each) for name, each in theirs[2].items())
    assert ours[3] == theirs[3]
    assert folder.recipe == first.recipe


@pytest.fixture
def pictures(tmp_path: Path) -> str:
    """A folder of 2 × 30 pictures."""
    draw = np.random.default_rng(0)
    for at in range(60):
        place = tmp_path / "pictures" / ("light", "dark")[at % 2]
        place.mkdir(parents=True, exist_ok=True)
        pixels = draw.integers(80 * (at % 2), 160 + 80 * (at % 2), (12, 12, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(place / f"{at}.png")
    return str(tmp_path / "pictures")


@pytest.mark.parametrize("kind", ["table", "pictures"])
def test_that_a_recipe_with_what_a_trial_found_repeats_to_the_last_bit(
    kind, pictures, adventurous, monkeypatch, tmp_path
):
    settings = (("epochs", 3), ("early_stopping", False))
    dataset = open_data({"table": "sample:iris", "pictures": pictures}[kind])
    first, events = train(resolve(dataset, Choices(size="tiny", settings=settings)), Control())
    list(events)
    found = first.recipe.execution
    assert found is not None
    assert len(found.tried) > 1
    assert (found.channels_last, found.precision) != (False, Precision.FLOAT32)

    def refused(*anything: object) -> None:
        raise AssertionError("nothing is tried where the recipe says how")

    monkeypatch.setattr(trial.Trial, "best", refused)
    (first.path.parents[1] / "executions.json").unlink()  # what this machine remembers by itself
    text = (first.path / "recipe.toml").read_text(encoding="utf-8")
    again, events = train(recipe_from_toml(text, "recipe.toml"), Control())
    list(events)
    holds_against(again, first)
    # And once more as another person would: in a process of its own, from the file alone.
    out = tmp_path / "out"
    words = ["train", str(first.path / "recipe.toml"), "--json", "--out", str(out)]
    done = subprocess.run(
        [sys.executable, "-m", "trainer_gui", *words], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["type"] for line in done.stdout.splitlines()][-1] == "RunFinished"
    holds_against(RunFolder(Path(out)), first)
