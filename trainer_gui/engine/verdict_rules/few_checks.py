"""The validation set is too small: its loss jumps about because of the few rows it is measured on."""

from __future__ import annotations

import numpy as np

from trainer_gui.engine.fix import Change
from trainer_gui.engine.progress import State
from trainer_gui.engine.verdict_rule import Rule, Sight, Suggestion, Verdict

_LEAST = 15  # epochs
_LEARNING = 0.9  # of the loss of guessing; above it, the training itself has not begun to work
_FEW = 100  # validation rows
_MUCH = 0.08  # of the loss of guessing
_OF_DROP = 0.25  # of what was gained over guessing: then the best epoch is a matter of luck
_RESTLESS = 2.0  # times the jitter of the training loss; less is the learning rate's doing
_EXPLAINED = 4.0  # times what the number of rows explains; more has another cause
_WANTED = 50  # validation rows
_MOST = 0.4  # of all rows


class FewChecks(Rule):
    """The jitter of a mean grows as its rows become fewer: with the square root of their number.

    From the jitter of the training loss and the number of rows behind it follows that of the validation
    loss; where that explains what is seen, and it is much of what was gained over guessing, more rows are
    the remedy.
    """

    name = "few_checks"
    kind = "noisy_validation"
    label = "Validation set too small"
    position = 40

    def verdict(self, sight: Sight) -> Verdict | None:
        rows, seen = sight.validation_rows, sight.validation_jitter
        if sight.progress.state is State.FAILED or sight.epochs < _LEAST:
            return None
        if not 0 < rows < min(_FEW, sight.rows) or seen < _MUCH * sight.baseline:
            return None
        if sight.level > _LEARNING * sight.guess:
            return None
        explained = sight.train_jitter * (sight.rows / rows) ** 0.5
        if seen < _RESTLESS * sight.train_jitter or seen > _EXPLAINED * explained:
            return None
        gained = sight.baseline - float(np.median(sight.validation[-_LEAST:]))
        if seen < _OF_DROP * gained:
            return None
        share = _larger(sight)
        suggestion = None
        if share is not None:
            label = f"Try again with validation share {share:g}"
            suggestion = Suggestion(label, Change(split={"validation_share": share}))
        return Verdict(
            self.kind,
            "The validation set is too small",
            f"From epoch to epoch the validation loss jumps by {seen:.2g}, the training loss by only "
            f"{sight.train_jitter:.2g}: it is measured on {rows} rows. Which epoch is the best is then a "
            "matter of luck.",
            "caution",
            suggestion,
        )


def _larger(sight: Sight) -> float | None:
    """A share with enough rows, or None where there is none."""
    share = sight.validation_share
    wanted = min(_MOST, max(2 * share, share * _WANTED / sight.validation_rows))
    return round(wanted, 2) if wanted > 1.2 * share else None


FEW_CHECKS = FewChecks()
