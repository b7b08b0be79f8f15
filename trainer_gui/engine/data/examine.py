"""What is right and wrong with data before a model learns from it, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable

from trainer_gui.engine.data.check import Check, Sight
from trainer_gui.engine.data.checks import CHECKS
from trainer_gui.engine.data.dataset import Dataset, Table, Task
from trainer_gui.engine.data.target import guess_task
from trainer_gui.engine.problems import Problem
from trainer_gui.engine.row_settings import SplitSettings, StepSettings

__all__ = ["examine", "examine_closely", "guess_task"]

Report = Callable[[str, float | None], None]

_ORDER = {"error": 0, "caution": 1, "note": 2}


def examine(
    dataset: Dataset,
    target: str,
    task: Task,
    leave_out: tuple[str, ...] = (),
    *,
    split: SplitSettings | None = None,
    steps: StepSettings | None = None,
) -> list[Problem]:
    """What can be seen at a glance: errors first, then cautions, then notes.

    With an error no model can be trained. What was mended while reading is in the dataset's own notes and
    is not said again. `leave_out` names columns that are not used. Raises UserError where there is no such
    target.
    """
    sight = _sight(dataset, target, task, leave_out, split, steps)
    return _found(sight, [each for each in CHECKS if not each.slow], None)


def examine_closely(
    dataset: Dataset,
    target: str,
    task: Task,
    leave_out: tuple[str, ...] = (),
    *,
    split: SplitSettings | None = None,
    steps: StepSettings | None = None,
    report: Report | None = None,
) -> list[Problem]:
    """What only a look at the cells shows, without what `examine` says; never an error.

    It takes up to a few seconds for a million rows, of which most checks look at a sample. `report` is told
    before each check how far it is, and may raise to cancel. Raises UserError where there is no such target.
    """
    sight = _sight(dataset, target, task, leave_out, split, steps)
    if not sight.can_be_learned:
        return []
    return _found(sight, [each for each in CHECKS if each.slow], report)


def _sight(
    dataset: Dataset,
    target: str,
    task: Task,
    leave_out: tuple[str, ...],
    split: SplitSettings | None,
    steps: StepSettings | None,
) -> Sight:
    return Sight(
        dataset=dataset,
        target=dataset.column(target),
        task=task,
        leave_out=leave_out,
        split=split or SplitSettings(),
        steps=steps or StepSettings(),
    )


def _found(sight: Sight, checks: list[Check], report: Report | None) -> list[Problem]:
    found: list[Problem] = []
    for place, check in enumerate(checks):
        if report is not None:
            report("Looking for what could be wrong", place / len(checks))
        if isinstance(sight.dataset, Table) or not check.tables_only:
            found += check.findings(sight)
    return sorted(found, key=lambda each: _ORDER[each.severity])
