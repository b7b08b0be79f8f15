"""Dropout that spends 16 bits of chance on a unit, in a network alone and in a stack of many."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

_STEPS = 2**16  # in which the share can be told: a unit spends 16 bits of chance


class Dropout(nn.Module):
    """Switches units off by chance in training and makes the others larger, so that the mean stays.

    On a processor the share is rounded to 16 bits. Srivastava et al., 2014, JMLR 15.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share
        self.chance: torch.Generator | None = None  # None for torch's own

    def forward(self, values: Tensor) -> Tensor:
        """The same shape; unchanged when not training."""
        if not self.training or not self.share:
            return values
        if values.device.type == "cpu":
            return values * self.kept(values).to(values.dtype)
        if self.chance is None:
            return nn.functional.dropout(values, self.share)
        kept = torch.empty_like(values).bernoulli_(1 - self.share, generator=self.chance)
        return values * kept.div_(1 - self.share)

    def kept(self, values: Tensor) -> Tensor:
        """What values of this shape are multiplied by on a processor, newly drawn; float32."""
        bits = torch.empty(words_for(values.numel()), dtype=torch.int64)
        draw(bits, self.chance)
        found = mask(bits.view(torch.int16)[: values.numel()], threshold(self.share))
        return found.mul_(1 / (1 - self.share)).view(values.shape)

    def extra_repr(self) -> str:
        return f"share={self.share:g}"


def words_for(units: int) -> int:
    """How many words of 64 bits a mask of so many units needs."""
    return math.ceil(units / 4)


def draw(bits: Tensor, chance: torch.Generator | None) -> None:
    """Fills words, int64 of any shape, with chance."""
    bits.random_(-(2**63), None, generator=chance)


def threshold(share: float) -> float:
    """The 16-bit number below which a unit is kept."""
    return round((1 - share) * _STEPS) - _STEPS / 2


def mask(bits: Tensor, below: Tensor | float, out: Tensor | None = None) -> Tensor:
    """1 where a unit is kept and 0 elsewhere, float32, from bits, int16 of the same shape."""
    # Comparing would give truth values, which take a processor many times as long as these numbers.
    values = bits.to(torch.float32) if out is None else out.copy_(bits)
    if isinstance(below, Tensor):
        torch.sub(below, values, out=values)
    else:
        values.neg_().add_(below)
    return values.clamp_(0.0, 1.0)
