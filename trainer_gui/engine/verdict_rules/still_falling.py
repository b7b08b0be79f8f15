"""Under-fitting: the training ended while the validation loss still fell."""

from __future__ import annotations

import numpy as np

from trainer_gui.engine.verdict_rule import Rule, Sight, Verdict, with_setting

_FALLING = 0.02  # of the drop so far, over the last tenth of the epochs
_MOST = 1_000_000  # epochs


class StillFalling(Rule):
    """Compares the last tenth of the epochs with the tenth before."""

    name = "still_falling"
    kind = "still_falling"
    label = "Still getting better"
    position = 80

    def verdict(self, sight: Sight) -> Verdict | None:
        losses, tail = sight.validation, max(3, sight.epochs // 10)
        if not sight.is_finished or sight.progress.stopped_early or len(losses) < 2 * tail:
            return None
        fell = float(np.median(losses[-2 * tail : -tail]) - np.median(losses[-tail:]))
        if sight.drop <= 0 or fell < max(_FALLING * sight.drop, sight.validation_jitter):
            return None
        if int(np.argmin(losses)) < len(losses) - tail:
            return None
        more = min(_MOST, 2 * sight.progress.epochs)
        return Verdict(
            self.kind,
            "It was still getting better",
            f"In the last {tail} epochs the validation loss still fell by {fell:.2g}, to "
            f"{float(losses[-1]):.3g}. It was stopped before it had learned all it can.",
            "note",
            with_setting(f"{more} epochs", "epochs", more),
        )


STILL_FALLING = StillFalling()
