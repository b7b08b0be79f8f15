"""A number: gaps filled, centred and scaled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.column_step import Gaps, GraphArrays, InputField, StepKind, Strange, TableStep
from trainer_gui.engine.data.dataset import Column, ColumnKind
from trainer_gui.engine.data.graph import Graph
from trainer_gui.engine.data.mending import counted
from trainer_gui.engine.data.new_values import as_numbers
from trainer_gui.engine.data.series import deviation_of, numbers_of
from trainer_gui.engine.data.split import Rows
from trainer_gui.engine.problems import Problem, problem

if TYPE_CHECKING:
    import pandas as pd


_FAR = 0.5  # of the range seen in training, by which a number must be past its ends to be far out


class NumberColumn(TableStep):
    """A number: gaps are filled with the median, then it is centred and scaled by its standard deviation."""

    step: str = "number"
    fill: float
    mean: float
    deviation: float
    flag_gaps: bool  # whether a second input says where the gaps were
    low: float | None = None  # the range of the training rows; earlier runs did not keep it
    high: float | None = None

    @property
    def numbers(self) -> int:
        return 1

    @property
    def flags(self) -> int:
        return int(self.flag_gaps)

    @classmethod
    def outline(cls, column: Column, rows: int) -> tuple[int, int, int]:
        return 1 + (column.missing > 0), 0, 0

    @classmethod
    def fit(cls, column: Column, values: pd.Series[Any], train: Rows) -> NumberColumn:
        numbers = numbers_of(values, train)
        gaps = np.isnan(numbers)
        if gaps.all():
            return cls(name=column.name, fill=0.0, mean=0.0, deviation=1.0, flag_gaps=False)
        fill = float(np.nanmedian(numbers))
        filled = np.where(gaps, fill, numbers)
        return cls(
            name=column.name,
            fill=fill,
            mean=float(filled.mean()),
            deviation=deviation_of(filled),
            flag_gaps=bool(gaps.any()),
            low=float(filled.min()),
            high=float(filled.max()),
        )

    def continued(self, before: TableStep) -> TableStep:
        assert isinstance(before, NumberColumn)
        lows = [each for each in (before.low, self.low) if each is not None]
        highs = [each for each in (before.high, self.high) if each is not None]
        return before.model_copy(
            update={
                "name": self.name,
                "flag_gaps": before.flag_gaps or self.flag_gaps,
                "low": min(lows) if before.low is not None else None,
                "high": max(highs) if before.high is not None else None,
            }
        )

    def write(self, values: pd.Series[Any], rows: Rows | None, into: NDArray[np.float32]) -> Gaps:
        numbers = numbers_of(values, rows)
        gaps = np.isnan(numbers)
        into[:, 0] = (np.where(gaps, self.fill, numbers) - self.mean) / self.deviation
        return gaps

    def matched(self, values: pd.Series[Any]) -> tuple[NDArray[Any], list[Problem]]:
        return as_numbers(self.name, values)

    def strange(self, values: NDArray[Any]) -> Strange | None:
        if self.low is None or self.high is None:
            return None
        room = _FAR * (self.high - self.low)
        far = (values < self.low - room) | (values > self.high + room)
        if not far.any():
            return None
        odd = values[far]
        farthest = odd[np.argmax(np.abs(odd - (self.low + self.high) / 2))]
        said = problem(
            "match.beyond",
            "“{column}” is far beyond the {low} to {high} of training in {rows}, such as {example}.",
            "Nobody has checked the model there: look whether the unit is the same, and trust these answers "
            "less.",
            field=self.name,
            severity="caution",
            column=self.name,
            low=f"{self.low:.6g}",
            high=f"{self.high:.6g}",
            rows=counted(int(far.sum()), "row"),
            example=f"{farthest:.6g}",
        )
        return Strange(far, f"{self.name}: far beyond {self.low:.6g} to {self.high:.6g}", said)

    def gaps(self, count: int) -> NDArray[Any]:
        return np.full(count, np.nan)

    def field(self, values: pd.Series[Any] | None) -> InputField:
        plain = InputField(self.name, ColumnKind.NUMBER, typical=self.fill)
        seen = np.empty(0) if values is None else numbers_of(values, None)
        seen = seen[np.isfinite(seen)]
        if not len(seen):
            return plain
        return InputField(
            self.name,
            ColumnKind.NUMBER,
            typical=self.fill,
            minimum=float(seen.min()),
            maximum=float(seen.max()),
            whole=bool((seen == np.floor(seen)).all()),
        )

    def damaged(self, values: NDArray[Any], hit: NDArray[np.bool_]) -> NDArray[Any]:
        numbers = np.where(hit, np.nan, values.astype(np.float64))
        numbers[0], numbers[1] = np.nan, np.inf
        return numbers

    def made_up(self, count: int, draw: np.random.Generator) -> NDArray[Any]:
        return draw.normal(self.mean, self.deviation, count)

    def joined(self, other: Self) -> Self:
        if self.low is None or self.high is None or other.low is None or other.high is None:
            return self
        return self.model_copy(update={"low": min(self.low, other.low), "high": max(self.high, other.high)})

    def add_input(self, graph: Graph) -> None:
        """A double, because a float32 of 1,000,000.3 has lost what a column around a million with a deviation
        of one is about.
        """
        from onnx import TensorProto

        graph.input(self.name, TensorProto.DOUBLE, ["batch"], "A number; NaN where there is no value.")

    @classmethod
    def add_to(cls, graph: Graph, steps: Sequence[NumberColumn]) -> GraphArrays:
        from onnx import TensorProto

        axis = graph.constant([1], np.int64)
        parts = [graph.node("Unsqueeze", graph.entrance(each.name), axis) for each in steps]
        raw = graph.node("Concat", *parts, axis=1)
        known = graph.node("Less", graph.node("Abs", raw), graph.constant(np.inf, np.float64))
        fill = graph.constant([each.fill for each in steps], np.float64)
        filled = graph.node("Where", known, raw, fill)
        centred = graph.node("Sub", filled, graph.constant([each.mean for each in steps], np.float64))
        scaled = graph.node("Div", centred, graph.constant([each.deviation for each in steps], np.float64))
        numbers = graph.cast(scaled, TensorProto.FLOAT)
        flagged = [place for place, each in enumerate(steps) if each.flag_gaps]
        if not flagged:
            return GraphArrays(values=numbers)
        gaps = graph.cast(graph.node("Not", known), TensorProto.FLOAT)
        flags = graph.node("Gather", gaps, graph.constant(flagged, np.int64), axis=1)
        return GraphArrays(values=numbers, flags=flags)


NUMBER = StepKind(
    "number",
    "Number",
    NumberColumn,
    frozenset({ColumnKind.NUMBER, ColumnKind.WHOLE}),
    position=10,
    kinds_of_numbers=frozenset({ColumnKind.YES_NO}),
)
