"""The optimiser's move of all members of a stack, each with its own rate, decay and count of moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from trainer_gui.engine.hyperparameters import Optimiser
from trainer_gui.engine.training.stacked.network import DECAYED, PLAIN, Rows

BETAS = (0.9, 0.999)  # torch's own
EPSILON = 1e-8
MOMENTUM = 0.9


class How(NamedTuple):
    """How one member is moved."""

    rate: float
    decay: float
    moves: int  # that it has taken, this one included


def moments_of(rows: Rows, optimiser: Optimiser) -> Rows:
    """The empty memory of an optimiser for these parameters."""
    kinds = ("momentum",) if optimiser is Optimiser.SGD else ("mean", "square")
    return {
        f"{kind} {group}": torch.zeros_like(rows[group])
        for group in (DECAYED, PLAIN)
        if group in rows
        for kind in kinds
    }


class Moves:
    """Moves rows of parameters in place by gradients of the same shape, with torch's fused kernels.

    One call moves all members whose optimisers have moved equally often, which is the rule: what differs in
    rate or decay is multiplied in around it. Only where one began anew is there a call for each.
    """

    def __init__(self, optimiser: Optimiser) -> None:
        self._optimiser = optimiser
        self._apart: dict[str, list[tuple[Tensor, ...]]] = {}  # what is kept of each member, by group
        self._counts: dict[int, Tensor] = {}
        self._ways: dict[str, Tensor] = {}  # by how much each parameter of a group is moved, at a rate of 1

    def forget(self) -> None:
        """Is to be called when the rows are others than at the last move."""
        self._apart.clear()
        self._ways.clear()

    def take(self, rows: Rows, gradients: Rows, how: Sequence[How]) -> None:
        """One move of every member, `how` in the order of the rows; the gradients may be written over."""
        alike = all(each == how[0] for each in how)
        device = next(iter(gradients.values())).device
        counts = {each.moves for each in how}
        self._counts = {each: torch.tensor(float(each), device=device) for each in counts}
        for group, gradient in gradients.items():
            names = [group, *(f"{kind} {group}" for kind in self._kinds)]
            if alike:
                self._move(group, gradient, [rows[name] for name in names], how[0])
                continue
            if len(counts) == 1:
                self._move_by_share(group, gradient, [rows[name] for name in names], how)
                continue
            if group not in self._apart:
                each_kept = [rows[name].unbind(0) for name in names]
                self._apart[group] = list(zip(*each_kept, strict=True))
            for each, own, kept in zip(how, gradient.unbind(0), self._apart[group], strict=True):
                self._move(group, own, kept, each)

    def _move_by_share(
        self, group: str, gradient: Tensor, kept: Sequence[Tensor], how: Sequence[How]
    ) -> None:
        """Moves all at a rate of 1 from zero, and each of the parameters by its member's share of that."""
        weights, *moments = kept
        rates = torch.tensor([each.rate for each in how], device=weights.device).unsqueeze(1)
        if group == DECAYED and any(each.decay for each in how):
            if self._optimiser is Optimiser.ADAMW:
                left = [1 - each.rate * each.decay for each in how]
                weights.mul_(torch.tensor(left, device=weights.device).unsqueeze(1))
            else:
                decays = torch.tensor([each.decay for each in how], device=weights.device)
                gradient.addcmul_(weights, decays.unsqueeze(1))
        if group not in self._ways:
            self._ways[group] = torch.empty_like(weights)
        way = self._ways[group].zero_()
        self._move(group, gradient, [way, *moments], How(1.0, 0.0, how[0].moves))
        weights.addcmul_(way, rates)

    @property
    def _kinds(self) -> tuple[str, ...]:
        return ("momentum",) if self._optimiser is Optimiser.SGD else ("mean", "square")

    def _move(self, group: str, gradient: Tensor, kept: Sequence[Tensor], how: How) -> None:
        decay = how.decay if group == DECAYED else 0.0
        if self._optimiser is Optimiser.SGD:
            weights, momentum = kept
            torch._fused_sgd_(
                [weights],
                [gradient],
                [momentum],
                weight_decay=decay,
                momentum=MOMENTUM,
                lr=how.rate,
                dampening=0.0,
                nesterov=True,
                maximize=False,
                is_first_step=False,
            )
            return
        weights, mean, square = kept
        kernel = torch._fused_adamw_ if self._optimiser is Optimiser.ADAMW else torch._fused_adam_
        kernel(
            [weights],
            [gradient],
            [mean],
            [square],
            [],
            [self._counts[how.moves]],
            amsgrad=False,
            maximize=False,
            lr=how.rate,
            beta1=BETAS[0],
            beta2=BETAS[1],
            weight_decay=decay,
            eps=EPSILON,
        )
