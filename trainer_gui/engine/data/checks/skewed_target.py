"""A number to predict of which a few values are far larger than the rest."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trainer_gui.engine.data.check import SAMPLE, Check, Example, Sight
from trainer_gui.engine.data.columns import number_in_words
from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.prepare import numbers_of
from trainer_gui.engine.problems import Problem, problem

_SKEWED = 3.0  # skewness; that of an exponential distribution is 2
_FEWEST_ROWS = 50


class SkewedTarget(Check):
    """Measures the skewness of the target, on a sample of the rows."""

    name = "skewed_target"
    label = "A skewed target"
    position = 36
    slow = True

    def findings(self, sight: Sight) -> Iterator[Problem]:
        rows = sight.known_rows
        if sight.task is not Task.REGRESSION or len(rows) < _FEWEST_ROWS:
            return
        values = numbers_of(sight.dataset.target_values(sight.target.name), rows)
        values = values[np.isfinite(values)]
        spread = values.std() if len(values) else 0.0
        if not spread > 0:
            return
        skewness = float((((values - values.mean()) / spread) ** 3).mean())
        if abs(skewness) < _SKEWED:
            return
        middle, largest = np.median(values), values[np.argmax(np.abs(values - np.median(values)))]
        yield problem(
            "target.skewed",
            "“{target}” is skewed ({skewness}): half of {rows} values looked at lie below {middle}, and the "
            "farthest is {largest}.",
            "The few far values rule the error. Judge by the mean absolute error, or put the logarithm of "
            "“{target}” into a column of its own and predict that.",
            field="target",
            severity="note",
            target=sight.target.name,
            skewness=f"skewness {skewness:.1f}",
            rows=f"{len(values):,}" if len(values) < SAMPLE else f"the {SAMPLE:,}",
            middle=number_in_words(float(f"{middle:.3g}")),
            largest=number_in_words(float(f"{largest:.3g}")),
        )

    def example(self) -> Example:
        draw = np.random.default_rng(0)
        return Example({"x": draw.normal(size=300), "price": np.exp(draw.normal(3, 1.8, 300))}, "price")


SKEWED_TARGET = SkewedTarget()
