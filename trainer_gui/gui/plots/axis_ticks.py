"""Values to write beside an axis on which a setting varies."""

from __future__ import annotations

import math

from trainer_gui.engine.study.axis import Axis
from trainer_gui.gui.plots.ticks import Ticks, linear_ticks, log_ticks, whole_ticks
from trainer_gui.gui.study_words import value_words


def setting_ticks(axis: Axis, most: int) -> Ticks:
    """At most about `most` places (as `Axis.share`) with their values."""
    most = max(2, most)
    if not axis.is_range:
        step = -(-len(axis.values) // most)
        return [(axis.share(each), value_words(each)) for each in axis.values[::step]]
    if axis.scale == "power of two":
        exponents = range(round(math.log2(axis.low)), round(math.log2(axis.high)) + 1)
        return [(axis.share(2**each), f"{2**each:,}") for each in exponents[:: -(-len(exponents) // most)]]
    if axis.scale == "log":
        found = log_ticks(math.log10(axis.low), math.log10(axis.high), most)
        return [(axis.share(10**place), words) for place, words in found]
    ticks = (whole_ticks if axis.whole else linear_ticks)(axis.low, axis.high, most)
    return [(axis.share(place), words) for place, words in ticks]
