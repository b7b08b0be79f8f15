"""Rows and pictures that stand more than once, above all in two parts of the split."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.check import Check, Example, Sight
from trainer_gui.engine.data.dataset import ColumnKind, Pictures, Table
from trainer_gui.engine.data.mending import counted
from trainer_gui.engine.data.repeats import repeat_groups, repeats, row_marks
from trainer_gui.engine.data.split import Rows, Split
from trainer_gui.engine.fix import Change, Fix, fix
from trainer_gui.engine.problems import Problem, problem

_FEWEST_COLUMNS = 3  # inputs; rows of one or two columns repeat by nature, unless they are texts
_MOST_REPEATED = 0.5  # of the rows; where more repeat, the columns are too few or too coarse to tell


class RepeatedRows(Check):
    """Looks for rows that agree in the target and in every column that is used, and for equal pictures."""

    name = "repeated_rows"
    label = "Rows that stand twice"
    position = 12
    slow = True
    tables_only = False

    def findings(self, sight: Sight) -> Iterator[Problem]:
        if isinstance(sight.dataset, Pictures):
            yield from _about_pictures(sight, sight.dataset)
            return
        names = [*(each.name for each in sight.inputs), sight.target.name]
        telling = len(names) > _FEWEST_COLUMNS or any(e.kind is ColumnKind.TEXT for e in sight.inputs)
        if not telling or sight.steps.leave_out_repeated:
            return
        marks = row_marks(sight.table.frame, names)
        again = repeats(marks)
        count = int(again.sum())
        crossing = _crossing(sight, names, marks)
        if sight.split.repeats_together and sight.dataset.own_test is None:
            return
        if not crossing and (not count or count > _MOST_REPEATED * len(marks)):
            return
        rows = counted(count, "row repeats an earlier one", "rows repeat an earlier one")
        learned = "{crossing} of the rows that the model is judged on {stand} in training too."
        yield problem(
            "examine.repeated_rows",
            ("{rows}, and " if count else "") + learned if crossing else "{rows}.",
            "What was learned by heart looks as if it had been understood." if crossing else "",
            severity="caution" if crossing else "note",
            fixes=_fixes(sight, count),
            rows=rows,
            crossing=f"{crossing:,}",
            stand="stands" if crossing == 1 else "stand",
        )

    def example(self) -> Example:
        draw = np.random.default_rng(0)
        rows = np.append(np.arange(150), np.arange(40))
        columns = {name: draw.normal(size=150)[rows] for name in "abc"}
        return Example({**columns, "y": np.array(["no", "yes"])[rows % 2]}, "y")


def _about_pictures(sight: Sight, pictures: Pictures) -> Iterator[Problem]:
    """Pictures of the very same content of which some are learned and others judge the model."""
    if sight.parts is None or not pictures.copies:
        return
    trained = set(sight.parts.train.tolist())
    judged = {*sight.parts.validation.tolist(), *sight.parts.test.tolist()}
    crossing = sum(len(judged & set(group)) for group in pictures.copies if not trained.isdisjoint(group))
    if not crossing:
        return
    fixes = []
    if not pictures.parts:
        fixes = [
            fix(
                "copied_pictures.keep_together",
                "Keep them on one side",
                "Keeps all pictures, and puts those of the same content into the same part.",
                Change(split={"repeats_together": True}),
            )
        ]
    again = sum(len(group) - 1 for group in pictures.copies)
    fixes.append(
        fix(
            "copied_pictures.keep_one",
            "Keep one each",
            "Reads the pictures again without {again}, so that each content stands once.",
            Change(reading={"leave_out_copies": True}),
            again=counted(again, "copy", "copies"),
        )
    )
    yield problem(
        "examine.copied_pictures",
        "{pictures} that the model is judged on {stand} in training too, with the very same content.",
        "What was learned by heart looks as if it had been understood.",
        severity="caution",
        fixes=fixes,
        pictures=counted(crossing, "picture"),
        stand="stands" if crossing == 1 else "stand",
    )


def _crossing(sight: Sight, names: list[str], marks: NDArray[np.uint64]) -> int:
    """How many validation and test rows stand among the training rows too."""
    parts, own_test = sight.parts, sight.dataset.own_test
    if parts is None:
        return 0
    alone = ~repeats(marks, all_of_them=True)  # most rows, and they stand nowhere else
    trained, *judged = (rows[~alone[rows]] for rows in _inside(parts, len(marks)))
    count = sum(int(np.isin(marks[rows], marks[trained]).sum()) for rows in judged)
    if isinstance(own_test, Table):
        tested = row_marks(own_test.frame.reindex(columns=sight.table.frame.columns), names)
        return count + int(np.isin(tested, marks).sum())
    return count


def _inside(parts: Split, rows: int) -> list[Rows]:
    """The rows of each part that are in the file itself; those of a test file count on from its last row."""
    return [each[each < rows] for each in (parts.train, parts.validation, parts.test)]


def _fixes(sight: Sight, count: int) -> list[Fix]:
    own_test = sight.dataset.own_test is not None
    found = [
        fix(
            "repeated_rows.keep_one",
            "Keep one each",
            "Leaves out {rows}, so that each stands once"
            + (" and none that is tested is learned." if own_test else "."),
            Change(steps={"leave_out_repeated": True}),
            rows=counted(count, "repeated row") if count else "the rows that are tested too",
        )
    ]
    groups = repeat_groups(sight.table)
    different = int(groups.max()) + 1
    if not own_test and not sight.split.by_time and count and 3 <= different < len(groups):
        found.append(
            fix(
                "repeated_rows.keep_together",
                "Keep them on one side",
                "Keeps all rows, and puts those that repeat each other into the same part.",
                Change(split={"repeats_together": True}),
            )
        )
    return found


REPEATED_ROWS = RepeatedRows()
