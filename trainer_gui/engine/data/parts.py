"""Which rows a run uses, and for what: the split, and the steps that leave rows out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.dataset import Column, Dataset, Pictures, Table, Task
from trainer_gui.engine.data.drawing import drawn
from trainer_gui.engine.data.extremes import extremes
from trainer_gui.engine.data.prepare import class_names, numbers_of
from trainer_gui.engine.data.repeats import repeats, row_marks
from trainer_gui.engine.data.split import Rows, Split
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.row_settings import SplitSettings, StepSettings

FEW_IN_CLASS = 5  # fewer rows of a class are too few to learn and to check


def usable_rows(dataset: Dataset, target: str, task: Task) -> Rows:
    """The numbers of the rows that have a target."""
    values = dataset.target_values(target)
    if task is Task.CLASSIFICATION:
        return np.flatnonzero(class_names(values) != "").astype(np.int64)
    return np.flatnonzero(np.isfinite(numbers_of(values, None))).astype(np.int64)


def inputs_of(dataset: Dataset, target: str, leave_out: Sequence[str]) -> list[Column]:
    """The columns from which is predicted."""
    return [each for each in dataset.columns if each.is_input and each.name not in (target, *leave_out)]


def split_of(
    dataset: Dataset,
    target: str,
    task: Task,
    split: SplitSettings,
    steps: StepSettings | None = None,
    leave_out: Sequence[str] = (),
    draw: int = 0,
) -> Split:
    """Which rows are trained on, checked on and locked, after the steps have left rows out.

    Every row has its side before any is left out, so that it never changes side when a step or a column is
    taken away. Where the dataset has test rows of its own, they alone are the test part; their numbers
    count on from the last row of the dataset, as in `with_test_rows`. Where only a share of the training rows
    is used, `draw` says which. Raises UserError where the rows cannot be shared out like this.
    """
    usable = usable_rows(dataset, target, task)
    if not len(usable):
        raise refuse(
            "target.all_missing",
            "{target} has no value in any row, so there is nothing to learn.",
            "Choose another target, or check how the file was read.",
            field="target",
            target=target,
        )
    own_test = dataset.own_test
    if own_test is not None:
        split = split.model_copy(update={"test_share": 0.0})
    found = drawn(dataset, target, task, split, usable, draw)
    if own_test is not None and not split.held_out:
        found = replace(found, test=usable_rows(own_test, target, task) + dataset.rows)
    if steps is None or steps == StepSettings() or not isinstance(dataset, Table):
        return found
    return _after_steps(dataset, target, task, steps, leave_out, found)


def _after_steps(
    table: Table, target: str, task: Task, steps: StepSettings, leave_out: Sequence[str], found: Split
) -> Split:
    """The split without the rows that the steps leave out, and how many each of them did."""
    names = [each.name for each in inputs_of(table, target, leave_out)]
    frame = table.frame
    dropped: dict[str, NDArray[np.bool_]] = {}
    if steps.leave_out_repeated:
        dropped["leave_out_repeated"] = _repeated(table, [*names, target])
    if steps.leave_out_gaps:
        gaps = [frame[name].isna().to_numpy() for name in names]
        dropped["leave_out_gaps"] = np.logical_or.reduce(gaps) if gaps else np.zeros(table.rows, dtype=bool)
    if steps.leave_out_rare and task is Task.CLASSIFICATION:
        classes, codes = np.unique(class_names(frame[target]), return_inverse=True)
        dropped["leave_out_rare"] = ((np.bincount(codes) < FEW_IN_CLASS) & (classes != ""))[codes]
    if steps.leave_out_extremes:
        dropped["leave_out_extremes"] = _extreme(table, target, task, names, found.train)
    parts = {"train": found.train, "validation": found.validation, "test": found.test}
    left_out: dict[str, int] = {}
    for step, rows in dropped.items():
        before = sum(len(each) for each in parts.values())
        parts = {name: each[~_at(rows, each)] for name, each in parts.items()}
        left_out[step] = before - sum(len(each) for each in parts.values())
    if not len(parts["train"]) or not len(parts["validation"]):
        raise refuse(
            "steps.nothing_left",
            "After leaving rows out, none are left to learn from or to check on.",
            "Take one of the steps back that leave rows out.",
            field=next(iter(dropped)),
        )
    return Split(**parts, left_out=left_out)


def _at(marked: NDArray[np.bool_], rows: Rows) -> NDArray[np.bool_]:
    """Whether each of these rows is marked; test rows of their own file never are."""
    inside = rows < len(marked)
    return np.asarray(inside & marked[np.where(inside, rows, 0)], dtype=bool)


def _repeated(table: Table, names: list[str]) -> NDArray[np.bool_]:
    marks = row_marks(table.frame, names)
    again = repeats(marks)
    if isinstance(table.own_test, Table):  # a row that will be tested must not be learned
        tested = table.own_test.frame.reindex(columns=table.frame.columns)
        again |= np.isin(marks, row_marks(tested, names))
    return again


def _extreme(table: Table, target: str, task: Task, names: list[str], train: Rows) -> NDArray[np.bool_]:
    """Training rows with an extreme number, as the training rows alone show it; bool [rows]."""
    if task is Task.REGRESSION:
        names = [*names, target]
    far = np.zeros(table.rows, dtype=bool)
    for name in names:
        if table.column(name).kind.is_number:
            far[train] |= extremes(numbers_of(table.frame[name], train))
    return far


def with_test_rows(dataset: Dataset) -> Dataset:
    """The dataset with its own test rows behind its last row; the dataset itself where it has none."""
    own_test = dataset.own_test
    if own_test is None:
        return dataset
    if isinstance(dataset, Table):
        import pandas as pd

        assert isinstance(own_test, Table)
        more = own_test.frame.reindex(columns=dataset.frame.columns)
        frame = pd.concat([_plain(dataset.frame), _plain(more)], ignore_index=True)
        return replace(dataset, rows=len(frame), frame=frame, own_test=None)
    assert isinstance(dataset, Pictures)
    assert isinstance(own_test, Pictures)
    return _more_pictures(dataset, own_test)


def _plain(frame: Any) -> Any:
    """Categories as texts, so that two files with different ones can be put together."""
    import pandas as pd

    texts = [name for name in frame.columns if isinstance(frame[name].dtype, pd.CategoricalDtype)]
    return frame.astype(dict.fromkeys(texts, object))


def _more_pictures(dataset: Pictures, own_test: Pictures) -> Pictures:
    first, more = dataset.open_picture, own_test.open_picture
    count = dataset.rows

    def open_picture(place: int) -> Any:
        return first(place) if place < count else more(place - count)

    return replace(
        dataset,
        rows=count + own_test.rows,
        names=(*dataset.names, *own_test.names),
        labels=(*dataset.labels, *own_test.labels),
        open_picture=open_picture,
        own_test=None,
    )
