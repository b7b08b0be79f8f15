"""Too little data: what is learned from so few rows does not hold for others, however it is held back."""

from __future__ import annotations

import numpy as np

from trainer_gui.engine.progress import State
from trainer_gui.engine.verdict_rule import Rule, Sight, Verdict, smaller

_LEAST = 10  # epochs
_SHARE = 0.15  # of the epochs that were asked for
_FEW = 1000  # training rows
_LEARNED = 0.5  # of the loss of guessing; a training loss below it has learned its rows
_NOT_LEARNED = 0.7  # of the loss of guessing; the validation loss never came below it
_HIGH_DROPOUT = 0.5
_HIGH_DECAY = 0.1


class FewRows(Rule):
    """From the start the training loss lies far under the validation loss, though it is held back already."""

    name = "few_rows"
    kind = "too_little_data"
    label = "Too little data"
    position = 33

    def verdict(self, sight: Sight) -> Verdict | None:
        needed = max(_LEAST, _SHARE * sight.progress.epochs)
        if sight.progress.state is State.FAILED or sight.epochs < needed or not 0 < sight.rows < _FEW:
            return None
        if not _is_held_back(sight) or sight.level > _LEARNED * sight.guess:
            return None
        if sight.progress.curve.best_loss < _NOT_LEARNED * sight.baseline:
            return None
        third = slice(0, sight.epochs // 3)
        if float(np.median(sight.train[third])) > float(np.median(sight.validation[third])):
            return None
        gap = float(np.median(sight.validation[-sight.window :])) - sight.level
        return Verdict(
            self.kind,
            "Too little data",
            f"The training loss is {sight.level:.3g}, the validation loss was never below "
            f"{sight.progress.curve.best_loss:.3g}, and lately the gap is {gap:.2g}: what {sight.rows} rows "
            "show does not hold for others. More rows would help most; a smaller model may help a little.",
            "caution",
            smaller(sight),
        )


def _is_held_back(sight: Sight) -> bool:
    dropout, decay = sight.settings.get("dropout"), sight.settings.get("weight_decay", 0.0)
    if dropout is None:
        return bool(decay >= _HIGH_DECAY)
    return bool(dropout >= _HIGH_DROPOUT)


FEW_ROWS = FewRows()
