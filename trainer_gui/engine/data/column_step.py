"""What prepares one column: fitted once on the training rows, saved with the model, repeated on new rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from trainer_gui.engine.data.dataset import Column, ColumnKind
from trainer_gui.engine.data.graph import Graph
from trainer_gui.engine.data.split import Rows
from trainer_gui.engine.problems import Problem

if TYPE_CHECKING:
    import pandas as pd


Gaps = NDArray[np.bool_]  # [rows], True where there is no value


@dataclass(frozen=True)
class InputField:
    """What a form must ask for one input of a model. What is not known is None or empty."""

    name: str
    kind: ColumnKind
    values: tuple[str, ...] = ()  # of a category, as known from training
    typical: float | str | None = None  # the median, or the most frequent value
    minimum: float | None = None  # seen in the data
    maximum: float | None = None
    whole: bool = False  # whether every number seen is a whole one


@dataclass(frozen=True)
class Strange:
    """New values of one column unlike those of training: answered all the same, and with less to go by."""

    rows: NDArray[np.bool_]  # [rows]
    remark: str  # a few words for the line of such a row
    problem: Problem | None = None  # the sentence for all of them, where none was said before


@dataclass(frozen=True)
class GraphArrays:
    """The names of what steps of one kind add to a graph; empty where they add none."""

    values: str = ""  # float32 [batch, numbers]
    flags: str = ""  # float32 [batch, flags]
    places: str = ""  # int64 [batch, categories]
    texts: tuple[str, ...] = ()  # int64 [batch, ids] each
    picture: str = ""  # uint8 [batch, channels, height, width]


class ColumnStep(BaseModel, ABC):
    """One column on its way into the arrays of a model.

    A step says how much it adds to each array: `numbers` float inputs and, `flags`, 1 where one more says
    where the gaps were; `places` of a category (0 for none); `ids` per text (0 for none).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    step: str  # which kind of step it is, as in the registry
    name: str  # of the column

    @property
    def numbers(self) -> int:
        """Float inputs that it adds, the flag for gaps not counted."""
        return 0

    @property
    def flags(self) -> int:
        """1 where a further number says where the gaps are, else 0."""
        return 0

    @property
    def places(self) -> int:
        """Different places of a category, that of unknown values included; 0 where it is none."""
        return 0

    @property
    def ids(self) -> int:
        """Ids of a text, at most; 0 where it is none."""
        return 0

    def joined(self, other: Self) -> Self:
        """What new values are held against where either of two fitted steps for one column may be used."""
        return self

    @abstractmethod
    def add_input(self, graph: Graph) -> None:
        """The column as an input of an ONNX graph, as somebody without Trainer would give it."""

    @classmethod
    @abstractmethod
    def add_to(cls, graph: Graph, steps: Sequence[Any]) -> GraphArrays:
        """From the inputs to the arrays as nodes of an ONNX graph, for all columns of this kind together."""


class TableStep(ColumnStep):
    """A step for a column of a table.

    Raw values are as the table or a file holds them. Matched values are what `matched` makes of them, one
    dtype for each kind of step; both can be prepared.
    """

    @classmethod
    @abstractmethod
    def outline(cls, column: Column, rows: int) -> tuple[int, int, int]:
        """Numbers and flags, places, and ids as they will be at most, before it is fitted on so many rows."""

    @classmethod
    @abstractmethod
    def fit(cls, column: Column, values: pd.Series[Any], train: Rows) -> TableStep:
        """Fitted on these rows alone."""

    def write(self, values: pd.Series[Any], rows: Rows | None, into: NDArray[np.float32]) -> Gaps:
        """Writes the numbers of these rows (all where None) into [rows, numbers]; gives where gaps are."""
        raise TypeError(f"{self.step} adds no numbers")

    def places_of(self, values: pd.Series[Any], rows: Rows | None) -> NDArray[np.int64]:
        """The places of these rows, int64 [rows]."""
        raise TypeError(f"{self.step} adds no places")

    def ids_of(self, values: pd.Series[Any], rows: Rows | None) -> NDArray[np.int32]:
        """The ids of these rows, int32 [rows, ids]; 0 stands for none."""
        raise TypeError(f"{self.step} adds no ids")

    @abstractmethod
    def matched(self, values: pd.Series[Any]) -> tuple[NDArray[Any], list[Problem]]:
        """New values in one dtype [rows], and what there is to say about them."""

    def strange(self, values: NDArray[Any]) -> Strange | None:
        """Which matched values are unlike those of training; None where none are."""
        return None

    @abstractmethod
    def gaps(self, count: int) -> NDArray[Any]:
        """So many matched values that are missing."""

    @abstractmethod
    def field(self, values: pd.Series[Any] | None) -> InputField:
        """What a form must ask for; more is known where the data is given."""

    @abstractmethod
    def damaged(self, values: NDArray[Any], hit: NDArray[np.bool_]) -> NDArray[Any]:
        """Matched values with those that are hit made odd; the first is missing, the second never seen."""

    @abstractmethod
    def made_up(self, count: int, draw: np.random.Generator) -> NDArray[Any]:
        """Matched values in the range of the training rows."""

    def continued(self, before: TableStep) -> TableStep:
        """What an earlier step of the same kind would be on these rows: its values mean what they meant.

        This one, fitted on the new rows, may add what the earlier one could not know.
        """
        return before.model_copy(update={"name": self.name})

    def notes(self) -> tuple[Problem, ...]:
        """What deserves to be said about how the column was fitted."""
        return ()


@dataclass
class StepKind:
    """One kind of step. The instance in the step's module is found by the registry.

    `kinds` are the kinds of column that it prepares, `kinds_of_numbers` further ones where the cells are
    numbers, such as a yes and no that is written as 1 and 0.
    """

    name: str
    label: str
    type: type[ColumnStep]
    kinds: frozenset[ColumnKind]
    position: int  # order in the arrays
    kinds_of_numbers: frozenset[ColumnKind] = frozenset()

    def takes(self, kind: ColumnKind, *, numeric: bool) -> bool:
        """Whether it prepares columns of this kind."""
        return kind in self.kinds or (numeric and kind in self.kinds_of_numbers)
