"""Loss and gradients of a table's network by written formulas, which spares what autograd does besides."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from trainer_gui.engine.training.dropout import Dropout
from trainer_gui.engine.training.layers import Chain, FactorisationMachine, TableInput
from trainer_gui.engine.training.metrics import Loss

_kernels: Any = torch.ops.aten  # those that autograd itself calls


class Direct:
    """Finds the gradients of a network in training, as autograd would but for rounding.

    For a processor and float32. All gradients lie in one row of numbers, `gradients`, of which that of each
    parameter is a view, so that one call measures or shortens them. The same rows give the same bits.
    """

    def __init__(self, pieces: Sequence[_Piece], loss: Loss) -> None:
        self._pieces = pieces
        assert isinstance(pieces[0], _Entrance)
        self._entrance = pieces[0]
        self._loss = loss
        learned = [each for piece in pieces for each in piece.learned]
        self.gradients = torch.zeros(sum(each.numel() for each in learned))
        sizes = [each.numel() for each in learned]
        parts = torch.split(self.gradients, sizes)
        self._views = [(each, part.view_as(each)) for each, part in zip(learned, parts, strict=True)]
        begun = False
        for piece in pieces:
            piece.feeds_learning = begun
            begun = begun or bool(piece.learned)

    def descend(
        self, inputs: Sequence[Tensor], targets: Tensor, between: Callable[[], None] | None = None
    ) -> Tensor:
        """The mean loss of these rows; every parameter has its gradient after it.

        `between` is called between any two pieces, there and back, and may raise.
        """
        for parameter, view in self._views:
            parameter.grad = view  # whoever empties gradients takes them away
        with torch.no_grad():
            rows = self._entrance.enter(inputs)
            for piece in self._pieces[1:]:
                if between is not None:
                    between()
                rows = piece.forward(rows)
            loss, given = self._loss.descent(rows, targets)
            for piece in reversed(self._pieces):
                if between is not None:
                    between()
                back = piece.backward(given)
                if back is None:
                    break
                given = back
        return loss


def direct(network: nn.Module, loss: Loss) -> Direct | None:
    """The way to the gradients of this network; None where it holds a piece whose formula is not written."""
    pieces = _pieces_of(network)
    return None if pieces is None else Direct(pieces, loss)


def has_formulas(network: nn.Module) -> bool:
    """Whether `direct` finds a way; also for a network without memory for its weights."""
    return _pieces_of(network) is not None


def _pieces_of(network: nn.Module) -> list[_Piece] | None:
    if not isinstance(network, Chain):
        return None
    kinds = [_KINDS.get(type(each)) for each in network]
    # What follows the entrance must leave the rows alone: the others work in their memory.
    if kinds[0] is not _Entrance or kinds[1] not in (_Linear, _Factorisation):
        return None
    if any(kind is None or (kind is _Entrance and at) for at, kind in enumerate(kinds)):
        return None
    # What is frozen, or kept as when the model is used, is left to autograd.
    learns = all(each.requires_grad for name, each in network.named_parameters() if "bias" not in name)
    if not learns or not all(each.training for each in network.modules()):
        return None
    entrance: Any = network[0]
    if entrance.texts is not None:
        return None
    return [kind(each) for kind, each in zip(kinds, network, strict=True) if kind is not None]


class _Piece(ABC):
    """One piece there and back; `backward` belongs to the last `forward` and may write over `given`."""

    feeds_learning = False  # whether anything before it learns, and wants to know what was given

    def __init__(self, module: nn.Module) -> None:
        self.module: Any = module
        self.learned = [each for each in module.parameters() if each.requires_grad]

    @abstractmethod
    def forward(self, rows: Tensor) -> Tensor:
        """The rows after this piece."""

    @abstractmethod
    def backward(self, given: Tensor) -> Tensor | None:
        """Leaves its gradients with its parameters; gives what the piece before gets, if that wants it."""

    def _leave(self, to_weight: Tensor, to_bias: Tensor) -> None:
        self.module.weight.grad.copy_(to_weight)
        self.module.bias.grad.copy_(to_bias)


class _Entrance(_Piece):
    """Numbers and learned embeddings side by side."""

    def __init__(self, module: TableInput) -> None:
        super().__init__(module)
        self._categories = torch.empty(0)

    def enter(self, inputs: Sequence[Tensor]) -> Tensor:
        """The rows of numbers with which the network begins."""
        if self.learned:
            self._categories = inputs[-1]
        rows: Tensor = self.module(*inputs)
        return rows

    def forward(self, rows: Tensor) -> Tensor:
        raise AssertionError("the entrance takes several arrays")

    def backward(self, given: Tensor) -> None:
        begin = self.module.numbers
        for at, weight in enumerate(self.learned):
            count, width = weight.shape
            part = given[:, begin : begin + width].contiguous()
            places = self._categories[:, at].contiguous()
            assert weight.grad is not None
            weight.grad.copy_(_kernels.embedding_dense_backward(part, places, count, -1, False))
            begin += width


class _Linear(_Piece):
    """`nn.Linear`."""

    def __init__(self, module: nn.Linear) -> None:
        super().__init__(module)
        self._weight, self._bias = module.weight, module.bias
        self._rows = torch.empty(0)

    def forward(self, rows: Tensor) -> Tensor:
        self._rows = rows
        return torch.addmm(self._bias, rows, self._weight.t())

    def backward(self, given: Tensor) -> Tensor | None:
        torch.mm(given.t(), self._rows, out=self._weight.grad)
        if self._bias.requires_grad:
            torch.sum(given, 0, out=self._bias.grad)
        return torch.mm(given, self._weight) if self.feeds_learning else None


class _BatchNorm(_Piece):
    """`nn.BatchNorm1d`."""

    def __init__(self, module: nn.BatchNorm1d) -> None:
        super().__init__(module)
        self._kept: tuple[Tensor, ...] = ()

    def forward(self, rows: Tensor) -> Tensor:
        own = self.module
        if len(rows) == 1:
            raise ValueError("a batch of a single row cannot be normalised over")
        own.num_batches_tracked.add_(1)
        running = (own.running_mean, own.running_var)
        found, mean, inverse = torch.native_batch_norm(
            rows, own.weight, own.bias, *running, True, own.momentum, own.eps
        )
        self._kept = (rows, own.weight, *running, mean, inverse)
        return found

    def backward(self, given: Tensor) -> Tensor:
        back, to_weight, to_bias = _kernels.native_batch_norm_backward(
            given, *self._kept, True, self.module.eps, [True, True, True]
        )
        self._leave(to_weight, to_bias)
        found: Tensor = back
        return found


class _LayerNorm(_Piece):
    """`nn.LayerNorm` over the last axis."""

    def __init__(self, module: nn.LayerNorm) -> None:
        super().__init__(module)
        self._kept: tuple[Any, ...] = ()

    def forward(self, rows: Tensor) -> Tensor:
        own = self.module
        found, mean, inverse = torch.native_layer_norm(
            rows, own.normalized_shape, own.weight, own.bias, own.eps
        )
        self._kept = (rows, own.normalized_shape, mean, inverse, own.weight, own.bias)
        return found

    def backward(self, given: Tensor) -> Tensor:
        back, to_weight, to_bias = _kernels.native_layer_norm_backward(given, *self._kept, [True, True, True])
        self._leave(to_weight, to_bias)
        found: Tensor = back
        return found


class _Relu(_Piece):
    """`nn.ReLU`, in the memory of its rows: no piece before it needs what it gave."""

    def __init__(self, module: nn.ReLU) -> None:
        super().__init__(module)
        self._found = torch.empty(0)

    def forward(self, rows: Tensor) -> Tensor:
        self._found = rows.relu_()
        return self._found

    def backward(self, given: Tensor) -> Tensor:
        _kernels.threshold_backward.grad_input(given, self._found, 0, grad_input=given)
        return given


class _Dropout(_Piece):
    """Our own dropout, from the same chance."""

    def __init__(self, module: Dropout) -> None:
        super().__init__(module)
        self._kept = torch.empty(0)

    def forward(self, rows: Tensor) -> Tensor:
        self._kept = self.module.kept(rows)
        return rows * self._kept

    def backward(self, given: Tensor) -> Tensor:
        return given.mul_(self._kept)


class _Factorisation(_Piece):
    """`FactorisationMachine` behind an entrance that learns nothing."""

    def __init__(self, module: FactorisationMachine) -> None:
        super().__init__(module)
        self._rows = self._summed = self._half = torch.empty(0)

    def forward(self, rows: Tensor) -> Tensor:
        own = self.module
        self._rows = rows
        answer = torch.addmm(own.linear.bias, rows, own.linear.weight.t())
        if own.factors is None:
            return answer
        self._summed = rows @ own.factors
        alone = rows.square() @ own.factors.square()
        self._half = self._summed.square().sub_(alone).mul_(0.5)
        return answer.addmm_(self._half, own.mix.weight.t())

    def backward(self, given: Tensor) -> None:
        own, rows = self.module, self._rows
        torch.mm(given.t(), rows, out=own.linear.weight.grad)
        torch.sum(given, 0, out=own.linear.bias.grad)
        if own.factors is None:
            return
        torch.mm(given.t(), self._half, out=own.mix.weight.grad)
        inner = given @ own.mix.weight
        torch.mm(rows.t(), inner * self._summed, out=own.factors.grad)
        own.factors.grad.sub_((rows.square().t() @ inner).mul_(own.factors))


_KINDS: dict[type[nn.Module], type[_Piece]] = {
    TableInput: _Entrance,
    nn.Linear: _Linear,
    nn.BatchNorm1d: _BatchNorm,
    nn.LayerNorm: _LayerNorm,
    nn.ReLU: _Relu,
    Dropout: _Dropout,
    FactorisationMachine: _Factorisation,
}
