"""The epoch loop that every network shares."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator

from trainer_gui.engine.control import Control
from trainer_gui.engine.events import (
    Adapted,
    BatchesDone,
    Continued,
    EpochEnded,
    Event,
    Noticed,
    Paused,
    RunFinished,
    RunResumed,
    RunStarted,
    RunStopped,
)
from trainer_gui.engine.lesson import Lesson
from trainer_gui.engine.training.checkpoint import Saver, read_state
from trainer_gui.engine.training.device import choose
from trainer_gui.engine.training.guard import Guard
from trainer_gui.engine.training.metrics import reports_of
from trainer_gui.engine.training.training import Training
from trainer_gui.engine.training.trial import carried_out
from trainer_gui.engine.training.weights import Build

_SAY_EVERY = 0.25  # seconds between two BatchesDone
_MOST_LOSSES = 16  # that one BatchesDone tells; of a run of many hours all of them are kept on disk


def learn(build: Build, lesson: Lesson, control: Control) -> Iterator[Event]:
    """Trains a network on a lesson; the last event is RunFinished or RunStopped.

    The training loss of an epoch is the mean over its batches, each measured before its step; the
    validation loss is measured after the epoch.
    """
    execution = carried_out(build, lesson)
    training = Training(build, lesson, execution)
    baseline_loss, baseline_metrics = training.baseline()
    if lesson.resume:
        training.restore(read_state(lesson.state))
        yield RunResumed(epoch=training.epoch)
    else:
        yield _first_word(training, baseline_loss, baseline_metrics)
        yield Adapted(execution=execution)
    with Saver(lesson.state, lesson.weights, training.snapshot) as saver:
        stopped = yield from _epochs(training, Guard(training, baseline_loss), saver, control)
        saver.now()
        if not stopped:
            saver.forget_earlier()
    if stopped:
        yield RunStopped(best_epoch=training.best_epoch, on_purpose=control.stopped_on_purpose)
    else:
        yield RunFinished(best_epoch=training.best_epoch, early=training.epoch < lesson.settings.epochs)


def _epochs(training: Training, guard: Guard, saver: Saver, control: Control) -> Generator[Event, None, bool]:
    """Every epoch that is left; gives whether it was stopped before the last one."""
    watch = _Watch()
    while training.goes_on:
        watch.begin_epoch()
        while (rows := training.next_batch()) is not None:
            if control.pause_wanted and not control.stop_wanted:
                yield from _pause(saver, control, watch)
            if control.stop_wanted:
                return True
            if (noticed := guard.step(rows)) is not None:
                yield Noticed(problem=noticed)
            if watch.says_it_is_time():
                if (noticed := guard.settle()) is not None:
                    yield Noticed(problem=noticed)
                yield _in_between(training)
                saver.within_epoch()
        if (noticed := guard.after_epoch()) is not None:
            yield Noticed(problem=noticed)
        if training.next_batch() is not None:  # the guard began the epoch anew
            continue
        ended = yield from _end_epoch(training, watch, control)
        if ended is None:
            return True
        saver.is_ahead = True
        yield ended
        saver.after_epoch()
    return False


def _end_epoch(
    training: Training, watch: _Watch, control: Control
) -> Generator[Event, None, EpochEnded | None]:
    """Measures the epoch on the validation rows; None where a stop is wanted before that is done."""
    tally, seconds = training.tally, watch.busy
    rate = training.learning_rate.at(training.step_number - 1)
    checking = training.check()
    while True:
        try:
            next(checking)
        except StopIteration as done:
            validation_loss, metrics = done.value
            break
        if control.stop_wanted:
            return None
        if watch.says_it_is_time():
            yield _in_between(training)
    is_best = training.end_epoch(validation_loss)
    return EpochEnded(
        epoch=training.epoch,
        train_loss=tally.mean,
        validation_loss=validation_loss,
        metrics=metrics,
        learning_rate=rate,
        gradient_length=tally.gradient_length,
        rows_per_second=tally.rows / max(seconds, 1e-9),
        best=is_best,
    )


def _pause(saver: Saver, control: Control, watch: _Watch) -> Iterator[Event]:
    begin = time.monotonic()
    saver.now()
    yield Paused()
    control.wait_while_paused()
    yield Continued()
    watch.forget(time.monotonic() - begin)


def _in_between(training: Training) -> BatchesDone:
    losses = training.tally.take_fresh()
    return BatchesDone(
        epoch=training.epoch + 1,
        done=training.batch,
        of=training.batches,
        losses=tuple(float(f"{each:.6g}") for each in losses[:: 1 + (len(losses) - 1) // _MOST_LOSSES]),
    )


class _Watch:
    """Tells how long an epoch has been busy, and when it is time for a word from within it.

    That time goes on from epoch to epoch, so that short epochs tell of their batches now and then too.
    """

    def __init__(self) -> None:
        self._begin = self._said = time.monotonic()

    def begin_epoch(self) -> None:
        """Counts the seconds of another epoch."""
        self._begin = time.monotonic()

    @property
    def busy(self) -> float:
        """Seconds since the epoch began, without pauses."""
        return time.monotonic() - self._begin

    def forget(self, seconds: float) -> None:
        """Leaves out a pause."""
        self._begin += seconds

    def says_it_is_time(self) -> bool:
        """Whether a quarter of a second has passed since it last said so."""
        now = time.monotonic()
        if now - self._said < _SAY_EVERY:
            return False
        self._said = now
        return True


def _first_word(training: Training, baseline_loss: float, baseline_metrics: dict[str, float]) -> RunStarted:
    lesson, threads = training.lesson, training.execution.threads
    reports = reports_of(lesson.shape.task)
    device = choose(lesson.device)
    words = "1 thread" if threads == 1 else f"{threads} threads"
    return RunStarted(
        run="",  # who asked for the training fills in what it alone knows
        family="",
        size="",
        task=lesson.shape.task.value,
        epochs=lesson.settings.epochs,
        parameters=training.parameters,
        device=f"CPU, {words}" if device.name == "cpu" else f"{device.label}, {device.detail}",
        threads=threads,
        rows={},
        loss=reports.loss,
        metric=reports.metrics[0],
        metrics=reports.metrics,
        baseline_loss=baseline_loss,
        baseline_metrics=baseline_metrics,
        baseline=reports.baseline,
    )
