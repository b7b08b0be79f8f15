"""Networks of one shape as one network with a leading member axis."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from trainer_gui.engine.training.dropout import Dropout
from trainer_gui.engine.training.layers import Chain
from trainer_gui.engine.training.stacked.pieces import (
    BatchNorm,
    Entrance,
    Factorisation,
    Linear,
    Piece,
    Place,
    Values,
    piece_of,
)

# Everything of the members that changes, by name, [members, …]: so members can be taken out and put back.
Rows = dict[str, Tensor]
DECAYED, PLAIN = "decayed", "plain"  # the parameters that weight decay pulls at, and the others, [members, n]


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
    # What follows the entrance must leave the rows alone: the others work in their memory.
    if len(found.pieces) < 2 or not isinstance(found.pieces[1], Linear | Factorisation) or found.shares[0]:
        return None
    return found


class StackedNetwork:
    """What the networks of all members have in common. Weights are not held but passed in, as rows.

    Weights of a piece are views into two wide rows per member, so that one call moves them all.
    """

    def __init__(self, networks: Sequence[nn.Module]) -> None:
        members = [parsed(each) for each in networks]
        first = members[0]
        assert first is not None
        assert all(each is not None and each.likeness == first.likeness for each in members)
        self._members = [each for each in members if each is not None]
        self.pieces = first.pieces
        self.shares = torch.tensor([each.shares for each in self._members]).T.tolist()  # [places][members]
        self._fields: dict[str, _Field] = {}
        ends = {DECAYED: 0, PLAIN: 0}
        for at, piece in enumerate(self.pieces):
            for name, shape in piece.parameters.items():
                group = DECAYED if len(shape) > 1 else PLAIN
                self._fields[f"{at}.{name}"] = _Field(group, ends[group], shape)
                ends[group] += shape.numel()
        # A bias that is not learned moves nothing but the mean that batch normalisation keeps.
        pairs = enumerate(pairwise(self.pieces))
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
        for at, piece in enumerate(self.pieces):
            for own in piece.buffers:
                pairs = zip(states, self._members, strict=True)
                each_one = [state[f"{member.prefixes[at]}.{own}"] for state, member in pairs]
                rows[f"{at}.{own}"] = torch.stack(each_one)
        return rows

    def state_of(self, rows: Rows, place: int, member: int) -> dict[str, Tensor]:
        """The state of a member's own network, named as in its run alone, from its place in the rows."""
        prefixes = self._members[member].prefixes
        found: dict[str, Tensor] = {}
        for at, piece in enumerate(self.pieces):
            for own in piece.parameters:
                field = self._fields[f"{at}.{own}"]
                part = rows[field.group][place, field.begin : field.begin + field.shape.numel()]
                found[f"{prefixes[at]}.{own}"] = part.reshape(field.shape).clone()
            for own in piece.buffers:
                found[f"{prefixes[at]}.{own}"] = rows[f"{at}.{own}"][place].clone()
        return found

    def places(self, rows: Rows, gradients: Rows | None = None) -> list[Place]:
        """Where each piece works on these rows, and fills these gradients, of the shapes of its parameters.

        Without gradients the pieces are placed for being used.
        """
        values = self._values(rows)
        for at, piece in enumerate(self.pieces):
            for own in piece.buffers:
                values[at][own] = rows[f"{at}.{own}"]
        if gradients is None:
            return [Place(each, {}) for each in values]
        for at in self._shifting:
            values[at + 1]["shift"] = values[at].pop("bias")
        places = [Place(*each) for each in zip(values, self._values(gradients), strict=True)]
        begun = False
        for each in places:
            each.feeds_learning = begun
            begun = begun or bool(each.gradients)
        return places

    def _values(self, rows: Rows) -> list[Values]:
        values: list[Values] = [{} for _ in self.pieces]
        split = {group: self._split(rows[group], group) for group in self._widths if group in rows}
        for name, field in self._fields.items():
            place, own = name.split(".", 1)
            values[int(place)][own] = next(split[field.group]).view(-1, *field.shape)
        return values

    def _split(self, row: Tensor, group: str) -> Any:
        sizes = [each.shape.numel() for each in self._fields.values() if each.group == group]
        return iter(torch.split(row, sizes, 1))
