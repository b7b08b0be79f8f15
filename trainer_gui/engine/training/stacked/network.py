"""Networks of one shape as one network with a leading member axis."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor, nn

from trainer_gui.engine.training.dropout import Dropout
from trainer_gui.engine.training.layers import Chain
from trainer_gui.engine.training.stacked.pieces import BatchNorm, Entrance, Linear, Piece, Relu, piece_of

# Everything of the members that changes, by name, [members, …]: so members can be taken out and put back.
Rows = dict[str, Tensor]
DECAYED, PLAIN = "decayed", "plain"  # the parameters that weight decay pulls at, and the others, [members, n]


class Hide(Protocol):
    """Dropout at the places of a network, of rows [members, rows, width]."""

    def hide(self, place: int, rows: Tensor, *, rectified: bool = False) -> Tensor:
        """Rows of which some are zero, and after rectifying them where wanted."""

    def scale(self, place: int) -> Tensor:
        """By what the rows are to be multiplied, before or after."""


class _Field(NamedTuple):
    """Where a parameter of all members lies."""

    group: str
    begin: int
    shape: torch.Size


class Parsed(NamedTuple):
    """A member's own network as a stack sees it."""

    pieces: list[Piece]
    prefixes: list[str]  # of each piece in the member's own state
    shares: list[float]  # of the dropout after each piece; 0 for none

    @property
    def likeness(self) -> tuple[Any, ...]:
        """What must be equal for two members to be one stack."""
        return tuple(each.likeness for each in self.pieces)


def parsed(network: nn.Module) -> Parsed | None:
    """The pieces of a network; None where it holds something that cannot be stacked."""
    if not isinstance(network, Chain):
        return None
    found = Parsed([], [], [])
    for name, module in network.named_children():
        if isinstance(module, Dropout):
            if not found.shares or found.shares[-1]:
                return None
            found.shares[-1] = module.share
            continue
        piece = piece_of(module)
        if piece is None or isinstance(piece, Entrance) != (not found.pieces):
            return None
        found.pieces.append(piece)
        found.prefixes.append(name)
        found.shares.append(0.0)
    return found


class StackedNetwork:
    """Computes the networks of all members at once. It holds no weights: those are rows that are passed in.

    Weights of a piece are views into two wide rows per member, so that one call moves them all.
    """

    def __init__(self, networks: Sequence[nn.Module]) -> None:
        members = [parsed(each) for each in networks]
        first = members[0]
        assert first is not None
        assert all(each is not None and each.likeness == first.likeness for each in members)
        self._members = [each for each in members if each is not None]
        self._pieces = first.pieces
        self.shares = torch.tensor([each.shares for each in self._members]).T.tolist()  # [places][members]
        self._fields: dict[str, _Field] = {}
        ends = {DECAYED: 0, PLAIN: 0}
        for at, piece in enumerate(self._pieces):
            for name, shape in piece.parameters.items():
                group = DECAYED if len(shape) > 1 else PLAIN
                self._fields[f"{at}.{name}"] = _Field(group, ends[group], shape)
                ends[group] += shape.numel()
        # A bias that is not learned moves nothing but the mean that batch normalisation keeps.
        pairs = enumerate(pairwise(self._pieces))
        self._shifting = [
            at
            for at, (one, other) in pairs
            if isinstance(one, Linear) and "bias" in one.buffers and isinstance(other, BatchNorm)
        ]
        self.parameters = ends[DECAYED] + ends[PLAIN]  # of one member
        self._widths = ends

    def rows_of(self, networks: Sequence[nn.Module]) -> Rows:
        """The parameters and buffers of the members' networks, as they are now."""
        states = [each.state_dict() for each in networks]
        rows: Rows = {
            group: torch.empty(len(states), width) for group, width in self._widths.items() if width
        }
        for name, field in self._fields.items():
            place, own = name.split(".", 1)
            for number, (state, member) in enumerate(zip(states, self._members, strict=True)):
                value = state[f"{member.prefixes[int(place)]}.{own}"]
                rows[field.group][number, field.begin : field.begin + field.shape.numel()] = value.flatten()
        for at, piece in enumerate(self._pieces):
            for own in piece.buffers:
                pairs = zip(states, self._members, strict=True)
                each_one = [state[f"{member.prefixes[at]}.{own}"] for state, member in pairs]
                rows[f"{at}.{own}"] = torch.stack(each_one)
        return rows

    def state_of(self, rows: Rows, place: int, member: int) -> dict[str, Tensor]:
        """The state of a member's own network, named as in its run alone, from its place in the rows."""
        prefixes = self._members[member].prefixes
        found: dict[str, Tensor] = {}
        for at, piece in enumerate(self._pieces):
            for own in piece.parameters:
                field = self._fields[f"{at}.{own}"]
                part = rows[field.group][place, field.begin : field.begin + field.shape.numel()]
                found[f"{prefixes[at]}.{own}"] = part.reshape(field.shape).clone()
            for own in piece.buffers:
                found[f"{prefixes[at]}.{own}"] = rows[f"{at}.{own}"][place].clone()
        return found

    def answers(self, rows: Rows, inputs: Sequence[Tensor], hide: Hide | None = None) -> Tensor:
        """[members, rows, outputs] from arrays [members, rows, columns]; it trains where `hide` is given."""
        values = self._values(rows, training=hide is not None)
        entrance = self._pieces[0]
        assert isinstance(entrance, Entrance)
        found = entrance.enter(values[0], inputs)
        scaled = False
        for at, piece in enumerate(self._pieces[1:], 1):
            if hide is None or not any(self.shares[at]):
                if hide is not None and self._rectifies_and_hides(at + 1) and isinstance(piece, BatchNorm):
                    # To scale its few weights spares a pass over all rows, there and back.
                    for own in ("weight", "bias"):
                        values[at][own] = values[at][own] * hide.scale(at + 1).squeeze(2)
                    scaled = True
                found = piece.forward(values[at], found, training=hide is not None)
                continue
            rectifies = isinstance(piece, Relu)
            if not rectifies:
                found = piece.forward(values[at], found, training=True)
            found = hide.hide(at, found, rectified=rectifies)
            found = found if scaled else found * hide.scale(at)
            scaled = False
        return found

    def _rectifies_and_hides(self, at: int) -> bool:
        return at < len(self._pieces) and isinstance(self._pieces[at], Relu) and any(self.shares[at])

    def _values(self, rows: Rows, *, training: bool) -> list[dict[str, Tensor]]:
        values: list[dict[str, Tensor]] = [{} for _ in self._pieces]
        split = {group: self._split(rows[group], group) for group in self._widths if group in rows}
        for name, field in self._fields.items():
            place, own = name.split(".", 1)
            values[int(place)][own] = next(split[field.group]).view(-1, *field.shape)
        for at, piece in enumerate(self._pieces):
            for own in piece.buffers:
                values[at][own] = rows[f"{at}.{own}"]
        for at in self._shifting if training else ():
            values[at + 1]["shift"] = values[at].pop("bias")
        return values

    def _split(self, row: Tensor, group: str) -> Any:
        sizes = [each.shape.numel() for each in self._fields.values() if each.group == group]
        return iter(torch.split(row, sizes, 1))
