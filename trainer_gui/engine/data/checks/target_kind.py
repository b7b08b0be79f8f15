"""A target that is predicted as numbers and holds words, or as classes and hardly repeats."""

from __future__ import annotations

from collections.abc import Iterator

from trainer_gui.engine.data.check import Check, Example, Sight
from trainer_gui.engine.data.checks.few_rows import FEWEST_ROWS
from trainer_gui.engine.data.dataset import Table, Task
from trainer_gui.engine.data.mending import counted
from trainer_gui.engine.fix import Change, Fix, fix
from trainer_gui.engine.problems import Problem, problem

_MANY_CLASSES = 200


class TargetKind(Check):
    """Looks whether the task suits the values of the target."""

    name = "target_kind"
    label = "A task that suits the target"
    position = 6
    tables_only = False

    def findings(self, sight: Sight) -> Iterator[Problem]:
        if not sight.can_be_learned:
            return
        if sight.task is Task.CLASSIFICATION:
            yield from _about_classes(sight)
        elif not _holds_numbers(sight):
            yield from _about_words(sight)

    def example(self) -> Example:
        values = [float(row % 17) for row in range(700)]
        return Example({"x": values, "y": [f"class {row % 230}" for row in range(700)]}, "y")


def _holds_numbers(sight: Sight) -> bool:
    return isinstance(sight.dataset, Table) and sight.table.frame[sight.target.name].dtype.kind in "iuf"


def _about_words(sight: Sight) -> Iterator[Problem]:
    import pandas as pd

    target = sight.target
    numbers = pd.to_numeric(sight.table.frame[target.name].astype(object), errors="coerce")
    words = sight.usable - int(numbers.notna().sum())
    if words:
        yield problem(
            "target.words",
            "“{target}” holds words, such as “{value}”, in {rows}; regression predicts numbers.",
            "Predict it as classes instead, or choose another target.",
            field="target",
            severity="error" if words > 0.5 * sight.usable else "caution",
            fixes=[
                fix(
                    "target.as_classes",
                    "Predict as classes",
                    "Takes the {count} different values of “{target}” as names of classes.",
                    Change(task=Task.CLASSIFICATION.value),
                    count=f"{target.distinct:,}",
                    target=target.name,
                )
            ],
            target=target.name,
            value=target.examples[0],
            rows=counted(words, "row"),
        )


def _about_classes(sight: Sight) -> Iterator[Problem]:
    name, distinct, usable = sight.target.name, sight.target.distinct, sight.usable
    if distinct > 0.5 * usable and usable >= FEWEST_ROWS:
        yield problem(
            "target.too_many_classes",
            "“{target}” has {classes} different values in {rows}, so hardly any class comes up twice.",
            "Choose another target, or predict it as a number.",
            field="target",
            fixes=_as_number(sight),
            target=name,
            classes=f"{distinct:,}",
            rows=counted(usable, "row"),
        )
    elif distinct > _MANY_CLASSES:
        yield problem(
            "target.many_classes",
            "“{target}” has {classes} classes, with {rows} each on average.",
            "If it is an amount, predict it as a number; else put rare classes together.",
            field="target",
            severity="caution",
            fixes=_as_number(sight),
            target=name,
            classes=f"{distinct:,}",
            rows=counted(round(usable / distinct), "row"),
        )


def _as_number(sight: Sight) -> list[Fix]:
    if not _holds_numbers(sight):
        return []
    return [
        fix(
            "target.as_number",
            "Predict as a number",
            "Takes the {count} different values of “{target}” as amounts.",
            Change(task=Task.REGRESSION.value),
            count=f"{sight.target.distinct:,}",
            target=sight.target.name,
        )
    ]


TARGET_KIND = TargetKind()
