"""The learning rate is too high: the training loss jumps about and never gets below guessing."""

from __future__ import annotations

import numpy as np

from trainer_gui.engine.progress import State
from trainer_gui.engine.verdict_rule import Rule, Sight, Verdict, with_rate

_LEAST = 10  # epochs
_NO_BETTER = 0.9  # of the loss of guessing; a training loss that is lower has learned something
_EXPLODED = 3.0  # times the loss of guessing
_WORSE = 1.3  # times the loss of guessing
_EXPLAINED = 2.0  # times the jitter that the number of rows explains


class Jumps(Rule):
    """Steps that are too long jump over the valley: the loss is as bad as guessing, or worse, and restless.

    A loss that falls steadily is left in peace, however high it is, and so is one that is merely flat.
    """

    name = "jumps"
    kind = "rate_too_high"
    label = "Learning rate too high"
    position = 20

    def verdict(self, sight: Sight) -> Verdict | None:
        if sight.progress.state is State.FAILED or sight.epochs < _LEAST or not sight.learning_rate:
            return None
        if sight.learning_rate <= sight.usual_rate or sight.level < _NO_BETTER * sight.guess:
            return None
        highest = float(sight.train[-60:].max())
        if highest < _EXPLODED * sight.guess and not self._is_restless(sight):
            return None
        if _still_falls(sight):
            return None
        return Verdict(
            self.kind,
            "The learning rate is too high",
            f"The training loss jumps, lately by {sight.train_jitter:.2g} from epoch to epoch, and at "
            f"{sight.level:.3g} it is no better than guessing, which has {sight.guess:.3g}. The steps are so "
            "long that they leap over what there is to learn.",
            "caution",
            with_rate(_calmer(sight)),
        )

    def _is_restless(self, sight: Sight) -> bool:
        explained = sight.level / max(1, sight.rows) ** 0.5
        restless = sight.train_jitter > _EXPLAINED * explained
        return restless and sight.level > _WORSE * sight.guess


def _still_falls(sight: Sight) -> bool:
    """Whether the later half of what is looked at lies clearly under the earlier one."""
    lately = sight.train[-16:]
    half = len(lately) // 2
    fall = float(np.median(lately[:half]) - np.median(lately[half:]))
    return fall > max(3 * sight.train_jitter, 0.3 * sight.level)


def _calmer(sight: Sight) -> float:
    """A tenth; where even that is far from what is usual, the usual one."""
    tenth = sight.learning_rate / 10
    return sight.usual_rate if tenth > 10 * sight.usual_rate else tenth


JUMPS = Jumps()
