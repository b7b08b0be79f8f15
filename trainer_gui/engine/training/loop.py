"""The epoch loop that every network shares."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

import torch

from trainer_gui.engine.control import Control
from trainer_gui.engine.events import (
    BatchesDone,
    Continued,
    EpochEnded,
    Event,
    Paused,
    RunFinished,
    RunResumed,
    RunStarted,
    RunStopped,
)
from trainer_gui.engine.lesson import Lesson
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.training.device import choose, use_threads
from trainer_gui.engine.training.metrics import reports_of
from trainer_gui.engine.training.training import Training
from trainer_gui.engine.training.weights import Build

_SAY_EVERY = 0.25  # seconds between two BatchesDone
_SAVE_EVERY = 1.0  # seconds between two saved states, at least
_SAVE_SHARE = 0.03  # of the time that saving may take


def learn(build: Build, lesson: Lesson, control: Control) -> Iterator[Event]:
    """Trains a network on a lesson; the last event is RunFinished or RunStopped.

    The training loss of an epoch is the mean over its batches, each measured before its step; the
    validation loss is measured after the epoch.
    """
    threads = use_threads(lesson.settings.threads, pictures=lesson.shape.picture is not None)
    training = Training(build, lesson)
    if lesson.resume:
        training.restore()
        yield RunResumed(epoch=training.epoch)
    else:
        yield _first_word(training, threads)
    yield from _epochs(training, control)


def _epochs(training: Training, control: Control) -> Iterator[Event]:
    saver = Saver(training)
    while training.epoch < training.lesson.settings.epochs and training.is_patient:
        begin, said, waited, rows_done = time.monotonic(), time.monotonic(), 0.0, 0
        total = torch.zeros((), device=training.device, dtype=training.exact)
        batches = training.batches()
        for number, rows in enumerate(batches):
            if control.pause_wanted and not control.stop_wanted:
                paused = time.monotonic()
                saver.save(between_epochs=False)
                yield Paused()
                control.wait_while_paused()
                yield Continued()
                waited += time.monotonic() - paused
            if control.stop_wanted:
                saver.save(between_epochs=False)
                yield RunStopped(best_epoch=training.best_epoch)
                return
            total += training.step(rows) * len(rows)
            rows_done += len(rows)
            if time.monotonic() - said > _SAY_EVERY:
                said = time.monotonic()
                yield BatchesDone(epoch=training.epoch + 1, done=number + 1, of=len(batches))
        train_loss = float(total) / rows_done
        _must_be_finite(train_loss, training)
        busy = time.monotonic() - begin - waited
        validation_loss, metrics = training.check()
        rate = training.learning_rate.at(training.step_number - 1)
        is_best = training.end_epoch(validation_loss)
        saver.save_when_due()
        yield EpochEnded(
            epoch=training.epoch,
            train_loss=train_loss,
            validation_loss=validation_loss,
            metrics=metrics,
            learning_rate=rate,
            rows_per_second=rows_done / max(busy, 1e-9),
            best=is_best,
        )
    saver.save(between_epochs=True)
    early = training.epoch < training.lesson.settings.epochs
    yield RunFinished(best_epoch=training.best_epoch, early=early)


class Saver:
    """Decides when the state is written: after the first epoch, then as often as costs next to nothing."""

    def __init__(self, training: Training) -> None:
        self._training = training
        self._last = -math.inf
        self._cost = 0.0

    def save_when_due(self) -> None:
        """Between two epochs: writes the state unless that was done a moment ago."""
        if time.monotonic() - self._last >= max(_SAVE_EVERY, self._cost / _SAVE_SHARE):
            self.save(between_epochs=True)

    def save(self, *, between_epochs: bool) -> None:
        """Writes now."""
        begin = time.monotonic()
        self._training.save(between_epochs=between_epochs)
        self._last = time.monotonic()
        self._cost = self._last - begin


def _must_be_finite(loss: float, training: Training) -> None:
    if math.isfinite(loss):
        return
    training.save(between_epochs=False)
    raise refuse(
        "training.not_finite",
        "In epoch {epoch} the loss was no longer a number: the steps were so large that the weights "
        "ran away.",
        "Lower the learning rate to a tenth ({rate:g}) and start again. The best epoch before is kept.",
        field="learning_rate",
        epoch=training.epoch + 1,
        rate=training.lesson.settings.learning_rate / 10,
    )


def _first_word(training: Training, threads: int) -> RunStarted:
    lesson = training.lesson
    reports = reports_of(lesson.shape.task)
    loss, metrics = training.baseline()
    device = choose(lesson.device)
    words = "1 thread" if threads == 1 else f"{threads} threads"
    return RunStarted(
        run="",  # who asked for the training fills in what it alone knows
        family="",
        size="",
        task=lesson.shape.task.value,
        epochs=lesson.settings.epochs,
        parameters=sum(each.numel() for each in training.parameters),
        device=f"CPU, {words}" if device.name == "cpu" else f"{device.label}, {device.detail}",
        threads=threads,
        rows={},
        loss=reports.loss,
        metric=reports.metrics[0],
        metrics=reports.metrics,
        baseline_loss=loss,
        baseline_metrics=metrics,
        baseline=reports.baseline,
    )
