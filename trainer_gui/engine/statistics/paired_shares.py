"""Which of two models is right more often on the same rows."""

from __future__ import annotations

import math

from trainer_gui.engine.statistics.interval import LEVEL, Difference


def mcnemar(only_a: int, only_b: int, *, exact: bool = False) -> float:
    """How likely chance alone parts the rows so unevenly on which one is right and the other wrong.

    McNemar's test (1947, Psychometrika 12, 153–157) in its mid-p form, which of all forms keeps nearest to
    the promised share of false alarms; `exact` gives the exact conditional form, which raises fewer than
    promised (Fagerland, Lydersen and Laake, 2013, BMC Medical Research Methodology 13, 91).
    """
    from scipy.stats import binom

    count, fewer = only_a + only_b, min(only_a, only_b)
    if count == 0:
        return 1.0
    twice = 2 * float(binom.cdf(fewer, count, 0.5))
    return min(1.0, twice if exact else twice - float(binom.pmf(fewer, count, 0.5)))


def difference_of_shares(only_a: int, only_b: int, rows: int) -> Difference:
    """The share that A gets right minus that of B, of `rows` > 0 rows, with McNemar's mid-p.

    `only_a` rows are right with A alone and `only_b` with B alone. The interval holds every difference that
    the score test does not reject, and is good also for few rows (Tango, 1998, Statistics in Medicine 17,
    891–908).
    """
    value = (only_a - only_b) / rows
    spread = (only_a + only_b) / rows - value**2
    return Difference(
        value=value,
        low=_end(only_a, only_b, rows, -1.0),
        high=_end(only_a, only_b, rows, 1.0),
        p=mcnemar(only_a, only_b),
        error=math.sqrt(max(0.0, spread) / rows),
    )


def _end(only_a: int, only_b: int, rows: int, limit: float) -> float:
    """The end of the interval between the difference that was seen and `limit` (−1 or 1)."""
    from scipy.optimize import brentq
    from scipy.stats import norm

    wanted = -limit * float(norm.ppf((1 + LEVEL) / 2))
    seen = (only_a - only_b) / rows
    if seen == limit:
        return limit

    def missing(difference: float) -> float:
        return _score(only_a, only_b, rows, difference) - wanted

    inner, outer = seen, limit * (1 - 1e-12)
    if missing(inner) * missing(outer) > 0:
        return limit
    return float(brentq(missing, min(inner, outer), max(inner, outer), xtol=1e-10))


def _score(only_a: int, only_b: int, rows: int, difference: float) -> float:
    """The score statistic of a difference, the share that only B gets right being estimated under it."""
    gap = only_a - only_b - rows * difference
    linear = -only_a - only_b + (2 * rows - only_a + only_b) * difference
    constant = -only_b * difference * (1 - difference)
    root = math.sqrt(max(0.0, linear**2 - 8 * rows * constant))
    only_b_share = (root - linear) / (4 * rows)
    variance = rows * (2 * only_b_share + difference * (1 - difference))
    if variance <= 0:
        return 0.0 if gap == 0 else math.copysign(math.inf, gap)
    return gap / math.sqrt(variance)
