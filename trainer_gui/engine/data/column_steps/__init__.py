"""The steps that prepare columns, one file for each kind."""

from typing import Any

from trainer_gui.engine.data.column_step import ColumnStep, StepKind
from trainer_gui.engine.data.dataset import ColumnKind
from trainer_gui.engine.registry import Registry

STEPS: Registry[StepKind] = Registry("trainer_gui.engine.data.column_steps", StepKind, "column step")


def step_for(kind: ColumnKind, *, numeric: bool) -> StepKind:
    """The kind of step that prepares such a column; `numeric` says whether its cells are numbers."""
    return next(each for each in STEPS if each.takes(kind, numeric=numeric))


def step_from(values: Any) -> ColumnStep:
    """A step as it was saved; raises ValueError where it is of no known kind or damaged."""
    if isinstance(values, ColumnStep):
        return values
    name = values.get("step") if isinstance(values, dict) else None
    if name not in STEPS:
        raise ValueError(f"no kind of column step: {name}")
    return STEPS[str(name)].type.model_validate(values)
