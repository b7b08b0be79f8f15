"""The pieces of a stacked network, each made from the same piece of all members' own networks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from trainer_gui.engine.training.layers import FactorisationMachine, TableInput
from trainer_gui.engine.training.stacked.operations import batch_norm, linear

Values = dict[str, Tensor]  # parameters and buffers of a piece by its own names, [members, …]


class Piece(ABC):
    """One piece: takes rows [members, rows, …] and gives the same; members do not touch each other."""

    def __init__(self, module: nn.Module) -> None:
        own = dict(module.named_parameters())
        self.parameters = {name: each.shape for name, each in own.items() if each.requires_grad}
        # What is not learned is kept beside the parameters, with a leading axis too.
        self.buffers = [name for name in own if name not in self.parameters]
        self.buffers += [name for name, _ in module.named_buffers()]

    @property
    def likeness(self) -> tuple[Any, ...]:
        """What must be equal for two members to share the piece."""
        return (type(self).__name__, *sorted((k, tuple(v)) for k, v in self.parameters.items()))

    @abstractmethod
    def forward(self, values: Values, rows: Tensor, *, training: bool) -> Tensor:
        """The rows after this piece."""


class Linear(Piece):
    """`nn.Linear`."""

    def forward(self, values: Values, rows: Tensor, *, training: bool) -> Tensor:
        return linear(rows, values["weight"], values.get("bias"))


class BatchNorm(Piece):
    """`nn.BatchNorm1d` over the rows of each member."""

    def __init__(self, module: nn.BatchNorm1d) -> None:
        super().__init__(module)
        assert module.momentum is not None
        self.momentum = module.momentum
        self.epsilon = module.eps

    def forward(self, values: Values, rows: Tensor, *, training: bool) -> Tensor:
        mean, variance = values["running_mean"], values["running_var"]
        if not training:
            scale = values["weight"] * (variance + self.epsilon).rsqrt()
            shift = values["bias"] - mean * scale
            return torch.addcmul(shift.unsqueeze(1), rows, scale.unsqueeze(1))
        found, mean_now, variance_now = batch_norm(rows, values["weight"], values["bias"], self.epsilon)
        count = rows.shape[1]
        with torch.no_grad():
            mean_now = mean_now.squeeze(1)
            mean.lerp_(mean_now + values["shift"] if "shift" in values else mean_now, self.momentum)
            variance.lerp_(variance_now.squeeze(1).mul_(count / (count - 1)), self.momentum)
            values["num_batches_tracked"].add_(1)
        return found


class LayerNorm(Piece):
    """`nn.LayerNorm` over the last axis."""

    def __init__(self, module: nn.LayerNorm) -> None:
        super().__init__(module)
        self.epsilon = module.eps

    def forward(self, values: Values, rows: Tensor, *, training: bool) -> Tensor:
        normal = nn.functional.layer_norm(rows, rows.shape[-1:], eps=self.epsilon)
        return torch.addcmul(values["bias"].unsqueeze(1), normal, values["weight"].unsqueeze(1))


class Relu(Piece):
    """`nn.ReLU`."""

    def forward(self, values: Values, rows: Tensor, *, training: bool) -> Tensor:
        return torch.relu(rows)


class Factorisation(Piece):
    """`FactorisationMachine`."""

    def forward(self, values: Values, rows: Tensor, *, training: bool) -> Tensor:
        answer = linear(rows, values["linear.weight"], values["linear.bias"])
        if "factors" not in values:
            return answer
        factors = values["factors"].mT
        together = linear(rows, factors, None) ** 2 - linear(rows**2, factors**2, None)
        return answer + linear(0.5 * together, values["mix.weight"], None)


class Entrance(Piece):
    """`TableInput` for numbers and categories; takes the arrays of all members side by side."""

    def __init__(self, module: TableInput) -> None:
        super().__init__(module)
        self.numbers = module.numbers
        self.places = module.places
        self.one_hot = module.one_hot

    @property
    def likeness(self) -> tuple[Any, ...]:
        return (*super().likeness, self.numbers, self.places, self.one_hot)

    def forward(self, values: Values, rows: Tensor, *, training: bool) -> Tensor:
        raise AssertionError("the entrance takes several arrays")

    def enter(self, values: Values, inputs: Sequence[Tensor]) -> Tensor:
        """[members, rows, width] from numbers and categories, [members, rows, columns] each."""
        rest = list(inputs)
        parts = [rest.pop(0)] if self.numbers else []
        for at, count in enumerate(self.places):
            place = rest[0][:, :, at]
            if self.one_hot:
                parts.append(nn.functional.one_hot(place, count).to(torch.float32))
                continue
            tables = values[f"embeddings.{at}.weight"]
            members, _, width = tables.shape
            own = place + torch.arange(0, members * count, count, device=place.device).unsqueeze(1)
            parts.append(nn.functional.embedding(own, tables.reshape(members * count, width)))
        return parts[0] if len(parts) == 1 else torch.cat(parts, dim=2)


_KINDS: dict[type[nn.Module], type[Piece]] = {
    nn.Linear: Linear,
    nn.BatchNorm1d: BatchNorm,
    nn.LayerNorm: LayerNorm,
    nn.ReLU: Relu,
    FactorisationMachine: Factorisation,
    TableInput: Entrance,
}


def piece_of(module: nn.Module) -> Piece | None:
    """The piece for a module of a member's network; None where there is none yet."""
    kind = _KINDS.get(type(module))
    if kind is None or (isinstance(module, TableInput) and module.texts is not None):
        return None
    made: Any = kind  # each takes the module that it stands for
    found: Piece = made(module)
    return found
