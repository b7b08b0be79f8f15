"""How many more rows or seeds would tell, if a difference is as large as it looks."""

from __future__ import annotations

import math

from trainer_gui.engine.statistics.interval import ALPHA, POWER

MOST_REPEATS = 1_000
MOST_ROWS = 100_000_000


def power_of_t(difference: float, deviation: float, count: int, floor: float = 0.0) -> float:
    """How often the paired t test finds a difference with `count` ≥ 2 pairs that vary by `deviation`.

    By the noncentral t distribution (Cohen, 1988, Statistical Power Analysis, chapter 2). `floor` is a
    standard error that more pairs do not make smaller.
    """
    from scipy.stats import nct, t

    error = math.hypot(deviation / math.sqrt(count), floor)
    if error == 0:
        return 1.0 if difference else 0.0
    needed = float(t.ppf(1 - ALPHA / 2, count - 1))
    shift = abs(difference) / error
    if shift > 30:  # beyond it the distribution is not computed reliably, and nothing is missed
        return 1.0
    return float(nct.sf(needed, count - 1, shift) + nct.cdf(-needed, count - 1, shift))


def repeats_needed(difference: float, deviation: float, floor: float = 0.0) -> int | None:
    """The fewest pairs that find this difference in four of five cases; None where a thousand would not do.

    `deviation` is the standard deviation of the differences between pairs.
    """
    if difference == 0 or power_of_t(difference, deviation, MOST_REPEATS, floor) < POWER:
        return None
    low, high = 1, MOST_REPEATS  # the power grows with the count, so that halving finds the place
    while high - low > 1:
        middle = (low + high) // 2
        if power_of_t(difference, deviation, middle, floor) < POWER:
            low = middle
        else:
            high = middle
    return high


def overlap_floor(deviation: float, overlap: float) -> float:
    """The standard error that no number of splits takes away where their parts overlap (see `paired`)."""
    return deviation * math.sqrt(overlap)


def rows_needed(difference: float, error: float, rows: int) -> int | None:
    """The fewest rows that find this difference in four of five cases; None where nobody has so many.

    `error` is the standard error that it has on `rows` rows, and shrinks with their square root.
    """
    from scipy.stats import norm

    if difference == 0 or not math.isfinite(error):
        return None
    wanted = float(norm.ppf(1 - ALPHA / 2) + norm.ppf(POWER))
    needed = rows * (wanted * error / difference) ** 2
    return max(rows + 1, math.ceil(needed)) if needed < MOST_ROWS else None


def rows_needed_for_shares(only_a: int, only_b: int, rows: int) -> int | None:
    """The fewest rows with which McNemar's test finds this difference in four of five cases.

    After Connor (1987, Biometrics 43, 207–211). None where there is no difference, or nobody has so many.
    """
    from scipy.stats import norm

    difference, uneven = (only_a - only_b) / rows, (only_a + only_b) / rows
    if difference == 0:
        return None
    usual, found = float(norm.ppf(1 - ALPHA / 2)), float(norm.ppf(POWER))
    spread = usual * math.sqrt(uneven) + found * math.sqrt(max(0.0, uneven - difference**2))
    needed = (spread / difference) ** 2
    return max(rows + 1, math.ceil(needed)) if needed < MOST_ROWS else None
