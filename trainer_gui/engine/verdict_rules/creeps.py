"""The learning rate is too low: the loss has hardly moved."""

from __future__ import annotations

import numpy as np

from trainer_gui.engine.progress import Floats, State
from trainer_gui.engine.verdict_rule import Rule, Sight, Verdict, with_rate

_LEAST = 10  # epochs
_LEAST_AT_END = 3  # epochs of a run that is over, with a rate far below the usual one
_SHARE = 0.3  # of the epochs that were asked for, before anything is said while it trains
_NO_BETTER = 0.85  # of the loss of guessing; a training loss that is lower has learned something
_FAR_BELOW = 1 / 30  # of the usual rate: with that, hardly any model moves
_BELOW = 1 / 3
_STEADY = 0.8  # correlation of the loss with time
_HALF = 0.4  # of the first half's fall that the second must still bring, or it is settling


class Creeps(Rule):
    """After a good part of the epochs the training loss is still about that of guessing.

    That alone may be the data's fault. So the learning rate must be far below what is usual, or below it
    while both losses still fall steadily, without slowing down.
    """

    name = "creeps"
    kind = "rate_too_low"
    label = "Learning rate too low"
    position = 30

    def verdict(self, sight: Sight) -> Verdict | None:
        rate, usual = sight.learning_rate, sight.usual_rate
        far_below = rate <= _FAR_BELOW * usual
        needed = max(_LEAST, _SHARE * sight.progress.epochs)
        if far_below and sight.is_finished:
            needed = _LEAST_AT_END
        if sight.progress.state is State.FAILED or not rate or sight.epochs < needed:
            return None
        if sight.level < _NO_BETTER * sight.guess:
            return None
        if not (far_below or (rate <= _BELOW * usual and _is_steady(sight))):
            return None
        moved = abs(float(np.median(sight.train[:3]) - np.median(sight.train[-3:])))
        return Verdict(
            self.kind,
            "The learning rate is too low",
            f"In {sight.epochs} epochs the training loss moved by {moved:.2g} to {sight.level:.3g}; guessing "
            f"has {sight.guess:.3g}. Steps of {rate:g} are so short that the model hardly leaves its start.",
            "caution",
            with_rate(usual if far_below else 3 * rate),
        )


def _is_steady(sight: Sight) -> bool:
    return all(_falls_steadily(each) for each in (sight.train, sight.validation))


def _falls_steadily(losses: Floats) -> bool:
    time = np.arange(len(losses))
    if np.ptp(losses) == 0 or np.corrcoef(time, losses)[0, 1] > -_STEADY:
        return False
    middle = len(losses) // 2
    first = float(np.median(losses[:3]) - np.median(losses[middle - 1 : middle + 2]))
    second = float(np.median(losses[middle - 1 : middle + 2]) - np.median(losses[-3:]))
    return second > _HALF * first > 0


CREEPS = Creeps()
