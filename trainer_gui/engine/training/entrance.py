"""The weights of a network for a table, moved to a table with other columns so that it answers the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from trainer_gui.engine.data.column_steps.category import CategoryColumn
from trainer_gui.engine.data.continued import partners
from trainer_gui.engine.data.prepare import Preparation
from trainer_gui.engine.training.layers import FRESH_SPREAD, TableInput, TextInput, TextInputs

Weights = dict[str, Tensor]
_Entrance = TableInput | TextInputs
_Slot = tuple[str, str, Any]  # kind, column, and which of its numbers: one place in the row that enters


def moved(
    weights: Weights, old: Preparation, new: Preparation, before: nn.Module, after: nn.Module
) -> Weights:
    """The weights under the names of the network `after`, whose columns are those of `new`.

    Columns that are matched keep their weights, categories their embeddings by value; new columns and values
    say nothing yet, and those that are gone say for ever what a gap said. Both networks may be outlines.
    Weights of pieces that do not depend on the columns are handed on as they are.
    """
    names = partners(old, new)
    same = all(ours == theirs for ours, theirs in names.items())
    if same and [each.model_dump() for each in old.steps] == [each.model_dump() for each in new.steps]:
        return dict(weights)
    found = _with_texts(weights, old, new, before, after, names)
    entrances = _entrance(before), _entrance(after)
    if entrances[0] is None or entrances[1] is None:
        return found
    (where, was), (there, now) = entrances[0], entrances[1]
    if isinstance(was, TableInput) and isinstance(now, TableInput):
        found = _with_embeddings(found, old, new, (where, was), (there, now), names)
    places, gone = _places(old, new, was, now, names)
    constants = _constants(old, was, weights, where)
    for reader in _readers_after(where, weights):
        found |= _read_anew(found, reader, places, gone, constants)
    return found


def _entrance(network: nn.Module) -> tuple[str, _Entrance] | None:
    """The piece that makes one row of all columns, and how its weights' names begin."""
    for name, piece in network.named_modules():
        if isinstance(piece, TableInput | TextInputs):
            return f"{name}.", piece
    return None


def _readers_after(entrance: str, weights: Weights) -> list[str]:
    """The pieces that read the row, as their weights' names begin: they follow the entrance in its chain."""
    outer, _, place = entrance.rstrip(".").rpartition(".")
    after = f"{outer}.{int(place) + 1}." if outer else f"{int(place) + 1}."
    if f"{after}straight.weight" in weights:
        return [f"{after}straight.", f"{after}around.0."]
    return [after] if f"{after}weight" in weights or f"{after}linear.weight" in weights else []


def _with_texts(
    found: Weights,
    old: Preparation,
    new: Preparation,
    before: nn.Module,
    after: nn.Module,
    names: dict[str, str],
) -> Weights:
    """The tables of words, which belong to a text each, in the order of the new texts."""
    was, now = _tables_of_words(before), _tables_of_words(after)
    were = dict(zip([each.name for each in old.steps if each.ids], was, strict=True))
    kept = {key: value for key, value in found.items() if key not in was}
    for name, key in zip([each.name for each in new.steps if each.ids], now, strict=True):
        source = were.get(names.get(name, ""))
        if source is not None and source in found:
            kept[key] = found[source]
        elif was:
            # As before anything is learned: words that say as little as in a fresh network.
            spread = 0.0 if key.startswith("texts.") else FRESH_SPREAD
            kept[key] = spread * torch.randn(found[was[0]].shape, generator=torch.Generator().manual_seed(1))
    return kept


def _tables_of_words(network: nn.Module) -> list[str]:
    return [f"{name}.bag.weight" for name, piece in network.named_modules() if isinstance(piece, TextInput)]


def _with_embeddings(
    found: Weights,
    old: Preparation,
    new: Preparation,
    was: tuple[str, TableInput],
    now: tuple[str, TableInput],
    names: dict[str, str],
) -> Weights:
    """The embeddings of categories by value; a new value is taken as the unknown ones were."""
    kept = {key: value for key, value in found.items() if not key.startswith(f"{was[0]}embeddings.")}
    if now[1].one_hot:
        return kept
    olds = [each for each in old.steps if isinstance(each, CategoryColumn)]
    places = {each.name: at for at, each in enumerate(olds)}
    chance = torch.Generator().manual_seed(0)
    for at, step in enumerate(each for each in new.steps if isinstance(each, CategoryColumn)):
        source = places.get(names.get(step.name, ""))
        room = now[1].embeddings[at]
        assert isinstance(room, nn.Embedding)
        # Numbers beyond those that there were mean nothing yet: what reads them begins at zero.
        fresh = torch.randn(room.num_embeddings, room.embedding_dim, generator=chance)
        if source is not None:
            table = found[f"{was[0]}embeddings.{source}.weight"]
            fresh[:, : table.shape[1]] = table[0]
            fresh[: table.shape[0], : table.shape[1]] = table
        kept[f"{now[0]}embeddings.{at}.weight"] = fresh
    return kept


def _slots(preparation: Preparation, entrance: _Entrance) -> list[_Slot]:
    """What each number of the row that enters is, in order."""
    steps = preparation.table_steps
    texts = [each.name for each in steps if each.ids]
    if isinstance(entrance, TextInputs):
        return [("text", name, at) for name in texts for at in range(entrance.width // len(texts))]
    slots: list[_Slot] = [("number", each.name, at) for each in steps for at in range(each.numbers)]
    slots += [("gap", each.name, 0) for each in steps if each.flags]
    at = 0
    for each in steps:
        if not isinstance(each, CategoryColumn):
            continue
        if entrance.one_hot:
            slots += [("value", each.name, value) for value in (None, *each.values)]
        else:
            table = entrance.embeddings[at]
            assert isinstance(table, nn.Embedding)
            width = table.embedding_dim
            slots += [("embedding", each.name, number) for number in range(width)]
        at += 1
    if entrance.texts is not None:
        width = entrance.texts.width // len(texts)
        slots += [("text", name, number) for name in texts for number in range(width)]
    return slots


def _places(
    old: Preparation, new: Preparation, was: _Entrance, now: _Entrance, names: dict[str, str]
) -> tuple[list[int], list[int]]:
    """For each new number of the row the old one that means the same, -1 for none; and the old ones left."""
    known = {slot: at for at, slot in enumerate(_slots(old, was))}
    places = []
    for kind, column, which in _slots(new, now):
        name = names.get(column, "")
        at = known.get((kind, name, which), -1)
        if at < 0 and kind == "value":  # a new value says what an unknown one said
            at = known.get((kind, name, None), -1)
        places.append(at)
    used = set(names.values())
    return places, [at for (_, column, _), at in known.items() if column not in used]


def _constants(old: Preparation, was: _Entrance, weights: Weights, where: str) -> Tensor:
    """What every old number of the row is where its column is missing."""
    import pandas as pd

    if isinstance(was, TextInputs):  # texts without words
        return torch.zeros(was.width)
    found: list[float] = []
    tables = [each for each in old.table_steps if each.numbers]
    for each in tables:
        into = np.zeros((1, each.numbers), dtype=np.float32)
        each.write(pd.Series(each.gaps(1)), None, into)
        found += into[0].tolist()
    found += [1.0 for each in old.table_steps if each.flags]
    at = 0
    for step in old.table_steps:
        if not isinstance(step, CategoryColumn):
            continue
        if was.one_hot:
            found += [1.0, *(0.0 for _ in step.values)]
        else:
            found += weights[f"{where}embeddings.{at}.weight"][0].tolist()
        at += 1
    found += [0.0] * (was.width - len(found))  # texts without words
    return torch.tensor(found)


def _read_anew(
    weights: Weights, reader: str, places: list[int], gone: list[int], constants: Tensor
) -> Weights:
    """The weights of the piece that reads the row, for its new numbers."""
    at = torch.tensor(places)
    taken = at.clamp(min=0)
    known = (at >= 0).to(torch.float32)
    lost = torch.tensor(gone, dtype=torch.long)
    linear = f"{reader}linear." if f"{reader}linear.weight" in weights else reader
    weight, bias = weights[f"{linear}weight"], weights[f"{linear}bias"]
    moved_weight = weight[:, taken] * known
    moved_bias = bias + weight[:, lost] @ constants[lost]
    found = {}
    if f"{reader}factors" in weights:
        factors, mix = weights[f"{reader}factors"], weights[f"{reader}mix.weight"]
        moved_factors = factors[taken] * known[:, None]
        gap = constants[lost] @ factors[lost]  # [factors]
        # (a + g)² - a² - g² is 2·a·g: what pairs with a number that never changes is a weight like others.
        moved_weight = moved_weight + mix @ (moved_factors * gap).T
        squares = (constants[lost] ** 2) @ (factors[lost] ** 2)
        moved_bias = moved_bias + 0.5 * mix @ (gap**2 - squares)
        found[f"{reader}factors"] = moved_factors
    return found | {f"{linear}weight": moved_weight, f"{linear}bias": moved_bias}
