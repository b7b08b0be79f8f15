"""The dropout of all members of a stack, each mask from its member's own chance."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from trainer_gui.engine.training.dropout import draw, mask, threshold, words_for
from trainer_gui.engine.training.stacked.operations import hidden_relu

_ALWAYS = 2.0**16  # a threshold that all 16-bit numbers are below


class Masks:
    """Draws the masks of the members aboard, as each of them would draw them alone on a processor.

    On a GPU a member repeats with its seed, but its masks are others than those of its run alone.
    """

    def __init__(
        self, shares: Sequence[Sequence[float]], chances: Sequence[torch.Generator], device: torch.device
    ) -> None:
        self._device = device
        self._chances = chances
        self._drawn = [[bool(each) for each in of_members] for of_members in shares]
        self._below: list[Tensor] = []
        self._scale: list[Tensor] = []
        for of_members in shares:
            below = [threshold(each) if each else _ALWAYS for each in of_members]
            scale = [1 / (1 - each) for each in of_members]
            self._below.append(torch.tensor(below, device=device).view(-1, 1, 1))
            self._scale.append(torch.tensor(scale, device=device).view(-1, 1, 1))
        self._bits: dict[int, Tensor] = {}  # by the words of a member

    def hide(self, place: int, rows: Tensor, *, rectified: bool = False) -> Tensor:
        """Rows [members, rows, width] after the dropout at this place, without the `scale`.

        Where `rectified`, everything below zero is set to zero on the way.
        """
        members, count, width = rows.shape
        units = count * width
        words = words_for(units)
        bits = self._bits.get(words)
        if bits is None:
            bits = self._bits[words] = torch.empty(members, words, dtype=torch.int64, device=self._device)
        for own, is_drawn, chance in zip(bits.unbind(0), self._drawn[place], self._chances, strict=True):
            if is_drawn:
                draw(own, chance)
        short = bits.view(torch.int16)
        if short.shape[1] != units:
            short = short[:, :units].contiguous()
        kept = mask(short.view(members, count, width), self._below[place])
        return hidden_relu(rows, kept) if rectified else rows * kept

    def scale(self, place: int) -> Tensor:
        """By what the rows of each member are to be multiplied so that their mean stays, [members, 1, 1]."""
        return self._scale[place]
