"""Nothing to predict from, or more columns than rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trainer_gui.engine.data.check import Check, Example, Sight
from trainer_gui.engine.data.checks.few_rows import FEW_ROWS
from trainer_gui.engine.data.mending import counted
from trainer_gui.engine.fix import Change, Fix, fix
from trainer_gui.engine.problems import Problem, problem


class Inputs(Check):
    """Counts the columns from which is predicted."""

    name = "inputs"
    label = "Enough columns, and not too many"
    position = 25
    tables_only = False

    def findings(self, sight: Sight) -> Iterator[Problem]:
        if not sight.inputs:
            yield problem(
                "examine.no_inputs",
                "No column is left from which “{target}” could be predicted.",
                "Bring back a column on the Data page, or choose another target.",
                field="target",
                fixes=_fixes(sight),
                target=sight.target.name,
            )
        elif sight.what == "row" and len(sight.inputs) > max(sight.usable, FEW_ROWS):
            yield problem(
                "examine.wide",
                "There are more columns ({columns}) than rows ({rows}), so a model can learn the rows by "
                "heart.",
                "Choose a small model, raise the weight decay, or leave columns out.",
                severity="caution",
                fixes=[
                    fix(
                        "wide.small_model",
                        "Use a tiny model",
                        "Chooses the smallest size, which has the least room to learn {rows} rows by heart.",
                        Change(size="tiny"),
                        rows=f"{sight.usable:,}",
                    )
                ],
                columns=f"{len(sight.inputs):,}",
                rows=f"{sight.usable:,}",
            )

    def example(self) -> Example:
        draw = np.random.default_rng(0)
        columns = {f"x{place}": draw.normal(size=60) for place in range(120)}
        return Example({**columns, "y": ["a", "b"] * 30}, "y")


def _fixes(sight: Sight) -> list[Fix]:
    """Brings back what a person left out, where that is why nothing is left."""
    kinds = {
        each.name: each.kind.value
        for each in sight.dataset.columns
        if each.name in sight.leave_out and each.is_input and each.name != sight.target.name
    }
    if not kinds:
        return []
    columns = counted(len(kinds), "column that was left out", "columns that were left out")
    return [
        fix(
            "no_inputs.bring_back",
            "Use them again",
            "Predicts from the {columns} again.",
            Change(kinds=kinds),
            columns=columns,
        )
    ]


INPUTS = Inputs()
