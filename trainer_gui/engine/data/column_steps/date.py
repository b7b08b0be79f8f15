"""A date, with or without a time: turned into parts that a model can use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.column_step import Gaps, GraphArrays, InputField, StepKind, TableStep
from trainer_gui.engine.data.dataset import Column, ColumnKind
from trainer_gui.engine.data.date_parts import add_parts, parts_of
from trainer_gui.engine.data.dates import take_apart
from trainer_gui.engine.data.graph import Graph
from trainer_gui.engine.data.instants import Instants, find_order, instants_of
from trainer_gui.engine.data.mending import counted, listed
from trainer_gui.engine.data.numerals import is_missing_word
from trainer_gui.engine.data.series import class_names, deviation_of
from trainer_gui.engine.data.split import Rows
from trainer_gui.engine.problems import Problem, problem

if TYPE_CHECKING:
    import pandas as pd

_NEVER_SEEN = np.datetime64("2204-02-29T23:59:59", "s")
_NAMED = 3  # cells that are shown as examples


class DateColumn(TableStep):
    """A date as numbers: year, place in the year, weekday and time of day as points on a circle, and days.

    Only parts that differ among the training rows are used. The year, and the days since the first training
    row, are centred and scaled; a gap is 0 in every part. The clock of the place counts, time zones are not
    looked at.
    """

    step: str = "date"
    order: str  # in which texts were read: what comes first, the year, the day or the month
    first: str  # the earliest training row, as ISO 8601
    typical: str  # the one in the middle
    parts: tuple[str, ...]  # as `parts_of` names them
    year_mean: float
    year_deviation: float
    days_mean: float
    days_deviation: float
    flag_gaps: bool

    @property
    def numbers(self) -> int:
        return sum(1 if part in ("year", "days") else 2 for part in self.parts)

    @property
    def flags(self) -> int:
        return int(self.flag_gaps)

    @property
    def start(self) -> np.datetime64:
        """The earliest training row."""
        return np.datetime64(self.first, "s")

    @classmethod
    def outline(cls, column: Column, rows: int) -> tuple[int, int, int]:
        return 8 + (column.missing > 0), 0, 0

    @classmethod
    def fit(cls, column: Column, values: pd.Series[Any], train: Rows) -> DateColumn:
        order = column.kind.order or column.date_order or _order_of(values)
        instants = instants_of(values, train, order)
        gaps = np.isnat(instants)
        known = np.zeros(1, dtype="datetime64[s]") if gaps.all() else instants[~gaps]
        first = known.min()
        parts = parts_of(known, first)
        used = tuple(part for part, columns in parts.items() if (columns != columns[0]).any()) or ("days",)
        year, days = parts["year"], parts["days"]
        return cls(
            name=column.name,
            order=order,
            first=str(first),
            typical=_in_words(np.sort(known)[len(known) // 2], known),
            parts=used,
            year_mean=float(year.mean()),
            year_deviation=deviation_of(year),
            days_mean=float(days.mean()),
            days_deviation=deviation_of(days),
            flag_gaps=bool(gaps.any() and not gaps.all()),
        )

    def continued(self, before: TableStep) -> TableStep:
        assert isinstance(before, DateColumn)
        flag = before.flag_gaps or self.flag_gaps
        # In which order the new texts are written is a matter of the new file.
        return before.model_copy(update={"name": self.name, "order": self.order, "flag_gaps": flag})

    def write(self, values: pd.Series[Any], rows: Rows | None, into: NDArray[np.float32]) -> Gaps:
        instants = instants_of(values, rows, self.order)
        gaps = np.isnat(instants)
        parts = parts_of(np.where(gaps, self.start, instants), self.start)
        parts["year"] = (parts["year"] - self.year_mean) / self.year_deviation
        parts["days"] = (parts["days"] - self.days_mean) / self.days_deviation
        place = 0
        for part in self.parts:
            columns = parts[part]
            into[:, place : place + columns.shape[1]] = np.where(gaps[:, None], 0.0, columns)
            place += columns.shape[1]
        return gaps

    def matched(self, values: pd.Series[Any]) -> tuple[NDArray[Any], list[Problem]]:
        instants = instants_of(values, None, self.order)
        strange = np.isnat(instants) & values.notna().to_numpy()
        cells = [each for each in class_names(values[strange]).tolist() if not is_missing_word(each)]
        return instants, [_unreadable(self.name, cells)] if cells else []

    def gaps(self, count: int) -> NDArray[Any]:
        return np.full(count, np.datetime64("NaT", "s"))

    def field(self, values: pd.Series[Any] | None) -> InputField:
        return InputField(self.name, ColumnKind.DATE, typical=self.typical)

    def damaged(self, values: NDArray[Any], hit: NDArray[np.bool_]) -> NDArray[Any]:
        instants = np.where(hit, np.datetime64("NaT", "s"), values.astype("datetime64[s]"))
        instants[0], instants[1] = np.datetime64("NaT", "s"), _NEVER_SEEN
        return instants

    def made_up(self, count: int, draw: np.random.Generator) -> NDArray[Any]:
        days = draw.normal(self.days_mean, self.days_deviation, count)
        made: Instants = self.start + (days * 86_400).astype(np.int64).astype("timedelta64[s]")
        return made

    def add_input(self, graph: Graph) -> None:
        from onnx import TensorProto

        about = (
            "A date and time as written, without a time zone: seconds since 1970-01-01 00:00, "
            "-9223372036854775808 where there is no value."
        )
        graph.input(self.name, TensorProto.INT64, ["batch"], about)

    @classmethod
    def add_to(cls, graph: Graph, steps: Sequence[DateColumn]) -> GraphArrays:
        from onnx import TensorProto

        axis = graph.constant([1], np.int64)
        values, flags = [], []
        for column in steps:
            seconds = graph.node("Unsqueeze", graph.entrance(column.name), axis)
            gap = graph.node("Equal", seconds, graph.constant(np.iinfo(np.int64).min, np.int64))
            start = graph.constant(column.start.astype(np.int64), np.int64)
            parts = add_parts(graph, graph.node("Where", gap, start, seconds), column.start)
            for part, mean, deviation in (
                ("year", column.year_mean, column.year_deviation),
                ("days", column.days_mean, column.days_deviation),
            ):
                centred = graph.node("Sub", parts[part], graph.constant(mean, np.float64))
                parts[part] = graph.node("Div", centred, graph.constant(deviation, np.float64))
            every = graph.node("Concat", *(parts[part] for part in column.parts), axis=1)
            filled = graph.node("Where", gap, graph.constant(0.0, np.float64), every)
            values.append(graph.cast(filled, TensorProto.FLOAT))
            if column.flag_gaps:
                flags.append(graph.cast(gap, TensorProto.FLOAT))
        return GraphArrays(
            values=graph.node("Concat", *values, axis=1),
            flags=graph.node("Concat", *flags, axis=1) if flags else "",
        )


def _order_of(values: pd.Series[Any]) -> str:
    """The order in which the dates of a column that was not taken for one are written."""
    if values.dtype.kind in "fiuM":
        return "year"
    return find_order(take_apart([str(each) for each in values.dropna().unique()]))[0]


def _in_words(instant: np.datetime64, known: Instants) -> str:
    """The instant as a person writes it; without the clock where that is midnight everywhere."""
    if (known == known.astype("datetime64[D]")).all():
        return str(instant.astype("datetime64[D]"))
    return str(instant).replace("T", " ")


def _unreadable(name: str, cells: Sequence[str]) -> Problem:
    return problem(
        "match.dates",
        "“{column}” should hold dates, but {rows} hold something else, such as {examples}; these count as "
        "missing.",
        "Write dates like 2024-05-31 there, or leave the cells empty.",
        field=name,
        severity="caution",
        column=name,
        rows=counted(len(cells), "row"),
        examples=listed(sorted(set(cells))[:_NAMED]),
    )


_KINDS = frozenset(each for each in ColumnKind if each.is_date)

DATE = StepKind("date", "Date", DateColumn, _KINDS, position=20)
