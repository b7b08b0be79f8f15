"""The last lines about a run: how good it became, where it lies, and what to do next."""

from __future__ import annotations

from trainer_gui.cli.commands import command, run_word
from trainer_gui.cli.figures import duration, metric, number, table
from trainer_gui.cli.terminal import Terminal
from trainer_gui.cli.verdicts import flags_of, verdict_of
from trainer_gui.engine.data.dataset import DataKind
from trainer_gui.engine.exporters import EXPORTERS
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.progress import Progress, State
from trainer_gui.engine.recipe import Recipe
from trainer_gui.engine.resumption import why_not_resumed
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.verdict_rule import Verdict


def say_end(terminal: Terminal, folder: RunFolder, progress: Progress) -> None:
    """Says how a run ended; `progress` has its last word."""
    terminal.say(_last_word(progress))
    terminal.say()
    for line in table(("", "", ""), _results(progress)):
        terminal.say(line)
    terminal.say(f"The run lies in {folder.path}")
    recipe = _recipe(folder)
    found = verdict_of(recipe, progress)
    if found is not None and found.kind != "done":  # that all went well, the numbers say
        terminal.say()
        terminal.say(f"{found.title}. {found.text}", "caution" if found.tone == "caution" else "")
    steps = _next_steps(folder, recipe, progress, found)
    if steps:
        terminal.say()
        terminal.say("Next:")
        for line in table(("", ""), steps):
            terminal.say(f"  {line}")


def _last_word(progress: Progress) -> str:
    took = f"after {duration(progress.seconds)}"
    done, planned = progress.epoch, progress.epochs
    if progress.state is State.FINISHED and progress.stopped_early:
        return f"Finished {took}: early stopping ended it after epoch {done} of {planned}."
    if progress.state is State.FINISHED:
        return f"Finished {took}: {done} of {planned} epochs."
    if progress.state is State.FAILED:
        return f"Broke off {took}, in epoch {done + 1} of {planned}." if planned else f"Broke off {took}."
    if not done:
        return f"Stopped {took}, before the first epoch was complete."
    return f"Stopped {took}: {done} of {planned} epochs are done, and the best is kept."


def _results(progress: Progress) -> list[tuple[str, str, str]]:
    started, curve = progress.started, progress.curve
    if started is None or not curve.best_epoch:
        return []
    main = started.metric
    baseline = started.baseline_metrics.get(main.name)
    return [
        ("Best epoch", str(curve.best_epoch), ""),
        ("Validation loss", number(curve.best_loss), f"(baseline {number(started.baseline_loss)})"),
        (main.label, metric(main, progress.metric_at_best), f"(baseline {metric(main, baseline)})"),
    ]


def _recipe(folder: RunFolder) -> Recipe | None:
    try:
        return folder.recipe
    except UserError:
        return None


def _next_steps(
    folder: RunFolder, recipe: Recipe | None, progress: Progress, found: Verdict | None
) -> list[tuple[str, str]]:
    run, again = run_word(folder), str(folder.path / "recipe.toml")
    steps = []
    if why_not_resumed(folder, progress) is None:
        steps.append(("go on with it", command("resume", run)))
    elif progress.state is State.STOPPED and not progress.curve.best_epoch:
        steps.append(("start it again", command("train", again)))
    if found is not None and found.suggestion is not None:
        label = found.suggestion.label
        steps.append(
            (label[:1].lower() + label[1:], command("train", again, *flags_of(found.suggestion.change)))
        )
    if recipe is not None and progress.curve.best_epoch and folder.weights.exists():
        pictures = DataKind.PICTURES in FAMILIES[recipe.family].takes
        new = "NEW_PICTURES" if pictures else "NEW_DATA.csv"
        ready = next((each for each in EXPORTERS if not each.missing()), None)
        steps.append(("look at its mistakes", command("evaluate", run)))
        steps.append(("use it on new data", command("predict", run, new, "--out", "predictions.csv")))
        if ready is not None:
            words = ("--format", ready.name, "--out", f"model{ready.ending}")
            steps.append(("take it away", command("export", run, *words)))
    return steps
