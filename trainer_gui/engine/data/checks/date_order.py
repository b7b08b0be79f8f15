"""Dates such as 01/02/03, which can be read with the day or with the month first."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trainer_gui.engine.data.check import Check, Example, Sight
from trainer_gui.engine.data.dataset import Column, ColumnKind
from trainer_gui.engine.data.dates import take_apart
from trainer_gui.engine.data.instants import instants_in
from trainer_gui.engine.fix import Change, Fix, fix
from trainer_gui.engine.problems import Problem, problem

_READINGS = {"day": ColumnKind.DATE_DAY_FIRST, "month": ColumnKind.DATE_MONTH_FIRST}


class DateOrder(Check):
    """Asks where every date of a column is possible both ways, and says how it is read until then."""

    name = "date_order"
    label = "Whether day or month comes first"
    position = 3

    def findings(self, sight: Sight) -> Iterator[Problem]:
        if "date_order" in sight.dataset.reference.options:
            return  # asked while the file was read, for all of its columns at once
        for column in sight.inputs:
            if column.kind is ColumnKind.DATE and column.date_unclear:
                yield _said(sight, column)

    def example(self) -> Example:
        draw = np.random.default_rng(0)
        days = [f"{1 + row % 9:02}/{1 + row % 11:02}/{2020 + row % 4}" for row in range(240)]
        return Example({"day": days, "x": draw.normal(size=240), "y": ["a", "b", "b"] * 80}, "y")


def _said(sight: Sight, column: Column) -> Problem:
    values = sight.table.frame[column.name].dropna().unique()
    texts = [str(each) for each in values[:1000]]
    written = take_apart(texts)
    days, months = (instants_in(written, order) for order in ("day", "month"))
    place = int(np.argmax(days != months))  # one that differs
    readings = {order: str(found[place])[:10] for order, found in (("day", days), ("month", months))}
    other = "month" if column.date_order == "day" else "day"
    return problem(
        "examine.date_order",
        "In “{column}” nothing says whether the day or the month comes first: {example} can be {taken} or "
        "{other}. It is read as {taken}.",
        "Say which it is, so that no season is learned wrongly.",
        field=column.name,
        severity="caution",
        fixes=[_fix(column.name, order, texts[place], readings[order]) for order in _READINGS],
        column=column.name,
        example=texts[place],
        taken=readings[column.date_order],
        other=readings[other],
    )


def _fix(column: str, order: str, example: str, reading: str) -> Fix:
    return fix(
        f"date_order.{order}_first",
        "Day first" if order == "day" else "Month first",
        "Reads {example} in “{column}” as {reading}, and all of its dates alike.",
        Change(kinds={column: _READINGS[order].value}),
        column=column,
        example=example,
        reading=reading,
    )


DATE_ORDER = DateOrder()
