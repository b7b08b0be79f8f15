"""What the steps that leave rows out have done, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from trainer_gui.engine.data.extremes import FAR
from trainer_gui.engine.data.mending import counted
from trainer_gui.engine.data.parts import FEW_IN_CLASS
from trainer_gui.engine.data.split import Split
from trainer_gui.engine.problems import Problem, problem

_SENTENCES = {
    "leave_out_repeated": "{rows} repeated an earlier one and {were} left out.",
    "leave_out_gaps": "{rows} had a missing value and {were} left out.",
    "leave_out_rare": "{rows} of classes with fewer than {least} rows {were} left out.",
    "leave_out_extremes": "{rows} had a number more than {far} times as far from the middle as is usual, and "
    "{were} left out of training.",
}


def steps_taken(split: Split) -> Iterator[Problem]:
    """One note for each step that was asked for, with the number of rows that it left out."""
    for step, count in split.left_out.items():
        yield problem(
            f"steps.{step}",
            _SENTENCES[step],
            field=step,
            severity="note",
            rows=counted(count, "row"),
            were="was" if count == 1 else "were",
            least=FEW_IN_CLASS,
            far=f"{FAR:g}",
        )
