"""What the curve says, in words, with the one thing worth trying next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from trainer_gui.engine.progress import Curve, Floats, Progress, State

Tone = Literal["good", "caution", "note"]

_RISE = 0.05  # of the drop from the baseline to the best; a smaller rise is not called over-fitting
_NOISE = 2.0  # of the jitter from epoch to epoch; a smaller rise may be chance
_LATER = 5  # epochs since the best before anything is said of it
_NO_GAIN = 0.02  # of the baseline; less than that is no better than guessing
_FALLING = 0.02  # of the drop so far, over the last tenth of the epochs


@dataclass(frozen=True)
class Suggestion:
    """The sensible next try: what the button says, and which settings it changes."""

    label: str
    settings: dict[str, Any] = field(default_factory=dict)
    size: str | None = None


@dataclass(frozen=True)
class Verdict:
    """One finding about a curve. `kind` names it for programs and tests."""

    kind: str
    title: str
    text: str
    tone: Tone
    suggestion: Suggestion | None = None


def verdict(progress: Progress, settings: dict[str, Any], size: str) -> Verdict | None:
    """The finding that matters most at this moment, or None where nothing can be said for sure.

    `settings` and `size` are those of the run; suggestions start from them.
    """
    curve, started = progress.curve, progress.started
    if started is None or len(curve) < 2 or progress.state is State.FAILED:
        return None
    over = progress.state.is_over
    losses = curve.validation_loss
    baseline = started.baseline_loss
    if not np.isfinite(losses).all():
        return None
    drop = (baseline if baseline is not None else float(losses[0])) - curve.best_loss
    if drop > 0 and len(curve) >= 10:
        found = _over_fitting(curve, drop, settings)
        if found is not None:
            return found
    if over and baseline is not None and drop < _NO_GAIN * abs(baseline):
        return _no_better(curve, baseline, size)
    if progress.state is State.FINISHED and drop > 0 and _still_falling(curve.validation_loss, drop):
        return Verdict(
            "still_falling",
            "It was still getting better",
            f"In the last {max(3, len(curve) // 10)} epochs the validation loss still fell. More epochs "
            "would probably make it better still.",
            "note",
            Suggestion("Train twice as long", {"epochs": min(1_000_000, 2 * progress.epochs)}),
        )
    if progress.state is State.FINISHED:
        return _done(progress)
    return None


def _over_fitting(curve: Curve, drop: float, settings: dict[str, Any]) -> Verdict | None:
    since = curve.best_epoch
    after = curve.epochs > since
    window = max(_LATER, len(curve) // 10)
    if int(after.sum()) < window:
        return None
    validation = curve.validation_loss[after][-window:]
    training = curve.train_loss[after][-window:]
    # Around the best epoch rather than at it: the best of many noisy values is a lucky one.
    near = slice(max(0, since - 1 - _LATER // 2), since + _LATER // 2)
    rise = float(np.median(validation) - np.median(curve.validation_loss[near]))
    fell = float(np.median(curve.train_loss[near]) - np.median(training))
    gap = float(np.median(validation) - np.median(training))
    if rise < max(_RISE * drop, _NOISE * _noise(curve.validation_loss)) or fell <= 0 or gap < rise / 2:
        return None
    return Verdict(
        "over_fitting",
        f"Over-fitting since epoch {since + 1}",
        f"Training loss still falls, validation loss has risen by {rise:.3g} since its best: the model is "
        f"learning these rows by heart. The model of epoch {since} is the one that is kept.",
        "caution",
        _more_regularisation(settings),
    )


def _noise(losses: Floats) -> float:
    """The standard deviation of the jitter from epoch to epoch, robust against the trend."""
    steps = np.diff(losses[-60:])
    return float(1.4826 * np.median(np.abs(steps - np.median(steps))) / 2**0.5)


def _more_regularisation(settings: dict[str, Any]) -> Suggestion | None:
    dropout = settings.get("dropout")
    if dropout is not None and dropout < 0.6:
        more = 0.2 if dropout < 0.1 else min(0.6, round(dropout + 0.2, 2))
        return Suggestion("Try with more dropout", {"dropout": more})
    decay = settings.get("weight_decay")
    if decay is not None and decay < 1:
        return Suggestion("Try with more weight decay", {"weight_decay": min(1.0, max(0.01, decay * 10))})
    return None


def _no_better(curve: Curve, baseline: float, size: str) -> Verdict:
    larger = {"tiny": "small", "small": "medium", "medium": "large"}.get(size)
    return Verdict(
        "no_better_than_baseline",
        "No better than guessing",
        f"The best validation loss is {curve.best_loss:.3g}; the simplest guess has {baseline:.3g}. Either "
        "the columns say little about the target, or the model could not find out how.",
        "caution",
        Suggestion("Try a larger model", size=larger) if larger else None,
    )


def _still_falling(losses: Floats, drop: float) -> bool:
    tail = max(3, len(losses) // 10)
    if len(losses) < 2 * tail:
        return False
    before = float(np.median(losses[-2 * tail : -tail]))
    now = float(np.median(losses[-tail:]))
    return before - now > _FALLING * drop and int(np.argmin(losses)) >= len(losses) - tail


def _done(progress: Progress) -> Verdict:
    best = progress.curve.best_epoch
    if progress.stopped_early:
        waited = progress.epoch - best
        text = f"The validation loss had not improved for {waited} epochs, so training ended early."
    else:
        text = "The validation loss has settled; more epochs would change little."
    return Verdict(
        "done", "Done", f"{text} The model of epoch {best} is kept. See how good it is on Results.", "good"
    )
