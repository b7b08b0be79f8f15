"""Where beside a point a few words hide the least of the curves."""

import math
from collections.abc import Sequence

import numpy as np

from trainer_gui.gui.plots.curves import Floats

_SPOTS = 24  # places along the words at which the curves are looked up


def clearest_place(
    point: tuple[float, float],
    size: tuple[float, float],
    view: Sequence[Sequence[float]],
    curves: Sequence[tuple[Floats, Floats]],
) -> tuple[float, float]:
    """The anchor (as pyqtgraph takes it) with which words at `point` cover the fewest points of `curves`.

    `size` is that of the words as a part of the view, `view` holds the ends of both axes, and `curves` are
    pairs of arrays of shape [n].
    """
    (left, right), (low, high) = view
    width, height = size[0] * (right - left), size[1] * (high - low)
    found = (math.inf, (1.06, -0.4))
    for sideways in (-0.06, 1.06):
        for upwards in (-0.4, 1.4, -1.3, 2.3):
            x, top = point[0] - sideways * width, point[1] + upwards * height
            if x < left or x + width > right or top - height < low or top > high:
                continue
            spots = np.linspace(x, x + width, _SPOTS)
            covered = 0.0
            for epochs, values in curves:
                heights = np.interp(spots, epochs, values, left=math.nan, right=math.nan)
                covered += float(((heights > top - 1.1 * height) & (heights < top + 0.1 * height)).sum())
            if covered < found[0]:
                found = (covered, (sideways, upwards))
    return found[1]
