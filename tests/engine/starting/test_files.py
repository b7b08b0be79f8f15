"""Starting from files of weights: what fits is taken, what does not is named, and no code is ever run."""

import os
import pickle
from functools import partial
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import Dataset
from trainer_gui.engine.events import Noticed, RunFailed, RunFinished
from trainer_gui.engine.export import export
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.plan import plan
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.run import train
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.sources import open_data
from trainer_gui.engine.starting.opening import kept_line, open_start

_SHORT = (("epochs", 1), ("threads", 1), ("patience", 3))


@pytest.fixture(scope="module")
def iris() -> Dataset:
    return open_data("sample:iris")


def run(dataset: Dataset, path: Path, **choices: object) -> tuple[RunFolder, list]:
    """A run with these choices, and all that it said."""
    wanted = Choices(device="cpu", **{"size": "small", "settings": _SHORT, **choices})
    folder, events = train(resolve(dataset, wanted), Control(), path=path, dataset=dataset)
    return folder, list(events)


def network(dataset: Dataset) -> nn.Module:
    """A fresh network such as the data would have."""
    planned = plan(dataset, Choices(size="small", settings=_SHORT, device="cpu"))
    family = FAMILIES[planned.recipe.family]
    return partial(family.build, planned.shape, "small", planned.recipe.family_settings)()


@pytest.mark.parametrize("make", ["safetensors", "bare", "wrapped", "onnx"])
def test_that_weights_are_taken_from_every_kind_of_file(make, iris, tmp_path):
    weights = {name: each.contiguous() for name, each in network(iris).state_dict().items()}
    if make == "safetensors":
        file = tmp_path / "weights.safetensors"
        save_file(weights, file)
    elif make == "onnx":
        onnx = pytest.importorskip("onnx")
        file = tmp_path / "weights.onnx"
        initial = [onnx.numpy_helper.from_array(each.numpy(), name) for name, each in weights.items()]
        onnx.save(onnx.helper.make_model(onnx.helper.make_graph([], "it", [], [], initial)), file)
    else:
        file = tmp_path / "weights.pt"
        wrapped = {"epoch": 3, "state_dict": {f"module.{name}": each for name, each in weights.items()}}
        torch.save(weights if make == "bare" else wrapped, file)
    start = open_start(file)
    folder, said = run(iris, tmp_path / "run", start=start, settings=(("epochs", 0), *_SHORT[1:]))
    assert isinstance(said[-1], RunFinished)
    from safetensors.torch import load_file

    ours = load_file(folder.weights)
    assert all(torch.equal(each, weights[name]) for name, each in ours.items())
    assert kept_line(folder)[-1].name == file.name


def test_that_weights_that_do_not_fit_are_named_and_those_that_do_are_offered(iris, tmp_path):
    weights = {name: each.contiguous() for name, each in network(iris).state_dict().items()}
    names = list(weights)
    del weights["1.weight"]
    weights["5.weight"] = torch.zeros(3, 3)
    weights["backbone.other"] = torch.zeros(2)
    assert {"1.weight", "5.weight"} <= set(names)
    file = tmp_path / "odd.safetensors"
    save_file(weights, file)
    _, said = run(iris, tmp_path / "refused", start=open_start(file))
    assert isinstance(said[-1], RunFailed)
    sentence = str(said[-1].problem)
    assert all(each in sentence for each in ("1.weight", "5.weight (3×3", "backbone.other", "Take what fits"))
    _, said = run(
        iris, tmp_path / "taken", start=open_start(file), start_settings=(("take_what_fits", True),)
    )
    assert isinstance(said[-1], RunFinished)
    notes = {each.problem.key: each.problem for each in said if isinstance(each, Noticed)}
    assert "Layer 1: partly kept" in notes["start.taken"].message
    assert "backbone.other" in notes["start.partly"].message


def test_that_nothing_is_begun_where_nothing_fits(iris, tmp_path):
    file = tmp_path / "other.safetensors"
    save_file({"encoder.weight": torch.zeros(4, 4)}, file)
    _, said = run(iris, tmp_path / "run", start=open_start(file), start_settings=(("take_what_fits", True),))
    assert said[-1].problem.key == "start.nothing_fits"


class Burglar:
    """Makes a folder when it is unpickled."""

    def __init__(self, place: str) -> None:
        self.place = place

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (self.place,)


def test_that_a_pickle_that_runs_code_is_refused_and_runs_none(tmp_path):
    for name in ("torch.pt", "plain.pth"):
        if name == "torch.pt":
            torch.save({"weights": Burglar(str(tmp_path / "loot"))}, tmp_path / name)
        else:
            (tmp_path / name).write_bytes(pickle.dumps(Burglar(str(tmp_path / "loot"))))
        with pytest.raises(UserError) as refused:
            open_start(tmp_path / name)
        assert refused.value.problem.key == "start.runs_code"
        assert not (tmp_path / "loot").exists()


@pytest.mark.parametrize("ending", [".safetensors", ".pt", ".onnx"])
def test_that_a_damaged_or_foreign_file_is_a_sentence(ending, tmp_path):
    file = tmp_path / f"broken{ending}"
    file.write_bytes(b"\x99 this is no model \x00" * 40)
    with pytest.raises(UserError, match="is damaged or"):
        open_start(file)
    other = tmp_path / "notes.txt"
    other.write_text("x", encoding="utf-8")
    with pytest.raises(UserError, match="no kind of file"):
        open_start(other)
    with pytest.raises(UserError, match="no file"):
        open_start(tmp_path / "gone.pt")


def test_that_an_export_of_ours_is_a_start_and_hands_its_line_on(iris, tmp_path):
    first, _ = run(iris, tmp_path / "first")
    second, _ = run(iris, tmp_path / "second", start=open_start(first.path), size=None)
    found = export(second, "safetensors", tmp_path / "model.safetensors", iris)
    start = open_start(found.path)
    assert [each.run for each in start.line] == ["first", ""]
    third, said = run(iris, tmp_path / "third", start=start, size=None)
    assert isinstance(said[-1], RunFinished)
    assert third.preparation == second.preparation


def test_that_another_family_and_a_newer_run_are_refused(iris, tmp_path):
    first, _ = run(iris, tmp_path / "first")
    with pytest.raises(UserError, match="is a model of the family"):
        run(iris, tmp_path / "second", start=open_start(first.path), family="linear")
    recipe = first.path / "recipe.toml"
    recipe.write_text(recipe.read_text(encoding="utf-8").replace("version = 1", "version = 99"), "utf-8")
    with pytest.raises(UserError, match="newer version"):
        open_start(first.path)


def test_that_a_start_without_a_model_is_refused(iris, tmp_path):
    first, _ = run(iris, tmp_path / "first")
    first.weights.unlink()
    with pytest.raises(UserError, match="no model to start from"):
        open_start(first.path)
    with pytest.raises(UserError, match="Epochs cannot be 0"):
        resolve(iris, Choices(settings=(("epochs", 0),)))
