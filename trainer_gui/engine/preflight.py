"""What deserves a look before a run with certain choices, and how a fix for it is taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from trainer_gui.engine.data.dataset import Dataset
from trainer_gui.engine.data.examine import Report, examine, examine_closely
from trainer_gui.engine.data.target import guess_task
from trainer_gui.engine.fix import Change, Fix
from trainer_gui.engine.problems import Problem, refuse
from trainer_gui.engine.recipe import Choices, as_chosen, changed
from trainer_gui.engine.row_settings import SplitSettings, StepSettings
from trainer_gui.engine.settings import accept

_ORDER = {"error": 0, "caution": 1, "note": 2}


def findings(
    dataset: Dataset, choices: Choices, report: Report | None = None, *, closely: bool = True
) -> list[Problem]:
    """Everything that deserves a look, as `examine` and `examine_closely` say it, errors first.

    Where a run is impossible anyway, nobody looks closely. What a fix was taken for already is not said.
    Raises UserError where a choice makes no sense.
    """
    target = choices.target or dataset.target
    if not target:
        return []
    seen = as_chosen(dataset, dict(choices.kinds))
    task = choices.task or guess_task(seen, target)
    about: dict[str, Any] = {
        "split": accept(SplitSettings, dict(choices.split)),
        "steps": accept(StepSettings, dict(choices.steps)),
    }
    found = examine(seen, target, task, choices.leave_out, **about)
    if closely and not any(each.severity == "error" for each in found):
        found += examine_closely(seen, target, task, choices.leave_out, **about, report=report)
    return sorted(still_open(found, choices), key=lambda each: _ORDER[each.severity])


def still_open(problems: Iterable[Problem], choices: Choices) -> list[Problem]:
    """The problems for which no fix is in effect."""
    return [each for each in problems if not any(in_effect(one.change, choices) for one in each.fixes)]


def in_effect(change: Change, choices: Choices) -> bool:
    """Whether the choices are such already; what is to be read differently never is."""
    return not change.reading and _plain(changed(choices, change)) == _plain(choices)


def _plain(choices: Choices) -> tuple[Any, ...]:
    return (
        choices.task,
        choices.size,
        frozenset(choices.leave_out),
        dict(choices.kinds),
        *({name: str(value) for name, value in pairs} for pairs in (choices.split, choices.steps)),
        {name: str(value) for name, value in choices.settings},
    )


def fix_named(key: str, problems: Sequence[Problem]) -> Fix:
    """The fix with this key, of those that the problems offer; raises UserError with what there is."""
    offered = [one for each in problems for one in each.fixes]
    for one in offered:
        if one.key == key.strip().lower():
            return one
    raise refuse(
        "fix.unknown",
        "There is nothing here that “{given}” would put right.",
        "What can be put right: {keys}." if offered else "Nothing was found that could be put right.",
        field="fix",
        given=key,
        keys=", ".join(one.key for one in offered),
    )
