"""The losses of all members of a stack at once."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.training.metrics import Loss


class Losses:
    """What `Loss` says of every member, each with its own class weights and smoothing."""

    def __init__(self, losses: Sequence[Loss], device: torch.device) -> None:
        self._task = losses[0].task
        self._weights: Tensor | None = None  # [members, classes]
        known = [each.weight for each in losses if each.weight is not None]
        if known:
            plain = torch.ones_like(known[0])
            self._weights = torch.stack([plain if each.weight is None else each.weight for each in losses])
        smoothing = [each.smoothing for each in losses]
        self._smoothing: Tensor | None = None  # [members]
        if any(smoothing) and self._task is Task.CLASSIFICATION:
            self._smoothing = torch.tensor(smoothing, device=device)

    def descent(self, outputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        """The mean loss of each member, [members], and its gradient, of the shape of the outputs.

        Those are [members, rows, outputs], the targets [members, rows].
        """
        if self._task is not Task.CLASSIFICATION:
            error = outputs.squeeze(2) - targets
            return error.square().mean(1), error.mul_(2 / error.shape[1]).unsqueeze(2)
        logs, places = torch.log_softmax(outputs, 2), targets.unsqueeze(2)
        rows, classes = outputs.shape[1:]
        wrong = logs.gather(2, places).squeeze(2).neg()
        weights = None if self._weights is None else self._weights.gather(1, targets)
        if weights is None:
            found = wrong.mean(1)
            shares = torch.full_like(wrong, 1 / rows)  # of each row in the mean
        else:
            mass = weights.sum(1, keepdim=True)
            found = (wrong * weights).sum(1) / mass.squeeze(1)
            shares = weights / mass
        # Each row's loss pulls at its chances of the classes, less what is wanted of them.
        wanted = torch.zeros_like(logs).scatter_(2, places, shares.unsqueeze(2))
        if self._smoothing is None:
            return found, logs.exp_().mul_(shares.unsqueeze(2)).sub_(wanted)
        if self._weights is None or weights is None:
            even = torch.full_like(logs[:, :1], 1 / (rows * classes))
        else:
            even = (self._weights / (mass * classes)).unsqueeze(1)
        found = found.lerp(-(logs * even).sum((1, 2)), self._smoothing)
        wanted.lerp_(even.expand_as(wanted), self._smoothing.view(-1, 1, 1))
        return found, logs.exp_().mul_(wanted.sum(2, keepdim=True)).sub_(wanted)
