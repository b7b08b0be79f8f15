"""One step of a network: forward, backward, clipping, and the optimiser's move."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from trainer_gui.engine.execution import Execution, Precision
from trainer_gui.engine.hyperparameters import TrainingSettings
from trainer_gui.engine.training.metrics import Loss
from trainer_gui.engine.training.optimisers import make_optimiser
from trainer_gui.engine.training.precision import cast, scaler, use_tf32


class NotFiniteError(Exception):
    """A loss or gradient that is infinite or no number; the weights are still those of the step before."""


class Step:
    """Moves a network by one batch at a time, in the way that an execution says.

    A step whose loss or gradient is not finite is never taken: on the CPU it raises NotFiniteError, on a GPU
    the optimiser passes over it, without waiting, and the loss that is returned tells it later.
    """

    def __init__(
        self,
        network: nn.Module,
        loss: Loss,
        settings: TrainingSettings,
        execution: Execution,
        device: torch.device,
        *,
        capturable: bool = False,
    ) -> None:
        self.network = network
        self.loss = loss
        self.settings = settings
        self.device = device
        self.precision = execution.precision
        self.parameters = [each for each in network.parameters() if each.requires_grad]
        self.optimiser = make_optimiser(settings, network, capturable=capturable)
        self.scaler = scaler(execution.precision, device)
        self.parts = 1  # into how many parts a batch is divided where memory is short
        use_tf32(execution.precision)

    def take(self, inputs: Sequence[Tensor], targets: Tensor, rate: float) -> tuple[Tensor, Tensor | None]:
        """One step at this learning rate; the batch's mean loss before it and the gradient's length.

        The length is that before clipping, and None where nothing is clipped. Neither is waited for.
        """
        self.set_rate(rate)
        self.optimiser.zero_grad()
        return self.move(inputs, targets)

    def set_rate(self, rate: float) -> None:
        """Sets the learning rate of the next step."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate

    def move(self, inputs: Sequence[Tensor], targets: Tensor) -> tuple[Tensor, Tensor | None]:
        """Gradients and the optimiser's move; as `take`, with the rate and empty gradients in place."""
        loss = self._descend(inputs, targets)
        if self.scaler is not None:
            self.scaler.unscale_(self.optimiser)
        length = self._clip()
        if self.scaler is not None:
            self.scaler.step(self.optimiser)
            self.scaler.update()
            return loss, length
        self._refuse_if_not_finite(loss, length)
        self.optimiser.step()
        return loss, length

    def _descend(self, inputs: Sequence[Tensor], targets: Tensor) -> Tensor:
        """The gradients of a batch, added up over its parts."""
        parts = min(self.parts, max(1, len(targets) // 2))  # a single row cannot be normalised over
        if parts == 1:
            loss = self._loss_of(inputs, targets)
            self._backward(loss)
            return loss.detach()
        whole = self.loss.mass(targets)
        total = torch.zeros((), device=self.device)
        pieces = zip(*(torch.tensor_split(each, parts) for each in inputs), strict=True)
        for some, wanted in zip(pieces, torch.tensor_split(targets, parts), strict=True):
            loss = self._loss_of(some, wanted) * (self.loss.mass(wanted) / whole)
            self._backward(loss)
            total += loss.detach()
        return total

    def _loss_of(self, inputs: Sequence[Tensor], targets: Tensor) -> Tensor:
        if self.precision in (Precision.FLOAT32, Precision.TF32):
            outputs = self.network(*inputs)
        else:
            with cast(self.precision, self.device):
                outputs = self.network(*inputs)
            outputs = outputs.float()
        found: Tensor = self.loss(outputs, targets)
        return found

    def _backward(self, loss: Tensor) -> None:
        scaled = loss if self.scaler is None else self.scaler.scale(loss)
        scaled.backward()  # type: ignore[no-untyped-call]

    def _clip(self) -> Tensor | None:
        """The length of all gradients together; where that is too much, the optimiser divides by the rest.

        The fused optimisers do so while they move the weights, which spares a second pass.
        """
        most = self.settings.gradient_clipping
        if not most:
            return None
        length = length_of(self.parameters)
        if self.scaler is None:
            self.optimiser.grad_scale = (length / most).clamp(min=1.0)  # type: ignore[attr-defined]
        else:  # which divides by its own scale in the same place
            gradients = [each.grad for each in self.parameters if each.grad is not None]
            torch._foreach_mul_(gradients, (most / (length + 1e-6)).clamp(max=1.0))
        return length

    def _refuse_if_not_finite(self, loss: Tensor, length: Tensor | None) -> None:
        seen = loss if length is None else loss + length
        if self.device.type == "cpu":
            if not math.isfinite(seen.item()):
                raise NotFiniteError
        else:  # the fused optimisers read this on the device and leave everything as it is
            self.optimiser.found_inf = (~torch.isfinite(seen)).float()  # type: ignore[attr-defined]


def length_of(parameters: list[nn.Parameter]) -> Tensor:
    """The length of all gradients together, as torch's own clipping measures it; does not wait for a GPU."""
    gradients = [each.grad for each in parameters if each.grad is not None]
    length: Tensor = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients)))
    return length
