"""Says on a terminal how a run is going, event by event."""

from __future__ import annotations

import math

from trainer_gui.cli.figures import counted, duration, metric, number, table
from trainer_gui.cli.terminal import Terminal
from trainer_gui.engine.events import (
    Adapted,
    BatchesDone,
    EpochEnded,
    Event,
    Noticed,
    RunResumed,
    RunStarted,
    StageStarted,
)
from trainer_gui.engine.progress import Progress

_BAR = 24  # cells
_LINES = 20  # of epochs, in a whole run, where there is no terminal for a live line


class Monitor:
    """Shows a live line on a terminal, and elsewhere a line for some of the epochs."""

    def __init__(self, terminal: Terminal, progress: Progress) -> None:
        self._terminal = terminal
        self._progress = progress
        self._has_heads = False

    def add(self, event: Event) -> None:
        """Takes in the next event; `progress` must have taken it in before."""
        match event:
            case Noticed(problem=found):
                self._terminal.say_problem(found)
            case StageStarted(stage=stage, share=share):
                self._terminal.show(f"{stage} …", "" if share is None else f"{100 * share:.0f} %")
            case RunStarted():
                self._say_start(event)
            case Adapted(execution=way):
                self._terminal.say(f"Computing with {way.in_words}: {way.why}")
                self._terminal.say()
            case RunResumed(epoch=epoch):
                self._terminal.say(f"Going on after epoch {epoch} of {self._progress.epochs}.")
            case BatchesDone():
                self._show_progress()
            case EpochEnded():
                self._show_progress()
                if not self._terminal.is_live and self._is_worth_a_line(event.epoch):
                    self._say_epoch(event)
            case _:
                self._terminal.clear()

    def _say_start(self, started: RunStarted) -> None:
        model = f"{started.family}, {started.size}"
        self._terminal.say(f"{model}: {counted(started.parameters, 'parameter')}, on {started.device}")
        if started.rows:
            rows = started.rows
            locked = rows.get("test", 0)
            test = f", {locked:,} locked away for the test" if locked else ""
            self._terminal.say(
                f"{counted(rows.get('training', 0), 'row')} to learn from, "
                f"{rows.get('validation', 0):,} to check on{test}"
            )
        if started.baseline:
            value = started.baseline_metrics.get(started.metric.name)
            self._terminal.say(
                f"{started.baseline}: {started.metric.label} {metric(started.metric, value)}, "
                f"validation loss {number(started.baseline_loss)}"
            )

    def _is_worth_a_line(self, epoch: int) -> bool:
        every = max(1, math.ceil(self._progress.epochs / _LINES))
        return epoch == 1 or epoch % every == 0

    def _say_epoch(self, said: EpochEnded) -> None:
        started = self._progress.started
        assert started is not None
        heads = ("Epoch", "Training loss", "Validation loss", started.metric.label)
        cells = (
            str(said.epoch),
            number(said.train_loss),
            number(said.validation_loss),
            metric(started.metric, said.metrics.get(started.metric.name)),
        )
        padded = [cell.rjust(len(head)) for head, cell in zip(heads, cells, strict=True)]
        lines = table((*heads, ""), [(*padded, "best so far" if said.best else "")])
        self._terminal.say("\n".join(lines[1:] if self._has_heads else lines))
        self._has_heads = True

    def _show_progress(self) -> None:
        progress = self._progress
        epochs = max(1, progress.epochs)
        share = min(1.0, (progress.epoch + progress.share_of_epoch) / epochs)
        filled = round(_BAR * share)
        parts = [f"Epoch {progress.epoch} of {epochs}"]
        if len(progress.curve):
            parts.append(f"validation loss {number(float(progress.curve.validation_loss[-1]))}")
        started = progress.started
        if started is not None and progress.metric_now is not None:
            parts.append(f"{started.metric.label} {metric(started.metric, progress.metric_now)}")
        left = progress.seconds_left
        most = "at most " if progress.can_end_early else ""
        parts.append(f"{most}{duration(left)} left" if left is not None else "")
        parts.append(f"[{'=' * filled}{' ' * (_BAR - filled)}]")
        self._terminal.show(*parts)
