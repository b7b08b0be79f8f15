"""The learning rate was so high that the guard had to save the weights."""

from __future__ import annotations

from trainer_gui.engine.progress import State
from trainer_gui.engine.verdict_rule import Rule, Sight, Suggestion, Verdict, with_rate


class RanAway(Rule):
    """Reads what the guard said: it went back to good weights and slowed down, or had to give up."""

    name = "ran_away"
    kind = "rate_too_high"
    label = "The weights ran away"
    position = 10

    def verdict(self, sight: Sight) -> Verdict | None:
        progress, rate = sight.progress, sight.learning_rate
        if progress.problem is not None and progress.problem.key == "training.not_finite":
            return _said(
                f"With learning rate {rate:g} the weights ran away, and with a tenth of it again. Smaller "
                "steps are needed before anything can be learned.",
                with_rate(min(rate / 100, sight.usual_rate)),
            )
        if progress.state is State.FAILED or not rate:
            return None
        if any(each.key == "training.slowed" for each in progress.notices):
            return _said(
                f"With learning rate {rate:g} the weights ran away, so the run went on with {rate / 10:g}. "
                "Begun with smaller steps, it loses nothing on the way.",
                with_rate(rate / 10),
            )
        return None


def _said(text: str, suggestion: Suggestion) -> Verdict:
    return Verdict("rate_too_high", "The learning rate is too high", text, "caution", suggestion)


RAN_AWAY = RanAway()
