"""A target that is missing, or the same everywhere."""

from __future__ import annotations

from collections.abc import Iterator

from trainer_gui.engine.data.check import Check, Example, Sight, per_cent
from trainer_gui.engine.data.mending import counted
from trainer_gui.engine.problems import Problem, problem

_MANY_MISSING = 0.1  # of all rows


class TargetValues(Check):
    """Looks at how many rows have a target, and whether it differs."""

    name = "target_values"
    label = "A target in every row"
    position = 5
    tables_only = False

    def findings(self, sight: Sight) -> Iterator[Problem]:
        target, rows = sight.target, sight.dataset.rows
        if target.missing >= rows or target.distinct == 0:
            yield problem(
                "target.all_missing",
                "“{target}” has no value in any row, so there is nothing to learn.",
                "Choose another target, or fill the column in.",
                field="target",
                target=target.name,
            )
            return
        if target.missing:
            yield problem(
                "target.missing",
                "“{target}” has no value in {rows}, {share} of all; these are left out.",
                "Fill them in if you can.",
                field="target",
                severity="caution" if target.missing > _MANY_MISSING * rows else "note",
                target=target.name,
                rows=counted(target.missing, "row"),
                share=per_cent(target.missing / rows),
            )
        if target.distinct == 1:
            pictures = sight.what == "picture"
            yield problem(
                "target.one_class",
                "All pictures are of the same class, “{value}”, so there is nothing to tell apart."
                if pictures
                else "“{target}” is “{value}” in every row that has a value, so there is nothing to tell "
                "apart.",
                "Add a second folder with pictures of another class."
                if pictures
                else "Choose another target, or add rows with other values.",
                field="target",
                target=target.name,
                value=target.examples[0] if target.examples else "",
            )

    def example(self) -> Example:
        values = [float(row % 17) for row in range(120)]
        return Example({"x": values, "y": [*["a", "b"] * 55, *[None] * 10]}, "y")


TARGET_VALUES = TargetValues()
