"""The state of one member of a stack as its run alone would have saved it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from trainer_gui.engine.hyperparameters import Optimiser, TrainingSettings
from trainer_gui.engine.lesson import Lesson
from trainer_gui.engine.training.checkpoint import Snapshot, damaged, read_state, write_state
from trainer_gui.engine.training.stacked.moves import BETAS, EPSILON, MOMENTUM
from trainer_gui.engine.training.stacked.network import DECAYED, PLAIN, Rows, StackedNetwork
from trainer_gui.engine.training.training import STATE_VERSION
from trainer_gui.engine.training.weights import Build, outline

_ADAM = {"mean": "exp_avg", "square": "exp_avg_sq"}
# What a stack calls the memory of an optimiser, and what torch does.
_MEMORIES = {Optimiser.SGD: {"momentum": "momentum_buffer"}, Optimiser.ADAM: _ADAM, Optimiser.ADAMW: _ADAM}


def part_from(stack: Path, number: int, build: Build, lesson: Lesson) -> None:
    """Writes a member's own state from the state file of its stack.

    Raises UserError where that is gone or damaged, or OSError.
    """
    shared = read_state(stack)
    try:
        write_state(lesson.state, own_state(shared, number, build, lesson))
    except (KeyError, IndexError, ValueError, RuntimeError, TypeError) as error:
        raise damaged() from error


def own_state(shared: Snapshot, number: int, build: Build, lesson: Lesson) -> Snapshot:
    """What the member's run alone would have saved where the stack stands in a snapshot of it."""
    member = shared["members"][number]
    epoch, step_number, best_epoch, moves = member["counts"]
    slowed, rests, _ = member["flags"]
    network = outline(build)
    stacked = StackedNetwork([network])
    best = stacked.state_of(shared["best"], number, 0)
    now = best if rests else stacked.state_of(shared["home"], number, 0)
    within = shared["begun"] and number in shared["aboard"]
    state: dict[str, Any] = {
        "version": STATE_VERSION,
        "network": now,
        "optimiser": _optimiser_state(shared["home"], number, network, stacked, lesson.settings, moves),
        "scaler": {},
        "learning_rate": member["learning_rate"],
        "counts": [epoch, step_number, best_epoch, shared["batch"] if within else 0],
        "precision": "float32",
        "slowed": slowed,
        "parts": 1,
        "best_loss": member["best_loss"],
        "tally": member["tally"],
        "shuffler": member["shuffler"],
        "chance": member["chance"] if lesson.device == "cpu" else torch.get_rng_state(),
        "best_weights": best,
    }
    if lesson.device != "cpu":
        state["device_chance"] = member["chance"]
    return state


def _optimiser_state(
    home: Rows,
    number: int,
    network: nn.Module,
    stacked: StackedNetwork,
    settings: TrainingSettings,
    moves: int,
) -> dict[str, Any]:
    """The state of torch's optimiser. It is not asked for that itself: to make one takes a second."""
    learned = {name: each for name, each in network.named_parameters() if each.requires_grad}
    order = sorted(learned, key=lambda name: learned[name].ndim <= 1)  # as `make_optimiser` has them
    states: list[dict[str, Tensor]] = [{} for _ in order]
    for kind, own_name in _MEMORIES[settings.optimiser].items() if moves else ():
        groups = {group: home[f"{kind} {group}"] for group in (DECAYED, PLAIN) if group in home}
        moments = stacked.state_of({**home, **groups}, number, 0)
        for state, name in zip(states, order, strict=True):
            state[own_name] = moments[name]
    if settings.optimiser is not Optimiser.SGD:
        for state in states if moves else ():
            state["step"] = torch.tensor(float(moves))
    of_weights = [place for place, name in enumerate(order) if learned[name].ndim > 1]
    others = list(range(len(of_weights), len(order)))
    return {
        "state": {place: state for place, state in enumerate(states) if state},
        "param_groups": [
            {**_manner(settings), "weight_decay": decay, "params": places}
            for decay, places in ((settings.weight_decay, of_weights), (0.0, others))
            if places
        ],
    }


def _manner(settings: TrainingSettings) -> dict[str, Any]:
    same = {"lr": settings.learning_rate, "maximize": False, "foreach": None, "differentiable": False}
    if settings.optimiser is Optimiser.SGD:
        return {**same, "momentum": MOMENTUM, "dampening": 0.0, "nesterov": True, "fused": True}
    decoupled = settings.optimiser is Optimiser.ADAMW
    own = {"betas": BETAS, "eps": EPSILON, "amsgrad": False, "capturable": False, "fused": True}
    return {**same, **own, "decoupled_weight_decay": decoupled}
