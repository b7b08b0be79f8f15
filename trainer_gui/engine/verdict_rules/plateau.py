"""A plateau: for most of its epochs the run has brought nothing more."""

from __future__ import annotations

import numpy as np

from trainer_gui.engine.progress import State
from trainer_gui.engine.verdict_rule import Rule, Sight, Suggestion, Verdict, smooth, with_rate, with_setting

_LEAST = 40  # epochs
_GAIN = 0.01  # of the drop so far: what less is no gain
_RESTLESS = 0.05  # of the drop: the jitter of a loss that cannot come to rest
_NOISE = 2.0  # times the jitter that is left in a mean: what may be chance
_LEARNED = 0.1  # of the loss of guessing; before that much is gained, a flat stretch may be a saddle
_WITHIN = 0.02  # of the drop: from where on it counts as reached


class Plateau(Rule):
    """The better half of its validation losses, smoothed, lies no lower than the earlier half.

    While the schedule still lowers the rate, a plateau may end by itself, so nothing is said until the end.
    """

    name = "plateau"
    kind = "plateau"
    label = "A plateau"
    position = 90

    def verdict(self, sight: Sight) -> Verdict | None:
        progress = sight.progress
        is_steady = sight.settings.get("schedule") == "constant"
        if sight.epochs < _LEAST or progress.stopped_early or progress.state in (State.FAILED, State.STOPPED):
            return None
        if not sight.is_finished and not is_steady:
            return None
        if sight.drop < _LEARNED * sight.baseline:
            return None
        window = max(5, sight.epochs // 20)
        means = smooth(sight.validation, window)
        half = len(means) // 2
        gained = float(means[:half].min() - means[half:].min())
        chance = _NOISE * sight.validation_jitter / window**0.5
        if gained > max(_GAIN * sight.drop, chance):
            return None
        reached = float(means.min()) + max(_WITHIN * sight.drop, 2 * chance)
        since = int(np.argmax(means <= reached)) + window
        if since > sight.epochs // 2:
            return None
        suggestion = _next(sight, since, is_steady=is_steady)
        if suggestion is None:
            return None
        later = max(0.0, float(means[since - window] - means.min()))
        return Verdict(
            self.kind,
            f"A plateau since epoch {since}",
            f"In the {sight.epochs - since} epochs since then the validation loss has fallen by no more than "
            f"{later:.2g} of the {sight.drop:.2g} it fell in all. They cost time and brought nothing.",
            "note",
            suggestion,
        )


def _next(sight: Sight, since: int, *, is_steady: bool) -> Suggestion | None:
    """Early stopping where it would have ended the run; else, where no schedule changes the steps, shorter
    ones where they leave the loss restless, and fewer where they do not."""
    waited = sight.progress.epoch - sight.progress.curve.best_epoch
    if not sight.settings.get("early_stopping", True) and waited > sight.settings.get("patience", 20):
        return with_setting("early stopping", "early_stopping", True)
    if not is_steady:
        return None
    if sight.learning_rate and sight.validation_jitter > _RESTLESS * sight.drop:
        return with_rate(sight.learning_rate / 3)
    epochs = since + since // 2
    return with_setting(f"{epochs} epochs", "epochs", epochs)


PLATEAU = Plateau()
