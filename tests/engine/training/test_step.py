"""A step is the same wherever it is taken, also where a GPU's optimiser cannot do part of it."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest
import torch
from torch import nn

from tests.engine.training.test_going_on import lesson
from trainer_gui.engine.execution import Execution
from trainer_gui.engine.training.making import loss_of
from trainer_gui.engine.training.optimisers import make_optimiser
from trainer_gui.engine.training.step import NotFiniteError, Step

CPU = torch.device("cpu")


def step_at(folder: Path, optimiser: str) -> Step:
    """A step of a small network whose gradients are clipped."""
    torch.manual_seed(0)
    plan = lesson(folder, "neural_network", optimiser=optimiser, gradient_clipping=0.01)
    return Step(nn.Linear(4, 3), loss_of(plan, CPU), plan.settings, Execution(), CPU)


def as_on_apple(step: Step) -> Step:
    """The step with what is done where no fused optimiser divides or passes over anything."""
    step.device, step._move = torch.device("mps"), None
    for group in step.optimiser.param_groups:
        group["fused"] = False
    return step


@pytest.mark.parametrize("optimiser", ["adamw", "adam", "sgd"])
def test_that_apples_step_is_the_same(tmp_path, optimiser):
    ours, theirs = as_on_apple(step_at(tmp_path, optimiser)), step_at(tmp_path, optimiser)
    for number in range(5):
        inputs, targets = torch.randn(8, 4), torch.randint(0, 3, (8,))
        losses = [float(each.take([inputs], targets, 0.1 / (number + 1))[0]) for each in (ours, theirs)]
        assert losses[0] == pytest.approx(losses[1], rel=1e-5)
    torch.testing.assert_close(ours.network.state_dict(), theirs.network.state_dict(), rtol=1e-3, atol=1e-5)


def test_that_apples_step_is_not_taken_where_it_is_no_number(tmp_path):
    step = as_on_apple(step_at(tmp_path, "adamw"))
    before = step.network.weight.detach().clone()
    with pytest.raises(NotFiniteError):
        step.take([torch.full((8, 4), torch.inf)], torch.zeros(8, dtype=torch.int64), 0.1)
    assert torch.equal(step.network.weight, before)


def test_that_a_first_step_that_is_passed_over_leaves_no_momentum_behind(tmp_path):
    # As a GPU does: the mark of a step that is no number is read by the fused optimiser itself.
    network = nn.Linear(4, 3)
    settings = lesson(tmp_path, "neural_network", optimiser="sgd").settings
    optimiser = make_optimiser(settings, network)
    for each in network.parameters():
        each.grad = torch.full_like(each, torch.nan)
    optimiser.found_inf = torch.ones(())
    optimiser.step()
    buffers = [each["momentum_buffer"] for each in optimiser.state.values()]
    assert len(buffers) == 2
    assert all(torch.equal(each, torch.zeros_like(each)) for each in buffers)


def test_that_a_saved_state_does_not_decide_how_the_optimiser_computes(tmp_path):
    ours, theirs = as_on_apple(step_at(tmp_path, "adamw")), step_at(tmp_path, "adamw")
    theirs.restore_optimiser(ours.optimiser.state_dict())
    assert all(group["fused"] for group in theirs.optimiser.param_groups)


@pytest.mark.parametrize("optimiser", ["adamw", "sgd"])
def test_that_a_step_that_nobody_uses_frees_its_memory_at_once(tmp_path, optimiser):
    # Ways that are tried one after the other would pile up their networks until they are collected.
    step_at(tmp_path, optimiser)  # the first optimiser of a process is held by what torch loads for it
    gc.disable()
    try:
        step = step_at(tmp_path, optimiser)
        for _ in range(3):
            step.take([torch.randn(8, 4)], torch.randint(0, 3, (8,)), 0.1)
        weights = weakref.ref(step.network.weight)
        del step
        assert weights() is None
    finally:
        gc.enable()
