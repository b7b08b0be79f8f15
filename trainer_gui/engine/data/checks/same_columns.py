"""Columns that say the same as another one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trainer_gui.engine.data.check import Check, Example, Sight
from trainer_gui.engine.data.mending import listed
from trainer_gui.engine.data.repeats import column_marks
from trainer_gui.engine.fix import Change, fix
from trainer_gui.engine.problems import Problem, problem


class SameColumns(Check):
    """Compares the cells of all columns in use."""

    name = "same_columns"
    label = "Columns that stand twice"
    position = 50
    slow = True

    def findings(self, sight: Sight) -> Iterator[Problem]:
        # Columns whose gaps and number of values differ cannot be the same, and need not be read.
        alike: dict[tuple[object, ...], list[str]] = {}
        for each in sight.inputs:
            alike.setdefault((each.kind, each.missing, each.distinct), []).append(each.name)
        twins: dict[str, str] = {}
        for names in alike.values():
            seen: dict[bytes, str] = {}
            for name in names if len(names) > 1 else ():
                first = seen.setdefault(_digest(sight, name), name)
                if first != name:
                    twins[name] = first
        if not twins:
            return
        again, first = next(iter(twins.items()))
        one = len(twins) == 1
        yield problem(
            "examine.same_columns",
            "“{again}” says the same as “{first}” in all {rows} rows."
            if one
            else "{count} columns say the same as another one in all {rows} rows, such as “{again}” and "
            "“{first}”.",
            "Once is enough: twice, it only counts for more.",
            field=again,
            severity="note",
            fixes=[
                fix(
                    "same_columns.leave_out",
                    "Leave it out" if one else "Leave them out",
                    "Predicts without {columns}; the column that says the same stays.",
                    Change(leave_out=tuple(twins)),
                    columns=listed(list(twins)),
                )
            ],
            again=again,
            first=first,
            count=f"{len(twins):,}",
            rows=f"{sight.dataset.rows:,}",
        )

    def example(self) -> Example:
        draw = np.random.default_rng(0)
        x = draw.normal(size=120)
        return Example({"x": x, "again": x, "z": draw.normal(size=120), "y": ["a", "b"] * 60}, "y")


def _digest(sight: Sight, name: str) -> bytes:
    from hashlib import blake2b

    return blake2b(column_marks(sight.table.frame[name]).tobytes(), digest_size=16).digest()


SAME_COLUMNS = SameColumns()
