"""All that is needed to repeat a run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import tomlkit
from pydantic import BaseModel, ConfigDict

from trainer_gui.engine.data.dataset import (
    ColumnKind,
    DataKind,
    DataReference,
    Dataset,
    Table,
    Task,
)
from trainer_gui.engine.data.outline import outline_of
from trainer_gui.engine.data.parts import split_of
from trainer_gui.engine.data.split import Split
from trainer_gui.engine.data.target import guess_task
from trainer_gui.engine.execution import Execution
from trainer_gui.engine.families import FAMILIES, fitting
from trainer_gui.engine.family import Family
from trainer_gui.engine.fix import Change
from trainer_gui.engine.hyperparameters import TrainingSettings
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.row_settings import SplitSettings, StepSettings
from trainer_gui.engine.settings import accept
from trainer_gui.engine.start_choice import must_go_together, of_its_make
from trainer_gui.engine.start_settings import StartSettings
from trainer_gui.engine.starting_point import StartingPoint, StartModel

VERSION = 1


class Frozen(BaseModel):
    """Never changes once made, and takes nothing undeclared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Recipe(Frozen):
    """Data, target, split, family, size, settings, device and starting point, all resolved.

    The same recipe and fingerprint give the same curve on the same machine and number of threads.
    """

    version: int = VERSION
    data: DataReference
    fingerprint: str
    target: str
    task: Task
    leave_out: tuple[str, ...] = ()  # columns that are not used, beside those that are left out anyway
    kinds: dict[str, ColumnKind] = {}  # columns that are used differently than they were understood
    split: SplitSettings = SplitSettings()
    test_data: DataReference | None = None  # where the test rows lie, if in a file of their own
    test_fingerprint: str = ""  # of that file
    steps: StepSettings = StepSettings()  # which rows are left out
    family: str
    size: str
    settings: dict[str, Any]  # every setting of the family, none left to a default
    device: str = "auto"
    execution: Execution | None = None  # how this machine carries it out; None until that was found out
    start: StartingPoint = StartingPoint()
    members: int | None = None  # how many runs it was put together from, this being the first; None for a run

    @property
    def family_settings(self) -> TrainingSettings:
        """The settings in the family's own type."""
        return accept(FAMILIES[self.family].settings, self.settings)

    @property
    def seed(self) -> int:
        """The seed of the training."""
        return int(self.settings["seed"])

    def to_toml(self) -> str:
        """The recipe as TOML that a person can read and change."""
        document = tomlkit.document()
        document.add(tomlkit.comment("All that is needed to repeat this run."))
        for name, value in self.model_dump(mode="json").items():
            if value is not None:
                document.add(name, tomlkit.item(without_none(value)))
        return tomlkit.dumps(document)


def without_none(value: Any) -> Any:
    """The value without what is None, which TOML cannot hold."""
    if isinstance(value, dict):
        return {key: without_none(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [without_none(each) for each in value]
    return value


@dataclass(frozen=True)
class Choices:
    """What a person has chosen so far; everything that is None or missing is left to good defaults."""

    target: str | None = None
    task: Task | None = None
    leave_out: tuple[str, ...] = ()
    kinds: tuple[tuple[str, ColumnKind], ...] = ()
    split: tuple[tuple[str, Any], ...] = ()
    test_data: DataReference | str | None = None  # to be opened and put beside the dataset
    steps: tuple[tuple[str, Any], ...] = ()
    family: str | None = None
    size: str | None = None
    settings: tuple[tuple[str, Any], ...] = ()  # only those that differ from the default
    device: str = "auto"
    execution: Execution | None = None  # of a run that is repeated; None finds out anew
    start: StartModel | StartingPoint | None = None  # None from scratch; a point is still to be opened
    start_settings: tuple[tuple[str, Any], ...] = ()  # only those that differ from the default


def resolve(dataset: Dataset, choices: Choices) -> Recipe:
    """The complete recipe for a dataset and some choices; raises UserError where they do not go together."""
    dataset = as_chosen(dataset, dict(choices.kinds))
    target = _target_of(dataset, choices)
    task = choices.task or guess_task(dataset, target)
    start = choices.start if isinstance(choices.start, StartModel) else None
    kind = dataset.learned_kind(target, choices.leave_out)
    if start is not None:
        must_go_together(start, choices.family, choices.size, kind, task)
    family = choose_family(
        kind, task, choices.family or (start.family if start is not None else None) or None
    )
    split = accept(SplitSettings, dict(choices.split))
    steps = accept(StepSettings, dict(choices.steps))
    shape = outline_of(dataset, target, task, choices.leave_out, split)
    size = choices.size or (start.size if start is not None else "") or family.default_size(shape)
    _must_have(family, size)
    made = of_its_make(family, start) if start is not None else {}
    changed = {**family.defaults(shape, size), **made, **dict(choices.settings)}
    settings = accept(family.settings, changed)
    point = _point(choices)
    if point.kind == "scratch" and not settings.epochs:
        raise refuse(
            "epochs.none",
            "Epochs cannot be 0 where nothing was learned before.",
            "Train for at least 1 epoch, or start from a model.",
            field="epochs",
        )
    return Recipe(
        data=dataset.reference,
        fingerprint=dataset.fingerprint,
        target=target,
        task=task,
        leave_out=choices.leave_out,
        kinds=dict(choices.kinds),
        split=split,
        test_data=dataset.own_test.reference if dataset.own_test is not None else None,
        test_fingerprint=dataset.own_test.fingerprint if dataset.own_test is not None else "",
        steps=steps,
        family=family.name,
        size=size,
        settings=settings.model_dump(mode="json"),
        device=choices.device,
        execution=choices.execution,
        start=point,
    )


def _target_of(dataset: Dataset, choices: Choices) -> str:
    target = choices.target or dataset.target
    if not target:
        raise refuse(
            "target.none",
            "It is not clear which column is to be predicted.",
            "Choose the target on the Data page, or with --target.",
            field="target",
        )
    dataset.column(target)
    for name in choices.leave_out:
        dataset.column(name)
    if target in choices.leave_out:
        raise refuse(
            "target.left_out",
            "{target} is to be predicted and left out at the same time.",
            "Choose another target, or bring the column back.",
            field="target",
            target=target,
        )
    return target


def _must_have(family: Family, size: str) -> None:
    if size not in dict(family.sizes):
        raise refuse(
            "size.unknown",
            "{family} has no size “{size}”.",
            "Its sizes are: {sizes}.",
            field="size",
            family=family.label,
            size=size,
            sizes=", ".join(dict(family.sizes)),
        )


def _point(choices: Choices) -> StartingPoint:
    if choices.start is None:
        return StartingPoint()
    given = choices.start.point if isinstance(choices.start, StartModel) else choices.start
    settings = accept(StartSettings, dict(choices.start_settings))
    return given.model_copy(update={"settings": settings})


def choose_family(kind: DataKind, task: Task, name: str | None) -> Family:
    """The family of this name, or the usual one; raises UserError where it does not suit data or task."""
    suited = fitting(kind, task)
    assert suited, f"no family for {kind} and {task}"
    if name is None:
        return suited[0]
    family = FAMILIES[name]
    if family not in suited:
        raise refuse(
            "family.does_not_fit",
            "{family} cannot learn {task} from {kind}.",
            "Choose one of: {names}.",
            field="family",
            family=family.label,
            task=task.value,
            kind={"table": "a table", "texts": "texts alone", "pictures": "pictures"}[kind],
            names=", ".join(each.name for each in suited),
        )
    return family


def as_chosen(dataset: Dataset, kinds: dict[str, ColumnKind]) -> Dataset:
    """The dataset with some of its columns used differently."""
    return dataset.with_kinds(kinds) if kinds and isinstance(dataset, Table) else dataset


def parts_of(dataset: Dataset, recipe: Recipe) -> Split:
    """Which rows the recipe trains on, checks on and locks; the dataset `as_chosen`.

    Raises UserError as `split_of` does. Where the test rows lie in a file of their own that was not opened,
    the test part is empty.
    """
    split = recipe.split
    if recipe.test_data is not None:
        split = split.model_copy(update={"test_share": 0.0})
    return split_of(
        dataset, recipe.target, recipe.task, split, recipe.steps, recipe.leave_out, draw=recipe.seed
    )


def changed(choices: Choices, change: Change) -> Choices:
    """The choices with what a fix changes, except how the file is read."""
    kinds = {name: ColumnKind(kind) for name, kind in change.kinds.items()}
    left_out = [each for each in choices.leave_out if each not in kinds and each not in change.leave_out]
    return replace(
        choices,
        task=Task(change.task) if change.task else choices.task,
        size=change.size or choices.size,
        leave_out=(*left_out, *change.leave_out),
        kinds=tuple({**dict(choices.kinds), **kinds}.items()),
        split=tuple({**dict(choices.split), **change.split}.items()),
        steps=tuple({**dict(choices.steps), **change.steps}.items()),
        settings=tuple({**dict(choices.settings), **change.settings}.items()),
    )


def choices_in(recipe: Recipe) -> Choices:
    """The choices that resolve to this recipe again; every setting is given outright."""
    return Choices(
        target=recipe.target,
        task=recipe.task,
        leave_out=recipe.leave_out,
        kinds=tuple(recipe.kinds.items()),
        split=tuple(recipe.split.model_dump(mode="json").items()),
        test_data=recipe.test_data,
        steps=tuple(recipe.steps.model_dump(mode="json").items()),
        family=recipe.family,
        size=recipe.size,
        settings=tuple(recipe.settings.items()),
        device=recipe.device,
        execution=recipe.execution,
        start=None if recipe.start.kind == "scratch" else recipe.start,
        start_settings=tuple(recipe.start.settings.model_dump(mode="json").items()),
    )
