"""What the dots of a study are: the best so far, one setting against the score, or two settings."""

from __future__ import annotations

import math
from functools import partial
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QCoreApplication

from trainer_gui.engine.study.axis import Axis
from trainer_gui.engine.study.outline import StudyOutline, TrialOutline
from trainer_gui.gui.figures import loss
from trainer_gui.gui.plots.axis_ticks import setting_ticks
from trainer_gui.gui.plots.curves import Floats
from trainer_gui.gui.plots.loss_axes import Range
from trainer_gui.gui.plots.scatter import Cell, Scatter
from trainer_gui.gui.plots.shades import ends_of, shares_of
from trainer_gui.gui.plots.ticks import Ticks, linear_ticks, log_ticks, whole_ticks
from trainer_gui.gui.plots.trial_plot import NOBODY, TrialLook
from trainer_gui.gui.study_words import value_words

_PAD = 0.04  # of an axis, beyond its ends
_MOST_CELLS = 24  # along an axis
_UNITS = ((1.0, 180.0), (60.0, 3 * 3600.0), (3600.0, 72 * 3600.0), (86_400.0, math.inf))


def best_so_far(outline: StudyOutline, look: TrialLook) -> Scatter:
    """Every score in the order of time or of trials, and the lowest until then as a line."""
    over = [each for each in outline.trials if each.kind not in ("running", "stopped")]
    over.sort(key=lambda each: each.seconds)
    unit, name = _unit_of(over[-1].seconds if over else 0.0)
    order = np.arange(1.0, len(over) + 1)
    times = np.array([each.seconds / unit for each in over])
    x = order if look.by_trial else times
    scores = np.array([each.score for each in over])
    low, high, y = _up(scores, look.log)
    y = np.where(np.isfinite(y), y, np.where([each.kind == "failed" for each in over], high, np.nan))
    right = float(x.max()) if len(x) else 1.0
    return Scatter(
        numbers=tuple(each.number for each in over),
        x=x,
        y=y,
        kinds=tuple(each.kind for each in over),
        errors=None if look.log else _errors(over),
        steps=_steps(outline, over, x, y, right),
        x_range=(0.0 if not look.by_trial else 0.5, right * 1.02 + (0.5 if look.by_trial else 0.0)),
        y_range=(low, high + 0.03 * (high - low)),
        x_ticks=partial(_number_ticks, 0.0, right, whole=look.by_trial),
        y_ticks=partial(_score_ticks, low, high, log=look.log),
        names=(_tr("Trials that are over") if look.by_trial else name, _tr("Validation loss")),
        best=outline.best,
        nothing=_tr("No trial is over yet."),
    )


def one_setting(outline: StudyOutline, look: TrialLook) -> Scatter:
    """The score of each trial over the one setting that varies."""
    if not outline.axes:
        return Scatter()
    axis = outline.axes[0]
    trials = _not_under_way(outline)
    scores = np.array([each.score for each in trials])
    low, high, y = _up(scores, look.log)
    y = np.where(np.isfinite(y), y, np.where([each.kind == "failed" for each in trials], high, np.nan))
    x = np.array([each.shares[0] for each in trials])
    return Scatter(
        numbers=tuple(each.number for each in trials),
        x=x,
        y=y,
        kinds=tuple(each.kind for each in trials),
        errors=None if look.log else _errors(trials),
        x_range=_across(x),
        y_range=(low, high + 0.03 * (high - low)),
        x_ticks=partial(setting_ticks, axis),
        y_ticks=partial(_score_ticks, low, high, log=look.log),
        names=(axis.label, _tr("Validation loss")),
        best=outline.best,
        nothing=_tr("No trial is over yet."),
    )


def two_settings(outline: StudyOutline, look: TrialLook) -> Scatter:
    """The two settings as axes, the score as a colour: cells on a grid, dots otherwise."""
    if len(outline.axes) < 2:
        return Scatter()
    first, second = outline.axes[:2]
    trials = list(outline.trials)
    scores = np.array([each.score for each in trials])
    known = scores[np.isfinite(scores)]
    shown = np.log(scores) if look.log and len(known) and known.min() > 0 else scores
    ends = ends_of(shown)
    x = np.array([each.shares[0] for each in trials])
    y = np.array([each.shares[1] for each in trials])
    shades = shares_of(shown, ends)
    cells = _cells(outline, trials, ends, log=shown is not scores)
    across, up = _across(x), _across(y)
    if cells:
        across = min(each.rect[0] for each in cells), max(each.rect[1] for each in cells)
        up = min(each.rect[2] for each in cells), max(each.rect[3] for each in cells)
    return Scatter(
        numbers=tuple(each.number for each in trials),
        x=x,
        y=y,
        kinds=tuple(each.kind for each in trials),
        shades=shades,
        cells=cells,
        x_range=across,
        y_range=up,
        x_ticks=partial(_axis_ticks, first, cells=bool(cells)),
        y_ticks=partial(_axis_ticks, second, cells=bool(cells)),
        names=(first.label, second.label),
        best=outline.best,
        ends=(math.exp(ends[0]), math.exp(ends[1])) if shown is not scores else ends,
        bar_words=_tr("Loss"),
        nothing=_tr("No trial has begun yet."),
    )


def _axis_ticks(axis: Axis, most: int, *, cells: bool) -> Ticks:
    if not cells or not axis.is_range:
        return setting_ticks(axis, most)
    values = axis.in_grid
    return [(axis.share(each), value_words(each)) for each in values[:: -(-len(values) // max(2, most))]]


def _cells(outline: StudyOutline, trials: list[TrialOutline], ends: Range, *, log: bool) -> tuple[Cell, ...]:
    """The cells of a grid; none where the values do not lie on one."""
    places = [_places(axis, [each.shares[at] for each in trials]) for at, axis in enumerate(outline.axes[:2])]
    if not outline.is_grid and any(axis.is_range for axis in outline.axes[:2]):
        return ()
    if any(not 2 <= len(found) <= _MOST_CELLS for found in places):
        return ()
    spans = [_spans(found) for found in places]
    within: dict[tuple[int, int], list[TrialOutline]] = {}
    for each in trials:
        if all(math.isfinite(share) for share in each.shares[:2]):
            at = tuple(
                int(np.abs(found - share).argmin()) for found, share in zip(places, each.shares, strict=False)
            )
            within.setdefault((at[0], at[1]), []).append(each)
    cells = []
    for column, (left, right) in enumerate(spans[0]):
        for row, (low, high) in enumerate(spans[1]):
            cells.append(_cell((left, right, low, high), within.get((column, row), []), ends, log=log))
    return tuple(cells)


def _cell(
    rect: tuple[float, float, float, float], inside: list[TrialOutline], ends: Range, *, log: bool
) -> Cell:
    known = [each for each in inside if math.isfinite(each.score)]
    if known:
        mean = sum(each.score for each in known) / len(known)
        share = float(shares_of(np.array([math.log(mean) if log else mean]), ends)[0])
        return Cell(rect, share, loss(mean), min(known, key=lambda each: each.score).number)
    words = {"failed": "×", "running": "…", "stopped": "…"}.get(inside[0].kind, "") if inside else ""
    return Cell(rect, math.nan, words, inside[0].number if inside else NOBODY)


def _places(axis: Axis, shares: list[float]) -> Floats:
    """The places of a grid's values, ascending, with those that were tried before it was changed."""
    known = [share for share in shares if math.isfinite(share)]
    return np.unique(np.round([*(axis.share(each) for each in axis.in_grid), *known], 3))


def _spans(places: Floats) -> list[Range]:
    middles = (places[:-1] + places[1:]) / 2
    edges = [places[0] - (middles[0] - places[0]), *middles, places[-1] + (places[-1] - middles[-1])]
    return [(float(low), float(high)) for low, high in pairwise(edges)]


def _not_under_way(outline: StudyOutline) -> list[TrialOutline]:
    return [each for each in outline.trials if each.kind not in ("running", "stopped")]


def _steps(
    outline: StudyOutline, over: list[TrialOutline], x: Floats, y: Floats, right: float
) -> tuple[Floats, Floats] | None:
    place = {each.number: at for at, each in enumerate(over)}
    found = [place[number] for _, number in outline.steps if number in place]
    if not found:
        return None
    wide = np.concatenate([np.repeat(x[found], 2)[1:], [right]])
    return wide, np.repeat(y[found], 2)


def _up(scores: Floats, log: bool) -> tuple[float, float, Floats]:
    """The ends of an axis of scores, and the scores on it: powers of ten on a log axis."""
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.where(scores > 0, np.log10(scores), np.nan) if log else scores
    known = np.sort(y[np.isfinite(y)])
    if not len(known):
        return 0.0, 1.0, y
    low, high = float(known[0]), float(known[-1] if len(known) < 20 else np.quantile(known, 0.95))
    span = max(high - low, 1e-9, abs(high) * 1e-3)
    top = high + 0.08 * span
    return low - 0.08 * span, top, np.minimum(y, top)  # the worst stand at the edge


def _errors(trials: list[TrialOutline]) -> Floats | None:
    found = np.array([each.deviation for each in trials])
    return found if np.isfinite(found).any() else None


def _across(shares: Floats) -> Range:
    known = shares[np.isfinite(shares)]
    low, high = (min(0.0, float(known.min())), max(1.0, float(known.max()))) if len(known) else (0.0, 1.0)
    return low - _PAD * (high - low), high + _PAD * (high - low)


def _score_ticks(low: float, high: float, most: int, *, log: bool) -> Ticks:
    return log_ticks(low, high, most) if log else linear_ticks(low, high, most)


def _number_ticks(low: float, high: float, most: int, *, whole: bool) -> Ticks:
    found = whole_ticks(low, high, most) if whole else linear_ticks(low, high, most)
    return [(place, words) for place, words in found if place > 0 or not whole]


def _unit_of(seconds: float) -> tuple[float, str]:
    """In which unit of time a study is drawn, in seconds, and the name of the axis."""
    unit = next(unit for unit, limit in _UNITS if seconds <= limit)
    names = {
        1.0: _tr("Time since the start (s)"),
        60.0: _tr("Time since the start (min)"),
        3600.0: _tr("Time since the start (h)"),
        86_400.0: _tr("Time since the start (days)"),
    }
    return unit, names[unit]


def _tr(text: str) -> str:
    return QCoreApplication.translate("StudyPlots", text)
