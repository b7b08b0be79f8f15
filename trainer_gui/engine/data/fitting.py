"""The preparation, fitted once on the training rows alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.column_step import TableStep
from trainer_gui.engine.data.column_steps import step_for
from trainer_gui.engine.data.column_steps.picture import PictureColumn, fit_picture
from trainer_gui.engine.data.dataset import Dataset, Pictures, Table, Task
from trainer_gui.engine.data.logarithm import logarithm_of
from trainer_gui.engine.data.prepare import Preparation, TargetColumn
from trainer_gui.engine.data.series import class_names, deviation_of, numbers_of
from trainer_gui.engine.data.split import Rows
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.row_settings import TargetScale


def fit_preparation(
    dataset: Dataset,
    *,
    target: str,
    task: Task,
    leave_out: Sequence[str],
    train: Rows,
    target_scale: TargetScale = TargetScale.PLAIN,
    picture_size: int | None = None,
    picture: PictureColumn | None = None,
    control: Control | None = None,
) -> Preparation:
    """Fits every step on the training rows alone. Raises UserError where no input column is left.

    `picture` is what is done with pictures where that is known beforehand.
    """
    fitted = _fit_target(dataset, target, task, train, target_scale)
    if isinstance(dataset, Pictures) and picture is not None:
        return Preparation(steps=(picture,), target=fitted)
    if isinstance(dataset, Pictures):
        return Preparation(steps=(fit_picture(dataset, train, picture_size, control),), target=fitted)
    assert isinstance(dataset, Table)
    found: list[tuple[int, TableStep]] = []
    for column in dataset.columns:
        if column.name == target or column.name in leave_out or not column.is_input:
            continue
        if control is not None and control.stop_wanted:
            break
        values = dataset.frame[column.name]
        kind = step_for(column.kind, numeric=values.dtype.kind in "iuf")
        assert issubclass(kind.type, TableStep)
        found.append((kind.position, kind.type.fit(column, values, train)))
    if not found:
        raise refuse(
            "data.no_inputs",
            "No column is left from which {target} could be predicted.",
            "Bring back a column on the Data page, or choose another target.",
            field="target",
            target=target,
        )
    found.sort(key=lambda each: each[0])
    return Preparation(steps=tuple(step for _, step in found), target=fitted)


def _fit_target(dataset: Dataset, target: str, task: Task, train: Rows, scale: TargetScale) -> TargetColumn:
    values = dataset.target_values(target)
    if task is Task.CLASSIFICATION:
        names = sorted(set(class_names(values)[train].tolist()) - {""}, key=_natural)
        if len(names) < 2:
            raise refuse(
                "target.one_class",
                "Every training row has the same {target}, so there is nothing to tell apart.",
                "Share the rows out in another way, choose another target, or add rows of another class.",
                field="target",
                target=target,
            )
        return TargetColumn(name=target, task=task, classes=tuple(names))
    numbers = numbers_of(values, train)
    if not np.isfinite(numbers).any():
        raise refuse(
            "target.no_numbers",
            "{target} holds no numbers, so it cannot be predicted as one.",
            "Choose another target, or predict it as classes.",
            field="target",
            target=target,
        )
    return TargetColumn(
        name=target,
        task=task,
        mean=float(np.nanmean(numbers)),
        deviation=deviation_of(numbers),
        logarithm=logarithm_of(numbers) if scale is TargetScale.LOGARITHM else None,
    )


def _natural(text: str) -> tuple[int, float, str]:
    try:
        return (0, float(text), text)
    except ValueError:
        return (1, 0.0, text)
