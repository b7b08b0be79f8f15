"""What a run would be before it is started: its recipe, its exact shape, and what it would cost."""

from __future__ import annotations

from dataclasses import dataclass

from trainer_gui.engine.data.dataset import Dataset, Pictures
from trainer_gui.engine.data.fitting import fit_preparation
from trainer_gui.engine.data.prepare import DataShape
from trainer_gui.engine.data.split import Split
from trainer_gui.engine.data.spread import Spread, spread_of
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.lesson import Forecast
from trainer_gui.engine.recipe import Choices, Recipe, as_chosen, outline_of, parts_of, resolve


@dataclass(frozen=True)
class Plan:
    """A recipe and what is known of it beforehand."""

    recipe: Recipe
    shape: DataShape
    counts: dict[str, int]  # rows for training, validation, test
    forecast: Forecast
    spread: Spread  # of the target over the parts


def plan(dataset: Dataset, choices: Choices) -> Plan:
    """Resolves the choices and forecasts the run. Takes up to a second or so; raises UserError."""
    recipe = resolve(dataset, choices)
    seen = as_chosen(dataset, recipe.kinds)
    split = parts_of(seen, recipe)
    shape = _exact_shape(seen, recipe, split)
    family = FAMILIES[recipe.family]
    forecast = family.forecast(
        shape, recipe.size, recipe.family_settings, recipe.device, split.counts["validation"]
    )
    spread = spread_of(seen, recipe.target, recipe.task, split, recipe.split)
    return Plan(recipe, shape, split.counts, forecast, spread)


def _exact_shape(dataset: Dataset, recipe: Recipe, split: Split) -> DataShape:
    """The shape that the prepared data will have."""
    if isinstance(dataset, Pictures):
        shape = outline_of(dataset, recipe.target, recipe.task, recipe.leave_out, recipe.split)
        return shape.model_copy(update={"rows": len(split.train)})
    preparation = fit_preparation(
        dataset,
        target=recipe.target,
        task=recipe.task,
        leave_out=recipe.leave_out,
        train=split.train,
    )
    return preparation.shape(len(split.train))
