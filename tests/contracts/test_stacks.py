"""What every family that trains several models as one must hold, by the way that a study takes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file

from trainer_gui.engine.control import Control
from trainer_gui.engine.evaluate import evaluate
from trainer_gui.engine.events import EpochEnded, Event, MemberEnded
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.progress import State
from trainer_gui.engine.recipe import Choices, Recipe, resolve
from trainer_gui.engine.run import resume, train
from trainer_gui.engine.run_folder import RunFolder, progress_of
from trainer_gui.engine.several import Part, train_several
from trainer_gui.engine.sources import open_data

STACKING = [each.name for each in FAMILIES if each.stacks]
OWN = ({"seed": 3}, {"seed": 4, "learning_rate": 0.02}, {"seed": 5, "weight_decay": 0.3, "epochs": 4})
FILES = ("recipe.toml", "about.json", "events.jsonl", "environment.json", "model/preparation.json")


@pytest.fixture(autouse=True)
def threads_as_before() -> Iterator[None]:
    """A training sets the number of threads of its process."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of 160 rows: two numbers, one with gaps, a category and three classes."""
    draw = np.random.default_rng(1)
    kind = draw.integers(0, 3, 160)
    width = draw.normal(0, 1, 160)
    width[::7] = np.nan
    place = np.where(draw.random(160) < 0.8, np.array(["wood", "field", "shore"])[kind], "town")
    columns = {"length": kind * 2.0 + draw.normal(0, 0.6, 160), "width": width, "place": place}
    path = tmp_path_factory.mktemp("rows") / "flowers.csv"
    pd.DataFrame({**columns, "kind": np.array(["a", "b", "c"])[kind]}).to_csv(path, index=False)
    return path


@pytest.fixture(params=STACKING)
def recipes(request: pytest.FixtureRequest, rows: Path) -> list[Recipe]:
    """One for each member; they differ in what members may have each for itself."""
    dataset = open_data(rows)
    same = {"epochs": 6, "early_stopping": False, "batch_size": 16, "threads": 1}
    return [
        resolve(dataset, Choices(family=request.param, size="small", settings=tuple({**same, **own}.items())))
        for own in OWN
    ]


def parts_of(recipes: Sequence[Recipe], folder: Path) -> list[Part]:
    """Where the members are kept."""
    return [Part(each, folder / f"run-{number}", f"Run {number}") for number, each in enumerate(recipes)]


def losses(events: Sequence[Event], member: int) -> list[float]:
    """The curve of one member."""
    return [each.validation_loss for each in events if isinstance(each, EpochEnded) and each.member == member]


def test_that_every_member_is_a_whole_run_and_learns_as_it_would_alone(recipes, tmp_path):
    parts = parts_of(recipes, tmp_path)
    said = list(train_several(parts, tmp_path / "stack" / "last.pt", Control()))
    assert said[-1].type == "RunFinished"
    assert {each.member for each in said if isinstance(each, MemberEnded)} == {0, 1, 2}
    for number, part in enumerate(parts):
        alone, events = train(part.recipe, Control(), path=tmp_path / f"alone-{number}", name=part.name)
        expected = list(events)
        folder = RunFolder(part.path)
        progress, other = progress_of(folder), progress_of(alone)
        assert losses(said, number) == pytest.approx(losses(expected, 0), rel=1e-3)
        assert list(progress.curve.validation_loss) == losses(said, number)
        assert (progress.state, progress.epochs) == (State.FINISHED, other.epochs)
        assert progress.started.baseline_loss == pytest.approx(other.started.baseline_loss)
        about = {"run", "seconds", "baseline_loss"}
        assert progress.started.model_dump(exclude=about) == other.started.model_dump(exclude=about)
        assert (folder.name, folder.recipe.settings) == (alone.name, alone.recipe.settings)
        kept, weights = load_file(folder.weights), load_file(alone.weights)
        assert kept.keys() == weights.keys()
        assert all(torch.allclose(kept[name].float(), weights[name].float(), atol=1e-3) for name in kept)
        assert all((folder.path / name).exists() for name in FILES)
        assert folder.state.exists()
        assert not folder.is_live
        assert folder.stack is None
        mine, theirs = evaluate(folder, "validation"), evaluate(alone, "validation")
        assert mine.confusion == theirs.confusion


def interrupt(events: Iterator[Event], control: Control, epochs: int, *, killed: bool) -> None:
    """Reads as many ends of epochs, then wants a stop, or reads no further."""
    ends = (each for each in events if isinstance(each, EpochEnded))
    for _ in itertools.islice(ends, epochs):
        pass
    if killed:
        events.close()
    else:
        control.stop()
        assert list(events)[-1].type == "RunStopped"


@pytest.mark.parametrize("killed", [False, True])
def test_that_they_go_on_exactly_together_and_each_can_go_on_alone(recipes, killed, tmp_path):
    whole = parts_of(recipes, tmp_path / "whole")
    expected = list(train_several(whole, tmp_path / "whole" / "last.pt", Control()))
    parts, state, control = parts_of(recipes, tmp_path), tmp_path / "stack" / "last.pt", Control()
    interrupt(train_several(parts, state, control), control, 7, killed=killed)
    assert all(progress_of(RunFolder(each.path)).state is State.STOPPED for each in parts)
    again = list(train_several(parts, state, Control()))
    assert again[-1].type == "RunFinished"
    for number, (mine, theirs) in enumerate(zip(parts, whole, strict=True)):
        curve = progress_of(RunFolder(mine.path)).curve
        assert list(curve.validation_loss) == losses(expected, number)
        assert RunFolder(mine.path).weights.read_bytes() == RunFolder(theirs.path).weights.read_bytes()
    apart, control = parts_of(recipes, tmp_path / "apart"), Control()
    state = tmp_path / "apart" / "last.pt"
    interrupt(train_several(apart, state, control), control, 7, killed=killed)
    folder = RunFolder(apart[1].path)
    assert list(resume(folder, Control()))[-1].type == "RunFinished"
    assert list(progress_of(folder).curve.validation_loss) == pytest.approx(losses(expected, 1), rel=1e-3)
    # The others no longer have a whole stack to go on with, and go on in turn.
    rest = list(train_several(apart, state, Control()))
    assert rest[-1].type == "RunFinished"
    for number in (0, 2):
        curve = progress_of(RunFolder(apart[number].path)).curve
        assert list(curve.validation_loss) == pytest.approx(losses(expected, number), rel=1e-3)
