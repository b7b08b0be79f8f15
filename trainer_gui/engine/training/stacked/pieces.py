"""The pieces of a stacked network there and back by written formulas, with members as the leading axis."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from trainer_gui.engine.training.layers import FactorisationMachine, TableInput

Values = dict[str, Tensor]  # of a piece by its own names, [members, …]
_kernels: Any = torch.ops.aten  # those that autograd itself calls


class Place:
    """Where a piece works: views of its values and gradients, and memory that is kept from step to step.

    To ask the system anew for the memory of activations takes longer than most of what is computed in it.
    """

    feeds_learning = False  # whether anything before it learns, and wants to know what was given

    def __init__(self, values: Values, gradients: Values) -> None:
        self.values = values  # parameters and buffers
        self.gradients = gradients  # of the parameters; empty where nothing is learned
        self.kept: Values = {}  # from the way there for the way back
        self._rooms: dict[tuple[str, tuple[int, ...]], Tensor] = {}

    def room(self, name: str, like: Tensor, *shape: int) -> Tensor:
        """Memory for so many numbers beside `like`; whoever asks for it again by this name has the same."""
        found = self._rooms.get((name, shape))
        if found is None:
            found = self._rooms[name, shape] = torch.empty(shape, device=like.device)
        return found

    def fill(self, name: str, given: Tensor, rows: Tensor) -> None:
        """Sets the gradient of a parameter to the products of each member's two, `given` turned over."""
        mine = self.gradients[name]
        # torch multiplies all members at once only into memory without gaps.
        mine.copy_(torch.bmm(given.mT, rows, out=self.room(name, given, *mine.shape)))


class Piece(ABC):
    """One piece: takes rows [members, rows, …] and gives the same; members do not touch each other.

    `backward` belongs to the last `forward` and may write over what it is given. Every piece but the entrance
    may also write over the rows that it takes, unless the piece before it needs them.
    """

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
    def use(self, place: Place, rows: Tensor) -> Tensor:
        """The rows after this piece, as when the model is used."""

    @abstractmethod
    def forward(self, place: Place, rows: Tensor) -> Tensor:
        """The rows after this piece in training."""

    @abstractmethod
    def backward(self, place: Place, given: Tensor) -> Tensor | None:
        """Fills its gradients; gives what the piece before gets, if that wants it."""


class Linear(Piece):
    """`nn.Linear`."""

    def use(self, place: Place, rows: Tensor) -> Tensor:
        weight, bias = place.values["weight"], place.values.get("bias")
        found = place.room("found", rows, *rows.shape[:2], weight.shape[1])
        if bias is None:
            return torch.bmm(rows, weight.mT, out=found)
        return torch.baddbmm(bias.unsqueeze(1), rows, weight.mT, out=found)

    def forward(self, place: Place, rows: Tensor) -> Tensor:
        place.kept["rows"] = rows
        return self.use(place, rows)

    def backward(self, place: Place, given: Tensor) -> Tensor | None:
        place.fill("weight", given, place.kept["rows"])
        if "bias" in place.gradients:
            torch.sum(given, 1, out=place.gradients["bias"])
        if not place.feeds_learning:
            return None
        back = place.room("back", given, *place.kept["rows"].shape)
        return torch.bmm(given, place.values["weight"], out=back)


class BatchNorm(Piece):
    """`nn.BatchNorm1d` over the rows of each member; torch's own would take members as channels and copy."""

    def __init__(self, module: nn.BatchNorm1d) -> None:
        super().__init__(module)
        assert module.momentum is not None
        self.momentum = module.momentum
        self.epsilon = module.eps

    def use(self, place: Place, rows: Tensor) -> Tensor:
        own = place.values
        scale = own["weight"] * (own["running_var"] + self.epsilon).rsqrt_()
        shift = own["bias"] - own["running_mean"] * scale
        return torch.addcmul(shift.unsqueeze(1), rows, scale.unsqueeze(1), out=rows)

    def forward(self, place: Place, rows: Tensor) -> Tensor:
        own, count = place.values, rows.shape[1]
        # A sum and a product are quicker than `mean`, which is the same to torch and does more besides.
        mean = rows.sum(1, keepdim=True).mul_(1 / count)
        centred = rows.sub_(mean)
        found = torch.mul(centred, centred, out=place.room("found", rows, *rows.shape))
        variance = found.sum(1, keepdim=True).mul_(1 / count)
        inverse = (variance + self.epsilon).rsqrt_()
        scale = own["weight"].unsqueeze(1) * inverse
        mean = mean.squeeze(1)
        own["running_mean"].lerp_(mean + own["shift"] if "shift" in own else mean, self.momentum)
        own["running_var"].lerp_(variance.squeeze(1).mul_(count / (count - 1)), self.momentum)
        own["num_batches_tracked"].add_(1)
        place.kept = {"centred": centred, "inverse": inverse, "scale": scale}
        return torch.addcmul(own["bias"].unsqueeze(1), centred, scale, out=found)

    def backward(self, place: Place, given: Tensor) -> Tensor:
        centred, inverse, share = place.kept["centred"], place.kept["inverse"], 1 / given.shape[1]
        to_bias = torch.sum(given, 1, keepdim=True)
        room = torch.mul(given, centred, out=place.room("back", given, *given.shape))
        to_weight = torch.sum(room, 1, keepdim=True).mul_(inverse)
        place.gradients["bias"].copy_(to_bias.squeeze(1))
        place.gradients["weight"].copy_(to_weight.squeeze(1))
        given.addcmul_(centred, to_weight.mul_(inverse), value=-share)
        return given.sub_(to_bias, alpha=share).mul_(place.kept["scale"])


class LayerNorm(Piece):
    """`nn.LayerNorm` over the last axis."""

    def __init__(self, module: nn.LayerNorm) -> None:
        super().__init__(module)
        self.epsilon = module.eps

    def use(self, place: Place, rows: Tensor) -> Tensor:
        return self.forward(place, rows)

    def forward(self, place: Place, rows: Tensor) -> Tensor:
        shape, own = rows.shape[-1:], place.values
        normal, mean, inverse = torch.native_layer_norm(rows, shape, None, None, self.epsilon)
        place.kept = {"rows": rows, "normal": normal, "mean": mean, "inverse": inverse}
        found = place.room("found", rows, *rows.shape)
        return torch.addcmul(own["bias"].unsqueeze(1), normal, own["weight"].unsqueeze(1), out=found)

    def backward(self, place: Place, given: Tensor) -> Tensor:
        kept, shape = place.kept, given.shape[-1:]
        torch.sum(given, 1, out=place.gradients["bias"])
        room = torch.mul(given, kept["normal"], out=place.room("back", given, *given.shape))
        torch.sum(room, 1, out=place.gradients["weight"])
        given.mul_(place.values["weight"].unsqueeze(1))
        statistics = (kept["mean"], kept["inverse"], None, None)
        back, _, _ = _kernels.native_layer_norm_backward(
            given, kept["rows"], shape, *statistics, [True, False, False]
        )
        found: Tensor = back
        return found


class Relu(Piece):
    """`nn.ReLU`, in the memory of its rows: no piece before it needs what it gave."""

    def use(self, place: Place, rows: Tensor) -> Tensor:
        return rows.relu_()

    def forward(self, place: Place, rows: Tensor) -> Tensor:
        place.kept["found"] = rows.relu_()
        return rows

    def backward(self, place: Place, given: Tensor) -> Tensor:
        _kernels.threshold_backward.grad_input(given, place.kept["found"], 0, grad_input=given)
        return given


class Factorisation(Piece):
    """`FactorisationMachine`."""

    def use(self, place: Place, rows: Tensor) -> Tensor:
        return self.forward(place, rows)

    def forward(self, place: Place, rows: Tensor) -> Tensor:
        own = place.values
        answer = torch.baddbmm(own["linear.bias"].unsqueeze(1), rows, own["linear.weight"].mT)
        place.kept = {"rows": rows}
        if "factors" not in own:
            return answer
        summed = torch.bmm(rows, own["factors"])
        half = summed.square().sub_(torch.bmm(rows.square(), own["factors"].square())).mul_(0.5)
        place.kept |= {"summed": summed, "half": half}
        return answer.baddbmm_(half, own["mix.weight"].mT)

    def backward(self, place: Place, given: Tensor) -> Tensor | None:
        own, mine, rows = place.values, place.gradients, place.kept["rows"]
        place.fill("linear.weight", given, rows)
        torch.sum(given, 1, out=mine["linear.bias"])
        back = torch.bmm(given, own["linear.weight"]) if place.feeds_learning else None
        if "factors" not in own:
            return back
        place.fill("mix.weight", given, place.kept["half"])
        inner = torch.bmm(given, own["mix.weight"])
        together = inner * place.kept["summed"]
        alone = torch.bmm(rows.square().mT, inner).mul_(own["factors"])
        mine["factors"].copy_(torch.bmm(rows.mT, together).sub_(alone))
        if back is not None:
            back.baddbmm_(together, own["factors"].mT)
            back.sub_(torch.bmm(inner, own["factors"].square().mT).mul_(rows))
        return back


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

    def use(self, place: Place, rows: Tensor) -> Tensor:
        raise AssertionError("the entrance takes several arrays")

    forward = use

    def enter(self, place: Place, inputs: Sequence[Tensor]) -> Tensor:
        """[members, rows, width] from numbers and categories, [members, rows, columns] each."""
        rest = list(inputs)
        parts = [rest.pop(0)] if self.numbers else []
        for at, count in enumerate(self.places):
            chosen = rest[0][:, :, at]
            if self.one_hot:
                parts.append(nn.functional.one_hot(chosen, count).to(torch.float32))
                continue
            tables = place.values[f"embeddings.{at}.weight"]
            members, _, width = tables.shape
            # All tables one below the other, so that one call looks up the rows of all members.
            own = chosen + torch.arange(0, members * count, count, device=chosen.device).unsqueeze(1)
            place.kept[f"{at}"] = own
            parts.append(nn.functional.embedding(own, tables.reshape(members * count, width)))
        return parts[0] if len(parts) == 1 else torch.cat(parts, dim=2)

    def backward(self, place: Place, given: Tensor) -> None:
        begin = self.numbers
        for at in range(len(place.gradients)):
            mine = place.gradients[f"embeddings.{at}.weight"]
            members, count, width = mine.shape
            part = given[:, :, begin : begin + width].contiguous()
            found = _kernels.embedding_dense_backward(part, place.kept[f"{at}"], members * count, -1, False)
            mine.copy_(found.view(mine.shape))
            begin += width


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
