"""What a comparison found."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any, Literal

from trainer_gui.engine.evaluate import Part
from trainer_gui.engine.events import Better
from trainer_gui.engine.problems import Problem
from trainer_gui.engine.scores import without_value
from trainer_gui.engine.statistics.bootstrap import LEAST_ROWS
from trainer_gui.engine.statistics.interval import Difference

# rows: one run each, on the same rows. seeds: several each, on the same rows. splits: pairs, each on its own.
Method = Literal["rows", "seeds", "splits"]


@dataclass(frozen=True)
class MetricDifference:
    """One metric of both, and the difference A − B with its 95 % interval."""

    name: str
    a: float
    b: float
    difference: Difference

    @property
    def label(self) -> str:
        """What a person calls it."""
        return without_value(self.name).label

    @property
    def better(self) -> Better:
        """Which way is better."""
        return without_value(self.name).better

    @property
    def percent(self) -> bool:
        """Whether it is shown as per cent of one."""
        return without_value(self.name).percent


@dataclass(frozen=True)
class Found:
    """The numbers of a comparison of two groups of runs, called A and B."""

    a: str  # in words
    b: str
    part: Part
    method: Method
    rows: int  # that both were measured on; of splits, the mean of each
    left_out: int  # that only one of them was measured on
    repeats: tuple[int, int]  # runs of each; of splits, the number of splits twice
    metrics: tuple[MetricDifference, ...]  # the main one first
    more_rows: int | None = None  # that would tell; None where that is not known or not to be had
    more_repeats: int | None = None
    openings: int = 0  # how many times the test rows of these runs were opened until now, at most
    folds: bool = False  # whether the splits are the folds of a cross-validation
    same_choices: bool = False  # whether the two differ in nothing but their seeds

    @property
    def main(self) -> MetricDifference:
        """The metric that decides."""
        return self.metrics[0]

    @property
    def few_rows(self) -> bool:
        """Whether there are too few rows for the test to keep what it promises."""
        return self.method != "splits" and self.main.name != "accuracy" and self.rows < LEAST_ROWS

    @property
    def winner(self) -> Literal["a", "b"] | None:
        """Which is better; None where that cannot be told yet."""
        if not self.main.difference.is_sure or self.few_rows:
            return None
        higher = self.main.difference.value > 0
        return "a" if higher == (self.main.better == "higher") else "b"


@dataclass(frozen=True)
class Comparison:
    """Is A better than B: the answer in one sentence, what follows from it, and the numbers behind it."""

    found: Found
    sentence: Problem  # the message answers; the advice says what would tell, or what to mind
    explanation: str  # the test, in two sentences
    notes: tuple[Problem, ...] = field(default=())

    def to_json(self) -> str:
        """All of it, as one line of JSON."""
        found = self.found
        values: dict[str, Any] = {
            "a": found.a,
            "b": found.b,
            "winner": {"a": found.a, "b": found.b, None: None}[found.winner],
            "sentence": self.sentence.message,
            "advice": self.sentence.advice,
            "method": found.method,
            "explanation": self.explanation,
            "part": found.part,
            "rows": found.rows,
            "left_out": found.left_out,
            "repeats": found.repeats,
            "more_rows": found.more_rows,
            "more_repeats": found.more_repeats,
            "test_openings": found.openings,
            "metrics": [_as_values(each) for each in found.metrics],
            "notes": [each.model_dump(mode="json") for each in self.notes],
        }
        return json.dumps(values, ensure_ascii=False)


def _as_values(metric: MetricDifference) -> dict[str, Any]:
    each = metric.difference
    numbers = {
        "a": metric.a,
        "b": metric.b,
        "difference": each.value,
        "low": each.low,
        "high": each.high,
        "p": each.p,
    }
    known = {name: number if math.isfinite(number) else None for name, number in numbers.items()}
    return {"name": metric.name, "label": metric.label, "better": metric.better, **known}
