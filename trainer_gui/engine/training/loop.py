"""The epoch loop that every network shares."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from trainer_gui.engine.control import Control
from trainer_gui.engine.events import (
    Adapted,
    BatchesDone,
    EpochEnded,
    Event,
    Noticed,
    RunFinished,
    RunResumed,
    RunStopped,
    StageStarted,
)
from trainer_gui.engine.lesson import Lesson
from trainer_gui.engine.problems import Problem, problem
from trainer_gui.engine.training.chance import chance_left
from trainer_gui.engine.training.checkpoint import Saver, read_state
from trainer_gui.engine.training.first_word import first_word, worth_as_it_is
from trainer_gui.engine.training.guard import Guard
from trainer_gui.engine.training.precision import be_strict
from trainer_gui.engine.training.share import ALONE, Share, normalises_batches
from trainer_gui.engine.training.training import Training
from trainer_gui.engine.training.trial import carried_out
from trainer_gui.engine.training.watch import Watch, pause_until_told
from trainer_gui.engine.training.weights import Build

_MOST_LOSSES = 16  # that one BatchesDone tells; of a run of many hours all of them are kept on disk


def learn(build: Build, lesson: Lesson, control: Control, share: Share = ALONE) -> Iterator[Event]:
    """Trains a network on a lesson; the last event is RunFinished or RunStopped.

    Where several processes train together, all of them run this, each with its share; the leading one's
    events count, and its control.

    The training loss of an epoch is the mean over its batches, each measured before its step; the
    validation loss is measured after the epoch.
    """
    be_strict(wanted=lesson.settings.strict)
    execution = carried_out(build, lesson, share)
    training = Training(build, lesson, execution, share)
    baseline = training.validation.baseline(training.targets)
    if lesson.resume:
        training.restore(read_state(lesson.state))
        yield RunResumed(epoch=training.epoch)
    else:
        yield first_word(lesson, execution.threads, training.parameters, baseline, share)
        yield Adapted(execution=execution)
        chance = chance_left(lesson, execution.threads)
        if chance is not None:
            yield Noticed(problem=chance)
        if share.count > 1 and normalises_batches(training.network):
            yield Noticed(problem=_measured_apart(share.count))
        if lesson.start is not None and not lesson.start.replaces_head:
            yield from _as_it_is(training, control)
    with Saver(lesson.state, lesson.weights, training.snapshot, writes=share.leads) as saver:
        stopped = yield from _epochs(training, Guard(training, baseline[0], control), saver, control)
        if stopped:  # heard, before a large state takes its time
            yield StageStarted(stage="Saving where it stands")
        saver.now()
        training.close()
        if not stopped:
            saver.forget_earlier()
    if stopped:
        yield RunStopped(best_epoch=training.best_epoch, on_purpose=control.stopped_on_purpose)
    else:
        yield RunFinished(best_epoch=training.best_epoch, early=training.epoch < lesson.settings.epochs)


def _epochs(training: Training, guard: Guard, saver: Saver, control: Control) -> Generator[Event, None, bool]:
    """Every epoch that is left; gives whether it was stopped before the last one."""
    watch = Watch()
    while training.goes_on:
        stopped = yield from _ready(training, watch, control)
        if stopped:
            return True
        watch.begin_epoch()
        while (rows := training.next_batch()) is not None:
            wishes = (control.stop_wanted, control.pause_wanted, watch.says_it_is_time())
            stop, pause, speak = training.share.agreed(*wishes)
            if (stop or pause or speak) and (noticed := guard.settle()) is not None:
                yield Noticed(problem=noticed)
                continue  # the epoch began anew
            if pause and not stop:
                yield from pause_until_told(saver, control, watch)
                (stop,) = training.share.agreed(control.stop_wanted)
            if stop:
                return True
            if speak:
                yield _in_between(training)
                saver.within_epoch()
            if (noticed := guard.step(rows)) is not None:
                yield Noticed(problem=noticed)
        if (noticed := guard.after_epoch()) is not None:
            yield Noticed(problem=noticed)
        if training.next_batch() is not None:  # the guard began the epoch anew
            continue
        ended = yield from _end_epoch(training, watch, saver, control)
        if ended is None:
            return True
        saver.is_ahead = True
        yield ended
        saver.after_epoch()
    return False


def _ready(training: Training, watch: Watch, control: Control) -> Generator[Event, None, bool]:
    """Computes what is computed once; gives whether it was stopped meanwhile."""
    for share in training.make_ready():
        if control.stop_wanted:
            return True
        if watch.says_it_is_time():
            yield StageStarted(stage="Computing what the frozen part says", share=share)
    return False


def _as_it_is(training: Training, control: Control) -> Iterator[Event]:
    """What a model is worth here before it learns anything."""
    stopped = yield from _ready(training, Watch(), control)
    if training.share.agreed(stopped)[0]:
        return
    checking = training.validation.measure()
    while True:
        try:
            next(checking)
        except StopIteration as done:
            loss, metrics = done.value
            break
        if training.share.agreed(control.stop_wanted)[0]:
            return
    yield Noticed(problem=worth_as_it_is(training.lesson, loss, metrics))


def _end_epoch(
    training: Training, watch: Watch, saver: Saver, control: Control
) -> Generator[Event, None, EpochEnded | None]:
    """Measures the epoch on the validation rows; None where a stop is wanted before that is done."""
    tally, seconds = training.tally, watch.busy
    rate = training.learning_rate.at(training.step_number - 1)
    checking = training.validation.measure()
    while True:
        try:
            next(checking)
        except StopIteration as done:
            validation_loss, metrics = done.value
            break
        stop, speak = training.share.agreed(control.stop_wanted, watch.says_it_is_time())
        if stop:
            return None
        if speak:
            yield _in_between(training)
            saver.within_epoch()
    is_best = training.end_epoch(validation_loss)
    return EpochEnded(
        epoch=training.epoch,
        train_loss=tally.mean,
        validation_loss=validation_loss,
        metrics=metrics,
        learning_rate=rate,
        gradient_length=tally.gradient_length,
        rows_per_second=(tally.rows - tally.rows_before) / max(seconds, 1e-9),
        best=is_best,
    )


def _in_between(training: Training) -> BatchesDone:
    losses = training.tally.take_fresh()  # none while the validation rows are gone through
    step = 1 + max(0, len(losses) - 1) // _MOST_LOSSES
    return BatchesDone(
        epoch=training.epoch + 1,
        done=training.batch,
        of=training.batches,
        losses=tuple(float(f"{each:.6g}") for each in losses[::step]),
    )


def _measured_apart(processes: int) -> Problem:
    return problem(
        "training.measured_apart",
        "Batch normalisation is measured by each of the {processes} processes on its own part of a batch, so "
        "the curve differs a little from that of one process.",
        "Choose layer normalisation, or one process, where that matters.",
        severity="note",
        field="normalisation",
        processes=processes,
    )
