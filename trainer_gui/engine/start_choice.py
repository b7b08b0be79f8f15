"""What a model decides about a run that starts from it: its family, its size and how its network is made."""

from __future__ import annotations

from typing import Any

from trainer_gui.engine.data.dataset import DataKind, Task
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.family import Family
from trainer_gui.engine.hyperparameters import TrainingSettings
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.settings import declared_in
from trainer_gui.engine.starting_point import StartModel

_KINDS = {DataKind.TABLE: "a table", DataKind.TEXTS: "texts alone", DataKind.PICTURES: "pictures"}


def must_go_together(
    start: StartModel, family: str | None, size: str | None, kind: DataKind, task: Task
) -> None:
    """Raises UserError where another family or size is chosen, or the family is not one for the data.

    Of a model that is weights alone nothing is known.
    """
    if not start.family:
        return
    own = FAMILIES[start.family]
    if family not in (None, own.name):
        raise refuse(
            "start.other_family",
            "“{name}” is a model of the family {its}, so a {family} cannot start from it.",
            "Choose the family {its}, or another starting point.",
            field="family",
            name=start.name,
            its=own.label,
            family=FAMILIES[family or own.name].label,
        )
    if size not in (None, start.size):
        raise refuse(
            "start.other_size",
            "“{name}” has the size {its}, so a network of the size {size} cannot start from it.",
            "Choose the size {its}, or another starting point.",
            field="size",
            name=start.name,
            its=start.size,
            size=size or "",
        )
    if not own.fits(kind, task):
        raise refuse(
            "start.other_data",
            "“{name}” is a model of the family {its}, which does not learn {task} from {here}.",
            "Choose another starting point; “starts” lists those that fit.",
            field="start",
            name=start.name,
            its=own.label,
            task=task.value,
            here=_KINDS[kind],
        )


def of_its_make(family: Family, start: StartModel) -> dict[str, Any]:
    """The settings that say how its network is made, such as the number of layers."""
    common = {each.name for each in declared_in(TrainingSettings)}
    known = {each.name for each in declared_in(family.settings)} - common
    return {name: value for name, value in start.settings.items() if name in known}
