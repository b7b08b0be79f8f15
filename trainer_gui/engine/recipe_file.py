"""Recipes as TOML files: those that runs leave behind, and short ones that people write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tomlkit
from pydantic import ValidationError
from tomlkit.exceptions import TOMLKitError

from trainer_gui.engine.data.dataset import ColumnKind, DataReference, Task
from trainer_gui.engine.execution import Execution
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.recipe import VERSION, Choices, Frozen, Recipe
from trainer_gui.engine.settings import accept
from trainer_gui.engine.starting_point import StartingPoint


def recipe_from_toml(text: str, name: str) -> Recipe:
    """A fully resolved recipe; raises UserError where the text is not one. `name` is for the message."""
    values = values_in_toml(text, name)
    _must_not_be_newer(values.get("version"), name)
    try:
        recipe = Recipe.model_validate(values)
    except ValidationError as error:
        raise _not_accepted(error, name) from error
    accept(FAMILIES[recipe.family].settings, recipe.settings)
    return recipe


def _not_accepted(error: ValidationError, name: str) -> UserError:
    where = ".".join(str(each) for each in error.errors()[0]["loc"])
    return refuse(
        "recipe.not_accepted",
        "{name} is not a recipe that can be followed: “{where}” is wrong or missing.",
        "Use the recipe.toml of a run as an example.",
        name=name,
        where=where,
    )


def _must_not_be_newer(version: object, name: str) -> None:
    if isinstance(version, int) and version > VERSION:
        raise refuse(
            "recipe.newer",
            "{name} was written by a newer version of Trainer.",
            "Update Trainer, then open it again.",
            name=name,
        )


def values_in_toml(text: str, name: str) -> dict[str, Any]:
    """The plain values of a TOML text; raises UserError where it is not TOML."""
    try:
        return tomlkit.parse(text).unwrap()
    except TOMLKitError as error:
        raise refuse(
            "recipe.not_toml",
            "{name} cannot be read as a recipe: {reason}.",
            "A recipe is a TOML file, such as the recipe.toml of a run.",
            name=name,
            reason=str(error),
        ) from error


class _Draft(Frozen):
    """A recipe as a person writes it: only `data` is required, and it may be a plain path."""

    version: int = VERSION
    data: DataReference | str
    fingerprint: str = ""
    target: str | None = None
    task: Task | None = None
    leave_out: tuple[str, ...] = ()
    kinds: dict[str, ColumnKind] = {}
    split: dict[str, Any] = {}
    test_data: DataReference | str | None = None
    test_fingerprint: str = ""
    steps: dict[str, Any] = {}
    family: str | None = None
    size: str | None = None
    settings: dict[str, Any] = {}
    device: str = "auto"
    execution: Execution | None = None
    start: StartingPoint = StartingPoint()
    members: int | None = None


def draft_from_toml(text: str, name: str, folder: Path) -> tuple[DataReference | str, Choices]:
    """The data and the choices of a recipe that a person wrote or a run left behind.

    A relative path in `data` is taken from `folder`. Raises UserError where the text is not a recipe.
    """
    try:
        draft = _Draft.model_validate(values_in_toml(text, name))
    except ValidationError as error:
        raise _not_accepted(error, name) from error
    _must_not_be_newer(draft.version, name)
    if draft.members is not None:
        raise refuse(
            "recipe.of_several",
            "{name} is of a model that was put together from {members} runs, and there is no way to train it "
            "as one.",
            "Train the recipe of one of its models, such as members/0/recipe.toml beside it.",
            name=name,
            members=draft.members,
        )
    choices = Choices(
        target=draft.target,
        task=draft.task,
        leave_out=draft.leave_out,
        kinds=tuple(draft.kinds.items()),
        split=tuple(draft.split.items()),
        test_data=None if draft.test_data is None else _from(folder, draft.test_data),
        steps=tuple(draft.steps.items()),
        family=draft.family,
        size=draft.size,
        settings=tuple(draft.settings.items()),
        device=draft.device,
        execution=draft.execution,
        start=_start_from(folder, draft.start),
        start_settings=tuple(draft.start.settings.model_dump(mode="json").items()),
    )
    return _from(folder, draft.data), choices


def _start_from(folder: Path, start: StartingPoint) -> StartingPoint | None:
    """Where the model lies; the copy beside the recipe of a run, where the model itself is gone."""
    if start.kind == "scratch":
        return None
    place = folder / start.location
    if not place.exists() and (folder / "start").is_dir():
        place = folder / "start"
    return start.model_copy(update={"location": str(place.resolve())})


def _from(folder: Path, data: DataReference | str) -> DataReference | str:
    if isinstance(data, str) and not data.startswith("sample:"):
        return str((folder / data).resolve())
    return data
