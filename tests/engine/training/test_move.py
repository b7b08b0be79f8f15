"""The optimiser's move on a processor is torch's own, to the last bit."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn

from trainer_gui.engine.hyperparameters import TrainingSettings
from trainer_gui.engine.settings import accept
from trainer_gui.engine.training.move import Move
from trainer_gui.engine.training.optimisers import make_optimiser

STEPS = 12


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(5, 7), nn.BatchNorm1d(7), nn.Linear(7, 3))


def give_gradients(model: nn.Module, step: int, without: int | None) -> None:
    draw = torch.Generator().manual_seed(step)
    for place, each in enumerate(model.parameters()):
        each.grad = None if place == without else torch.randn(each.shape, generator=draw)


@pytest.mark.parametrize("optimiser", ["adamw", "adam", "sgd"])
def test_that_a_move_is_that_of_torch_also_after_a_resume_and_where_a_gradient_is_missing(optimiser):
    settings = accept(TrainingSettings, {"optimiser": optimiser, "weight_decay": 0.1})
    ends: list[list[Tensor]] = []
    for by_torch in (True, False):
        model = network()
        steps = make_optimiser(settings, model)
        move = Move(steps)
        for step in range(STEPS):
            give_gradients(model, step, without=2 if step in (5, 6) else None)
            for group in steps.param_groups:
                group["lr"] = 0.01 / (step + 1)
            scale = torch.tensor(1.7) if step % 3 == 0 else None
            if by_torch:
                steps.grad_scale = scale
                steps.step()
            else:
                move.take(scale)
            if step == 8:
                steps.load_state_dict(copy.deepcopy(steps.state_dict()))
        counts = [each["step"] for each in steps.state_dict()["state"].values() if "step" in each]
        ends.append([*(each.detach() for each in model.parameters()), *counts])
    assert len(ends[0]) == len(ends[1])
    assert all(torch.equal(a, b) for a, b in zip(*ends, strict=True))
    assert not torch.equal(ends[0][0], next(network().parameters()))
