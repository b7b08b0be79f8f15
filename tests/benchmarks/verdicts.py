"""Prints what is said of runs that are made to fail, and what following the button then brings.

Each is trained, judged, and trained once more with the change that the verdict suggests, for several seeds.
What helps is a lower best validation loss on the same rows; of a shorter run, fewer epochs for about the
same loss; of other validation rows, whose losses cannot be compared, less jitter.

    python -m tests.benchmarks.verdicts [--seeds 3] [name …]
"""

from __future__ import annotations

import argparse
import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from tests.engine.failing_runs import FAILING, Failing
from trainer_gui.engine.fix import Change
from trainer_gui.engine.progress import Progress
from trainer_gui.engine.verdict import verdict
from trainer_gui.engine.verdict_rule import jitter

_SAME = 1.05  # times the loss before: with less, a run that was cut short has lost nothing


@dataclass(frozen=True)
class Outcome:
    """One failing run with one seed: what was said, and the number that the button is to make smaller."""

    said: str
    button: str
    before: float
    after: float | None
    helped: bool | None  # None where there is no button


def outcome(failing: Failing, folder: Path) -> Outcome:
    """Trains a run, judges it, and follows the suggestion."""
    recipe, progress = failing.train(folder)
    found = verdict(progress, recipe.settings, recipe.size, recipe.split.validation_share)
    if found is None or found.suggestion is None:
        return Outcome(found.kind if found else "nothing", "", progress.curve.best_loss, None, None)
    change = found.suggestion.change
    _, again = failing.train(folder, change)
    is_shorter = again.epoch < progress.epoch and failing.kind == "plateau"
    before, after = (_measure(change, each, is_shorter=is_shorter) for each in (progress, again))
    helped = after < before
    if is_shorter:
        helped = helped and again.curve.best_loss < _SAME * progress.curve.best_loss
    return Outcome(found.kind, found.suggestion.label, before, after, helped)


def _measure(change: Change, progress: Progress, *, is_shorter: bool) -> float:
    if is_shorter:
        return float(progress.epoch)
    if change.split:
        return jitter(progress.curve.validation_loss[-60:])
    return progress.curve.best_loss


def main() -> int:
    """Prints a line for each run; the exit status says whether the right thing was said and helped."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", nargs="*", default=[each.name for each in FAILING])
    parser.add_argument("--seeds", type=int, default=3)
    chosen = parser.parse_args()
    print(f"{'run':20} {'verdict said':24} {'right':>6} {'before':>9} {'after':>9} {'helped':>7}  button")
    missed = False
    with tempfile.TemporaryDirectory() as home:
        os.environ["TRAINER_GUI_HOME"] = home
        for failing in FAILING:
            if failing.name not in chosen.names:
                continue
            each = [
                outcome(replace(failing, settings={**failing.settings, "seed": seed}), Path(home))
                for seed in range(chosen.seeds)
            ]
            right = sum(one.said == failing.kind for one in each)
            judged = [one for one in each if one.helped is not None]
            helped = sum(bool(one.helped) for one in judged)
            said = max((one.said for one in each), key=[one.said for one in each].count)
            before = sum(one.before for one in each) / len(each)
            after = sum(one.after or 0.0 for one in judged) / len(judged) if judged else float("nan")
            missed |= right < len(each) or helped < len(judged)
            print(
                f"{failing.name:20} {said:24} {right}/{len(each):<4} {before:9.4g} {after:9.4g} "
                f"{helped}/{len(judged):<5}  {each[0].button or '(none)'}",
                flush=True,
            )
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
