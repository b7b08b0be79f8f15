"""Which runs can answer together: those that predict the same from the same rows."""

from __future__ import annotations

from collections.abc import Sequence

from trainer_gui.engine.data.prepare import Preparation
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.recipe import Recipe
from trainer_gui.engine.recipe_key import split_key
from trainer_gui.engine.run_folder import RunFolder


def members_of(runs: Sequence[RunFolder]) -> tuple[RunFolder, ...]:
    """The runs, no run twice; one that was put together from others stands for its members.

    Raises UserError where they are fewer than two, still train, or do not go together.
    """
    distinct = list({each.path.resolve(): each for each in runs}.values())
    for each in distinct:
        if each.is_live:
            raise refuse(
                "ensemble.is_live",
                "“{name}” is still training, so its model is not ready yet.",
                "Make one model of these when it is done.",
                field="run",
                name=each.name,
            )
    members = [member for each in distinct for member in each.members]
    if len(distinct) < 2:
        raise refuse(
            "ensemble.too_few",
            "It takes at least two runs to make one model of them.",
            "Choose another one that predicts the same column of the same data.",
            field="run",
        )
    recipes = [each.recipe for each in members]
    for member, recipe in zip(members[1:], recipes[1:], strict=True):
        _must_go_together(members[0], recipes[0], member, recipe)
    return tuple(members)


def _must_go_together(first: RunFolder, one: Recipe, second: RunFolder, other: Recipe) -> None:
    if one.target != other.target or one.task is not other.task:
        raise refuse(
            "ensemble.target",
            "“{a}” predicts {what_a} and “{b}” predicts {what_b}, so they have no answer in common.",
            "Choose runs that predict the same column in the same way.",
            field="run",
            what_a=_in_words(one),
            what_b=_in_words(other),
            a=first.name,
            b=second.name,
        )
    if one.fingerprint != other.fingerprint or one.test_fingerprint != other.test_fingerprint:
        raise refuse(
            "ensemble.data",
            "“{a}” was trained on other data than “{b}”, or on the same file as it was before, so it could "
            "not be told which rows none of them has learned.",
            "Choose runs that were trained on the same data.",
            field="run",
            a=first.name,
            b=second.name,
        )
    if _rows_key(one) != _rows_key(other):
        raise refuse(
            "ensemble.split",
            "“{a}” and “{b}” have shared their rows out differently, so one has learned rows that the other "
            "is measured on.",
            "Choose runs with the same shares and the same split seed.",
            field="run",
            a=first.name,
            b=second.name,
        )


def _rows_key(recipe: Recipe) -> str:
    """A text that two recipes share where one has learned no test row of the other.

    Folds differ in which rows they check on; about a row, those are asked that have not learned it.
    """
    split = recipe.split.model_copy(update={"fold": "", "train_share": 1.0})
    return split_key(recipe.model_copy(update={"split": split}), "validation")


def _in_words(recipe: Recipe) -> str:
    what = "its classes" if recipe.task == "classification" else "a number"
    return f"“{recipe.target}” ({what})"


def preparation_of(members: Sequence[RunFolder]) -> Preparation:
    """What new rows are held against: every column that a member takes, every value that one has seen.

    Raises UserError where members take a column as different things, or a file is missing or damaged.
    """
    fitted = [each.preparation for each in members]
    kinds_given = [each.recipe.kinds for each in members]
    steps = {each.name: each for each in fitted[0].steps}
    for member, preparation, given in zip(members[1:], fitted[1:], kinds_given[1:], strict=True):
        for step in preparation.steps:
            known = steps.setdefault(step.name, step)
            if known.step != step.step or kinds_given[0].get(step.name) != given.get(step.name):
                raise _taken_differently(step.name, members[0], member)
            steps[step.name] = known.joined(step)
    kinds = list(dict.fromkeys(step.step for each in fitted for step in each.steps))
    classes = dict.fromkeys(name for each in fitted for name in each.target.classes)
    return Preparation(
        steps=tuple(sorted(steps.values(), key=lambda each: kinds.index(each.step))),
        target=fitted[0].target.model_copy(update={"classes": tuple(classes)}),
    )


def _taken_differently(column: str, first: RunFolder, second: RunFolder) -> UserError:
    return refuse(
        "ensemble.kinds",
        "“{a}” and “{b}” take the column “{column}” as different things, so no value would be right for "
        "both.",
        "Choose runs in which every column is of the same kind.",
        field="run",
        a=first.name,
        b=second.name,
        column=column,
    )
