"""What a run would be with the choices of the moment, worked out away from the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.problems import Problem, UserError
from trainer_gui.engine.settings import accept
from trainer_gui.gui.runner import Report

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import Dataset, Task
    from trainer_gui.engine.plan import Plan
    from trainer_gui.engine.recipe import Choices, Recipe


@dataclass(frozen=True)
class Outlook:
    """Either a recipe that can be trained, or the problem that stands in its way; and what both know."""

    recipe: Recipe | None = None
    problem: Problem | None = None
    notes: tuple[Problem, ...] = ()  # worth a look, none of them in the way
    target: str = ""
    task: Task | None = None
    family: str = ""
    families: tuple[str, ...] = ()  # those that suit data and task
    size: str = ""
    defaults: tuple[tuple[str, Any], ...] = ()  # of every setting of the family, for this data and size
    classes: int = 0  # different values of the target where they are classes

    @property
    def default_values(self) -> dict[str, Any]:
        """The defaults by name."""
        return dict(self.defaults)


def outlook_of(dataset: Dataset, choices: Choices, report: Report) -> Outlook:
    """Resolves the choices. Never raises UserError: what is wrong is in the answer."""
    from trainer_gui.engine.data.dataset import Task
    from trainer_gui.engine.data.target import guess_task
    from trainer_gui.engine.families import FAMILIES, fitting
    from trainer_gui.engine.preflight import findings
    from trainer_gui.engine.recipe import as_chosen, resolve

    report("", None)
    so_far = Outlook(target=choices.target or dataset.target, notes=dataset.notes)
    try:
        chosen = as_chosen(dataset, dict(choices.kinds))
        if so_far.target:
            task = choices.task or guess_task(chosen, so_far.target)
            families = tuple(
                each.name for each in fitting(chosen.learned_kind(so_far.target, choices.leave_out), task)
            )
            classes = chosen.column(so_far.target).distinct if task is Task.CLASSIFICATION else 0
            so_far = replace(so_far, task=task, families=families, classes=classes)
            if choices.family not in families:
                choices = replace(choices, family=None)
            so_far = replace(so_far, family=choices.family or families[0])
        # The defaults are asked for without the changes, so that they are known also where those are wrong.
        plain = resolve(dataset, replace(choices, settings=()))
        family = FAMILIES[plain.family]
        so_far = replace(so_far, family=plain.family, size=plain.size, defaults=tuple(plain.settings.items()))
        found = findings(dataset, choices, closely=False)
        notes = (*dataset.notes, *(each for each in found if each.severity != "error"))
        so_far = replace(so_far, notes=notes)
        for each in found:
            if each.severity == "error":
                raise UserError(each)
        known = {name: value for name, value in choices.settings if name in plain.settings}
        settings = accept(family.settings, {**plain.settings, **known})
    except UserError as error:
        return replace(so_far, problem=error.problem)
    return replace(so_far, recipe=plain.model_copy(update={"settings": settings.model_dump(mode="json")}))


def plan_of(dataset: Dataset, choices: Choices, report: Report) -> Plan:
    """What the run will cost; raises UserError where the choices do not go together."""
    from trainer_gui.engine.plan import plan

    report("", None)
    return plan(dataset, choices)
