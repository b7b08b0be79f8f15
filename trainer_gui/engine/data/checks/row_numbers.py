"""Columns in use that look as if they numbered the rows."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from trainer_gui.engine.data.check import Check, Example, Sight
from trainer_gui.engine.data.dataset import Column, ColumnKind
from trainer_gui.engine.data.mending import listed
from trainer_gui.engine.fix import Change, fix
from trainer_gui.engine.problems import Problem, problem

_NAME = re.compile(r"(?:.*[\s_.\-])?(?:id|ids|uuid|index|idx|key|nr|no|num|row|rowid|record|serial)\.?")
_FEWEST_ROWS = 20
_ALL_DIFFERENT = 0.98  # of the rows


class RowNumbers(Check):
    """Looks for whole numbers that hardly repeat, and rise with the rows or are called a number."""

    name = "row_numbers"
    label = "Columns that number the rows"
    position = 38
    slow = True

    def findings(self, sight: Sight) -> Iterator[Problem]:
        chosen = {e.name for e in sight.table.read_columns if e.kind is ColumnKind.IDENTIFIER}
        found = [e for e in sight.numbers if e.name not in chosen and _numbers_rows(sight, e)]
        if not found or len(found) == len(sight.inputs):
            return
        names = [each.name for each in found]
        one = len(names) == 1
        yield problem(
            "examine.row_numbers",
            "{columns} {look} like the number of a row: {distinct} different whole numbers in {rows} rows.",
            "A model can learn such a number by heart, and new rows will have others.",
            field=names[0],
            severity="caution",
            fixes=[
                fix(
                    "row_numbers.leave_out",
                    "Leave it out" if one else "Leave them out",
                    "Predicts without {columns}, from {rest} other columns.",
                    Change(leave_out=tuple(names)),
                    columns=listed(names),
                    rest=len(sight.inputs) - len(names),
                )
            ],
            columns=listed(names),
            look="looks" if one else "look",
            distinct=f"{max(each.distinct for each in found):,}",
            rows=f"{sight.dataset.rows:,}",
        )

    def example(self) -> Example:
        draw = np.random.default_rng(0)
        number = np.arange(200) * 3 + draw.integers(0, 3, 200)
        return Example(
            {"x": draw.normal(size=200), "x2": draw.normal(size=200), "n": number, "y": ["a", "b"] * 100}, "y"
        )


def _numbers_rows(sight: Sight, column: Column) -> bool:
    rows = sight.dataset.rows
    if rows < _FEWEST_ROWS or column.distinct < _ALL_DIFFERENT * rows:
        return False
    values = sight.table.frame[column.name].to_numpy(dtype=np.float64, na_value=np.nan)
    known = values[np.isfinite(values)]
    if not len(known) or (known != np.floor(known)).any():
        return False
    called = _NAME.fullmatch(column.name.lower()) or re.search(r"[a-z](?:Id|ID|Nr|No)$", column.name)
    return bool(called) or bool((np.diff(known) > 0).all())


ROW_NUMBERS = RowNumbers()
