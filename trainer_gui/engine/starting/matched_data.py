"""The data prepared as the model that a run starts from wants it, and what there is to say about that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.continued import Continued, continued
from trainer_gui.engine.data.dataset import Dataset, Pictures, Task
from trainer_gui.engine.data.fitting import fit_preparation
from trainer_gui.engine.data.mending import listed
from trainer_gui.engine.data.prepare import Preparation
from trainer_gui.engine.data.split import Split
from trainer_gui.engine.problems import Problem, problem, refuse
from trainer_gui.engine.recipe import Recipe
from trainer_gui.engine.start_settings import LastLayer
from trainer_gui.engine.starting_point import StartModel

_NAMED = 10  # columns, classes or values in one sentence


@dataclass(frozen=True)
class Matched:
    """A fitted preparation, whether the last layer is replaced, and what there is to say."""

    preparation: Preparation
    replaces_head: bool = False
    notes: tuple[Problem, ...] = ()


def matched_data(
    dataset: Dataset, recipe: Recipe, split: Split, start: StartModel | None, control: Control | None = None
) -> Matched:
    """Fitted on the training rows; where a model is the start, such that everything means what it meant.

    Raises UserError where no input column is left, or where data and model do not go together.
    """
    before = start.preparation if start is not None else None
    fresh = fit_preparation(
        dataset,
        target=recipe.target,
        task=recipe.task,
        leave_out=recipe.leave_out,
        train=split.train,
        target_scale=recipe.steps.target_scale,
        picture=before.picture if before is not None else None,
        control=control,
    )
    if start is None:
        return Matched(fresh)
    if before is None:  # nothing is known but the weights: whether the last layer fits is seen there
        return Matched(fresh, recipe.start.settings.last_layer is LastLayer.REPLACE)
    _same_kind(start.name, before, fresh)
    replaces = _replaces_head(start.name, before, fresh, recipe.start.settings.last_layer)
    found = continued(before, fresh, keep_target=not replaces)
    notes = (*_about_columns(found), *_about_target(before, fresh, replaces=replaces))
    if isinstance(dataset, Pictures):
        notes += tuple(_about_pictures(dataset, before))
    return Matched(found.preparation, replaces, notes)


def _same_kind(name: str, before: Preparation, fresh: Preparation) -> None:
    if (before.picture is None) != (fresh.picture is None):
        known, here = ("pictures", "a table") if before.picture is not None else ("a table", "pictures")
        raise refuse(
            "start.other_data",
            "“{name}” learned from {known}, and this is {here}.",
            "Choose a model that learned from {here}.",
            field="start",
            name=name,
            known=known,
            here=here,
        )


def _replaces_head(name: str, before: Preparation, fresh: Preparation, wish: LastLayer) -> bool:
    """Whether the last layer begins anew. Raises UserError where it is to be kept and cannot."""
    if wish is LastLayer.REPLACE:
        return True
    old, new = before.target, fresh.target
    if old.task is not new.task:
        unlike = f"it learned to predict {_task(old.task)}, and here {_task(new.task)} is to be predicted"
    elif added := [each for each in new.classes if each not in old.classes]:
        unlike = f"it does not know {listed(added[:_NAMED])}"
    else:
        same = new.task is Task.CLASSIFICATION or old.name == new.name
        return wish is LastLayer.AUTO and not same
    if wish is LastLayer.KEEP:
        raise refuse(
            "start.other_answers",
            "The last layer of “{name}” cannot be kept: {unlike}.",
            "Let the last layer be replaced; all that lies before it is kept.",
            field="last_layer",
            name=name,
            unlike=unlike,
        )
    return True


def _task(task: Task) -> str:
    return "a class" if task is Task.CLASSIFICATION else "a number"


def _about_columns(found: Continued) -> Iterator[Problem]:
    if found.new:
        yield problem(
            "start.new_columns",
            "{columns} {are} new to the model, and {begin} without influence.",
            "What {they} mean{s} is learned, unless the first layer is frozen.",
            severity="note",
            columns=listed(list(found.new[:_NAMED])),
            are="is" if len(found.new) == 1 else "are",
            begin="begins" if len(found.new) == 1 else "begin",
            they="it" if len(found.new) == 1 else "they",
            s="s" if len(found.new) == 1 else "",
        )
    if found.missing:
        yield problem(
            "start.missing_columns",
            "The model also knows {columns}, which this data does not have: every row counts as one with a "
            "gap there.",
            "Rename a column where it is the same thing under another name.",
            severity="caution",
            columns=listed(list(found.missing[:_NAMED])),
        )
    if found.changed:
        yield problem(
            "start.changed_columns",
            "{columns}: of another kind here than in the model's data, and so taken as new.",
            "Choose the same kind on the Data page where it is the same thing.",
            severity="caution",
            columns=listed(list(found.changed[:_NAMED])),
        )
    for name, values in (found.new_values or {}).items():
        yield problem(
            "start.new_values",
            "“{column}” has values that the model does not know, such as {values}; they begin as its unknown "
            "ones.",
            severity="note",
            field=name,
            column=name,
            values=listed(list(values[:3])),
        )
    if found.matched and not found.preparation.picture:
        yield problem(
            "start.matched_columns",
            "{count} of {all} columns are known to the model and keep the scale and values that it knows.",
            severity="note",
            count=len(found.matched),
            all=len(found.preparation.steps),
        )


def _about_target(before: Preparation, fresh: Preparation, *, replaces: bool) -> Iterator[Problem]:
    gone = [each for each in before.target.classes if each not in fresh.target.classes]
    if not replaces and gone:
        yield problem(
            "start.fewer_classes",
            "Among the training rows there is none of {classes}, which the model knows and may forget.",
            "Add rows of these classes, or replace the last layer.",
            severity="caution",
            classes=listed(gone[:_NAMED]),
        )


def _about_pictures(dataset: Pictures, before: Preparation) -> Iterator[Problem]:
    column = before.picture
    assert column is not None
    wide, high = dataset.median_size
    grey = dataset.grey and column.channels == 3
    coloured = not dataset.grey and column.channels == 1
    colours = ", in grey" if coloured else ", their grey as colours" if grey else ""
    yield problem(
        "start.pictures",
        "The pictures, about {wide} × {high} pixels, are brought to the {width} × {height} that the model "
        "looks at{colours}, and scaled as its own were.",
        severity="caution" if coloured else "note",
        wide=wide,
        high=high,
        width=column.width,
        height=column.height,
        colours=colours,
    )
