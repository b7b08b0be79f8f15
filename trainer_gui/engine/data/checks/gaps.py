"""Cells without a value, and columns that are mostly empty."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trainer_gui.engine.data.check import Check, Example, Sight, per_cent
from trainer_gui.engine.data.mending import counted, listed
from trainer_gui.engine.fix import Change, fix
from trainer_gui.engine.problems import Problem, problem

_MANY_GAPS = 0.5  # of a column
_MOST_LOST = 0.5  # of the rows that leaving out rows may cost, to be offered


class Gaps(Check):
    """Counts missing cells among the inputs."""

    name = "gaps"
    label = "Missing values"
    position = 30

    def findings(self, sight: Sight) -> Iterator[Problem]:
        with_gaps = [each for each in sight.inputs if each.missing]
        if with_gaps and not sight.steps.leave_out_gaps:
            yield _missing(sight, [each.name for each in with_gaps], sum(e.missing for e in with_gaps))
        hollow = [each.name for each in with_gaps if each.missing > _MANY_GAPS * sight.dataset.rows]
        if hollow:
            one = len(hollow) == 1
            yield problem(
                "examine.mostly_missing",
                "{columns} {have} no value in {share} of the rows{each}.",
                "Leave {them} out if the gaps say nothing.",
                field=hollow[0],
                severity="caution",
                fixes=[
                    fix(
                        "mostly_missing.leave_out",
                        "Leave it out" if one else "Leave them out",
                        "Predicts without {columns}; {inputs} other {are} left.",
                        Change(leave_out=tuple(hollow)),
                        columns=listed(hollow),
                        inputs=counted(len(sight.inputs) - len(hollow), "column"),
                        are="is" if len(sight.inputs) - len(hollow) == 1 else "are",
                    )
                ]
                if len(hollow) < len(sight.inputs)
                else (),
                columns=listed(hollow),
                have="has" if one else "have",
                share=per_cent(min(e.missing for e in with_gaps if e.name in hollow) / sight.dataset.rows),
                each="" if one else " or more",
                them="it" if one else "them",
            )

    def example(self) -> Example:
        draw = np.random.default_rng(0)
        a, b = draw.normal(size=120), draw.normal(size=120)
        a[:10], b[30:] = np.nan, np.nan
        c = draw.normal(size=120)
        return Example({"a": a, "b": b, "c": c, "y": ["n", "p"] * 60}, "y")


def _missing(sight: Sight, names: list[str], cells: int) -> Problem:
    rows = int(np.any([sight.table.frame[name].isna().to_numpy() for name in names], axis=0).sum())
    fixes = []
    if rows <= _MOST_LOST * sight.usable:
        fixes = [
            fix(
                "gaps.leave_out_rows",
                "Leave out rows",
                "Learns and is checked only on the {rest} rows without a gap; to predict, gaps are still "
                "filled in.",
                Change(steps={"leave_out_gaps": True}),
                rest=f"{sight.dataset.rows - rows:,}",
            )
        ]
    return problem(
        "examine.missing_values",
        "{cells} in {columns} {have} no value, in {rows}. They are filled in: numbers with the median, "
        "categories as a value of their own.",
        field=names[0],
        severity="note",
        fixes=fixes,
        cells=counted(cells, "cell"),
        columns=listed(names),
        have="has" if cells == 1 else "have",
        rows=counted(rows, "row"),
    )


GAPS = Gaps()
