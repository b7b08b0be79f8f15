"""What every family promises whose models can be a start: to go on, to be transferred, to be frozen."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.contracts.test_families import curve, lesson_of
from tests.stopping import StopsAfter
from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import DataKind, Task
from trainer_gui.engine.events import EpochEnded, RunFinished, RunStopped
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.family import Family, NetworkFamily
from trainer_gui.engine.lesson import HeadStart, Lesson
from trainer_gui.engine.start_settings import StartSettings
from trainer_gui.engine.training.weights import outline

_CASES = [
    pytest.param(family.name, kind, id=f"{family.name}-{kind}")
    for family in FAMILIES
    for kind in DataKind
    if family.fits(kind, Task.CLASSIFICATION) and isinstance(family, NetworkFamily)
]
# Something before the last layer, also of the linear model.
_SIZES = {"linear": "small"}


def lesson(family: Family, kind: DataKind, folder: Path, **settings: object) -> Lesson:
    """A few epochs on made-up rows."""
    size = _SIZES.get(family.name, "tiny")
    return lesson_of(family, kind, Task.CLASSIFICATION, folder, size, batch_size=16, **settings)


def trained(family: Family, kind: DataKind, folder: Path) -> Lesson:
    """A lesson that was learned; its weights lie in the folder."""
    folder.mkdir()
    found = lesson(family, kind, folder, epochs=2, seed=7)
    assert isinstance(list(family.learn(found, Control()))[-1], RunFinished)
    return found


def begin(
    family: Family, before: Lesson, after: Lesson, *, replace_head: bool = False, **settings: object
) -> Lesson:
    """The lesson `after`, which starts from what `before` has learned."""
    blocks = family.blocks(after.shape, after.size, after.settings)
    weights = load_file(before.weights)
    fresh = frozenset({blocks[-1].name}) if replace_head else frozenset()
    kept = {name: each for name, each in weights.items() if not (replace_head and blocks[-1].holds(name))}
    place = after.weights.with_name("initial.safetensors")
    save_file(kept, place)
    start = HeadStart(place, blocks, fresh, StartSettings.model_validate(settings))
    return replace(after, start=start)


@pytest.mark.parametrize(("name", "kind"), _CASES)
def test_that_every_weight_belongs_to_one_block_and_the_last_gives_the_answer(name, kind, tmp_path):
    family = FAMILIES[name]
    for size in ("tiny", "medium"):
        found = lesson_of(family, kind, Task.CLASSIFICATION, tmp_path, size)
        blocks = family.blocks(found.shape, size, found.settings)
        network = outline(partial(family.build, found.shape, size, found.settings))
        for weight in network.state_dict():
            assert sum(each.holds(weight) for each in blocks) == 1, weight
        assert [each.is_head for each in blocks] == [False] * (len(blocks) - 1) + [True]
        assert len({each.name for each in blocks}) == len(blocks)
        wider = found.shape.model_copy(update={"outputs": found.shape.outputs + 2})
        other = outline(partial(family.build, wider, size, found.settings)).state_dict()
        changed = [k for k, each in network.state_dict().items() if other[k].shape != each.shape]
        assert changed
        assert all(blocks[-1].holds(each) for each in changed)


@pytest.mark.parametrize(("name", "kind"), _CASES)
def test_that_no_epoch_leaves_the_model_as_it_was(name, kind, tmp_path):
    family = FAMILIES[name]
    before = trained(family, kind, tmp_path / "before")
    after = begin(family, before, lesson(family, kind, tmp_path, epochs=0))
    last = list(family.learn(after, Control()))[-1]
    assert isinstance(last, RunFinished)
    ours, theirs = load_file(after.weights), load_file(before.weights)
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(each, theirs[key]) for key, each in ours.items())


@pytest.mark.parametrize("part", ["last_layer", "blocks"])
@pytest.mark.parametrize(("name", "kind"), _CASES)
def test_that_what_is_frozen_stays_to_the_last_bit_and_the_rest_learns(name, kind, part, tmp_path):
    family = FAMILIES[name]
    before = trained(family, kind, tmp_path / "before")
    after = begin(
        family, before, lesson(family, kind, tmp_path), replace_head=True, train_part=part, head_first=0
    )
    assert isinstance(list(family.learn(after, Control()))[-1], RunFinished)
    assert after.start is not None
    ours, theirs = load_file(after.weights), load_file(before.weights)
    for block in after.start.blocks:
        keys = [key for key in ours if block.holds(key)]
        same = all(torch.equal(ours[key], theirs[key]) for key in keys)
        assert same != (block.name in after.start.free), block.name


@pytest.mark.parametrize("views", [2, 0])
@pytest.mark.parametrize(("name", "kind"), _CASES)
def test_that_it_goes_on_exactly_through_both_steps_wherever_it_was_stopped(name, kind, views, tmp_path):
    """The head alone first, then everything at another rate for each block."""
    family = FAMILIES[name]
    before = trained(family, kind, tmp_path / "before")
    chance = {each: 0.3 for each in ("dropout", "word_dropout") if each in family.settings.model_fields}
    lessons = []
    for place in ("whole", "parts"):
        (tmp_path / place).mkdir()
        after = lesson(family, kind, tmp_path / place, **chance)
        how = {"head_first": 2, "rate_per_block": 0.5, "views": views}
        lessons.append(begin(family, before, after, replace_head=True, **how))
    whole, parts = lessons
    expected = list(family.learn(whole, Control()))
    rates = [each.learning_rate for each in expected if isinstance(each, EpochEnded)]
    assert whole.start is not None
    if len(whole.start.blocks) > 1:  # else there is nothing to be done after the last layer
        assert max(rates[2:]) <= 0.11 * whole.settings.learning_rate < 1.1 * max(rates[:2])
    seen = []
    for number, looks in enumerate([3, 5, 9, 10**9]):
        told = list(family.learn(replace(parts, resume=number > 0), StopsAfter(looks)))
        seen += told
        if isinstance(told[-1], RunFinished):
            break
        assert isinstance(told[-1], RunStopped)
    assert curve(seen) == curve(expected)
    assert parts.weights.read_bytes() == whole.weights.read_bytes()
    assert not list(tmp_path.rglob("features-*"))


@pytest.mark.parametrize(("name", "kind"), _CASES)
def test_that_what_is_computed_once_learns_the_same_as_what_is_computed_anew(name, kind, tmp_path):
    family = FAMILIES[name]
    before = trained(family, kind, tmp_path / "before")
    still = {"shift": 0} if "shift" in family.settings.model_fields else {}
    curves = []
    for views in (1, 0):
        after = lesson(family, kind, tmp_path, **still)
        after = begin(family, before, after, replace_head=True, train_part="last_layer", views=views)
        said = list(family.learn(after, Control()))
        curves.append([e.validation_loss for e in said if isinstance(e, EpochEnded)])
    assert len(curves[0]) == 4
    assert curves[0] == pytest.approx(curves[1], rel=1e-5)
