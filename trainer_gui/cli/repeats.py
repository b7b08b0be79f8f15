"""Runs that differ in their seeds or folds alone, on a terminal: mean and spread of every epoch."""

from __future__ import annotations

import math

import numpy as np

from trainer_gui.cli.figures import counted, number
from trainer_gui.cli.terminal import Terminal
from trainer_gui.engine.statistics.repeats import repeated
from trainer_gui.engine.study.events import StudyEvent, TrialEnded, TrialReported
from trainer_gui.engine.study.progress import StudyProgress, Trial

_LINES = 20  # of epochs, where there is no terminal for a live line


class RepeatsMonitor:
    """Says of each epoch, once all runs have it, the mean validation loss and its standard deviation."""

    def __init__(self, terminal: Terminal, progress: StudyProgress, epochs: int) -> None:
        self._terminal, self._progress = terminal, progress
        self._every = max(1, math.ceil(epochs / _LINES))
        self._epochs = epochs
        self._said = 0  # the last epoch that all have

    def add(self, event: StudyEvent) -> None:
        """Takes in the next event; `progress` must have taken it in before."""
        match event:
            case TrialReported(number=which):
                self._add_epochs(self._progress.trials[which])
            case TrialEnded(reason=reason) if reason is not None:
                self._terminal.say_problem(reason)

    def _add_epochs(self, trial: Trial) -> None:
        losses = [dict(each) for each in trial.losses.values()]
        if len(losses) < len(trial.runs):
            self._terminal.show(f"{len(losses)} of {counted(len(trial.runs), 'run')} have begun")
            return
        while all(self._said + 1 in each for each in losses):
            self._said += 1
            if not self._terminal.is_live and (self._said == 1 or self._said % self._every == 0):
                self._terminal.say(self._in_words(self._said, losses))
        if self._said and self._terminal.is_live:
            self._terminal.show(self._in_words(self._said, losses))

    def _in_words(self, epoch: int, losses: list[dict[int, float]]) -> str:
        found = repeated(np.array([each[epoch] for each in losses]))
        spread = "" if found.deviation is None else f" ± {number(found.deviation)}"
        return (
            f"Epoch {epoch} of {self._epochs}: validation loss {number(found.mean)}{spread} "
            f"over {counted(found.count, 'run')}"
        )
