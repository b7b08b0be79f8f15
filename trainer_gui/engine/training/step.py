"""One step of a network: forward, backward, clipping, and the optimiser's move."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from trainer_gui.engine.execution import Execution, Precision
from trainer_gui.engine.hyperparameters import TrainingSettings
from trainer_gui.engine.training.direct import Direct, direct
from trainer_gui.engine.training.metrics import Loss
from trainer_gui.engine.training.move import Move
from trainer_gui.engine.training.optimisers import make_optimiser
from trainer_gui.engine.training.precision import cast, scaler, use_tf32
from trainer_gui.engine.training.share import ALONE, Share, Whole


class NotFiniteError(Exception):
    """A loss or gradient that is infinite or no number; the weights are still those of the step before."""


class Step:
    """Moves a network by one batch at a time, in the way that an execution says.

    A step whose loss or gradient is not finite is never taken: on the CPU and on Apple's GPU it raises
    NotFiniteError, on others the optimiser passes over it, without waiting, and the loss that is returned
    tells it later.
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
        share: Share = ALONE,
        share_of: Callable[[Tensor], float] | None = None,
    ) -> None:
        self.network = network
        self.share = share
        self.loss = loss
        self.settings = settings
        self.device = device
        self.precision = execution.precision
        self.parameters = [each for each in network.parameters() if each.requires_grad]
        self.optimiser = make_optimiser(settings, network, capturable=capturable, share_of=share_of)
        self.scaler = scaler(execution.precision, device)
        self._move = Move(self.optimiser) if device.type == "cpu" else None
        self._direct: Direct | None = None
        if execution.direct and device.type == "cpu" and share.count == 1 and not self._is_rounded:
            self._direct = direct(network, loss)
        self._row: Tensor | None = None  # of the gradients of all parameters, where they lie in one
        self.between: Callable[[], None] | None = None  # two pieces of the network: may raise to leave a step
        self.parts = 1  # into how many parts a batch is divided where memory is short
        use_tf32(execution.precision)

    def take(
        self, inputs: Sequence[Tensor], targets: Tensor, rate: float, whole: Whole | None = None
    ) -> tuple[Tensor, Tensor | None]:
        """One step at this learning rate; the batch's mean loss before it and the gradient's length.

        `whole` is given where these rows are only a share of the batch. The length is that before clipping,
        and None where nothing is clipped. Neither is waited for.
        """
        self.set_rate(rate)
        self.forget_gradients()
        return self.move(inputs, targets, whole)

    def forget_gradients(self) -> None:
        """Empties what an earlier step has left."""
        for each in self.parameters:
            each.grad = None

    def set_rate(self, rate: float) -> None:
        """Sets the learning rate of the next step."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group.get("share", 1.0)  # states of earlier versions have none

    def restore_optimiser(self, state: dict[str, Any]) -> None:
        """Takes up a saved state of the optimiser, but not the way in which it was carried out."""
        self.optimiser.load_state_dict(state)
        for group in self.optimiser.param_groups:
            for name in ("capturable", "fused", "foreach"):
                if name in self.optimiser.defaults:
                    group[name] = self.optimiser.defaults[name]

    def move(
        self, inputs: Sequence[Tensor], targets: Tensor, whole: Whole | None = None
    ) -> tuple[Tensor, Tensor | None]:
        """Gradients and the optimiser's move; as `take`, with the rate and empty gradients in place."""
        loss = self._descend(inputs, targets, whole)
        if self.scaler is not None:
            self.scaler.unscale_(self.optimiser)
        length = self._length() if self.settings.gradient_clipping else None
        if self._move is not None and self.scaler is None:
            self._move_on_cpu(self._move, loss, length)
        else:
            self._move_on_device(loss, length)
        return loss, length

    def _move_on_cpu(self, move: Move, loss: Tensor, length: Tensor | None) -> None:
        long = 0.0 if length is None else length.item()
        if not math.isfinite(loss.item() + long):
            raise NotFiniteError
        most = self.settings.gradient_clipping
        scale = length / most if length is not None and long > most else None
        if scale is not None and self._row is not None:
            self._row.div_(scale)
            scale = None
        # The optimiser divides many gradients while it moves the weights, which spares a second pass.
        move.take(scale)

    def _move_on_device(self, loss: Tensor, length: Tensor | None) -> None:
        """The same without waiting to hear whether the gradients are too long, or no numbers at all."""
        most = self.settings.gradient_clipping
        fused = self.device.type != "mps"
        if length is not None and (self.scaler is not None or not fused):
            # A scaler divides by its own scale in the place of the length.
            gradients = [each.grad for each in self.parameters if each.grad is not None]
            torch._foreach_mul_(gradients, (most / (length + 1e-6)).clamp(max=1.0))
        if self.scaler is not None:
            self.scaler.step(self.optimiser)
            self.scaler.update()
            return
        seen = loss if length is None else loss + length
        if not fused:  # nothing but waiting keeps a step that is no number from being taken
            if not math.isfinite(seen.item()):
                raise NotFiniteError
            self.optimiser.step()
            return
        optimiser: Any = self.optimiser
        optimiser.found_inf = (~torch.isfinite(seen)).float()  # it then leaves everything as it is
        if length is not None:
            optimiser.grad_scale = (length / most).clamp(min=1.0)
        self.optimiser.step()

    def _descend(self, inputs: Sequence[Tensor], targets: Tensor, whole: Whole | None) -> Tensor:
        """The gradients of a batch, added up over its parts."""
        fewest = len(targets) if whole is None else whole.fewest
        parts = min(self.parts, max(1, fewest // 2))  # a single row cannot be normalised over
        self._row = None
        if parts == 1 and whole is None and self._direct is not None:
            self._row = self._direct.gradients
            return self._direct.descend(inputs, targets, self.between)
        if parts == 1 and whole is None:
            loss = self._loss_of(inputs, targets)
            self._backward(loss)
            return loss.detach()
        mass = self.loss.mass(targets) if whole is None else whole.mass
        total = torch.zeros((), device=self.device)
        pieces = zip(*(torch.tensor_split(each, parts) for each in inputs), strict=True)
        for some, wanted in zip(pieces, torch.tensor_split(targets, parts), strict=True):
            loss = self._loss_of(some, wanted) * (self.loss.mass(wanted) / mass)
            self._backward(loss)
            total += loss.detach()
        return self.share.mean(total)

    def _loss_of(self, inputs: Sequence[Tensor], targets: Tensor) -> Tensor:
        if not self._is_rounded:
            outputs = self.network(*inputs)
        else:
            with cast(self.precision, self.device):
                outputs = self.network(*inputs)
            outputs = outputs.float()
        found: Tensor = self.loss(outputs, targets)
        return found

    @property
    def _is_rounded(self) -> bool:
        return self.precision not in (Precision.FLOAT32, Precision.TF32)

    def _length(self) -> Tensor:
        """That of all gradients together."""
        return length_of(self.parameters) if self._row is None else torch.linalg.vector_norm(self._row)

    def _backward(self, loss: Tensor) -> None:
        scaled = loss if self.scaler is None else self.scaler.scale(loss)
        scaled.backward()  # type: ignore[no-untyped-call]


def length_of(parameters: list[nn.Parameter]) -> Tensor:
    """The length of all gradients together, as torch's own clipping measures it; does not wait for a GPU."""
    gradients = [each.grad for each in parameters if each.grad is not None]
    length: Tensor = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients)))
    return length
