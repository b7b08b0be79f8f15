"""What the pieces of a stack compute, with members as the leading axis and each on its own."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class _Linear(torch.autograd.Function):
    """A matrix product per member, whose backward takes the faster order of factors."""

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
        few = weight.shape[1] < weight.shape[2]
        to_weight = torch.bmm(given.mT, rows) if few else torch.bmm(rows.mT, given).mT
        return to_rows, to_weight, given.sum(1) if ctx.has_bias else None


def linear(rows: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """[members, rows, outputs] from [members, rows, inputs], weight [members, outputs, inputs]."""
    found: Tensor = _Linear.apply(rows, weight, bias)  # type: ignore[no-untyped-call]
    return found


class _BatchNorm(torch.autograd.Function):
    """Batch normalisation per member; its own backward, for torch's takes members as channels and copies."""

    @staticmethod
    def forward(
        ctx: Any, rows: Tensor, weight: Tensor, bias: Tensor, epsilon: float
    ) -> tuple[Tensor, Tensor, Tensor]:
        mean = rows.mean(1, keepdim=True)
        normal = rows - mean
        variance = (normal * normal).mean(1, keepdim=True)
        inverse = (variance + epsilon).rsqrt_()
        normal.mul_(inverse)
        scale = weight.unsqueeze(1)
        ctx.save_for_backward(normal, inverse, scale)
        ctx.mark_non_differentiable(mean, variance)
        return torch.addcmul(bias.unsqueeze(1), normal, scale), mean, variance

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        given = gradients[0]
        normal, inverse, scale = ctx.saved_tensors
        to_bias = given.sum(1)
        to_weight = (given * normal).sum(1)
        rows = given.shape[1]
        to_rows = torch.addcmul(given, normal, to_weight.unsqueeze(1), value=-1 / rows)
        to_rows.sub_(to_bias.unsqueeze(1), alpha=1 / rows).mul_(inverse * scale)
        return to_rows, to_weight, to_bias, None


def batch_norm(rows: Tensor, weight: Tensor, bias: Tensor, epsilon: float) -> tuple[Tensor, Tensor, Tensor]:
    """Normalised rows [members, rows, width], and the mean and variance [members, 1, width] of the batch."""
    found: tuple[Tensor, Tensor, Tensor] = _BatchNorm.apply(rows, weight, bias, epsilon)  # type: ignore[no-untyped-call]
    return found


class _HiddenRelu(torch.autograd.Function):
    """Rectifies and hides in one, in the memory of the mask: activations are what a stack waits for."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor, kept: Tensor, scale: Tensor) -> Tensor:
        found = torch.mul(kept, rows, out=kept).clamp_min_(0.0)
        ctx.save_for_backward(found, scale)
        return found

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        found, scale = ctx.saved_tensors
        return torch.ops.aten.threshold_backward(gradients[0], found, 0).mul_(scale), None, None


def hidden_relu(rows: Tensor, kept: Tensor, scale: Tensor) -> Tensor:
    """`relu(rows) * kept`, all [members, rows, width]; `kept` is 0 or `scale`, and its memory is used."""
    found: Tensor = _HiddenRelu.apply(rows, kept, scale)  # type: ignore[no-untyped-call]
    return found
