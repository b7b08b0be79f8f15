"""The preparation, fitted once on the training rows alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import ColumnKind, Dataset, Pictures, Table, Task
from trainer_gui.engine.data.prepare import (
    CategoryColumn,
    NumberColumn,
    PictureColumn,
    Preparation,
    TargetColumn,
    class_names,
    fitted_picture,
    numbers_of,
    usual_size,
)
from trainer_gui.engine.data.split import Rows
from trainer_gui.engine.problems import UserError, refuse

MOST_VALUES = 2000  # of one category; rarer ones share the place of unknown values


def fit_preparation(
    dataset: Dataset,
    *,
    target: str,
    task: Task,
    leave_out: Sequence[str],
    train: Rows,
    picture_size: int | None = None,
    control: Control | None = None,
) -> Preparation:
    """Fits every step on the training rows alone. Raises UserError where no input column is left."""
    fitted = _fit_target(dataset, target, task, train)
    if isinstance(dataset, Pictures):
        return Preparation(picture=_fit_picture(dataset, train, picture_size), target=fitted)
    assert isinstance(dataset, Table)
    numbers: list[NumberColumn] = []
    categories: list[CategoryColumn] = []
    for column in dataset.columns:
        if column.name == target or column.name in leave_out or not column.is_input:
            continue
        if control is not None and control.stop_wanted:
            break
        if column.kind is ColumnKind.NUMBER:
            numbers.append(_fit_number(dataset.frame[column.name], column.name, train))
        else:
            categories.append(_fit_category(dataset.frame[column.name], column.name, train))
    if not numbers and not categories:
        raise refuse(
            "data.no_inputs",
            "No column is left from which {target} could be predicted.",
            "Bring back a column on the Data page, or choose another target.",
            field="target",
            target=target,
        )
    return Preparation(numbers=tuple(numbers), categories=tuple(categories), target=fitted)


def _fit_target(dataset: Dataset, target: str, task: Task, train: Rows) -> TargetColumn:
    values = dataset.target_values(target)
    if task is Task.CLASSIFICATION:
        names = sorted(set(class_names(values)[train].tolist()) - {""}, key=_natural)
        if len(names) < 2:
            raise refuse(
                "target.one_class",
                "Every row has the same {target}, so there is nothing to tell apart.",
                "Choose another target, or add rows of another class.",
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
        name=target, task=task, mean=float(np.nanmean(numbers)), deviation=_deviation(numbers)
    )


def _natural(text: str) -> tuple[int, float, str]:
    try:
        return (0, float(text), text)
    except ValueError:
        return (1, 0.0, text)


def _deviation(numbers: NDArray[np.float64]) -> float:
    deviation = float(np.nanstd(numbers))
    return deviation if np.isfinite(deviation) and deviation > 0 else 1.0


def _fit_number(values: Any, name: str, train: Rows) -> NumberColumn:
    numbers = numbers_of(values, train)
    gaps = np.isnan(numbers)
    if gaps.all():
        return NumberColumn(name=name, fill=0.0, mean=0.0, deviation=1.0, flag_gaps=False)
    fill = float(np.nanmedian(numbers))
    filled = np.where(gaps, fill, numbers)
    return NumberColumn(
        name=name,
        fill=fill,
        mean=float(filled.mean()),
        deviation=_deviation(filled),
        flag_gaps=bool(gaps.any()),
    )


def _fit_category(values: Any, name: str, train: Rows) -> CategoryColumn:
    import pandas as pd

    counts = pd.Series(class_names(values)[train]).value_counts()
    names = [str(each) for each in counts.index if each != ""][:MOST_VALUES]
    return CategoryColumn(name=name, values=tuple(sorted(names)))


def _fit_picture(dataset: Pictures, train: Rows, size: int | None) -> PictureColumn:
    channels = 1 if dataset.grey else 3
    side = size or usual_size(dataset.median_size)
    plain = PictureColumn(
        height=side, width=side, channels=channels, mean=(0.0,) * channels, deviation=(1.0,) * channels
    )
    some = np.random.default_rng(0).permutation(train)[:500]
    sums, squares, count = np.zeros(channels), np.zeros(channels), 0
    for row in some:
        try:
            picture = fitted_picture(dataset.open_picture(int(row)), plain) / 255.0
        except UserError:
            continue
        sums += picture.mean(axis=(1, 2))
        squares += (picture**2).mean(axis=(1, 2))
        count += 1
    mean = sums / max(1, count)
    deviation = np.sqrt(np.maximum(squares / max(1, count) - mean**2, 1e-4))
    return plain.model_copy(
        update={"mean": tuple(map(float, mean)), "deviation": tuple(map(float, deviation))}
    )
