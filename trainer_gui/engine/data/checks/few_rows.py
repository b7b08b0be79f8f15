"""Too few rows to learn from, or so few that the result is unsure."""

from __future__ import annotations

from collections.abc import Iterator

from trainer_gui.engine.data.check import Check, Example, Sight
from trainer_gui.engine.data.mending import counted
from trainer_gui.engine.problems import Problem, problem

FEWEST_ROWS = 10  # fewer cannot be shared out between training and validation
FEW_ROWS = 100


class FewRows(Check):
    """Counts the rows that have a target."""

    name = "few_rows"
    label = "Enough rows"
    position = 20
    tables_only = False

    def findings(self, sight: Sight) -> Iterator[Problem]:
        usable = sight.usable
        if 0 < usable < FEWEST_ROWS:
            yield problem(
                "examine.too_few_rows",
                "There {are} only {rows} to learn from; at least {least} are needed.",
                "Add more.",
                field="data",
                are="is" if usable == 1 else "are",
                rows=counted(usable, sight.what),
                least=FEWEST_ROWS,
            )
        elif FEWEST_ROWS <= usable < FEW_ROWS:
            yield problem(
                "examine.few_rows",
                "There are only {rows}, so every number about the result is unsure.",
                "Choose a small model, and add more if you can.",
                field="data",
                severity="caution",
                rows=counted(usable, sight.what),
            )

    def example(self) -> Example:
        return Example({"x": [0.5 * row for row in range(30)], "y": ["a", "b"] * 15}, "y")


FEW = FewRows()
