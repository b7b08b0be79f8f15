"""Drawings of the curves of one's own run."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QCoreApplication

from trainer_gui.engine.progress import Curve
from trainer_gui.gui.plots.sketch import Dots, Drawing, Stroke, Words


def _ceiling(*losses: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    known = np.concatenate([each[np.isfinite(each)] for each in losses])
    if not len(known):
        return 1.0
    return float(known.max() if len(known) < 40 else np.quantile(known, 0.98)) or 1.0


def fall_drawing(curve: Curve) -> Drawing:
    """How the validation loss fell to its best."""
    tr = QCoreApplication.translate
    losses = curve.validation_loss
    top = _ceiling(losses)
    last = float(curve.epochs[-1])
    best = int(np.searchsorted(curve.epochs, curve.best_epoch))
    mark = losses[best : best + 1]
    return Drawing(
        (1.0, max(2.0, last)),
        (0.0, top * 1.05),
        (
            Stroke(np.array([1.0, last]), np.zeros(2), "line_strong", width=1.2),
            Stroke(curve.epochs.copy(), np.minimum(losses, top * 2), "validation"),
        ),
        (Dots(curve.epochs[best : best + 1].copy(), mark.copy(), "validation", 4.0, hollow=True),),
        (Words(float(curve.best_epoch), float(mark[0]), tr("LearnPage", "best"), "text", "above"),),
    )


def curve_drawing(curve: Curve, training: str, validation: str) -> Drawing:
    """Both losses, with the best epoch marked."""
    top = _ceiling(curve.train_loss, curve.validation_loss)
    last = float(curve.epochs[-1])
    best = int(np.searchsorted(curve.epochs, curve.best_epoch))
    known = np.concatenate([curve.train_loss, curve.validation_loss])
    low = float(np.nanmin(known[np.isfinite(known)], initial=top))
    room = top - low
    return Drawing(
        (1.0, max(2.0, last)),
        (low - 0.06 * room, top + 0.3 * room),
        (
            Stroke(curve.epochs.copy(), np.minimum(curve.train_loss, top * 2), "training"),
            Stroke(curve.epochs.copy(), np.minimum(curve.validation_loss, top * 2), "validation", "dashed"),
        ),
        (
            Dots(
                curve.epochs[best : best + 1].copy(),
                curve.validation_loss[best : best + 1].copy(),
                "validation",
                4.0,
                hollow=True,
            ),
        ),
        (
            Words(last, top + 0.22 * room, training, "training", "left"),
            Words(last * 0.8, top + 0.22 * room, validation, "validation", "left"),
        ),
    )
