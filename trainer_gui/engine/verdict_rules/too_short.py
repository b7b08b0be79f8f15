"""Nothing can be said: the run has too few epochs."""

from __future__ import annotations

from trainer_gui.engine.verdict_rule import Rule, Sight, Verdict, with_setting

_ENOUGH = 6  # epochs, of which two halves can be compared
_TRY = 20  # epochs


class TooShort(Rule):
    """Two or three epochs show neither a loss that still falls nor one that has settled."""

    name = "too_short"
    kind = "too_short"
    label = "Too few epochs to tell"
    position = 900

    def verdict(self, sight: Sight) -> Verdict | None:
        if not sight.is_finished or sight.progress.stopped_early or sight.epochs >= _ENOUGH:
            return None
        so_far = "one epoch" if sight.epochs == 1 else f"{sight.epochs} epochs"
        return Verdict(
            self.kind,
            "Too few epochs to tell",
            f"After {so_far} it cannot be told whether the validation loss has settled or would "
            f"still fall. The model of epoch {sight.progress.curve.best_epoch} is kept.",
            "note",
            with_setting(f"{_TRY} epochs", "epochs", _TRY),
        )


TOO_SHORT = TooShort()
