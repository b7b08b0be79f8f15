"""Opens what a run can start from: a run, an exported model, a file of weights, or a run's own copy."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from trainer_gui.engine.data.prepare import Preparation
from trainer_gui.engine.disk import write_atomically
from trainer_gui.engine.exporters.safetensors_file import model_in
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.recipe import Choices, Recipe
from trainer_gui.engine.recipe_file import recipe_from_toml
from trainer_gui.engine.run_folder import RunFolder, progress_of
from trainer_gui.engine.starting.weights_file import fingerprint_of, read_weights
from trainer_gui.engine.starting_point import Ancestor, StartingPoint, StartModel
from trainer_gui.engine.store import open_run, runs

if TYPE_CHECKING:
    from torch import Tensor

_LINE = TypeAdapter(tuple[Ancestor, ...])
_ABOUT, _WEIGHTS = "start.json", "weights.safetensors"


def opened(choices: Choices) -> Choices:
    """The choices with their starting point opened; raises UserError where it is gone or cannot be used."""
    if not isinstance(choices.start, StartingPoint):
        return choices
    return replace(choices, start=start_of(choices.start))


def start_of(point: StartingPoint) -> StartModel | None:
    """The model that a starting point names; None from scratch.

    Where it is gone or has changed, a copy is looked for in the runs that started from it. Raises UserError
    where there is none either.
    """
    if point.kind == "scratch":
        return None
    try:
        found = open_start(point.location)
    except UserError:
        copy = _copy_of(point.fingerprint)
        if copy is None:
            raise
        return copy
    if point.fingerprint and found.point.fingerprint != point.fingerprint:
        copy = _copy_of(point.fingerprint)
        if copy is None:
            raise refuse(
                "start.changed",
                "The model in {name} is no longer the one that this recipe started from.",
                "Bring the old one back, or start a new run from this one.",
                field="start",
                name=found.name,
            )
        return copy
    return found


def open_start(location: str | Path) -> StartModel:
    """The model of a run folder, or in a file. Raises UserError where there is none that can be used."""
    path = Path(location).expanduser()
    if (path / _ABOUT).is_file():  # the copy in the folder of another run
        return _from_copy(RunFolder(path.absolute().parent))
    if path.is_dir():
        return of_run(open_run(path))
    return _of_file(path)


def of_run(folder: RunFolder) -> StartModel:
    """The best epoch of a run; raises UserError where it has none, or was made by a newer version."""
    recipe = folder.recipe
    if len(folder.members) > 1:
        advice = f"Choose one of them, such as {folder.members[0].path}."
        raise _several(folder.name, len(folder.members), advice)
    if not folder.weights.exists():
        raise refuse(
            "start.run_without_model",
            "“{name}” has no model to start from: it ended before anything was learned.",
            "Choose another run, or repeat this one.",
            field="start",
            name=folder.name,
        )
    fingerprint = fingerprint_of(read_weights(folder.weights))
    earlier = kept_line(folder)
    point = StartingPoint(kind="run", location=str(folder.path), fingerprint=fingerprint)
    return StartModel(
        point=point,
        name=folder.name,
        weights=folder.weights,
        family=recipe.family,
        size=recipe.size,
        settings=dict(recipe.settings),
        preparation=folder.preparation,
        line=(*earlier, _ancestor(folder, recipe, fingerprint)),
    )


def _several(name: str, count: int, advice: str) -> UserError:
    return refuse(
        "start.several",
        "“{name}” is made of {count} models, and a run starts from one.",
        "{todo}",
        field="start",
        name=name,
        count=count,
        todo=advice,
    )


def _ancestor(folder: RunFolder, recipe: Recipe, fingerprint: str) -> Ancestor:
    started = progress_of(folder).started
    return Ancestor(
        name=folder.name,
        run=folder.path.name,
        data=data_name(recipe),
        data_fingerprint=recipe.fingerprint,
        target=recipe.target,
        family=recipe.family,
        size=recipe.size,
        rows=started.rows.get("training", 0) if started is not None else 0,
        created=folder.created.isoformat(timespec="seconds"),
        fingerprint=fingerprint,
    )


def data_name(recipe: Recipe) -> str:
    """The data of a recipe by the last part of its place."""
    return recipe.data.location.replace("\\", "/").rstrip("/").rpartition("/")[2]


def _of_file(path: Path) -> StartModel:
    weights = read_weights(path)
    point = StartingPoint(kind="file", location=str(path.absolute()), fingerprint=fingerprint_of(weights))
    if path.suffix.lower() == ".safetensors":
        own = _own_export(path, point)
        if own is not None:
            return own
    line = (Ancestor(name=path.name, fingerprint=point.fingerprint),)
    return StartModel(point=point, name=path.name, weights=path, line=line)


def _own_export(path: Path, point: StartingPoint) -> StartModel | None:
    """What was exported from a run; None for weights of another make. Raises UserError for newer ones."""
    from safetensors import safe_open

    with safe_open(path, framework="np") as file:
        metadata = dict(file.metadata() or {})
    try:
        model = model_in(path, FAMILIES.__getitem__)
    except UserError as error:
        if error.problem.key == "model_file.foreign":
            return None
        raise
    if len(model.members) > 1:
        raise _several(model.name, len(model.members), "Export one of them alone, and start from that.")
    (member,) = model.members
    recipe: Recipe | None = None
    with suppress(UserError):
        recipe = recipe_from_toml(metadata.get("recipe", ""), path.name)
    line: tuple[Ancestor, ...] = ()
    with suppress(ValidationError):
        line = _LINE.validate_json(metadata.get("lineage", "[]"))
    own = Ancestor(
        name=model.name,
        data=data_name(recipe) if recipe is not None else "",
        data_fingerprint=recipe.fingerprint if recipe is not None else "",
        target=model.preparation.target.name,
        family=member.family.name,
        size=member.size,
        fingerprint=point.fingerprint,
    )
    return StartModel(
        point=point,
        name=model.name,
        weights=path,
        family=member.family.name,
        size=member.size,
        settings=member.settings.model_dump(mode="json"),
        preparation=member.preparation,
        line=(*line, own),
    )


def keep_start(folder: RunFolder, start: StartModel) -> None:
    """Copies the model into the folder of a run that starts from it, which then needs the old one no more.

    Raises OSError where it cannot be written, and UserError where the model was lost meanwhile.
    """
    from safetensors.torch import save

    weights = read_weights(start.weights)
    about = {
        "point": start.point.model_dump(mode="json"),
        "name": start.name,
        "family": start.family,
        "size": start.size,
        "settings": start.settings,
        "preparation": None if start.preparation is None else start.preparation.model_dump(mode="json"),
        "line": _LINE.dump_python(start.line, mode="json"),
    }
    folder.start.mkdir(exist_ok=True)
    write_atomically(folder.start / _WEIGHTS, save(weights))
    write_atomically(folder.start / _ABOUT, json.dumps(about, ensure_ascii=False))


def kept_start(folder: RunFolder) -> StartModel:
    """The copy that `keep_start` made; raises UserError where it is missing or damaged."""
    try:
        about: dict[str, Any] = json.loads((folder.start / _ABOUT).read_text(encoding="utf-8"))
        before = about["preparation"]
        return StartModel(
            point=StartingPoint.model_validate(about["point"]),
            name=about["name"],
            weights=folder.start / _WEIGHTS,
            family=about["family"],
            size=about["size"],
            settings=about["settings"],
            preparation=None if before is None else Preparation.model_validate(before),
            line=_LINE.validate_python(about["line"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise refuse(
            "start.copy_damaged",
            "The copy of the model that “{name}” started from is missing or damaged.",
            "Repeat the run from the model itself, where that is still there.",
            field="start",
            name=folder.name,
        ) from error


def _from_copy(folder: RunFolder) -> StartModel:
    """The copy as a start for other runs, which find it where it lies."""
    found = kept_start(folder)
    return replace(found, point=found.point.model_copy(update={"location": str(folder.start)}))


def kept_line(folder: RunFolder) -> tuple[Ancestor, ...]:
    """The models from which a run comes, the first one first; empty from scratch or where that is lost."""
    try:
        about = json.loads((folder.start / _ABOUT).read_text(encoding="utf-8"))
        return _LINE.validate_python(about["line"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def line_as_json(line: tuple[Ancestor, ...]) -> str:
    """A line of models as JSON, as exports carry it."""
    return _LINE.dump_json(line).decode()


def _copy_of(fingerprint: str) -> StartModel | None:
    for each in runs() if fingerprint else ():
        with suppress(UserError):
            found = _from_copy(each) if each.start.is_dir() else None
            if found is not None and found.point.fingerprint == fingerprint:
                return found
    return None


def tensors_of(start: StartModel) -> dict[str, Tensor]:
    """The weights of a start by name. Raises UserError where they were lost meanwhile."""
    return read_weights(start.weights)
