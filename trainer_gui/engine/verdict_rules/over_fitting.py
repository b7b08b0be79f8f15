"""Over-fitting: the training loss still falls while the validation loss has risen since its best."""

from __future__ import annotations

import numpy as np

from trainer_gui.engine.progress import State
from trainer_gui.engine.verdict_rule import Rule, Sight, Verdict, more_regularisation

_LEAST = 10  # epochs
_LATER = 5  # epochs since the best before anything is said of it
_RISE = 0.04  # of the drop from guessing to the best; a smaller rise is not worth a word
_CHANCE = 0.5  # of that drop, by the root of the validation rows: what a few odd rows may do
_NOISE = 3.0  # of the jitter from epoch to epoch; a smaller rise may be chance
_LEARNED = 0.85  # of the loss of guessing; above it nothing was learned, not even by heart
_USUAL_ROWS = 60  # where their number is unknown


class OverFitting(Rule):
    """The validation loss must have risen by more than jitter and the number of its rows explain."""

    name = "over_fitting"
    kind = "over_fitting"
    label = "Over-fitting"
    position = 35

    def verdict(self, sight: Sight) -> Verdict | None:
        if sight.progress.state is State.FAILED or sight.epochs < _LEAST:
            return None
        if sight.level > _LEARNED * sight.guess:
            return None
        curve = sight.progress.curve
        best = int(np.argmin(sight.validation))
        window = max(_LATER, sight.epochs // 10)
        if sight.epochs - 1 - best < window:
            return None
        # Around the best epoch rather than at it: the best of many noisy values is a lucky one.
        near = slice(max(0, best - _LATER // 2), best + 1 + _LATER // 2)
        rose = float(np.median(sight.validation[-window:]) - np.median(sight.validation[near]))
        fell = float(np.median(sight.train[near]) - np.median(sight.train[-window:]))
        gap = float(np.median(sight.validation[-window:]) - np.median(sight.train[-window:]))
        scale = max(sight.drop, 0.2 * sight.baseline)
        least = (_RISE + _CHANCE / (sight.validation_rows or _USUAL_ROWS) ** 0.5) * scale
        if rose < max(least, _NOISE * sight.validation_jitter) or fell <= 0 or gap < rose / 2:
            return None
        return Verdict(
            self.kind,
            f"Over-fitting since epoch {curve.best_epoch + 1}",
            f"The validation loss has risen by {rose:.2g} since epoch {curve.best_epoch} while the training "
            f"loss fell; the gap is {gap:.2g}. The model learns its rows by heart; that of epoch "
            f"{curve.best_epoch} is the one that is kept.",
            "caution",
            more_regularisation(sight, much=rose > sight.drop),
        )


OVER_FITTING = OverFitting()
