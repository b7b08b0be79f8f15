"""Numbers that are names: codes, types and grades that are used as amounts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from trainer_gui.engine.data.check import Check, Example, Sight
from trainer_gui.engine.data.dataset import Column, ColumnKind
from trainer_gui.engine.data.mending import listed
from trainer_gui.engine.fix import Change, fix
from trainer_gui.engine.problems import Problem, problem

_NAME = re.compile(
    r"(?:.*[\s_.\-])?(?:code|type|typ|class|category|kind|group|zip|zipcode|postcode|postal|plz|region|"
    r"district|county|state|country|department|sector|branch|brand|model|color|colour|gender|sex|race)"
    r"(?:[\s_.\-]?(?:code|id|no|nr))?"
)
_MOST_VALUES = 100  # different ones


class Codes(Check):
    """Looks for whole numbers with few values, in a column with the name of something that has no amount."""

    name = "codes"
    label = "Numbers that are names"
    position = 55
    slow = True

    def findings(self, sight: Sight) -> Iterator[Problem]:
        found = [each for each in sight.numbers if _is_code(sight, each)]
        if not found:
            return
        names = [each.name for each in found]
        one = len(names) == 1
        yield problem(
            "examine.codes",
            "{columns} {hold} up to {values} whole numbers that look like names rather than amounts.",
            "As amounts, code 3 lies between 2 and 4; as names, each stands for itself.",
            field=names[0],
            severity="note",
            fixes=[
                fix(
                    "codes.as_category",
                    "Treat as category" if one else "Treat as categories",
                    "Learns each of the up to {values} values of {columns} for itself.",
                    Change(kinds=dict.fromkeys(names, ColumnKind.CATEGORY.value)),
                    values=max(each.distinct for each in found),
                    columns=listed(names),
                )
            ],
            columns=listed(names),
            hold="holds" if one else "hold",
            values=max(each.distinct for each in found),
        )

    def example(self) -> Example:
        draw = np.random.default_rng(0)
        code = draw.integers(1, 8, 200)
        return Example({"region_code": code, "x": draw.normal(size=200), "y": ["a", "b"] * 100}, "y")


def _is_code(sight: Sight, column: Column) -> bool:
    if not _NAME.fullmatch(column.name.lower()) or not 3 <= column.distinct <= _MOST_VALUES:
        return False
    if column.distinct > 0.2 * sight.usable:
        return False
    values = sight.table.frame[column.name]
    if values.dtype.kind not in "iuf":
        return False
    known = values.dropna().to_numpy(dtype=np.float64)
    return bool((known == np.floor(known)).all())


CODES = Codes()
