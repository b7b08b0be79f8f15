"""Categories with thousands of values."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trainer_gui.engine.data.check import Check, Example, Sight
from trainer_gui.engine.data.column_steps.category import MOST_VALUES
from trainer_gui.engine.data.dataset import ColumnKind
from trainer_gui.engine.data.mending import counted, listed
from trainer_gui.engine.fix import Change, fix
from trainer_gui.engine.problems import Problem, problem


class ManyValues(Check):
    """Looks for categories with more values than are learned one by one."""

    name = "many_values"
    label = "Categories with thousands of values"
    position = 35

    def findings(self, sight: Sight) -> Iterator[Problem]:
        many = [e for e in sight.inputs if e.kind is ColumnKind.CATEGORY and e.distinct > MOST_VALUES]
        if not many:
            return
        names = [each.name for each in many]
        one = len(many) == 1
        rest = len(sight.inputs) - len(many)
        yield problem(
            "examine.many_values",
            "{columns} {have} up to {values} different values. The {kept} most frequent are learned, the "
            "others are taken together.",
            "Leave out what names single rows, or put similar values together.",
            field=names[0],
            severity="caution",
            fixes=[
                fix(
                    "many_values.leave_out",
                    "Leave it out" if one else "Leave them out",
                    "Predicts without {columns}, from the {rest} that {are} left.",
                    Change(leave_out=tuple(names)),
                    columns=listed(names),
                    rest=counted(rest, "column"),
                    are="is" if rest == 1 else "are",
                )
            ]
            if rest
            else (),
            columns=listed(names),
            have="has" if one else "have",
            values=f"{max(each.distinct for each in many):,}",
            kept=f"{MOST_VALUES:,}",
        )

    def example(self) -> Example:
        draw = np.random.default_rng(0)
        towns = [f"town {each}" for each in draw.integers(0, 3000, 12_000)]
        return Example({"town": towns, "x": draw.normal(size=12_000), "y": ["a", "b"] * 6_000}, "y")


MANY_VALUES = ManyValues()
