"""What a form for one row must ask for: every input of a model, with its known values and usual range."""

from __future__ import annotations

from trainer_gui.engine.data.column_step import InputField
from trainer_gui.engine.data.dataset import ColumnKind, Dataset, Table
from trainer_gui.engine.model import TrainedModel

__all__ = ["InputField", "fields"]


def fields(model: TrainedModel, dataset: Dataset | None = None) -> tuple[InputField, ...]:
    """Every input of a model, in the order of the data where that is given.

    The range of numbers and the most frequent value are known only where the data is given.
    """
    preparation = model.preparation
    if preparation.picture is not None:
        return (InputField(preparation.picture.name, ColumnKind.PICTURE),)
    frame = dataset.frame if isinstance(dataset, Table) else None
    found = []
    for step in preparation.table_steps:
        known = frame is not None and step.name in frame
        found.append(step.field(frame[step.name] if frame is not None and known else None))
    if frame is not None:
        order = {str(name): place for place, name in enumerate(frame.columns)}
        found.sort(key=lambda each: order.get(each.name, len(order)))
    return tuple(found)
