"""Losses and gradients of all members of a stack by written formulas, and what they answer."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from trainer_gui.engine.training.stacked.losses import Losses
from trainer_gui.engine.training.stacked.masks import Masks
from trainer_gui.engine.training.stacked.network import DECAYED, PLAIN, Rows, StackedNetwork
from trainer_gui.engine.training.stacked.pieces import Entrance, Relu


class Descent:
    """Finds the gradients of everyone aboard, as autograd would but for rounding.

    All gradients lie in rows of the shapes of the parameters, `gradients`, which every step fills anew.
    The parameters are read where they are in the rows of those aboard, and may change there.
    """

    def __init__(self, network: StackedNetwork, rows: Rows, masks: Masks, losses: Losses) -> None:
        self.gradients: Rows = {
            group: torch.zeros_like(rows[group]) for group in (DECAYED, PLAIN) if group in rows
        }
        self._learning = list(zip(network.pieces, network.places(rows, self.gradients), strict=True))
        self._using = list(zip(network.pieces, network.places(rows), strict=True))
        entrance = network.pieces[0]
        assert isinstance(entrance, Entrance)
        self._entrance = entrance
        self._masks = masks
        self._losses = losses

    def descend(self, inputs: Sequence[Tensor], targets: Tensor) -> Tensor:
        """The mean loss of each member, [members], before a step on these rows.

        Inputs are [members, rows, columns] each, targets [members, rows].
        """
        with torch.no_grad():
            rows = self._entrance.enter(self._learning[0][1], inputs)
            hidden: dict[int, Tensor] = {}
            for at, (piece, place) in enumerate(self._learning[1:], 1):
                rows = piece.forward(place, rows)
                if self._masks.hides(at):
                    hidden[at] = self._masks.kept(at, rows)
                    rows.mul_(hidden[at]).mul_(self._masks.scale(at))
            losses, given = self._losses.descent(rows, targets)
            for at, (piece, place) in reversed(list(enumerate(self._learning))):
                if at in hidden:
                    given.mul_(self._masks.scale(at))
                    if not isinstance(piece, Relu):  # which sees what is hidden by itself
                        given.mul_(hidden[at])
                back = piece.backward(place, given)
                if back is None:
                    break
                given = back
        return losses

    def answers(self, inputs: Sequence[Tensor]) -> Tensor:
        """[members, rows, outputs] as when the models are used, from arrays [members, rows, columns].

        The memory of the answer is written over by the next one.
        """
        with torch.no_grad():
            rows = self._entrance.enter(self._using[0][1], inputs)
            for piece, place in self._using[1:]:
                rows = piece.use(place, rows)
        return rows
