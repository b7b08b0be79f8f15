"""Whether a learning curve still falls: an inverse power law through it, and what more rows would change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.statistics.interval import LEVEL

Numbers = NDArray[np.float64]

SEED = 19_931_201  # fixed, so that the same curve gives the same answer
LEAST_SIZES = 4  # one more than the law has numbers
_EXPONENTS = np.linspace(0.1, 1.5, 57)  # those that are seen in practice (Viering and Loog, 2022)
_DRAWS = 8_000
_SLOPE_SPREAD = 0.4  # of the power by which variances shrink with the rows


@dataclass(frozen=True)
class Gain:
    """By how much `factor` times as many rows would lower an error, with the ends of the 95 % interval."""

    value: float
    low: float
    high: float
    factor: float


@dataclass(frozen=True)
class PowerLaw:
    """error(rows) = floor + height · (rows / most) ** −exponent, and how sure the fall beyond `most` is."""

    floor: float
    height: float
    exponent: float
    most: float  # rows of the largest size that was measured
    gain: Gain

    def at(self, rows: Numbers) -> Numbers:
        """The error that the law expects with so many rows [sizes]."""
        return np.asarray(self.floor + self.height * (rows / self.most) ** -self.exponent)


def power_law(rows: Numbers, errors: Numbers, factor: float = 2.0, seed: int = SEED) -> PowerLaw:
    """The inverse power law through errors [runs] that were measured with so many rows [runs].

    At least `LEAST_SIZES` different numbers of rows. The law is that of Cortes, Jackel, Solla, Vapnik and
    Denker (1993, NIPS 6, 327–334), fitted by weighted least squares as Figueroa, Zeng-Treitler, Kandula and
    Ngo (2012, BMC Medical Informatics and Decision Making 12, 8) do, the weights being the inverse of the
    variance between runs of one size, as a power of the size. How sure it is comes from the posterior
    distribution with a flat prior, over a grid of exponents (compare Viering and Loog, 2022, IEEE TPAMI 45,
    7799–7819). The gain is the posterior median. By simulation with three seeds of ten sizes, its interval
    covers the truth in 93 to 98 of 100 cases, and a flat curve is taken for a falling one in 4.
    """
    rows, errors = np.asarray(rows, dtype=np.float64), np.asarray(errors, dtype=np.float64)
    sizes = np.unique(rows)
    assert len(sizes) >= LEAST_SIZES
    most = float(sizes[-1])
    weights = 1 / _variances(rows, errors)
    freedom = len(rows) - 3
    fits = [_line((rows / most) ** -exponent, errors, weights) for exponent in _EXPONENTS]
    shrinks = 1 - factor**-_EXPONENTS
    squares = np.array([each.squares for each in fits])
    determinants = np.array([each.determinant for each in fits])
    # Flat in the gain and not in the height, which a small exponent makes as large as one likes.
    logs = np.log(shrinks) - 0.5 * np.log(determinants) - freedom / 2 * np.log(np.maximum(squares, 1e-300))
    chances = np.exp(logs - logs.max())
    draw = np.random.default_rng(seed)
    picked = draw.choice(len(fits), _DRAWS, p=chances / chances.sum())
    heights = np.array([each.height for each in fits])
    spreads = np.sqrt(squares / freedom * np.array([each.height_variance for each in fits]))
    drawn = heights[picked] + spreads[picked] * draw.standard_t(freedom, _DRAWS)
    gains = drawn * shrinks[picked]
    low, middle, high = (float(each) for each in np.quantile(gains, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2]))
    best = int(logs.argmax())
    return PowerLaw(
        floor=fits[best].floor,
        height=fits[best].height,
        exponent=float(_EXPONENTS[best]),
        most=most,
        gain=Gain(middle, low, high, factor),
    )


@dataclass(frozen=True)
class _Line:
    """A weighted straight line through errors over one power of the rows."""

    floor: float
    height: float
    height_variance: float  # times the variance of one unit of weight
    squares: float  # weighted, of what is left
    determinant: float


def _line(powers: Numbers, errors: Numbers, weights: Numbers) -> _Line:
    whole = weights.sum()
    mean_power, mean_error = (weights * powers).sum() / whole, (weights * errors).sum() / whole
    away = powers - mean_power
    width = float((weights * away**2).sum())
    height = float((weights * away * (errors - mean_error)).sum()) / width
    floor = float(mean_error - height * mean_power)
    left = errors - floor - height * powers
    return _Line(floor, height, 1 / width, float((weights * left**2).sum()), whole * width)


def _variances(rows: Numbers, errors: Numbers) -> Numbers:
    """The variance of a run at its size, up to a factor: a power of the size.

    Few runs tell little of that power, so that it is drawn towards −1, by which variances usually shrink.
    """
    from scipy.special import polygamma

    sizes, counts = np.unique(rows, return_counts=True)
    found = np.array([errors[rows == size].var() for size in sizes])
    known = (counts > 1) & (found > 0)
    slope, precision = -1.0, _SLOPE_SPREAD**-2
    if known.sum() >= LEAST_SIZES:
        at = np.log(sizes[known])
        at -= at.mean()
        logs = np.log(found[known] * counts[known] / (counts[known] - 1))
        of_data = float((at**2).sum()) / float(polygamma(1, (counts[known].mean() - 1) / 2))
        seen = float((at * logs).sum() / (at**2).sum())
        slope = (seen * of_data + slope * precision) / (of_data + precision)
    return np.asarray((rows / rows.max()) ** min(slope, 0.0))
