"""What a run would be before it is started: its recipe, its exact shape, and what it would cost."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import psutil

from trainer_gui.engine.data.dataset import Dataset, Pictures
from trainer_gui.engine.data.outline import outline_of
from trainer_gui.engine.data.prepare import DataShape
from trainer_gui.engine.data.split import Split
from trainer_gui.engine.data.spread import Spread, spread_of
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.lesson import Forecast
from trainer_gui.engine.problems import Problem, problem
from trainer_gui.engine.recipe import Choices, Recipe, as_chosen, parts_of, resolve
from trainer_gui.engine.starting.fit import Fit
from trainer_gui.engine.starting.matched_data import matched_data
from trainer_gui.engine.starting.opening import opened, start_of
from trainer_gui.engine.starting.taking import take
from trainer_gui.engine.starting_point import StartingPoint, StartModel
from trainer_gui.engine.store import runs_root


@dataclass(frozen=True)
class Plan:
    """A recipe and what is known of it beforehand."""

    recipe: Recipe
    shape: DataShape
    counts: dict[str, int]  # rows for training, validation, test
    forecast: Forecast
    spread: Spread  # of the target over the parts
    problem: Problem | None = None  # what stands in its way on this machine
    start: Fit | None = None  # how the model that it starts from fits; None from scratch


def want_of_room(forecast: Forecast, folder: Path) -> Problem | None:
    """What is to be said where the run would fill the disk of `folder`, this computer's memory, or both."""
    disk, memory = _want_of_disk(forecast, folder), _want_of_memory(forecast)
    if disk is None or memory is None:
        return disk or memory
    return problem(
        "forecast.disk_and_memory",
        "{disk} {memory}",
        "{room} For the memory: {more}",
        severity="caution",
        field="size",
        disk=disk.message,
        memory=memory.message,
        room=disk.advice,
        more=memory.advice[:1].lower() + memory.advice[1:],
    )


def _want_of_disk(forecast: Forecast, folder: Path) -> Problem | None:
    free = _free_on_disk(folder)
    if free is not None and forecast.disk_bytes_meanwhile > free:
        return problem(
            "forecast.disk",
            "The run takes up to {needed} on the disk while it trains, and {free} are free in {folder}.",
            "Free some space there, or choose a smaller size or fewer epochs; or else the run will break off "
            "when the disk is full, and go on from there once there is room.",
            severity="caution",
            field="size",
            needed=_in_words(forecast.disk_bytes_meanwhile),
            free=_in_words(free),
            folder=str(folder),
        )
    return None


def _want_of_memory(forecast: Forecast) -> Problem | None:
    memory = psutil.virtual_memory().available
    if forecast.memory_bytes > memory:
        return problem(
            "forecast.memory",
            "The run takes about {needed} of memory, and {free} are free.",
            "Close other programs, or choose a smaller size or batch.",
            severity="caution",
            field="size",
            needed=_in_words(forecast.memory_bytes),
            free=_in_words(memory),
        )
    return None


def _free_on_disk(folder: Path) -> int | None:
    """The bytes that are free where the folder is or will be; None where nobody can tell."""
    for place in (folder, *folder.absolute().parents):
        try:
            return shutil.disk_usage(place).free
        except FileNotFoundError:  # it is not made yet
            continue
        except OSError:
            return None
    return None


def _in_words(count: float) -> str:
    value = count / 1e6
    return f"{value:,.0f} MB" if value < 1000 else f"{value / 1000:,.1f} GB"


def plan(dataset: Dataset, choices: Choices) -> Plan:
    """Resolves the choices and forecasts the run. Takes up to a second or so; raises UserError."""
    choices = opened(choices)
    recipe = resolve(dataset, choices)
    seen = as_chosen(dataset, recipe.kinds)
    split = parts_of(seen, recipe)
    shape, fit = _exact_shape(seen, recipe, split, choices.start)
    forecast = _forecast(recipe, shape, split)
    spread = spread_of(seen, recipe.target, recipe.task, split, recipe.split)
    room = want_of_room(forecast, runs_root())
    return Plan(recipe, shape, split.counts, forecast, spread, room, fit)


def forecast_of(dataset: Dataset, recipe: Recipe) -> Forecast:
    """What the run of a recipe will cost. Raises UserError."""
    seen = as_chosen(dataset, recipe.kinds)
    split = parts_of(seen, recipe)
    shape, _ = _exact_shape(seen, recipe, split, start_of(recipe.start))
    return _forecast(recipe, shape, split)


def _forecast(recipe: Recipe, shape: DataShape, split: Split) -> Forecast:
    family, rows = FAMILIES[recipe.family], split.counts["validation"]
    return family.forecast(shape, recipe.size, recipe.family_settings, recipe.device, rows)


def _exact_shape(
    dataset: Dataset, recipe: Recipe, split: Split, start: StartModel | StartingPoint | None
) -> tuple[DataShape, Fit | None]:
    """The shape that the prepared data will have, and how the model that is the start fits it."""
    model = start if isinstance(start, StartModel) else None
    if isinstance(dataset, Pictures) and model is None:
        shape = outline_of(dataset, recipe.target, recipe.task, recipe.leave_out, recipe.split)
        return shape.model_copy(update={"rows": len(split.train)}), None
    ready = matched_data(dataset, recipe, split, model)
    shape = ready.preparation.shape(len(split.train))
    if model is None:
        return shape, None
    return shape, take(model, recipe, ready.preparation, replaces_head=ready.replaces_head).fit
