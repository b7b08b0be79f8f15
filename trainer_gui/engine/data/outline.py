"""The shape that data will have once it is prepared, told without preparing it."""

from __future__ import annotations

from trainer_gui.engine.data.column_step import TableStep
from trainer_gui.engine.data.column_steps import step_for
from trainer_gui.engine.data.dataset import Dataset, Pictures, Table, Task
from trainer_gui.engine.data.folds import trained_share
from trainer_gui.engine.data.parts import inputs_of, usable_rows
from trainer_gui.engine.data.prepare import DataShape, class_names, usual_size
from trainer_gui.engine.row_settings import SplitSettings


def outline_of(
    dataset: Dataset, target: str, task: Task, leave_out: tuple[str, ...], split: SplitSettings
) -> DataShape:
    """The shape of the data as it will be once prepared, without preparing it.

    Whether a number column has gaps is taken from all rows, not only those for training, so the shape of the
    prepared data may have a few columns less.
    """
    usable = usable_rows(dataset, target, task)
    test_share = split.test_share if dataset.own_test is None else 0.0
    rows = max(1, round(len(usable) * trained_share(split, test_share)))
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
    assert isinstance(dataset, Table)
    outlines = []
    for each in inputs_of(dataset, target, leave_out):
        step = step_for(each.kind, numeric=dataset.frame[each.name].dtype.kind in "iuf").type
        assert issubclass(step, TableStep)
        outlines.append(step.outline(each, rows))
    return DataShape(
        task=task,
        rows=rows,
        numbers=sum(numbers for numbers, _, _ in outlines),
        categories=tuple(places for _, places, _ in outlines if places),
        texts=tuple(ids for _, _, ids in outlines if ids),
        outputs=outputs,
    )
