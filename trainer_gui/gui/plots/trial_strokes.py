"""How the curve of a trial is drawn: with which pen, under which name, and between which values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QColor

from trainer_gui.engine.study.outline import StudyOutline, TrialOutline
from trainer_gui.gui.plots.curves import Floats
from trainer_gui.gui.plots.series import Points
from trainer_gui.gui.plots.strokes import Stroke, dashes, path_of, pen_of, pieces

_DASHED = 200  # points


@dataclass(frozen=True, eq=False)
class ReadyCurve:
    """One trial's curve in as many points as are drawn, the ends of its values, and its last epoch."""

    outline: TrialOutline
    points: Points
    ends: tuple[float, float] | None
    last: int


def ends_of(y: Floats) -> tuple[float, float] | None:
    """The lowest and the highest value, but for the first epoch, which may be wild."""
    known = y[np.isfinite(y)]
    later = known[1:] if len(known) > 3 else known
    return (float(known.min()), float(later.max())) if len(later) else None


def curve_stroke(ink: QColor, width: float, x: Floats, y: Floats, *, dashed: bool) -> Stroke:
    """A curve in pixels; a dashed pen needs it whole, and is too slow for one of many points."""
    if not dashed:
        return Stroke(pen_of(ink, width), pieces(x, y))
    if len(x) > _DASHED:
        return Stroke(pen_of(ink, width), pieces(x, y, dashes(x, 1.0)))
    return Stroke(pen_of(ink, width, "dashed"), pieces(x, y), path_of(x, y))


def group_of(outline: StudyOutline, each: TrialOutline) -> str:
    """The name in the legend under which a trial is hidden and shown."""
    if outline.together is not None:
        return "others"
    return {"cut": "cut", "failed": "failed", "running": "running", "stopped": "running"}.get(
        each.kind, "others"
    )
