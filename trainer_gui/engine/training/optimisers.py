"""Optimisers and learning-rate schedules, made from the settings."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from trainer_gui.engine.hyperparameters import Optimiser, Schedule, TrainingSettings

_WARM_UP = 0.05  # share of all steps
_FINAL = 0.01  # share of the learning rate at the last step


def make_optimiser(
    settings: TrainingSettings,
    network: nn.Module,
    *,
    capturable: bool = False,
    share_of: Callable[[Tensor], float] | None = None,
) -> torch.optim.Optimizer:
    """The optimiser, in its fused form but on Apple's GPU; biases and normalisation are not decayed.

    Apple's fused ones take the scale of the gradients and the mark of a step to be passed over, and obey
    neither.

    `capturable` makes it one whose moves a GPU can record. `share_of` gives the share of the learning rate at
    which a parameter learns.
    """
    free = [each for each in network.parameters() if each.requires_grad]
    shared = {id(each): 1.0 if share_of is None else share_of(each) for each in free}
    groups: list[dict[str, Any]] = []
    for share in sorted(set(shared.values()), reverse=True):
        mine = [each for each in free if shared[id(each)] == share]
        weights, others = [e for e in mine if e.ndim > 1], [e for e in mine if e.ndim <= 1]
        groups.append({"params": weights, "weight_decay": settings.weight_decay, "share": share})
        groups.append({"params": others, "weight_decay": 0.0, "share": share})
    groups = [each for each in groups if each["params"]]
    rate = settings.learning_rate
    fused = all(each.device.type != "mps" for each in network.parameters())
    if settings.optimiser is Optimiser.SGD:
        sgd = torch.optim.SGD(groups, lr=rate, momentum=0.9, nesterov=True, fused=fused)
        # Where a GPU passes over the very first step, torch leaves the momentum as it found the memory.
        for each in free:
            sgd.state[each]["momentum_buffer"] = torch.zeros_like(each)
        return sgd
    kind = torch.optim.AdamW if settings.optimiser is Optimiser.ADAMW else torch.optim.Adam
    return kind(groups, lr=rate, fused=fused, capturable=capturable)


class LearningRate:
    """The learning rate at every step; its own small state is part of what a resume needs.

    Cosine: Loshchilov & Hutter, 2017, arXiv:1608.03983, after a linear warm-up. Plateau: halved when the
    validation loss has not improved for a third of the patience.
    """

    def __init__(self, settings: TrainingSettings, steps: int, *, share: float = 1.0, begin: int = 0) -> None:
        """For so many steps from the step `begin` on, at a share of the rate that is set."""
        self._schedule = settings.schedule
        self._rate = settings.learning_rate * share
        self._begin = begin
        self._steps = max(1, steps)
        self._warm_up = max(1, round(_WARM_UP * steps))
        self._wait = max(2, settings.patience // 3)
        self.factor = 1.0
        self.slowed = 1.0
        self.best = math.inf
        self.stalled = 0

    def at(self, step: int) -> float:
        """The learning rate of a step, counted from 0 over the whole run."""
        rate = self._rate * self.slowed
        step -= self._begin
        if self._schedule is not Schedule.COSINE:
            return rate * self.factor
        if step < self._warm_up:
            return rate * (step + 1) / self._warm_up
        share = (step - self._warm_up) / max(1, self._steps - self._warm_up)
        return rate * (_FINAL + (1 - _FINAL) * 0.5 * (1 + math.cos(math.pi * min(1.0, share))))

    def slow_down(self, factor: float) -> None:
        """Multiplies every later rate."""
        self.slowed *= factor

    def observe(self, validation_loss: float) -> None:
        """Takes in the validation loss of an epoch."""
        if validation_loss < self.best:
            self.best, self.stalled = validation_loss, 0
            return
        self.stalled += 1
        if self._schedule is Schedule.PLATEAU and self.stalled >= self._wait:
            self.factor, self.stalled = self.factor / 2, 0

    def state(self) -> dict[str, float]:
        """What a resume needs."""
        return {
            "factor": self.factor,
            "slowed": self.slowed,
            "best": self.best,
            "stalled": self.stalled,
            "begin": self._begin,
        }

    def restore(self, state: dict[str, float]) -> None:
        """Goes back to what `state` gave."""
        self.factor, self.slowed = state["factor"], state["slowed"]
        self.best, self.stalled = state["best"], int(state["stalled"])
        self._begin = int(state.get("begin", 0))  # older states had one beginning
