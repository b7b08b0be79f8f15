"""The dropout of all members of a stack, each mask from its member's own chance."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from trainer_gui.engine.training.dropout import draw, mask, threshold, words_for

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
        self._bits: dict[int, tuple[Tensor, tuple[Tensor, ...]]] = {}  # and each member's, by its words
        self._kept: dict[tuple[int, torch.Size], Tensor] = {}  # by place and shape

    def hides(self, place: int) -> bool:
        """Whether any member has dropout at this place."""
        return any(self._drawn[place])

    def kept(self, place: int, rows: Tensor) -> Tensor:
        """1 or 0 for each of the rows [members, rows, width], newly drawn; in memory of this place."""
        members, count, width = rows.shape
        units = count * width
        words = words_for(units)
        if words not in self._bits:
            fresh = torch.empty(members, words, dtype=torch.int64, device=self._device)
            self._bits[words] = fresh, fresh.unbind(0)
        bits, each_own = self._bits[words]
        for own, is_drawn, chance in zip(each_own, self._drawn[place], self._chances, strict=True):
            if is_drawn:
                draw(own, chance)
        short = bits.view(torch.int16)
        if short.shape[1] != units:
            short = short[:, :units].contiguous()
        room = self._kept.get((place, rows.shape))
        if room is None:
            room = self._kept[place, rows.shape] = torch.empty_like(rows)
        return mask(short.view(members, count, width), self._below[place], out=room)

    def scale(self, place: int) -> Tensor:
        """By what the rows of each member are to be multiplied so that their mean stays, [members, 1, 1]."""
        return self._scale[place]
