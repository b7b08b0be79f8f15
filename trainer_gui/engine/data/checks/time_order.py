"""Rows that follow each other in time, while they are shared out by chance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from trainer_gui.engine.data.check import Check, Example, Sight
from trainer_gui.engine.data.dataset import Column
from trainer_gui.engine.data.mending import counted
from trainer_gui.engine.data.timeline import time_columns, times_of
from trainer_gui.engine.fix import Change, fix
from trainer_gui.engine.problems import Problem, UserError, problem

_FEWEST_MOMENTS = 10
_ROWS = 20_000


class TimeOrder(Check):
    """Looks for a column of dates, or of numbers with the name of a time."""

    name = "time_order"
    label = "Rows in the order of time"
    position = 45
    slow = True

    def findings(self, sight: Sight) -> Iterator[Problem]:
        if sight.split.by_time or sight.dataset.own_test is not None:
            return
        for name in time_columns(sight.table):
            column = sight.dataset.column(name)
            if name != sight.target.name and column.distinct >= _FEWEST_MOMENTS:
                yield _said(sight, column)
                return

    def example(self) -> Example:
        draw = np.random.default_rng(0)
        days = [f"2023-{1 + row // 28:02}-{1 + row % 28:02}" for row in range(240)]
        columns = {"day": days, "x": draw.normal(size=240), "z": draw.normal(size=240)}
        return Example({**columns, "y": ["a", "b", "b"] * 80}, "y")


def _said(sight: Sight, column: Column) -> Problem:
    values = sight.table.frame[column.name]
    some = values.iloc[:: max(1, len(values) // _ROWS)]
    first, last = _ends(some)
    return problem(
        "examine.time_order",
        "“{column}” runs from {first} to {last}, in {moments}; rows are drawn without regard to it.",
        "A model that will predict the future is judged honestly only on rows that are newer than those it "
        "learned from.",
        field=column.name,
        severity="note",
        fixes=[
            fix(
                "time_order.split_by_time",
                "Split by “{column}”",
                "Trains on the oldest rows, and {judges} on the newest {share:.0f} %.",
                Change(split={"by_time": column.name, "keep_together": ""}),
                column=column.name,
                judges="tests" if sight.split.test_share else "validates",
                share=100 * (sight.split.test_share or sight.split.validation_share),
            )
        ],
        column=column.name,
        first=first,
        last=last,
        moments=counted(column.distinct, "different moment"),
    )


def _ends(values: Any) -> tuple[str, str]:
    """The earliest and the latest of some values, as they are written."""
    try:
        times = times_of(values)
    except UserError:  # whether the sample tells day from month may differ from what the column does
        return str(values.iloc[0]), str(values.iloc[-1])
    known = np.flatnonzero(np.isfinite(times))
    if not len(known):
        return str(values.iloc[0]), str(values.iloc[-1])
    ends = (values.iloc[known[np.argmin(times[known])]], values.iloc[known[np.argmax(times[known])]])
    first, last = (_written(each) for each in ends)
    return first, last


def _written(value: Any) -> str:
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).removesuffix(" 00:00:00")


TIME_ORDER = TimeOrder()
