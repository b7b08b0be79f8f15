"""Arrays made ready to be drawn: thinned to the pixels that there are, smoothed on request."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def thinned(x: Floats, y: Floats, points: int) -> tuple[Floats, Floats]:
    """The same curve with at most about `points` points: the lowest and highest of each stretch are kept.

    `x` and `y` have shape [n]; numbers that are not finite stay where they leave a gap of a whole stretch.
    """
    count = len(x)
    if count <= points or points < 4:
        return x, y
    stretches = points // 2
    size = -(-count // stretches)
    padded = -(-count // size) * size - count
    values = np.concatenate([y, np.full(padded, np.nan)]).reshape(-1, size)
    known = np.isfinite(values)
    lowest = np.where(known, values, np.inf).argmin(1)
    highest = np.where(known, values, -np.inf).argmax(1)
    starts = np.arange(len(values)) * size
    first, last = starts + np.minimum(lowest, highest), starts + np.maximum(lowest, highest)
    kept = np.column_stack([first, last]).ravel()
    kept = np.concatenate([[0], np.minimum(kept, count - 1), [count - 1]])
    kept = kept[np.concatenate([[True], kept[1:] != kept[:-1]])]
    return x[kept], y[kept]


def within(x: Floats, y: Floats, left: float, right: float) -> tuple[Floats, Floats]:
    """The part of a curve, shape [n], that is seen between two places, with one point more at each end."""
    begin = max(0, int(np.searchsorted(x, left)) - 1)
    end = int(np.searchsorted(x, right, side="right")) + 1
    return x[begin:end], y[begin:end]


def smoothed(y: Floats) -> Floats:
    """A running mean without the bias of its start; it forgets the more slowly, the longer the curve is.

    Shape [n]; gaps stay gaps.
    """
    import pandas as pd

    forgotten = 1 / min(max(len(y) / 12, 2.5), 60.0)
    known = np.isfinite(y)
    gaps = pd.Series(np.where(known, y, np.nan))
    means = gaps.ewm(alpha=forgotten, adjust=True, ignore_na=True).mean().to_numpy()
    return np.where(known, means, np.nan)


def logarithms(y: Floats) -> Floats:
    """Powers of ten; what has none becomes a gap."""
    result = np.full(len(y), np.nan)
    good = np.isfinite(y) & (y > 0)
    result[good] = np.log10(y[good])
    return result


def horizon(epoch: int, epochs: int) -> int:
    """The last epoch that the axis shows: all where they are few, else growing in steps with the curve."""
    if epochs <= 120:
        return max(epochs, epoch, 1)
    shown = 100
    while shown < epoch * 1.05:
        shown *= 2
    return max(epoch, min(shown, epochs))
