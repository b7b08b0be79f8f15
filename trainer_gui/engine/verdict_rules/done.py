"""All went well: it has settled."""

from __future__ import annotations

from trainer_gui.engine.verdict_rule import Rule, Sight, Verdict


class Done(Rule):
    """What is said of a finished run of which nothing else is to be said."""

    name = "done"
    kind = "done"
    label = "Done"
    position = 1000

    def verdict(self, sight: Sight) -> Verdict | None:
        if not sight.is_finished:
            return None
        progress = sight.progress
        best = progress.curve.best_epoch
        if progress.stopped_early:
            waited = progress.epoch - best
            text = f"The validation loss had not improved for {waited} epochs, so training ended early."
        else:
            text = "The validation loss has settled; more epochs would change little."
        text = f"{text} The model of epoch {best} is kept. See how good it is on Results."
        return Verdict(self.kind, "Done", text, "good")


DONE = Done()
