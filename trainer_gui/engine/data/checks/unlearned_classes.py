"""Classes that a model is judged on and cannot learn, since none of their rows is trained on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trainer_gui.engine.data.check import Check, Example, Sight
from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.mending import counted, listed
from trainer_gui.engine.data.prepare import class_names
from trainer_gui.engine.data.split import Rows
from trainer_gui.engine.fix import Change, Fix, fix
from trainer_gui.engine.problems import Problem, problem


class UnlearnedClasses(Check):
    """Compares the classes of the training rows with those of validation and test."""

    name = "unlearned_classes"
    label = "Classes that are judged but not learned"
    position = 9
    slow = True
    tables_only = False

    def findings(self, sight: Sight) -> Iterator[Problem]:
        if sight.task is not Task.CLASSIFICATION or sight.parts is None:
            return
        learned = _classes(sight, sight.parts.train)
        test = sight.parts.test if sight.dataset.own_test is None else sight.parts.test[:0]
        judged = np.concatenate([sight.parts.validation, test])
        missing = {name: rows for name, rows in _classes(sight, judged).items() if name not in learned}
        if not missing:
            return
        rows = sum(missing.values())
        yield problem(
            "examine.unlearned_classes",
            "{rows} that the model is judged on {are} of {names}, of which there is none in training."
            + (" All training rows are of one class, so nothing can be learned." if len(learned) < 2 else ""),
            "The model can never answer with a class that it has not seen.",
            severity="caution",
            field="by_time" if sight.split.by_time else "keep_together",
            fixes=_fixes(sight),
            rows=counted(rows, sight.what),
            are="is" if rows == 1 else "are",
            names=listed(list(missing)),
        )

    def example(self) -> Example:
        draw = np.random.default_rng(0)
        days = [f"2023-{1 + row // 28:02}-{1 + row % 28:02}" for row in range(240)]
        columns = {"day": days, "x": draw.normal(size=240), "z": draw.normal(size=240)}
        return Example({**columns, "y": ["a", "b"] * 100 + ["c"] * 40}, "y", {"by_time": "day"})


def _fixes(sight: Sight) -> list[Fix]:
    if not (sight.split.by_time or sight.split.keep_together or not sight.split.stratified):
        return []
    return [
        fix(
            "unlearned_classes.by_chance",
            "Share out by chance",
            "Draws the rows by chance, with every class in every part; the result will look better than it "
            "will be on what comes later.",
            Change(split={"by_time": "", "keep_together": "", "stratified": True}),
        )
    ]


def _classes(sight: Sight, rows: Rows) -> dict[str, int]:
    """The classes of these rows, with how many there are of each."""
    import pandas as pd

    values = sight.dataset.target_values(sight.target.name)
    series = values if isinstance(values, pd.Series) else pd.Series(list(values))
    counts = series.iloc[rows].value_counts()
    counts = counts[counts > 0]
    names = class_names(pd.Series(counts.index))
    return dict(zip(names.tolist(), (int(each) for each in counts), strict=True))


UNLEARNED_CLASSES = UnlearnedClasses()
