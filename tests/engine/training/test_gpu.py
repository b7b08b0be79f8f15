"""What only a machine with an NVIDIA GPU can show; elsewhere these are skipped, and say so."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.engine.training.test_going_on import curve, lesson
from tests.stopping import StopsAfter
from trainer_gui.engine.control import Control
from trainer_gui.engine.events import Noticed, RunFinished, RunStopped
from trainer_gui.engine.execution import Execution, Precision
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.lesson import Examples, Lesson
from trainer_gui.engine.training.gauge import loads
from trainer_gui.engine.training.training import Training
from trainer_gui.engine.training.trial import work_of

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU that PyTorch can use is here")

CALM = {"dropout": 0.0, "epochs": 2}
WAYS = [
    Execution(),
    Execution(captured=True),
    Execution(precision=Precision.TF32),
    Execution(precision=Precision.BFLOAT16, captured=True),
    Execution(precision=Precision.FLOAT16),
]


def on_gpu(folder: Path, name: str, way: Execution, *, resume: bool = False, **changes: object) -> Lesson:
    """The lesson of the other tests on the GPU, carried out in this way and no other."""
    if name == "image_network":
        changes.setdefault("shift", 0)
    plan = replace(lesson(folder, name, resume=resume, **changes), device="cuda")
    family = FAMILIES[name]
    mark = work_of(
        lambda: family.build(plan.shape, plan.size, plan.settings), plan.shape, plan.settings, "cuda"
    )
    return replace(plan, execution=way.model_copy(update={"work": mark}))


def training_of(plan: Lesson) -> Training:
    """The training that `learn` would begin."""
    family = FAMILIES["image_network" if plan.shape.picture else "neural_network"]
    assert plan.execution is not None
    return Training(lambda: family.build(plan.shape, plan.size, plan.settings), plan, plan.execution)


@pytest.mark.parametrize("name", ["neural_network", "image_network"])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.in_words)
def test_that_every_way_learns_what_the_processor_learns(tmp_path, name, way):
    small = {"shift": 0} if name == "image_network" else {}
    expected = list(FAMILIES[name].learn(lesson(tmp_path / "cpu", name, **CALM, **small), Control()))
    seen = list(FAMILIES[name].learn(on_gpu(tmp_path / "gpu", name, way, **CALM), Control()))
    assert isinstance(seen[-1], RunFinished)
    near = 0.01 if way.precision is Precision.FLOAT32 else 0.1
    for ours, theirs in zip(curve(seen), curve(expected), strict=True):
        assert ours == pytest.approx(theirs, rel=near)


@pytest.mark.parametrize("optimiser", ["adamw", "adam", "sgd"])
def test_that_a_recorded_step_is_the_step(tmp_path, optimiser):
    def losses(way: Execution) -> Iterator[float]:
        training = training_of(on_gpu(tmp_path, "neural_network", way, optimiser=optimiser, **CALM))
        while (rows := training.next_batch()) is not None:  # the last batch is smaller
            training.take(rows)
        training.tally.settle()
        yield from training.tally.take_fresh()

    assert list(losses(Execution(captured=True))) == pytest.approx(list(losses(Execution())), rel=1e-4)


@pytest.mark.parametrize("captured", [False, True])
def test_that_it_goes_on_from_any_batch(tmp_path, captured):
    way, family = Execution(captured=captured), FAMILIES["neural_network"]
    expected = list(family.learn(on_gpu(tmp_path / "whole", "neural_network", way), Control()))
    told = list(family.learn(on_gpu(tmp_path / "parts", "neural_network", way), StopsAfter(9)))
    assert isinstance(told[-1], RunStopped)
    again = on_gpu(tmp_path / "parts", "neural_network", way, resume=True)
    told += list(family.learn(again, Control()))
    # Sums on a GPU may be taken in another order each time.
    for ours, theirs in zip(curve(told), curve(expected), strict=True):
        assert ours == pytest.approx(theirs, rel=0.02)


@pytest.mark.parametrize("way", WAYS[:4], ids=lambda way: way.in_words)
@pytest.mark.parametrize("name", ["neural_network", "image_network"])
def test_that_no_batch_waits_for_the_gpu(tmp_path, name, way):
    # float16 is left out: torch's own scaler asks at each step whether it overflowed.
    training = training_of(
        on_gpu(tmp_path, name, way, epochs=3, shift=1)
        if name == "image_network"
        else on_gpu(tmp_path, name, way, epochs=3)
    )
    while (rows := training.next_batch()) is not None:  # what comes first is also made, and recorded
        training.take(rows)
    training.end_epoch(1.0)
    rows = training.next_batch()
    torch.cuda.set_sync_debug_mode("error")
    try:
        while rows is not None:
            training.take(rows)
            rows = training.next_batch()
    finally:
        torch.cuda.set_sync_debug_mode("default")
    training.tally.settle()
    assert math.isfinite(training.tally.mean)


def test_that_a_real_limit_of_memory_divides_the_batch(tmp_path):
    draw = np.random.default_rng(0)
    plan = on_gpu(tmp_path, "image_network", Execution(), epochs=1, batch_size=512)
    pictures = draw.integers(0, 256, (1024, 1, 64, 64), dtype=np.uint8)
    shape = plan.shape.model_copy(update={"picture": (1, 64, 64), "rows": 1024})
    examples = Examples((pictures,), draw.integers(0, 3, 1024))
    plan = replace(
        plan, train=examples, validation=examples, shape=shape, size="medium", execution=Execution()
    )
    torch.cuda.empty_cache()
    _, total = torch.cuda.mem_get_info()
    torch.cuda.set_per_process_memory_fraction(min(1.0, 0.6e9 / total))
    try:
        seen = list(FAMILIES["image_network"].learn(replace(plan, resume=False), Control()))
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
        torch.cuda.empty_cache()
    assert "memory.divided" in [each.problem.key for each in seen if isinstance(each, Noticed)]
    assert isinstance(seen[-1], RunFinished)


def test_that_pictures_stay_and_are_moved_on_the_gpu(tmp_path):
    training = training_of(on_gpu(tmp_path, "image_network", Execution(), shift=2))
    assert {each.device.type for each in (*training.inputs, training.targets)} == {"cuda"}
    shifted = training.network.shift(training.inputs[0])
    assert shifted.device.type == "cuda"
    assert not torch.equal(shifted, training.inputs[0])


def test_that_the_gpu_tells_how_full_it_is():
    (found,) = loads("cuda")
    assert 0 < found.used_bytes <= found.total_bytes


@pytest.mark.skipif(torch.cuda.device_count() < 2, reason="there is only one GPU here")
def test_that_all_gpus_learn_what_one_learns(tmp_path):
    family = FAMILIES["neural_network"]
    expected = list(family.learn(on_gpu(tmp_path / "one", "neural_network", Execution(), **CALM), Control()))
    plan = replace(lesson(tmp_path / "all", "neural_network", **CALM), device="cuda:all")
    seen = list(family.learn(plan, Control()))
    for ours, theirs in zip(curve(seen), curve(expected), strict=True):
        assert ours == pytest.approx(theirs, rel=0.01)
