"""Which part of a network learns in which epochs, and how fast: all of it, or what a start leaves free."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from trainer_gui.engine.lesson import HeadStart, Lesson
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.training.dropout import Dropout
from trainer_gui.engine.training.features import CHECK, Features
from trainer_gui.engine.training.layers import RandomShift

_NORMALISATION = (nn.BatchNorm1d, nn.BatchNorm2d, nn.SyncBatchNorm)


@dataclass(frozen=True)
class Phase:
    """Epochs in which the same part learns. `end` is the number of the first epoch that is none of them."""

    begin: int  # complete epochs before it
    end: int
    free: frozenset[str] | None  # names of the blocks that learn; None for all, and no block is looked at
    rate: float = 1.0  # the share of the learning rate


class Course:
    """The phases of a training, and the state of its network in each.

    What is frozen keeps its weights and its batch statistics to the last bit, and is computed as when the
    model is used: nothing is hidden by chance in it.
    """

    def __init__(
        self,
        network: nn.Module,
        lesson: Lesson,
        rows: tuple[list[Tensor], list[Tensor]],
        device: torch.device,
        *,
        keeps: bool,
    ) -> None:
        """`rows` are the inputs of training and validation.

        `keeps` lets what is frozen be computed once, in the phases in which that is possible.
        """
        self.network = network
        self.pieces = network  # what is computed at every step
        self._lesson = lesson
        self._inputs, self._check_inputs = rows
        self._device, self._keeps = device, keeps
        self._features: Features | None = None
        self.start = lesson.start
        self.phases = phases_of(lesson)
        self.phase = self.phases[0]
        self._own = {name for name, each in network.named_parameters() if each.requires_grad}
        self._still: list[nn.Module] = []
        self._shares: dict[int, float] = {}
        if self.start is not None:
            self._shares = {id(e): self.start.share_of(name) for name, e in network.named_parameters()}

    def enter(self, epoch: int) -> None:
        """Lets learn what learns after so many complete epochs."""
        self.phase = next((each for each in self.phases if epoch < each.end), self.phases[-1])
        for name, each in self.network.named_parameters():
            each.requires_grad_(name in self._own and self._is_free(name))
        self._still = self._still_pieces()
        self.resume()
        self.close()
        self.pieces, self._features = self.network, None
        start, count = self.start, self.front()
        if self._keeps and count and start is not None and start.settings.views:
            pieces = list(self.network.children())
            self.pieces = nn.Sequential(*pieces[count:])
            self._features = Features(
                pieces[:count],
                self._inputs,
                self._check_inputs,
                self._device,
                start.settings.views,
                self._lesson.settings.seed,
                self._lesson.state.parent,
            )

    def make_ready(self, epoch: int) -> Iterator[float]:
        """Computes once what an epoch needs of the frozen part; hands over with the share that is done."""
        if self._features is not None:
            yield from self._features.compute(epoch)

    def learned_from(self, epoch: int) -> list[Tensor]:
        """What `pieces` take of the training rows in this epoch."""
        return self._inputs if self._features is None else self._features.of(self._features.view(epoch))

    @property
    def checked_with(self) -> list[Tensor]:
        """What `pieces` take of the validation rows."""
        return self._check_inputs if self._features is None else self._features.of(CHECK)

    def close(self) -> None:
        """Lets go of what was kept on the disk."""
        if self._features is not None:
            self._features.forget()

    def changes_at(self, epoch: int) -> bool:
        """Whether another phase begins after so many complete epochs."""
        return any(each.begin == epoch > 0 for each in self.phases)

    def resume(self) -> None:
        """Makes the network ready to learn, what is frozen excepted."""
        self.network.train()
        for each in self._still:
            each.eval()

    @property
    def parameters(self) -> int:
        """The number of parameters that learn in the last phase."""
        named = dict(self.network.named_parameters())
        return sum(named[each].numel() for each in self._own if self._is_free(each, self.phases[-1]))

    def share_of(self, parameter: Tensor) -> float:
        """The share of the learning rate at which a parameter learns."""
        return self._shares.get(id(parameter), 1.0)

    def front(self) -> int:
        """How many pieces of the network, from the inputs on, neither learn nor hide anything by chance.

        0 where the network is no chain, or no weights lie in them.
        """
        if self.phase.free is None or not isinstance(self.network, nn.Sequential):
            return 0
        pieces = list(self.network.named_children())
        count = 0
        for name, piece in pieces:
            mine = [key for key, _ in piece.named_parameters(prefix=name)]
            if any(self._is_free(key) for key in mine):
                break
            count += 1
        while count and isinstance(pieces[count - 1][1], Dropout):
            count -= 1  # it belongs to what learns behind it
        has_weights = any(list(piece.parameters()) for _, piece in pieces[:count])
        return count if has_weights and count < len(pieces) else 0

    def _is_free(self, name: str, phase: Phase | None = None) -> bool:
        free = (phase or self.phase).free
        if free is None or self.start is None:
            return True
        return any(each.holds(name) for each in self.start.blocks if each.name in free)

    def _still_pieces(self) -> list[nn.Module]:
        """The pieces of the network that are computed as when the model is used."""
        start, free = self.start, self.phase.free
        if start is None:
            return []
        keys = [
            key for each in start.blocks if free is not None and each.name not in free for key in each.keys
        ]
        found = []
        for name, piece in self.network.named_modules():
            kept = start.settings.keep_statistics and isinstance(piece, _NORMALISATION)
            if kept or (name and f"{name}.".startswith(tuple(keys))):
                found.append(piece)
        # Pieces without weights between frozen ones go with them; what alters the inputs by chance does not.
        passed = list(self.network.children())[: self.front()]
        return found + [each for each in passed if not isinstance(each, RandomShift)]


def phases_of(lesson: Lesson) -> tuple[Phase, ...]:
    """The phases of a lesson: first the last layer alone where it is replaced, then all that is to learn."""
    epochs = max(1, lesson.settings.epochs)
    start = lesson.start
    if start is None:
        return (Phase(0, epochs, None),)
    free = start.free
    everything = None if len(free) == len(start.blocks) else free
    first = min(start.settings.head_first, epochs) if start.replaces_head else 0
    # What is from scratch learns from the beginning: the layers behind it would learn from noise.
    alone = start.fresh | {start.blocks[-1].name}
    if not first or alone >= free:
        return (Phase(0, epochs, everything),)
    if first == epochs:
        return (Phase(0, epochs, frozenset(alone)),)
    return (
        Phase(0, first, frozenset(alone)),
        Phase(first, epochs, everything, start.settings.rate_after),
    )


def freezes(lesson: Lesson) -> bool:
    """Whether something is frozen in any of its phases."""
    return any(each.free is not None for each in phases_of(lesson))


def begin_from(network: nn.Module, start: HeadStart | None) -> None:
    """Gives a fresh network the weights of a start; those that it does not have stay as they are.

    Raises UserError where they cannot be read.
    """
    if start is None:
        return
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        weights: dict[str, Any] = load_file(start.weights)
        network.load_state_dict(weights, strict=False)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise refuse(
            "start.lost",
            "The weights that this run starts from cannot be read any more.",
            "Start it again.",
            field="start",
        ) from error
