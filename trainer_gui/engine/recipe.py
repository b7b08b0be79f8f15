"""All that is needed to repeat a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import tomlkit
from pydantic import BaseModel, ConfigDict

from trainer_gui.engine.data.dataset import ColumnKind, DataReference, Dataset, Pictures, Table, Task
from trainer_gui.engine.data.examine import guess_task
from trainer_gui.engine.data.prepare import DataShape, class_names, numbers_of, usual_size
from trainer_gui.engine.data.split import Split, share_out
from trainer_gui.engine.families import FAMILIES, fitting
from trainer_gui.engine.family import Family
from trainer_gui.engine.hyperparameters import SplitSettings, TrainingSettings
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.settings import accept

VERSION = 1


class Frozen(BaseModel):
    """Never changes once made, and takes nothing undeclared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class StartingPoint(Frozen):
    """From which weights a run starts, and which layers stay as they are."""

    kind: Literal["scratch"] = "scratch"


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
    family: str
    size: str
    settings: dict[str, Any]  # every setting of the family, none left to a default
    device: str = "auto"
    start: StartingPoint = StartingPoint()

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
            document.add(name, tomlkit.item(_without_none(value)))
        return tomlkit.dumps(document)


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_without_none(each) for each in value]
    return value


@dataclass(frozen=True)
class Choices:
    """What a person has chosen so far; everything that is None or missing is left to good defaults."""

    target: str | None = None
    task: Task | None = None
    leave_out: tuple[str, ...] = ()
    kinds: tuple[tuple[str, ColumnKind], ...] = ()
    split: tuple[tuple[str, Any], ...] = ()
    family: str | None = None
    size: str | None = None
    settings: tuple[tuple[str, Any], ...] = ()  # only those that differ from the default
    device: str = "auto"


def resolve(dataset: Dataset, choices: Choices) -> Recipe:
    """The complete recipe for a dataset and some choices; raises UserError where they do not go together."""
    dataset = as_chosen(dataset, dict(choices.kinds))
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
    task = choices.task or guess_task(dataset, target)
    family = choose_family(dataset, task, choices.family)
    split = accept(SplitSettings, dict(choices.split))
    shape = outline_of(dataset, target, task, choices.leave_out, split)
    size = choices.size or family.default_size(shape)
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
    changed = {**family.defaults(shape, size), **dict(choices.settings)}
    settings = accept(family.settings, changed)
    return Recipe(
        data=dataset.reference,
        fingerprint=dataset.fingerprint,
        target=target,
        task=task,
        leave_out=choices.leave_out,
        kinds=dict(choices.kinds),
        split=split,
        family=family.name,
        size=size,
        settings=settings.model_dump(mode="json"),
        device=choices.device,
    )


def choose_family(dataset: Dataset, task: Task, name: str | None) -> Family:
    """The family of this name, or the usual one; raises UserError where it does not suit data or task."""
    suited = fitting(dataset.kind, task)
    assert suited, f"no family for {dataset.kind} and {task}"
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
            kind="a table" if dataset.kind == "table" else "pictures",
            names=", ".join(each.name for each in suited),
        )
    return family


def as_chosen(dataset: Dataset, kinds: dict[str, ColumnKind]) -> Dataset:
    """The dataset with some of its columns used differently."""
    return dataset.with_kinds(kinds) if kinds and isinstance(dataset, Table) else dataset


def usable_rows(dataset: Dataset, target: str, task: Task) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The numbers of the rows that have a target."""
    values = dataset.target_values(target)
    if task is Task.CLASSIFICATION:
        return np.flatnonzero(class_names(values) != "").astype(np.int64)
    return np.flatnonzero(np.isfinite(numbers_of(values, None))).astype(np.int64)


def split_of(dataset: Dataset, target: str, task: Task, split: SplitSettings) -> Split:
    """Which rows are trained on, checked on and locked; raises UserError where there are too few."""
    usable = usable_rows(dataset, target, task)
    if not len(usable):
        raise refuse(
            "target.all_missing",
            "{target} has no value in any row, so there is nothing to learn.",
            "Choose another target, or check how the file was read.",
            field="target",
            target=target,
        )
    strata = None
    if split.stratified and task is Task.CLASSIFICATION:
        strata = class_names(dataset.target_values(target))[usable]
    return share_out(
        usable,
        strata,
        validation_share=split.validation_share,
        test_share=split.test_share,
        seed=split.split_seed,
    )


def outline_of(
    dataset: Dataset, target: str, task: Task, leave_out: tuple[str, ...], split: SplitSettings
) -> DataShape:
    """The shape of the data as it will be once prepared, without preparing it.

    Whether a number column has gaps is taken from all rows, not only those for training, so the shape of the
    prepared data may have a few columns less.
    """
    usable = usable_rows(dataset, target, task)
    rows = max(1, round(len(usable) * (1 - split.validation_share - split.test_share)))
    outputs = 1
    if task is Task.CLASSIFICATION:
        outputs = max(2, len(set(class_names(dataset.target_values(target))[usable].tolist())))
    if isinstance(dataset, Pictures):
        side, channels = usual_size(dataset.median_size), 1 if dataset.grey else 3
        return DataShape(
            task=task,
            rows=rows,
            picture=(channels, side, side),
            picture_mean=(0.0,) * channels,
            picture_deviation=(1.0,) * channels,
            outputs=outputs,
        )
    inputs = [c for c in dataset.columns if c.is_input and c.name != target and c.name not in leave_out]
    numbers = [each for each in inputs if each.kind is ColumnKind.NUMBER]
    categories = [each for each in inputs if each.kind is not ColumnKind.NUMBER]
    return DataShape(
        task=task,
        rows=rows,
        numbers=len(numbers) + sum(each.missing > 0 for each in numbers),
        categories=tuple(min(each.distinct, 2000) + 1 for each in categories),
        outputs=outputs,
    )


def choices_in(recipe: Recipe) -> Choices:
    """The choices that resolve to this recipe again; every setting is given outright."""
    return Choices(
        target=recipe.target,
        task=recipe.task,
        leave_out=recipe.leave_out,
        kinds=tuple(recipe.kinds.items()),
        split=tuple(recipe.split.model_dump(mode="json").items()),
        family=recipe.family,
        size=recipe.size,
        settings=tuple(recipe.settings.items()),
        device=recipe.device,
    )
