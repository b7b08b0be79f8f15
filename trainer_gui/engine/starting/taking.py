"""Takes up a model: its weights under the names of the network that starts from it, and how they fit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from trainer_gui.engine.data.prepare import Preparation
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.family import NetworkFamily
from trainer_gui.engine.lesson import Block, HeadStart
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.recipe import Recipe
from trainer_gui.engine.settings import accept
from trainer_gui.engine.start_settings import LastLayer
from trainer_gui.engine.starting.fit import Fit, fit_of, must_fit
from trainer_gui.engine.starting.opening import tensors_of
from trainer_gui.engine.starting_point import StartModel

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Taken:
    """The weights that a network begins with, and how the model fitted."""

    weights: dict[str, Tensor]
    blocks: tuple[Block, ...]
    fit: Fit

    def head_start(self, recipe: Recipe, path: Path) -> HeadStart:
        """Writes the weights to `path`, for a training. Raises OSError."""
        from trainer_gui.engine.training.weights import save_weights

        path.parent.mkdir(exist_ok=True)
        save_weights(path, self.weights)
        return HeadStart(path, self.blocks, self.fit.fresh, recipe.start.settings)


def take(start: StartModel, recipe: Recipe, preparation: Preparation, *, replaces_head: bool) -> Taken:
    """What a network for this recipe and preparation takes from a model.

    Raises UserError where the model does not fit, naming the weights that do not.
    """
    from trainer_gui.engine.training.entrance import moved
    from trainer_gui.engine.training.layers import PictureInput
    from trainer_gui.engine.training.weights import outline

    family = FAMILIES[recipe.family]
    shape = preparation.shape(1)
    blocks = family.blocks(shape, recipe.size, recipe.family_settings)
    if not blocks or not isinstance(family, NetworkFamily):
        raise refuse(
            "start.family",
            "A model of the family {family} cannot start from another one.",
            "Choose another family, or train from scratch.",
            field="start",
            family=family.label,
        )
    network = outline(partial(family.build, shape, recipe.size, recipe.family_settings))
    wanted = {name: tuple(each.shape) for name, each in network.state_dict().items()}
    given = tensors_of(start)
    if start.preparation is not None:
        old = start.preparation.shape(1)
        its_own = accept(family.settings, start.settings)
        before = outline(partial(family.build, old, start.size, its_own))
        given = moved(given, start.preparation, preparation, before, network)
    settings = recipe.start.settings
    head = blocks[-1]
    if start.preparation is None and settings.last_layer is LastLayer.AUTO:
        mine = [name for name in wanted if head.holds(name)]
        replaces_head = any(name not in given or tuple(given[name].shape) != wanted[name] for name in mine)
    fit = fit_of(
        blocks,
        wanted,
        {name: tuple(each.shape) for name, each in given.items() if not (replaces_head and head.holds(name))},
        settings,
        replace_head=replaces_head,
        trained={name: each.numel() for name, each in network.named_parameters() if each.requires_grad},
        own=[
            f"{name}.{buffer}"
            for name, piece in network.named_modules()
            if isinstance(piece, PictureInput)
            for buffer in ("mean", "deviation")
        ],
    )
    must_fit(fit, start.name, settings)
    kept = {
        name: each
        for name, each in given.items()
        if wanted.get(name) == tuple(each.shape) and not (replaces_head and head.holds(name))
    }
    return Taken(kept, blocks, fit)
