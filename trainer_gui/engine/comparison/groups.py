"""Which of some runs belong together, and whether two groups of them can be compared at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.evaluate import Part
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.recipe import Recipe
from trainer_gui.engine.recipe_key import settings_key, split_key
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.shared_openings import study_of


@dataclass(frozen=True)
class Group:
    """Runs that differ in nothing but their seeds and folds, none of which is there twice."""

    runs: tuple[RunFolder, ...]
    recipes: tuple[Recipe, ...]

    @property
    def name(self) -> str:
        """The name of the first run, with the number of runs where there are several."""
        count = len(self.runs)
        name = self.runs[0].name
        if study_of(self.runs[0].path) is not None and count > 1:  # its runs are called by it
            name = name.rpartition(" · ")[0] or name
        word = "runs" if any(each.split.fold for each in self.recipes) else "seeds"
        return name if count == 1 else f"{name} ({count} {word})"


def two_groups(folders: Sequence[RunFolder]) -> tuple[Group, Group]:
    """The runs as the two groups that are to be compared, in the order in which they were given.

    Two runs are always a group each, even where they differ only in their seed. Raises UserError where the
    runs are not two groups, are still training, or cannot be compared in any way.
    """
    distinct = _finished(folders)
    if len(distinct) < 2:
        raise refuse(
            "comparison.one_run",
            "It takes two runs to compare, and there is only one.",
            "Choose a second one.",
            field="compare",
        )
    recipes = [each.recipe for each in distinct]
    if len(distinct) == 2:
        groups = [Group((run,), (recipe,)) for run, recipe in zip(distinct, recipes, strict=True)]
    else:
        groups = _by_settings(distinct, recipes)
    if len(groups) != 2:
        raise _not_two(len(distinct), len(groups))
    _must_be_of_one_kind(groups[0], groups[1])
    return groups[0], groups[1]


def group_of(folders: Sequence[RunFolder]) -> Group:
    """Runs that were named together, such as those of a study; raises UserError where they are no group."""
    distinct = _finished(folders)
    found = _by_settings(distinct, [each.recipe for each in distinct])
    if len(found) != 1:
        raise _not_two(len(distinct), len(found))
    return found[0]


def must_differ(a: Group, b: Group) -> None:
    """Raises UserError where two groups share a run, or cannot be compared in any way."""
    shared = {each.path for each in a.runs} & {each.path for each in b.runs}
    if shared:
        raise refuse(
            "comparison.same_run",
            "“{name}” stands on both sides, so there is nothing to compare it with.",
            "Choose two that have no run in common.",
            field="compare",
            name=a.name,
        )
    _must_be_of_one_kind(a, b)


def _finished(folders: Sequence[RunFolder]) -> list[RunFolder]:
    """Each run once; raises UserError where one of them is still training."""
    distinct = list({each.path: each for each in folders}.values())
    for each in distinct:
        if each.is_live:
            raise refuse(
                "comparison.is_live",
                "“{name}” is still training, so how good it is can still change.",
                "Compare it when it is done.",
                field="compare",
                name=each.name,
            )
    return distinct


def _by_settings(runs: Sequence[RunFolder], recipes: Sequence[Recipe]) -> list[Group]:
    found: dict[str, dict[tuple[int, int, str], tuple[RunFolder, Recipe]]] = {}
    for run, recipe in zip(runs, recipes, strict=True):
        seeds = (recipe.seed, recipe.split.split_seed, recipe.split.fold)
        found.setdefault(choices_key(recipe), {}).setdefault(seeds, (run, recipe))
    return [
        Group(tuple(run for run, _ in each.values()), tuple(recipe for _, recipe in each.values()))
        for each in found.values()
    ]


def choices_key(recipe: Recipe) -> str:
    """A text that two recipes share where nothing but seeds, folds and the machine sets them apart."""
    split = recipe.split.model_copy(update={"fold": ""})
    return settings_key(recipe.model_copy(update={"split": split}))


def _not_two(runs: int, groups: int) -> UserError:
    if groups == 1:
        return refuse(
            "comparison.one_group",
            "These {runs} runs differ only in their seed, so there is nothing to compare them with.",
            "Choose runs with other settings too, or two of these alone.",
            field="compare",
            runs=runs,
        )
    return refuse(
        "comparison.many_groups",
        "These {runs} runs have {groups} different choices of settings, and only two can be compared.",
        "Choose two runs, or the runs of two choices that differ only in their seed.",
        field="compare",
        runs=runs,
        groups=groups,
    )


def _must_be_of_one_kind(a: Group, b: Group) -> None:
    one, other = a.recipes[0], b.recipes[0]
    if one.target != other.target:
        raise refuse(
            "comparison.target",
            "“{a}” predicts “{target_a}” and “{b}” predicts “{target_b}”, so neither can be the better one.",
            "Compare runs that predict the same column.",
            field="compare",
            target_a=one.target,
            target_b=other.target,
            a=a.name,
            b=b.name,
        )
    if one.task is not other.task:
        classes, number = (a, b) if one.task is Task.CLASSIFICATION else (b, a)
        raise refuse(
            "comparison.task",
            "“{classes}” tells classes apart and “{number}” predicts a number, so there is no measure that "
            "both have.",
            "Compare runs that do the same.",
            field="compare",
            classes=classes.name,
            number=number.name,
        )


def must_share_rows(a: Group, b: Group, part: Part) -> None:
    """Raises UserError where the two were not measured on rows of the same data."""
    one, other = a.recipes[0], b.recipes[0]
    if one.fingerprint == other.fingerprint or split_key(one, part) == split_key(other, part):
        return
    raise refuse(
        "comparison.data",
        "“{a}” was trained on other data than “{b}”, or on the same file as it was before, "
        "so they were not measured on the same rows.",
        "Train one of them again on the data of the other, or give both the same file of test rows and "
        "compare on those.",
        field="compare",
        a=a.name,
        b=b.name,
    )
