"""A study on a terminal: a line for every trial, and in the end the best one."""

from __future__ import annotations

from trainer_gui.cli.commands import command, near
from trainer_gui.cli.figures import counted, duration, number, table
from trainer_gui.cli.judgement import in_words, say_judgement
from trainer_gui.cli.terminal import Terminal
from trainer_gui.engine.study.events import StudyEvent, TrialEnded, TrialReported
from trainer_gui.engine.study.folder import StudyFolder
from trainer_gui.engine.study.progress import StudyProgress, StudyState, Trial
from trainer_gui.engine.study.space import SHARE
from trainer_gui.engine.study.together import PLACE


class TrialMonitor:
    """Says how each trial ended, and shows on a live line how far the study is."""

    def __init__(self, terminal: Terminal, progress: StudyProgress) -> None:
        self._terminal = terminal
        self._progress = progress

    def add(self, event: StudyEvent) -> None:
        """Takes in the next event; `progress` must have taken it in before."""
        match event:
            case TrialReported():
                self._show()
            case TrialEnded():
                self._say(event)
                self._show()

    def _say(self, ended: TrialEnded) -> None:
        trial = self._progress.trials[ended.number]
        best = self._progress.best
        words = {
            "finished": f"loss {number(ended.score)}",
            "cut": f"loss {number(ended.score)}, stopped early",
            "failed": f"failed: {ended.reason.message if ended.reason else ''}",
            "stopped": "stopped; it goes on when the study is continued",
        }[ended.outcome]
        mark = "  best so far" if best is trial and SHARE not in trial.values else ""
        colour = "bad" if ended.outcome == "failed" else ""
        what = f"{in_words(trial.values)}: {words}{mark}" if trial.values else words
        self._terminal.say(f"{ended.number + 1:4d}  {what}", colour)

    def _show(self) -> None:
        progress = self._progress
        left = progress.seconds_left
        best = progress.best
        self._terminal.show(
            f"{progress.ended} of {progress.planned} trials, {len(progress.under_way)} under way",
            f"best loss {number(best.score)}" if best is not None else "",
            f"at most {duration(left)} left" if left is not None else "",
        )


def say_study(terminal: Terminal, folder: StudyFolder, progress: StudyProgress) -> None:
    """Says how a study ended; `progress` has its last word."""
    how = {
        StudyState.FINISHED: "Finished",
        StudyState.TIME: "The time is over",
        StudyState.STOPPED: "Stopped",
        StudyState.FAILED: "Broke off",
    }.get(progress.state, "Stopped")
    failed = f", {len(progress.failed)} of which failed" if progress.failed else ""
    runs = sum(len(each.scores) for each in progress.trials.values())
    done = counted(progress.ended, "trial") if folder.recipe.vary else counted(runs, "run")
    terminal.say(f"{how} after {duration(progress.seconds)}: {done} done{failed}.")
    terminal.say()
    best = progress.best
    if best is not None:
        say_judgement(terminal, folder, progress, best)
    terminal.say(f"The study lies in {folder.path}")
    if best is not None and folder.recipe.is_learning_curve:  # the one with all rows is the one to use
        best = max(progress.trials.values(), key=lambda each: (each.counts, each.values[SHARE]))
    steps = _next_steps(folder, progress, best)
    if steps:
        terminal.say()
        terminal.say("Next:")
        for line in table(("", ""), steps):
            terminal.say(f"  {line}")


def _next_steps(folder: StudyFolder, progress: StudyProgress, best: Trial | None) -> list[tuple[str, str]]:
    steps = []
    if progress.interrupted or progress.state is StudyState.TIME or progress.ended < progress.planned:
        steps.append(("go on with it", command("tune", "--continue", near(folder.path))))
    if (folder.path / PLACE).is_dir():
        together = command("evaluate", near(folder.path))
        steps.append(("how good its models are together, and each alone", together))
    if best is not None:
        run = near(folder.run(best.runs[0]).path)
        steps.append(("look at its mistakes", command("evaluate", run)))
        steps.append(("use it on new data", command("predict", run, "NEW_DATA", "--out", "predictions.csv")))
        recipe = near(folder.run(best.runs[0]).path / "recipe.toml")
        steps.append(("train it again, longer", command("train", recipe, "--epochs", "N")))
    return steps
