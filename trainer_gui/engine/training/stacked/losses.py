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

    def of(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """The mean loss of each member, [members], from outputs [members, rows, outputs]."""
        if self._task is not Task.CLASSIFICATION:
            return (outputs.squeeze(2) - targets).square().mean(1)
        logs = torch.log_softmax(outputs, 2)
        wrong = logs.gather(2, targets.unsqueeze(2)).squeeze(2).neg()
        if self._weights is None:
            found = wrong.mean(1)
            if self._smoothing is not None:
                found = found.lerp(-logs.mean((1, 2)), self._smoothing)
            return found
        weights = self._weights.gather(1, targets)
        mass = weights.sum(1)
        found = (wrong * weights).sum(1) / mass
        if self._smoothing is not None:
            even = -(logs * self._weights.unsqueeze(1)).sum((1, 2)) / (mass * outputs.shape[2])
            found = found.lerp(even, self._smoothing)
        return found
