"""What the pieces of a stack compute, with members as the leading axis and each on its own."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class _Linear(torch.autograd.Function):
    """A matrix product per member, whose backward takes the order of factors that needs no copy."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        ctx.save_for_backward(rows, weight)
        ctx.has_bias = bias is not None
        if bias is None:
            return torch.bmm(rows, weight.mT)
        return torch.baddbmm(bias.unsqueeze(1), rows, weight.mT)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        (given,) = gradients
        rows, weight = ctx.saved_tensors
        to_rows = torch.bmm(given, weight) if ctx.needs_input_grad[0] else None
        to_weight = torch.bmm(given.mT, rows)  # in this order it lies in memory as the weights do
        return to_rows, to_weight, given.sum(1) if ctx.has_bias else None


def linear(rows: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """[members, rows, outputs] from [members, rows, inputs], weight [members, outputs, inputs]."""
    found: Tensor = _Linear.apply(rows, weight, bias)  # type: ignore[no-untyped-call]
    return found


class _BatchNorm(torch.autograd.Function):
    """Batch normalisation per member; its own backward, for torch's takes members as channels and copies.

    It works in the memory of its rows, which nobody else may need: passes over memory are what it costs.
    """

    @staticmethod
    def forward(
        ctx: Any, rows: Tensor, weight: Tensor, bias: Tensor, epsilon: float
    ) -> tuple[Tensor, Tensor, Tensor]:
        mean = rows.mean(1, keepdim=True)
        centred = rows.detach().sub_(mean)
        room = centred * centred
        variance = room.mean(1, keepdim=True)
        inverse = (variance + epsilon).rsqrt_()
        scale = weight.unsqueeze(1) * inverse
        ctx.save_for_backward(centred, inverse, scale)
        ctx.mark_non_differentiable(mean, variance)
        return torch.addcmul(bias.unsqueeze(1), centred, scale, out=room), mean, variance

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        given = gradients[0]
        centred, inverse, scale = ctx.saved_tensors
        rows = given.shape[1]
        to_bias = given.sum(1)
        room = given * centred
        to_weight = room.sum(1, keepdim=True).mul_(inverse)
        torch.addcmul(given, centred, to_weight * inverse, value=-1 / rows, out=room)
        room.sub_(to_bias.unsqueeze(1), alpha=1 / rows).mul_(scale)
        return room, to_weight.squeeze(1), to_bias, None


def batch_norm(rows: Tensor, weight: Tensor, bias: Tensor, epsilon: float) -> tuple[Tensor, Tensor, Tensor]:
    """Normalised rows [members, rows, width], and the mean and variance [members, 1, width] of the batch.

    What `rows` held is lost: they must be made for this alone, as those of `linear` are.
    """
    found: tuple[Tensor, Tensor, Tensor] = _BatchNorm.apply(rows, weight, bias, epsilon)  # type: ignore[no-untyped-call]
    return found


class _HiddenRelu(torch.autograd.Function):
    """Rectifies and hides in one, in the memory of the mask: activations are what a stack waits for."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor, kept: Tensor) -> Tensor:
        found = kept.mul_(rows).clamp_min_(0.0)
        ctx.save_for_backward(found)
        return found

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        (found,) = ctx.saved_tensors
        given = gradients[0]  # made for this alone by the piece that follows
        torch.ops.aten.threshold_backward(given, found, 0, grad_input=given)
        return given, None


def hidden_relu(rows: Tensor, kept: Tensor) -> Tensor:
    """`relu(rows) * kept`, all [members, rows, width]; `kept` is 0 or 1, and its memory is used."""
    found: Tensor = _HiddenRelu.apply(rows, kept)  # type: ignore[no-untyped-call]
    return found
