"""Colours for numbers from good to bad, told apart by how light they are as well."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtGui import QColor

from trainer_gui.gui.palettes import Palette
from trainer_gui.gui.plots.curves import Floats

_LIGHT = ("#1B2A6B", "#1F6E9C", "#6DB7A0", "#E3CF86")  # from good to bad
_DARK = ("#F6EFA6", "#5CC9A7", "#3F86BD", "#5A5FA0")


def shade(share: float, palette: Palette) -> QColor:
    """The colour of a number; `share` is 0 for the best and 1 for the worst, NaN for none."""
    if not math.isfinite(share):
        return QColor(palette.faint)
    found = [QColor(each) for each in (_DARK if palette.dark else _LIGHT)]
    place = min(max(share, 0.0), 1.0) * (len(found) - 1)
    at = min(int(place), len(found) - 2)
    one, other, rest = found[at], found[at + 1], place - at
    parts = (
        (one.redF(), other.redF()),
        (one.greenF(), other.greenF()),
        (one.blueF(), other.blueF()),
    )
    return QColor.fromRgbF(*((1 - rest) * first + rest * second for first, second in parts))


def on_shade(share: float, palette: Palette) -> QColor:
    """A colour for words on that ground: dark or light."""
    ground = shade(share, palette)
    bright = 0.3 * ground.redF() + 0.59 * ground.greenF() + 0.11 * ground.blueF()
    return QColor("#10151C" if bright > 0.5 else "#FFFFFF")


def ends_of(scores: Floats) -> tuple[float, float]:
    """Between which numbers the colours change; a few that are very bad share the last colour."""
    known = np.sort(scores[np.isfinite(scores)])
    if not len(known):
        return 0.0, 1.0
    low = float(known[0])
    high = float(known[-1] if len(known) < 10 else np.quantile(known, 0.9))
    return low, high if high > low else low + max(abs(low), 1.0) * 1e-6


def shares_of(scores: Floats, ends: tuple[float, float]) -> Floats:
    """Where each number lies between the ends, 0 to 1, shape [n]."""
    low, high = ends
    return np.clip((scores - low) / (high - low), 0.0, 1.0)
