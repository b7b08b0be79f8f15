"""How sure a difference of any metric is that two models have on the same rows."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.statistics.interval import LEVEL, Difference

Numbers = NDArray[np.float64]
Rows = NDArray[np.int64]
Statistics = Callable[[Rows], Numbers]  # row numbers [resamples, rows] to [resamples, statistics]

SEED = 19_871_206  # fixed, so that the same answers give the same interval
LEAST_ROWS = 20  # below it false alarms are more frequent than promised: 7 to 8 in 100 with 12 rows
_RESAMPLES = 4_000
_FEWEST = 400
_MOST_ROWS = 20_000  # drawn at once; see `paired_bootstrap`
_MOST_LEFT_OUT = 1_500  # rows that are left out one by one
_WORK = 12_000_000  # rows that are drawn in all
_AT_ONCE = 1_000_000  # rows in memory


def paired_bootstrap(
    count: int, statistics: Statistics, *, level: float = LEVEL, widened: bool = True, seed: int = SEED
) -> list[Difference]:
    """The differences that `statistics` gives, with intervals of this level, over `count` ≥ 2 rows.

    A row is drawn for both models at once, which keeps them paired. The intervals are bias-corrected and
    accelerated (Efron, 1987, JASA 82, 171–185); the acceleration is left out above some thousand rows, where
    it changes nothing any more. They are `widened` as Student's t is against the normal distribution, without
    which those of few rows are too narrow (Hesterberg, 2015, The American Statistician 69, 371–386). Of more
    rows than can be drawn in a second or so, fewer are drawn and the spread is scaled (Bickel, Götze and
    van Zwet, 1997, Statistica Sinica 7, 1–31). `p` is that of the interval which just touches zero. A
    statistic that is not defined has NaN for all of it, and one that no drawing changes has no ends.
    """
    draw = np.random.default_rng(seed)
    every = np.arange(count, dtype=np.int64)
    seen = statistics(every[None])[0]
    drawn = min(count, _MOST_ROWS)
    resamples = int(np.clip(_WORK // drawn, _FEWEST, _RESAMPLES))
    found = _in_parts(
        resamples, drawn, lambda size: statistics(draw.integers(0, count, size=(size, drawn), dtype=np.int64))
    )
    found = seen + (found - seen) * np.sqrt(drawn / count)
    accelerations = np.zeros(len(seen))
    if count <= _MOST_LEFT_OUT:
        accelerations = _accelerations(_leaving_out(count, statistics))
    scale = _Scale(count - 1) if widened else None
    return [_difference(seen[at], found[:, at], accelerations[at], level, scale) for at in range(len(seen))]


@dataclass(frozen=True)
class _Scale:
    """Normal quantiles, widened for few rows; and the way back to probabilities."""

    freedom: int

    def quantile(self, share: float) -> float:
        from scipy.stats import t

        return float(t.ppf(share, self.freedom)) * math.sqrt(1 + 1 / self.freedom)

    def share(self, quantile: float) -> float:
        from scipy.stats import t

        return float(t.cdf(quantile / math.sqrt(1 + 1 / self.freedom), self.freedom))


def _in_parts(total: int, width: int, make: Callable[[int], Numbers]) -> Numbers:
    at_once = max(1, _AT_ONCE // width)
    return np.concatenate([make(min(at_once, total - start)) for start in range(0, total, at_once)])


def _leaving_out(count: int, statistics: Statistics) -> Numbers:
    """The statistics without each row in turn, [rows, statistics]."""
    others = np.arange(count - 1, dtype=np.int64)
    at_once = max(1, _AT_ONCE // max(1, count - 1))
    parts = []
    for start in range(0, count, at_once):
        left_out = np.arange(start, min(count, start + at_once), dtype=np.int64)[:, None]
        parts.append(statistics(others[None] + (others[None] >= left_out)))
    return np.concatenate(parts)


def _accelerations(without: Numbers) -> Numbers:
    """How much the spread changes with the value, from the statistics without each row."""
    with np.errstate(invalid="ignore"):
        away = np.nanmean(without, axis=0) - without if np.isfinite(without).any() else without * 0
        cubes, squares = np.nansum(away**3, axis=0), np.nansum(away**2, axis=0)
    found: Numbers = np.divide(cubes, 6 * squares**1.5, out=np.zeros_like(cubes), where=squares > 0)
    return found


def _difference(
    seen: float, found: Numbers, acceleration: float, level: float, scale: _Scale | None
) -> Difference:
    from scipy.stats import norm

    found = np.sort(found[np.isfinite(found)])
    if not np.isfinite(seen) or len(found) < _FEWEST // 2:
        return Difference(float(seen), np.nan, np.nan, 1.0, np.nan)
    if found[0] == found[-1]:  # where no drawing changes anything, nothing is known of other rows
        return Difference(float(seen), np.nan, np.nan, 1.0, 0.0)
    error = float(found.std(ddof=1))
    below = float(((found < seen).sum() + 0.5 * (found == seen).sum()) / len(found))
    bias = float(norm.ppf(np.clip(below, 1 / len(found), 1 - 1 / len(found))))
    ends = []
    for share in ((1 - level) / 2, (1 + level) / 2):
        at = bias + (float(norm.ppf(share)) if scale is None else scale.quantile(share))
        ends.append(float(np.quantile(found, norm.cdf(bias + at / (1 - acceleration * at)))))
    beyond = float(((found < 0).sum() + 0.5 * (found == 0).sum()) / len(found))
    at = float(norm.ppf(np.clip(beyond, 0.5 / len(found), 1 - 0.5 / len(found)))) - bias
    quantile = at / (1 + acceleration * at) - bias
    tail = float(norm.cdf(quantile)) if scale is None else scale.share(quantile)
    return Difference(float(seen), ends[0], ends[1], min(1.0, 2 * min(tail, 1 - tail)), error)
