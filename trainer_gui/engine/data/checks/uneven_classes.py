"""Classes with too few rows, and classes of very different size."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trainer_gui.engine.data.check import Check, Example, Sight
from trainer_gui.engine.data.checks.few_rows import FEWEST_ROWS
from trainer_gui.engine.data.dataset import Dataset, Task
from trainer_gui.engine.data.mending import counted, listed
from trainer_gui.engine.data.parts import FEW_IN_CLASS
from trainer_gui.engine.fix import Change, fix
from trainer_gui.engine.problems import Problem, problem

_UNEVEN = 10  # times as many rows in the most frequent class as in the rarest


class UnevenClasses(Check):
    """Counts the rows of every class."""

    name = "uneven_classes"
    label = "Rare and uneven classes"
    position = 10
    tables_only = False

    def findings(self, sight: Sight) -> Iterator[Problem]:
        if sight.task is not Task.CLASSIFICATION or not sight.can_be_learned:
            return
        if sight.target.distinct > 0.5 * sight.usable and sight.usable >= FEWEST_ROWS:
            return  # names rather than classes, which is said elsewhere
        counts = _class_counts(sight.dataset, sight.target.name)
        if sight.steps.leave_out_rare and sight.what == "row":
            counts = [(label, times) for label, times in counts if times >= FEW_IN_CLASS]
        else:
            yield from _about_rare(sight, [each for each in counts if each[1] < FEW_IN_CLASS])
        if len(counts) > 1 and counts[0][1] > _UNEVEN * counts[-1][1]:
            yield _uneven(counts)

    def example(self) -> Example:
        draw = np.random.default_rng(0)
        classes = ["often"] * 200 + ["seldom"] * 10 + ["rare"] * 2
        return Example({"x": draw.normal(size=len(classes)), "y": classes}, "y")


def _about_rare(sight: Sight, rare: list[tuple[str, int]]) -> Iterator[Problem]:
    if not rare:
        return
    rows = sum(times for _, times in rare)
    fixes = []
    if sight.what == "row" and sight.target.distinct - len(rare) > 1:
        fixes = [
            fix(
                "rare_classes.leave_out",
                "Leave out these rows",
                "Leaves out the {rows} of {classes}; the model will never answer with {them}.",
                Change(steps={"leave_out_rare": True}),
                rows=counted(rows, "row"),
                classes=counted(len(rare), "class", "classes"),
                them="it" if len(rare) == 1 else "them",
            )
        ]
    yield problem(
        "target.rare_classes",
        "{classes} {have} fewer than {least} {what}s, too few to learn and to check: {names}.",
        "Add more of them, or put rare classes together.",
        field="target",
        severity="caution",
        fixes=fixes,
        classes=counted(len(rare), "class", "classes"),
        have="has" if len(rare) == 1 else "have",
        least=FEW_IN_CLASS,
        what=sight.what,
        names=listed([label for label, _ in rare]),
    )


def _uneven(counts: list[tuple[str, int]]) -> Problem:
    (most, many), (least, few) = counts[0], counts[-1]
    return problem(
        "target.uneven",
        "The classes are uneven: “{most}” comes up {many} times, “{least}” {few}.",
        "Look at the balanced accuracy, and set class weights to balanced if “{least}” matters.",
        field="class_weights",
        severity="caution",
        fixes=[
            fix(
                "uneven.class_weights",
                "Use class weights",
                "Makes a row of “{least}” count about {ratio} times as much as one of “{most}”.",
                Change(settings={"class_weights": "balanced"}),
                least=least,
                most=most,
                ratio=f"{round(many / few):,}",
            )
        ],
        most=most,
        many=f"{many:,}",
        least=least,
        few=f"{few:,} times" if few != 1 else "once",
    )


def _class_counts(dataset: Dataset, target: str) -> list[tuple[str, int]]:
    """The classes with their number of rows, most frequent first."""
    import pandas as pd

    values = dataset.target_values(target)
    counts = (values if isinstance(values, pd.Series) else pd.Series(list(values))).value_counts()
    counts = counts[counts > 0]
    names = [str(int(k)) if isinstance(k, float) and k.is_integer() else str(k) for k in counts.index]
    return list(zip(names, (int(each) for each in counts), strict=True))


UNEVEN_CLASSES = UnevenClasses()
