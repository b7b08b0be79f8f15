"""What several repeats of one thing say together, and whether those of two things differ."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.statistics.interval import LEVEL, Difference

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Repeated:
    """The mean of some repeats, their standard deviation, and the 95 % interval of the mean.

    One repeat alone tells nothing of the spread: `deviation`, `low` and `high` are None then.
    """

    count: int
    mean: float
    deviation: float | None
    low: float | None
    high: float | None


def repeated(values: Numbers, overlap: float = 0.0) -> Repeated:
    """Sums up the values [repeats] of at least one, with Student's t (1908, Biometrika 6, 1–25).

    `overlap` is that of `paired`: 0 for seeds, and for the folds of a cross-validation 1 / (folds − 1).
    """
    values = np.asarray(values, dtype=np.float64)
    count, mean = len(values), float(values.mean())
    if count < 2:
        return Repeated(count, mean, None, None, None)
    deviation = float(values.std(ddof=1))
    half = _quantile(count - 1) * deviation * math.sqrt(1 / count + overlap)
    return Repeated(count, mean, deviation, mean - half, mean + half)


def paired(a: Numbers, b: Numbers, overlap: float = 0.0) -> Difference:
    """The mean of a − b over pairs [pairs], at least two, by the paired t test.

    `overlap` is 0 where pairs are independent, such as seeds on one split. Where each pair has parts of its
    own that were drawn from the same rows, so that their training parts overlap, it is the number of test
    rows divided by that of training rows: the variance is then too small by so much, and is corrected
    (Nadeau and Bengio, 2003, Machine Learning 52, 239–281, equation 9; in k-fold cross-validation the
    quotient is 1 / (k − 1): Bouckaert and Frank, 2004, PAKDD, 3–12).
    """
    found = np.asarray(a, dtype=np.float64) - np.asarray(b, dtype=np.float64)
    assert len(found) >= 2
    error = float(found.std(ddof=1)) * math.sqrt(1 / len(found) + overlap)
    return by_t(float(found.mean()), error, len(found) - 1)


def unpaired(a: Numbers, b: Numbers) -> Difference:
    """The difference of two means by Welch's t test (1947, Biometrika 34, 28–35).

    Where one of the two has a single value, it is taken to vary as the other does, which needs at least two.
    """
    value = float(np.mean(a) - np.mean(b))
    fewer, more = sorted((np.asarray(a), np.asarray(b)), key=len)
    assert len(more) >= 2
    if len(fewer) == 1:
        return by_t(value, float(more.std(ddof=1)) * math.sqrt(1 + 1 / len(more)), len(more) - 1)
    parts = [(float(each.std(ddof=1)) / math.sqrt(len(each)), len(each) - 1.0) for each in (fewer, more)]
    return combined(value, parts)


def combined(value: float, parts: list[tuple[float, float]]) -> Difference:
    """A difference whose error has several independent parts, each with its degrees of freedom.

    The degrees of freedom of the sum are those of Satterthwaite (1946, Biometrics Bulletin 2, 110–114).
    """
    squares = [error**2 for error, _ in parts]
    whole = sum(squares)
    if whole == 0:
        return by_t(value, 0.0, min(freedom for _, freedom in parts))
    spent = sum(square**2 / freedom for square, (_, freedom) in zip(squares, parts, strict=True))
    return by_t(value, math.sqrt(whole), whole**2 / spent if spent > 0 else math.inf)


def crossed(
    value: float, repeats: tuple[float, float], rows: tuple[float, float], both: tuple[float, float]
) -> Difference:
    """A mean over repeats that were all measured on the same rows, both of which change it by chance.

    Each part is a standard error with its degrees of freedom: `repeats` from the spread between repeats,
    `rows` from that between rows, and `both` from what a repeat does to single rows, which is in either of
    them and is taken off once: the quasi-F ratio of a two-way layout of random effects (Satterthwaite, 1946;
    Clark, 1973, Journal of Verbal Learning and Verbal Behavior 12, 335–359). The sum is never taken for
    smaller than its larger part. With three to ten repeats there are 1 to 3 false alarms in 100 where the
    two differ in chance alone, and 3 to 6 where they answer differently to single rows.
    """
    squares = [error**2 for error, _ in (repeats, rows, both)]
    whole = max(squares[0] + squares[1] - squares[2], squares[0], squares[1])
    if whole == 0:
        return by_t(value, 0.0, min(repeats[1], rows[1]))
    freedoms = [freedom for _, freedom in (repeats, rows, both)]
    spent = sum(square**2 / freedom for square, freedom in zip(squares, freedoms, strict=True) if square > 0)
    return by_t(value, math.sqrt(whole), whole**2 / spent)


def interaction(leads: Numbers) -> tuple[float, float]:
    """The standard error of the mean of `leads` [repeats, rows] by what a repeat does to single rows.

    With its degrees of freedom. A single repeat tells nothing of it: (0, 1).
    """
    repeats, rows = leads.shape
    if repeats < 2 or rows < 2:
        return 0.0, 1.0
    left = leads - leads.mean(axis=1, keepdims=True) - leads.mean(axis=0) + leads.mean()
    freedom = (repeats - 1.0) * (rows - 1.0)
    return math.sqrt(float((left**2).sum()) / freedom / leads.size), freedom


def by_t(value: float, error: float, freedom: float) -> Difference:
    """A difference with a standard error that was estimated with so many degrees of freedom."""
    from scipy.stats import t

    if error <= 0:  # all repeats said the same: that is no proof, as far as a test can tell
        p = 1.0 if value == 0 else 0.0
        return Difference(value, value, value, p, 0.0, freedom)
    half = _quantile(freedom) * error
    p = 2 * float(t.sf(abs(value) / error, freedom))
    return Difference(value, value - half, value + half, p, error, freedom)


def _quantile(freedom: float) -> float:
    from scipy.stats import t

    return float(t.ppf((1 + LEVEL) / 2, freedom))
