"""How sure a number is: 95 % intervals, bounded in time however many rows there are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Rows = NDArray[np.int64]

_SEED = 20_130_419  # fixed, so that the same answers give the same interval
_RESAMPLES = 1000
_MOST_ROWS = 20_000  # drawn per resample; see `interval_of_rows`
_MOST_CELLS = 4_000_000  # of all tables of counts that are drawn
_CELLS_AT_ONCE = 2_000_000
_Z = 1.959963984540054  # the normal distribution holds 95 % within so many standard deviations


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The interval of a share of `hits` in `count` > 0 (Wilson, 1927, JASA 22, 209–212)."""
    share = hits / count
    scale = 1 + _Z**2 / count
    middle = (share + _Z**2 / (2 * count)) / scale
    half = _Z / scale * np.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    low = 0.0 if hits == 0 else float(middle - half)
    return low, 1.0 if hits == count else float(middle + half)


def interval_of_counts(
    counts: NDArray[np.int64], statistics: Callable[[NDArray[np.int64]], Numbers]
) -> tuple[Numbers, Numbers]:
    """The intervals of statistics that depend on a table of counts alone, by percentile bootstrap.

    `statistics` takes tables [resamples, *counts.shape] and gives [resamples, statistics], NaN where one is
    not defined. Drawing rows again is drawing their cells again, so this costs nothing per row. Gives the
    lower and the upper ends, [statistics].
    """
    draw = np.random.default_rng(_SEED)
    filled = np.flatnonzero(counts)
    chances = counts.ravel()[filled] / counts.sum()
    resamples = int(np.clip(_MOST_CELLS // counts.size, 200, _RESAMPLES))
    at_once = max(1, _CELLS_AT_ONCE // counts.size)
    parts = []
    for start in range(0, resamples, at_once):
        size = min(at_once, resamples - start)
        tables = np.zeros((size, counts.size), dtype=np.int64)
        tables[:, filled] = draw.multinomial(counts.sum(), chances, size=size)
        parts.append(statistics(tables.reshape(size, *counts.shape)))
    return _ends(np.concatenate(parts))


def interval_of_rows(
    count: int, statistics: Callable[[Rows], Numbers], estimates: Numbers, cost: int = 1
) -> tuple[Numbers, Numbers]:
    """The intervals of statistics of single rows, by percentile bootstrap.

    `statistics` takes row numbers [resamples, rows drawn] and gives [resamples, statistics]; `estimates` are
    the statistics of all rows, and `cost` says how many times as long a row takes as a mean does. Of more
    rows than can be drawn in a second or so, fewer are drawn and the spread is scaled (m out of n bootstrap:
    Bickel, Götze and van Zwet, 1997, Statistica Sinica 7, 1–31).
    """
    draw = np.random.default_rng(_SEED)
    work = _RESAMPLES * _MOST_ROWS // cost
    drawn = min(count, _MOST_ROWS, max(300, work // 200))
    resamples = int(np.clip(work // drawn, 200, _RESAMPLES))
    at_once = max(1, _CELLS_AT_ONCE // drawn)
    parts = []
    for start in range(0, resamples, at_once):
        size = min(at_once, resamples - start)
        parts.append(statistics(draw.integers(0, count, size=(size, drawn))))
    found = np.concatenate(parts)
    return _ends(estimates + (found - estimates) * np.sqrt(drawn / count))


def _ends(found: Numbers) -> tuple[Numbers, Numbers]:
    """The 2.5th and the 97.5th percentile of each column, NaN where a column has no number."""
    known = ~np.isnan(found).all(axis=0)
    low, high = np.full(found.shape[1], np.nan), np.full(found.shape[1], np.nan)
    if known.any():
        low[known], high[known] = np.nanpercentile(found[:, known], [2.5, 97.5], axis=0)
    return low, high
