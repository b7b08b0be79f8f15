"""Columns that are left out because they only name the rows, or never change."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trainer_gui.engine.data.check import Check, Example, Sight
from trainer_gui.engine.data.dataset import Column, ColumnKind
from trainer_gui.engine.data.mending import listed
from trainer_gui.engine.fix import Change, Fix, fix
from trainer_gui.engine.problems import Problem, problem

_SENTENCES = {
    "examine.identifiers": "{columns} only {name} the {rows} rows and {are} left out.",
    "examine.constants": "{columns} {have} the same value in all {rows} rows and {are} left out.",
    "examine.empty_columns": "{columns} {have} no value in any of the {rows} rows and {are} left out.",
}


class UnusedColumns(Check):
    """Names the columns that are not used, although nobody left them out."""

    name = "unused_columns"
    label = "Columns that name rows or never change"
    position = 40

    def findings(self, sight: Sight) -> Iterator[Problem]:
        constants = [each for each in sight.others if each.kind is ColumnKind.CONSTANT]
        groups = {
            "examine.identifiers": [e for e in sight.others if e.kind is ColumnKind.IDENTIFIER],
            "examine.constants": [each for each in constants if each.distinct],
            "examine.empty_columns": [each for each in constants if not each.distinct],
        }
        for key, columns in groups.items():
            if not columns:
                continue
            names = [each.name for each in columns]
            one = len(names) == 1
            yield problem(
                key,
                _SENTENCES[key],
                field=names[0],
                severity="note",
                fixes=[_keep(sight, columns)] if key == "examine.identifiers" else (),
                columns=listed(names),
                name="names" if one else "name",
                are="is" if one else "are",
                have="has" if one else "have",
                rows=f"{sight.dataset.rows:,}",
            )

    def example(self) -> Example:
        draw = np.random.default_rng(0)
        names = [f"row {row}" for row in range(120)]
        return Example({"x": draw.normal(size=120), "name": names, "y": ["a", "b"] * 60}, "y")


def _keep(sight: Sight, columns: list[Column]) -> Fix:
    frame = sight.table.frame
    kinds = {
        each.name: ColumnKind.NUMBER if frame[each.name].dtype.kind in "iuf" else ColumnKind.CATEGORY
        for each in columns
    }
    return fix(
        "identifiers.keep",
        "Keep it" if len(columns) == 1 else "Keep them",
        "Uses {columns} after all, with {values} different values; a model can learn such rows by heart.",
        Change(kinds={name: kind.value for name, kind in kinds.items()}),
        columns=listed([each.name for each in columns]),
        values=f"{max(each.distinct for each in columns):,}",
    )


UNUSED_COLUMNS = UnusedColumns()
