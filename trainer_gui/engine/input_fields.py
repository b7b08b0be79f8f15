"""What a form for one row must ask for: every input of a model, with its known values and usual range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trainer_gui.engine.data.dataset import ColumnKind, Dataset, Table
from trainer_gui.engine.data.prepare import CategoryColumn, NumberColumn, class_names, numbers_of
from trainer_gui.engine.model import TrainedModel

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class InputField:
    """One input of a model. What is not known is None or empty."""

    name: str
    kind: ColumnKind  # number, category or picture
    values: tuple[str, ...] = ()  # of a category, as known from training
    typical: float | str | None = None  # the median, or the most frequent value
    minimum: float | None = None  # seen in the data
    maximum: float | None = None
    whole: bool = False  # whether every number seen is a whole one


def fields(model: TrainedModel, dataset: Dataset | None = None) -> tuple[InputField, ...]:
    """Every input of a model, in the order of the data where that is given.

    The range of numbers and the most frequent value are known only where the data is given.
    """
    preparation = model.preparation
    if preparation.picture is not None:
        return (InputField(preparation.picture.name, ColumnKind.PICTURE),)
    frame = dataset.frame if isinstance(dataset, Table) else None
    numbers = [_number(each, frame) for each in preparation.numbers]
    categories = [_category(each, frame) for each in preparation.categories]
    found = [*numbers, *categories]
    if frame is not None:
        order = {str(name): place for place, name in enumerate(frame.columns)}
        found.sort(key=lambda each: order.get(each.name, len(order)))
    return tuple(found)


def _number(column: NumberColumn, frame: pd.DataFrame | None) -> InputField:
    if frame is None or column.name not in frame:
        return InputField(column.name, ColumnKind.NUMBER, typical=column.fill)
    seen = numbers_of(frame[column.name], None)
    seen = seen[np.isfinite(seen)]
    if not len(seen):
        return InputField(column.name, ColumnKind.NUMBER, typical=column.fill)
    return InputField(
        column.name,
        ColumnKind.NUMBER,
        typical=column.fill,
        minimum=float(seen.min()),
        maximum=float(seen.max()),
        whole=bool((seen == np.floor(seen)).all()),
    )


def _category(column: CategoryColumn, frame: pd.DataFrame | None) -> InputField:
    typical = column.values[0] if column.values else None
    if frame is not None and column.name in frame:
        texts, counts = np.unique(class_names(frame[column.name]), return_counts=True)
        known = set(column.values)
        often = [text for text in texts[np.argsort(-counts, kind="stable")] if str(text) in known]
        typical = str(often[0]) if often else typical
    return InputField(column.name, ColumnKind.CATEGORY, values=column.values, typical=typical)
