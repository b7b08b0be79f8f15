"""Orders for workers: for one run, or for several that are named in a file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from trainer_gui.engine.disk import write_atomically
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.recipe import Frozen
from trainer_gui.engine.recipe_file import recipe_from_toml
from trainer_gui.engine.resumption import why_not_resumed
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.several import Part
from trainer_gui.engine.study.folder import StudyFolder
from trainer_gui.engine.study.place import ORDER_SUFFIX, Order
from trainer_gui.engine.study.recipe import StudyRecipe
from trainer_gui.engine.study.trial import StudyRun


class _Named(Frozen):
    """One run of several; its places are written as seen from the folder of the file."""

    recipe: str
    run: str
    name: str


class _Several(Frozen):
    """What the file of an order holds."""

    runs: tuple[_Named, ...]


def order_for_one(folder: StudyFolder, study: StudyRecipe, run: StudyRun, *, keep_awake: bool) -> Order:
    """The order for one run: to go on where it can, or else to begin in a fresh folder.

    Raises UserError where the values do not go together, OSError where the order cannot be written.
    """
    path = folder.run(run.name).path
    resume = can_go_on(folder.run(run.name))
    _write_recipe(folder, study, run, resume=resume)
    return Order(
        recipe=folder.order_of(run.name),
        run=path,
        words=folder.words_of(run.name),
        name=_name_of(study, run),
        resume=resume,
        keep_awake=keep_awake,
    )


def order_for_several(
    folder: StudyFolder, study: StudyRecipe, runs: Sequence[StudyRun], *, keep_awake: bool
) -> Order:
    """The same for several at once, which are alike or trained in turn."""
    first = Path(runs[0].name).name
    file = folder.path / "orders" / f"{first}-x{len(runs)}{ORDER_SUFFIX}"
    if _state_of(file).parent.exists():  # of others that began with the same run
        shutil.rmtree(_state_of(file).parent)
    for each in runs:
        _write_recipe(folder, study, each, resume=can_go_on(folder.run(each.name)))
    named = tuple(
        _Named(
            recipe=folder.order_of(each.name).name,
            run=Path(os.path.relpath(folder.run(each.name).path, file.parent)).as_posix(),
            name=_name_of(study, each),
        )
        for each in runs
    )
    write_atomically(file, _Several(runs=named).model_dump_json(indent=1))
    return _order_in(file, named, keep_awake=keep_awake)


def order_of_stack(run: RunFolder, *, keep_awake: bool) -> tuple[Order, list[Path]] | None:
    """The order by which a run became a member of the stack that it goes on with, and the folders of all
    runs that it names; None for a run by itself.
    """
    file = run.stack[0].parent.with_suffix(ORDER_SUFFIX) if run.stack is not None else None
    if file is None or not file.exists() or not can_go_on(run):
        return None
    named = _read(file).runs
    return _order_in(file, named, keep_awake=keep_awake), [_at(file, each.run) for each in named]


def parts_in(file: Path) -> tuple[list[Part], Path]:
    """The runs that the file of an order names, and where their common state lies. Raises UserError."""
    parts = []
    for each in _read(file).runs:
        text = _at(file, each.recipe).read_text(encoding="utf-8")
        parts.append(Part(recipe_from_toml(text, each.recipe), _at(file, each.run), each.name))
    return parts, _state_of(file)


def can_go_on(run: RunFolder) -> bool:
    """Whether a run of a study is there and has a state to go on from."""
    return (run.path / "recipe.toml").exists() and why_not_resumed(run) is None


def _order_in(file: Path, named: Sequence[_Named], *, keep_awake: bool) -> Order:
    return Order(
        recipe=file,
        run=_state_of(file).parent,
        words=file.with_suffix(".log"),
        name=named[0].name,
        keep_awake=keep_awake,
        runs=tuple(_at(file, each.run) for each in named),
    )


def _write_recipe(folder: StudyFolder, study: StudyRecipe, run: StudyRun, *, resume: bool) -> None:
    path = folder.run(run.name).path
    if not resume and path.exists():
        shutil.rmtree(path)  # it was cut off before anything worth keeping
    write_atomically(folder.order_of(run.name), study.recipe_of(run.trial.values, run.repeat).to_toml())


def _name_of(study: StudyRecipe, run: StudyRun) -> str:
    return f"{study.name} · {Path(run.name).name}"


def _state_of(file: Path) -> Path:
    return file.with_suffix("") / "last.pt"


def _at(file: Path, place: str) -> Path:
    return (file.parent / place).resolve()


def _read(file: Path) -> _Several:
    try:
        return _Several.model_validate_json(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise refuse(
            "order.unreadable",
            "{path} is not an order for several runs.",
            "A study writes such files for itself; continue the study instead.",
            field="data",
            path=str(file),
        ) from error
