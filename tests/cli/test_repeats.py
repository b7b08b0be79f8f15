"""The words for runs that differ in their seeds alone."""

from __future__ import annotations

import io

from trainer_gui.cli.repeats import RepeatsMonitor
from trainer_gui.cli.terminal import Terminal
from trainer_gui.engine.study.events import TrialReported, TrialStarted
from trainer_gui.engine.study.progress import StudyProgress


def test_that_an_epoch_is_said_once_all_runs_have_it_with_mean_and_spread():
    stream, progress = io.StringIO(), StudyProgress()
    monitor = RepeatsMonitor(Terminal(stream), progress, epochs=40)
    events = [TrialStarted(number=0, values={}, runs=("a", "b", "c"))]
    for epoch in (1, 2, 3, 4):
        events += [TrialReported(number=0, repeat=each, epoch=epoch, loss=each + epoch) for each in range(3)]
    events.insert(3, TrialReported(number=0, repeat=0, epoch=2, loss=2.0))  # it is ahead of the others
    for event in events:
        progress.add(event)
        monitor.add(event)
    assert stream.getvalue().splitlines() == [
        "Epoch 1 of 40: validation loss 2.0000 ± 1.0000 over 3 runs",
        "Epoch 2 of 40: validation loss 3.0000 ± 1.0000 over 3 runs",
        "Epoch 4 of 40: validation loss 5.0000 ± 1.0000 over 3 runs",
    ]
