"""A number to predict of which a few values are far larger than the rest."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.check import SAMPLE, Check, Example, Sight
from trainer_gui.engine.data.columns import number_in_words
from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.logarithm import logarithm_of, skewness_of
from trainer_gui.engine.data.prepare import numbers_of
from trainer_gui.engine.fix import Change, Fix, fix
from trainer_gui.engine.problems import Problem, problem
from trainer_gui.engine.row_settings import TargetScale

_SKEWED = 3.0  # skewness; that of an exponential distribution is 2
_FEWEST_ROWS = 50
_WORTH_IT = 0.5  # of the skewness that may be left for another scale to be worth it


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
        if sight.steps.target_scale is not TargetScale.PLAIN:
            return
        values = numbers_of(sight.dataset.target_values(sight.target.name), rows)
        values = values[np.isfinite(values)]
        if not len(values):
            return
        skewness = skewness_of(values)
        if abs(skewness) < _SKEWED:
            return
        middle, largest = np.median(values), values[np.argmax(np.abs(values - np.median(values)))]
        yield problem(
            "target.skewed",
            "“{target}” is skewed ({skewness}): half of {rows} values looked at lie below {middle}, and the "
            "farthest is {largest}.",
            "The few far values rule the error: judge by the mean absolute error.",
            field="target",
            severity="note",
            fixes=_fixes(sight.target.name, values, skewness),
            target=sight.target.name,
            skewness=f"skewness {skewness:.1f}",
            rows=f"{len(values):,}" if len(values) < SAMPLE else f"the {SAMPLE:,}",
            middle=number_in_words(float(f"{middle:.3g}")),
            largest=number_in_words(float(f"{largest:.3g}")),
        )

    def example(self) -> Example:
        draw = np.random.default_rng(0)
        return Example({"x": draw.normal(size=300), "price": np.exp(draw.normal(3, 1.8, 300))}, "price")


def _fixes(target: str, values: NDArray[np.float64], skewness: float) -> list[Fix]:
    """A logarithmic scale, where that makes the values much more even."""
    left = abs(skewness_of(logarithm_of(values).scaled(values)))
    if left > _WORTH_IT * abs(skewness):
        return []
    return [
        fix(
            "skewed_target.logarithm",
            "Learn its logarithm",
            "Learns “{target}” on a logarithmic scale (skewness {left} there); answers stay in its own unit.",
            Change(steps={"target_scale": TargetScale.LOGARITHM.value}),
            target=target,
            left=f"{left:.1f}",
        )
    ]


SKEWED_TARGET = SkewedTarget()
