"""Numbers that lie so far from the others that they are mistakes, or rule the model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FAR = 15.0  # robust deviations from the median; of a million normal numbers none is further than 6
_FAR_IN_SIZE = 8.0  # the same on a logarithmic scale
_SMALL = 0.05  # the share of numbers above zero that are smaller than what is added for the logarithm
_TO_DEVIATION = 1.4826  # of normal numbers, from the median of absolute deviations
_SAMPLE = 100_000


def extremes(numbers: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which numbers, bool [rows], lie more than `FAR` robust deviations from the median.

    Where none is below zero they are also looked at on a logarithmic scale, so that a column that is only
    skewed, such as incomes, is not called extreme. A column of which half is the same number has no extremes:
    there is nothing to measure with. Robust deviations are those of Hampel (1974).
    """
    known = np.isfinite(numbers)
    if not known.any():
        return np.zeros(len(numbers), dtype=bool)
    far = _far(numbers, known, FAR)
    if far.any() and numbers[known].min() >= 0:
        some = numbers[known]
        added = 0.0 if some.min() > 0 else float(np.quantile(some[some > 0], _SMALL))
        far &= _far(np.log(np.where(known, numbers, 1.0) + added), known, _FAR_IN_SIZE)
    return far


def _far(numbers: NDArray[np.float64], known: NDArray[np.bool_], most: float) -> NDArray[np.bool_]:
    some = numbers[known]
    if len(some) > _SAMPLE:
        some = some[np.linspace(0, len(some) - 1, _SAMPLE).astype(int)]
    middle = np.median(some)
    spread = _TO_DEVIATION * np.median(np.abs(some - middle))
    if not spread > 0:
        return np.zeros(len(numbers), dtype=bool)
    with np.errstate(invalid="ignore"):
        return np.asarray(known & (np.abs(numbers - middle) > most * spread), dtype=bool)
