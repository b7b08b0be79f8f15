"""Under-fitting: flat, and no better than the simplest guess."""

from __future__ import annotations

from trainer_gui.engine.progress import State
from trainer_gui.engine.verdict_rule import Rule, Sight, Verdict, larger

_NO_GAIN = 0.02  # of the loss of guessing
_CHANCE = 0.1  # of the loss of guessing, by the root of the validation rows
_FLAT = 0.85  # of the loss of guessing; a training loss below it has learned something
_LEAST = 3  # epochs


class NoBetter(Rule):
    """Said at the end only: until then, it may still find out how."""

    name = "no_better_than_baseline"
    kind = "no_better_than_baseline"
    label = "No better than guessing"
    position = 70

    def verdict(self, sight: Sight) -> Verdict | None:
        over = sight.progress.state in (State.FINISHED, State.STOPPED)
        if not over or sight.epochs < _LEAST or sight.baseline <= 0:
            return None
        gain = sight.drop / sight.baseline
        if gain > _NO_GAIN + _CHANCE / max(1, sight.validation_rows) ** 0.5:
            return None
        if sight.level < _FLAT * sight.guess:
            return None
        return Verdict(
            self.kind,
            "No better than guessing",
            f"The best validation loss is {sight.progress.curve.best_loss:.3g}; the simplest guess has "
            f"{sight.baseline:.3g}, and the training loss is flat too. Either the columns say little about "
            "the target, or this model is too simple to find out how.",
            "caution",
            larger(sight),
        )


NO_BETTER = NoBetter()
