"""How rows become numbers and answers become words: saved with the model, and repeated on new rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, SerializeAsAny, field_validator, model_validator

from trainer_gui.engine.data.column_step import ColumnStep, TableStep
from trainer_gui.engine.data.column_steps import step_from
from trainer_gui.engine.data.column_steps.picture import PictureColumn, fitted_picture, usual_size
from trainer_gui.engine.data.dataset import Dataset, Pictures, Table, Task
from trainer_gui.engine.data.logarithm import Logarithm
from trainer_gui.engine.data.series import class_names, numbers_of
from trainer_gui.engine.data.split import Rows
from trainer_gui.engine.problems import Problem, problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    from PIL.Image import Image

__all__ = [
    "DataShape",
    "Inputs",
    "PictureColumn",
    "Preparation",
    "TargetColumn",
    "class_names",
    "fitted_picture",
    "numbers_of",
    "usual_size",
]

Inputs = tuple[NDArray[Any], ...]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TargetColumn(_Frozen):
    """The target: the classes in order, or the mean and standard deviation of a number in its own unit.

    A number is learned in standard deviations from the mean, or those on a logarithmic scale.
    """

    name: str
    task: Task
    classes: tuple[str, ...] = ()
    mean: float = 0.0
    deviation: float = 1.0
    logarithm: Logarithm | None = None

    def scaled(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        """Numbers in their own unit as they are learned, of any shape."""
        if self.logarithm is not None:
            return self.logarithm.scaled(numbers)
        return (numbers - self.mean) / self.deviation

    def in_unit(self, scaled: NDArray[np.float64]) -> NDArray[np.float64]:
        """What was learned back in its own unit."""
        if self.logarithm is not None:
            return self.logarithm.in_unit(scaled)
        return scaled * self.deviation + self.mean


class DataShape(_Frozen):
    """What a family must know of the data to build a model."""

    task: Task
    rows: int  # training rows
    numbers: int = 0  # float inputs
    categories: tuple[int, ...] = ()  # places of each category input, place 0 included
    texts: tuple[int, ...] = ()  # ids per row of each text input, at most
    picture: tuple[int, int, int] | None = None  # channels, height, width
    picture_mean: tuple[float, ...] = ()  # per channel, of values from 0 to 1
    picture_deviation: tuple[float, ...] = ()
    outputs: int = 1  # classes, or 1 for a number


def _on_a_logarithm(target: str) -> Problem:
    return problem(
        "target.logarithm",
        "“{target}” is learned on a logarithmic scale: the loss is measured there, errors in its own unit.",
        "An answer is the middle of what is likely rather than its mean.",
        severity="note",
        field="target_scale",
        target=target,
    )


class Preparation(_Frozen):
    """Everything that turns rows into the arrays of a model, and its answers back into words.

    The arrays are, in this order and each only where there are such columns: numbers (float32,
    [rows, numbers]: those of every step, then the flags for gaps), categories (int64, [rows, categories]),
    texts (int32, [rows, ids], one array per text), pictures (uint8, [rows, channels, height, width]).
    """

    steps: tuple[SerializeAsAny[ColumnStep], ...]
    target: TargetColumn

    @model_validator(mode="before")
    @classmethod
    def _by_kind(cls, values: Any) -> Any:
        """Takes the layout of earlier runs too, which had one list for each kind of column."""
        if not isinstance(values, dict) or "steps" in values:
            return values
        picture = values.get("picture")
        lists = (
            ("number", values.get("numbers", ())),
            ("category", values.get("categories", ())),
            ("picture", () if picture is None else (picture,)),
        )
        steps = [{"step": kind, **each} for kind, columns in lists for each in columns]
        rest = {k: v for k, v in values.items() if k not in ("numbers", "categories", "picture")}
        return {**rest, "steps": steps}

    @field_validator("steps", mode="before")
    @classmethod
    def _each_in_its_type(cls, values: Any) -> Any:
        return tuple(step_from(each) for each in values)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the input columns."""
        return tuple(each.name for each in self.steps)

    @property
    def table_steps(self) -> tuple[TableStep, ...]:
        """The steps for columns of a table."""
        return tuple(each for each in self.steps if isinstance(each, TableStep))

    @property
    def picture(self) -> PictureColumn | None:
        """The step for pictures, where the model looks at pictures."""
        return next((each for each in self.steps if isinstance(each, PictureColumn)), None)

    def step(self, name: str) -> ColumnStep:
        """The step of the column of this name, which must be there."""
        return next(each for each in self.steps if each.name == name)

    def notes(self) -> tuple[Problem, ...]:
        """What deserves to be said about how it was fitted."""
        notes = [note for each in self.table_steps for note in each.notes()]
        if self.target.logarithm is not None:
            notes.append(_on_a_logarithm(self.target.name))
        return tuple(notes)

    def shape(self, rows: int) -> DataShape:
        """What a family must know, for this number of training rows."""
        picture = self.picture
        return DataShape(
            task=self.target.task,
            rows=rows,
            numbers=sum(each.numbers + each.flags for each in self.steps),
            categories=tuple(each.places for each in self.steps if each.places),
            texts=tuple(each.ids for each in self.steps if each.ids),
            picture=(picture.channels, picture.height, picture.width) if picture else None,
            picture_mean=picture.mean if picture else (),
            picture_deviation=picture.deviation if picture else (),
            outputs=len(self.target.classes) or 1,
        )

    def table_inputs(self, frame: pd.DataFrame, rows: Rows | None = None) -> Inputs:
        """The arrays of these rows of a table (all where `rows` is None); every column must be there."""
        count = len(frame) if rows is None else len(rows)
        arrays: list[NDArray[Any]] = []
        steps = self.table_steps
        flag = sum(each.numbers for each in steps)
        width = flag + sum(each.flags for each in steps)
        if width:
            # One matrix from the start: numbers of many columns are never in memory twice.
            numbers = np.empty((count, width), dtype=np.float32)
            place = 0
            for each in steps:
                if each.numbers:
                    into = numbers[:, place : place + each.numbers]
                    gaps = each.write(frame[each.name], rows, into)
                    place += each.numbers
                    if each.flags:
                        numbers[:, flag] = gaps
                        flag += 1
            arrays.append(numbers)
        categories = [each for each in steps if each.places]
        if categories:
            places = np.zeros((count, len(categories)), dtype=np.int64)
            for at, each in enumerate(categories):
                places[:, at] = each.places_of(frame[each.name], rows)
            arrays.append(places)
        arrays += [each.ids_of(frame[each.name], rows) for each in steps if each.ids]
        return tuple(arrays)

    def picture_inputs(
        self,
        open_picture: Callable[[int], Image],
        rows: Sequence[int] | Rows,
        report: Callable[[float], None] | None = None,
    ) -> Inputs:
        """The decoded pictures, uint8 [rows, channels, height, width]; `report` is told the share done."""
        assert self.picture is not None
        shape = (len(rows), self.picture.channels, self.picture.height, self.picture.width)
        pictures = np.empty(shape, dtype=np.uint8)
        for place, row in enumerate(rows):
            pictures[place] = fitted_picture(open_picture(int(row)), self.picture)
            if report is not None and place % 64 == 0:
                report(place / len(rows))
        return (pictures,)

    def inputs(self, dataset: Dataset, rows: Rows, report: Callable[[float], None] | None = None) -> Inputs:
        """The arrays of these rows of a dataset that has every input column."""
        if isinstance(dataset, Pictures):
            return self.picture_inputs(dataset.open_picture, rows, report)
        assert isinstance(dataset, Table)
        return self.table_inputs(dataset.frame, rows)

    def targets(self, values: Sequence[Any] | pd.Series[Any], rows: Rows) -> NDArray[Any]:
        """The targets of these rows: int64 class numbers, or float32 numbers as they are learned.

        A class that was not there when fitting becomes -1.
        """
        if self.target.task is Task.CLASSIFICATION:
            texts = class_names(values)[rows]
            order = np.argsort(np.array(self.target.classes))
            known = np.array(self.target.classes)[order]
            at = np.minimum(np.searchsorted(known, texts), len(known) - 1)
            return np.where(known[at] == texts, order[at], -1).astype(np.int64)
        return self.target.scaled(numbers_of(values, rows)).astype(np.float32)
