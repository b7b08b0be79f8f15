"""Draws the rows of each part: by chance, by group, by time or as given, one fold of several, or a share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.dataset import Dataset, Pictures, Table, Task
from trainer_gui.engine.data.folds import (
    Fold,
    Numbering,
    dealt,
    dealt_by_group,
    dealt_by_time,
    fold_in,
    nested_share,
)
from trainer_gui.engine.data.given_split import share_out_as_given
from trainer_gui.engine.data.prepare import class_names
from trainer_gui.engine.data.repeats import repeat_groups
from trainer_gui.engine.data.split import Rows, Split, share_out, share_out_by_time, share_out_groups
from trainer_gui.engine.data.timeline import times_of
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.row_settings import SplitSettings


def drawn(
    dataset: Dataset, target: str, task: Task, split: SplitSettings, usable: Rows, draw: int = 0
) -> Split:
    """The usable rows, ascending, shared out as the settings say.

    The locked test rows are the same for every fold and every share. A fold that is held out takes their
    place, and they are not used at all then. `draw` says which rows a share of the training rows is of.
    Raises UserError where the rows cannot be shared out like this.
    """
    found = _shared_out(dataset, target, task, split, usable)
    held_out = fold_in(split.held_out, "held_out")
    if held_out is not None:
        rest, outside = _fold(dataset, target, task, split, _development(found), held_out, "held_out")
        left = split.validation_share / (1 - split.test_share)
        inner = split.model_copy(update={"validation_share": left, "test_share": 0.0})
        found = replace(_shared_out(dataset, target, task, inner, rest), test=outside)
    fold = fold_in(split.fold, "fold")
    if fold is not None:
        train, validation = _fold(dataset, target, task, split, _development(found), fold, "fold")
        found = replace(found, train=train, validation=validation)
    if split.train_share < 1:
        labels = _strata(dataset, target, task, split, found.train)
        groups = None if split.by_time else _groups(dataset, split, found.train)
        share = nested_share(found.train, groups, labels, split.train_share, (split.split_seed, draw))
        found = replace(found, train=share)
    return found


def _development(split: Split) -> Rows:
    return np.sort(np.concatenate([split.train, split.validation]))


def _fold(
    dataset: Dataset, target: str, task: Task, split: SplitSettings, rows: Rows, fold: Fold, field: str
) -> tuple[Rows, Rows]:
    """The rows outside the fold that may be trained on, and those of the fold."""
    # Folds of all rows and folds of what one of them leaves must not be drawn alike.
    seed = (split.split_seed, ("fold", "held_out").index(field))
    numbers: Numbering
    if split.by_time:
        numbers = dealt_by_time(_times(dataset, split, rows), fold.of, what=split.by_time, field=field)
        return rows[numbers < fold.number], rows[numbers == fold.number]
    groups = _groups(dataset, split, rows)
    strata = _strata(dataset, target, task, split, rows)
    if groups is None:
        numbers = dealt(len(rows), strata, fold.of, seed, field=field)
    else:
        what = _group_words(dataset, split)
        numbers = dealt_by_group(groups, strata, fold.of, seed, what=what, field=field)
    return rows[numbers != fold.number], rows[numbers == fold.number]


def _strata(
    dataset: Dataset, target: str, task: Task, split: SplitSettings, rows: Rows
) -> NDArray[Any] | None:
    """The class of each row; None where it is to be drawn without looking."""
    if not split.stratified or task is not Task.CLASSIFICATION:
        return None
    return np.asarray(class_names(dataset.target_values(target))[rows])


def _times(dataset: Dataset, split: SplitSettings, rows: Rows) -> NDArray[np.float64]:
    moments = _column(dataset, split.by_time, "by_time").iloc[rows]
    order = next((each.kind.order for each in dataset.columns if each.name == split.by_time), "")
    return times_of(moments, order)


def _group_words(dataset: Dataset, split: SplitSettings) -> str:
    return split.keep_together or ("pictures" if isinstance(dataset, Pictures) else "every column together")


def _shared_out(dataset: Dataset, target: str, task: Task, split: SplitSettings, usable: Rows) -> Split:
    shares: dict[str, Any] = {"validation_share": split.validation_share, "test_share": split.test_share}
    strata = _strata(dataset, target, task, split, usable)
    if isinstance(dataset, Pictures) and dataset.parts:
        given = [dataset.parts[row] for row in usable]
        return share_out_as_given(usable, given, strata, seed=split.split_seed, **shares)
    if split.by_time:
        if split.keep_together:
            raise refuse(
                "split.time_and_groups",
                "Rows cannot be split by time and kept together by “{column}” at once.",
                "Choose the one that is more like how the model will be used.",
                field="by_time",
                column=split.keep_together,
            )
        times = _times(dataset, split, usable)
        return share_out_by_time(usable, times, what=split.by_time, **shares)
    groups = _groups(dataset, split, usable)
    if groups is None:
        return share_out(usable, strata, seed=split.split_seed, **shares)
    what = _group_words(dataset, split)
    return share_out_groups(usable, groups, strata, seed=split.split_seed, what=what, **shares)


def _column(dataset: Dataset, name: str, field: str) -> Any:
    if not isinstance(dataset, Table) or name not in dataset.frame.columns:
        raise refuse(
            "split.no_column",
            "The rows are to be shared out by “{name}”, and the data has no such column.",
            "Choose another column, or share the rows out by chance.",
            field=field,
            name=name,
        )
    return dataset.frame[name]


def _groups(dataset: Dataset, split: SplitSettings, usable: Rows) -> NDArray[np.int64] | None:
    """A group number for each usable row, or None where every row stands alone."""
    found: NDArray[np.int64] | None = None
    if split.keep_together:
        names = class_names(_column(dataset, split.keep_together, "keep_together").iloc[usable])
        _, codes = np.unique(names, return_inverse=True)
        # A row that does not say to whom it belongs belongs to nobody else.
        alone = names == ""
        found = np.where(alone, codes.max() + 1 + np.arange(len(codes)), codes).astype(np.int64)
    if split.repeats_together and isinstance(dataset, Table):
        same = repeat_groups(dataset)[usable]
        found = same if found is None else _joined(found, same)
    if split.repeats_together and isinstance(dataset, Pictures) and dataset.copies:
        found = _picture_groups(dataset)[usable]
    return found


def _picture_groups(pictures: Pictures) -> NDArray[np.int64]:
    """A group number for each picture; those of the same content share one."""
    groups = np.arange(pictures.rows)
    for copies in pictures.copies:
        groups[list(copies)] = copies[0]
    return groups


def _joined(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """Groups in which all rows stand together that either of two groupings puts together."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    _, ones = np.unique(one, return_inverse=True)
    _, others = np.unique(other, return_inverse=True)
    first = int(ones.max()) + 1
    size = first + int(others.max()) + 1
    links = coo_matrix((np.ones(len(ones)), (ones, first + others)), shape=(size, size))
    _, labels = connected_components(links, directed=False)
    return np.asarray(labels[ones], dtype=np.int64)
