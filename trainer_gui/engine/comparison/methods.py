"""The test for each case: one run each, several on the same rows, or several on splits of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from trainer_gui.engine.comparison.result import Method, MetricDifference
from trainer_gui.engine.comparison.rows import Judged, Numbers, Scoring
from trainer_gui.engine.statistics.bootstrap import paired_bootstrap
from trainer_gui.engine.statistics.interval import Difference
from trainer_gui.engine.statistics.paired_shares import difference_of_shares
from trainer_gui.engine.statistics.power import (
    overlap_floor,
    repeats_needed,
    rows_needed,
    rows_needed_for_shares,
)
from trainer_gui.engine.statistics.repeats import crossed, interaction, paired, unpaired


@dataclass(frozen=True)
class Side:
    """What models of A and of B say of one split, side by side on the rows that all were measured on."""

    a: tuple[Judged, ...]
    b: tuple[Judged, ...]
    same_seeds: bool  # whether the models of A and of B stand in pairs of one seed
    overlap: float  # rows that are measured on, by rows that are trained on
    shared: float = 0.0  # the same of folds, where models of several folds are measured on rows of none

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.a[0].keys)


@dataclass(frozen=True)
class Outcome:
    """What a test found; `more_rows` and `more_repeats` would tell where it does not."""

    method: Method
    metrics: tuple[MetricDifference, ...]
    repeats: tuple[int, int]
    more_rows: int | None
    more_repeats: int | None


def outcome_of(sides: Sequence[Side]) -> Outcome:
    """The outcome of the test that is right for so many splits and models."""
    if len(sides) > 1:
        return _over_splits(sides)
    side = sides[0]
    return _over_seeds(side) if max(len(side.a), len(side.b)) > 1 else _over_rows(side)


def _over_rows(side: Side) -> Outcome:
    scoring = Scoring((*side.a, *side.b))
    differences = paired_bootstrap(side.rows, lambda rows: scoring.lead((0,), (1,), rows))
    needed = rows_needed(differences[0].value, differences[0].error, side.rows)
    if scoring.metrics[0] == "accuracy":
        right_a, right_b = side.a[0].right, side.b[0].right
        only = int((right_a & ~right_b).sum()), int((right_b & ~right_a).sum())
        differences[0] = difference_of_shares(*only, side.rows)
        needed = rows_needed_for_shares(*only, side.rows)
    metrics = _metrics(scoring.metrics, scoring.whole(0), scoring.whole(1), differences)
    return Outcome("rows", metrics, (1, 1), _more(needed, side.rows), None)


def _over_seeds(side: Side) -> Outcome:
    """Seeds and rows both change the difference by chance, and both errors are added up.

    What a seed does to single rows is in both of them and is taken off once, where the metric is a mean over
    rows; where it is not, there are fewer false alarms than promised.
    """
    scoring = Scoring((*side.a, *side.b))
    count_a, count_b = len(side.a), len(side.b)
    of_a, of_b = range(count_a), range(count_a, count_a + count_b)
    values_a, values_b = _values(scoring, of_a), _values(scoring, of_b)
    in_pairs = side.same_seeds and count_a == count_b
    over_rows = paired_bootstrap(side.rows, lambda rows: scoring.lead(of_a, of_b, rows))
    differences, seed_errors, row_errors = [], [], []
    for at, rows in enumerate(over_rows):
        ends = values_a[:, at], values_b[:, at]
        seeds = paired(*ends, side.shared) if in_pairs else unpaired(*ends)
        seed_errors.append(seeds.error)
        both = _interaction(scoring, scoring.metrics[at], of_a, of_b, in_pairs=in_pairs)
        row_errors.append(float(np.sqrt(max(0.0, rows.error**2 - both[0] ** 2))))
        # Where no row parts them, one still might have: without it chance would count for nothing.
        least = 1 / side.rows if scoring.metrics[at] == "accuracy" else 0.0
        of_rows = max(rows.error, least), side.rows - 1.0
        known = np.isfinite(seeds.value) and np.isfinite(rows.error) and of_rows[0] > 0
        of_seeds = seeds.error, seeds.freedom
        differences.append(crossed(seeds.value, of_seeds, of_rows, both) if known else replace(rows, p=1.0))
    # As if there were as many pairs as the smaller group has runs.
    pairs = max(2, min(count_a, count_b))
    deviation = seed_errors[0] * float(np.sqrt(pairs))
    needed = repeats_needed(differences[0].value, deviation, row_errors[0])
    rows_alone = rows_needed(differences[0].value, over_rows[0].error, side.rows)
    more_repeats = None if needed is None else max(1, needed - min(count_a, count_b))
    return Outcome(
        "seeds",
        _metrics(scoring.metrics, values_a.mean(axis=0), values_b.mean(axis=0), differences),
        (count_a, count_b),
        _more(rows_alone, side.rows),
        more_repeats,
    )


def _interaction(
    scoring: Scoring, metric: str, of_a: Sequence[int], of_b: Sequence[int], *, in_pairs: bool
) -> tuple[float, float]:
    """The standard error by what seeds do to single rows, with its degrees of freedom; (0, 1) if unknown."""
    parts = [[scoring.contributions(each, metric) for each in group] for group in (of_a, of_b)]
    if any(each is None for group in parts for each in group):
        return 0.0, 1.0
    a, b = (np.stack([each for each in group if each is not None]) for group in parts)
    if in_pairs:
        return interaction(a - b)
    found = [each for each in (interaction(a), interaction(b)) if each[0] > 0]
    if not found:
        return 0.0, 1.0
    squares = [error**2 for error, _ in found]
    spent = sum(square**2 / freedom for square, (_, freedom) in zip(squares, found, strict=True))
    return float(np.sqrt(sum(squares))), sum(squares) ** 2 / spent


def _over_splits(sides: Sequence[Side]) -> Outcome:
    """Each split gives one pair, the mean of its runs; the corrected test knows that splits share rows."""
    scorings = [Scoring((*each.a, *each.b)) for each in sides]
    names = min((each.metrics for each in scorings), key=len)
    rows_a, rows_b = [], []
    for side, scoring in zip(sides, scorings, strict=True):
        wanted = [scoring.metrics.index(name) for name in names]
        count = len(side.a)
        rows_a.append(_values(scoring, range(count)).mean(axis=0)[wanted])
        rows_b.append(_values(scoring, range(count, count + len(side.b))).mean(axis=0)[wanted])
    values_a, values_b = np.stack(rows_a), np.stack(rows_b)
    overlap = float(np.mean([each.overlap for each in sides]))
    differences = [paired(values_a[:, at], values_b[:, at], overlap) for at in range(len(names))]
    deviation = float((values_a[:, 0] - values_b[:, 0]).std(ddof=1))
    needed = repeats_needed(differences[0].value, deviation, overlap_floor(deviation, overlap))
    return Outcome(
        "splits",
        _metrics(names, values_a.mean(axis=0), values_b.mean(axis=0), differences),
        (len(sides), len(sides)),
        None,
        _more(needed, len(sides)),
    )


def _values(scoring: Scoring, places: Sequence[int]) -> Numbers:
    """The metrics of some models on all rows, [models, metrics]."""
    return np.stack([scoring.whole(each) for each in places])


def _metrics(
    names: Sequence[str], a: Numbers, b: Numbers, differences: Sequence[Difference]
) -> tuple[MetricDifference, ...]:
    return tuple(
        MetricDifference(name, float(a[at]), float(b[at]), differences[at]) for at, name in enumerate(names)
    )


def _more(needed: int | None, have: int) -> int | None:
    return None if needed is None else max(1, needed - have)
