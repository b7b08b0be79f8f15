"""The epoch loop of a stack: what `training.loop` is for one network, for many at once."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from trainer_gui.engine.control import Control
from trainer_gui.engine.events import (
    Adapted,
    BatchesDone,
    EpochEnded,
    Event,
    MemberEnded,
    Noticed,
    RunFailed,
    RunFinished,
    RunResumed,
    RunStarted,
    RunStopped,
    StageStarted,
)
from trainer_gui.engine.execution import Execution
from trainer_gui.engine.lesson import Lesson
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.training.chance import chance_left, chance_of_stack
from trainer_gui.engine.training.checkpoint import read_state
from trainer_gui.engine.training.device import set_threads
from trainer_gui.engine.training.first_word import first_word
from trainer_gui.engine.training.guard import NO_NUMBER, explosion, refuse_bad_inputs, slowed_down
from trainer_gui.engine.training.precision import be_strict, use_tf32
from trainer_gui.engine.training.stacked.member import Member
from trainer_gui.engine.training.stacked.saving import StackSaver
from trainer_gui.engine.training.stacked.sharing import why_apart
from trainer_gui.engine.training.stacked.training import StackedTraining
from trainer_gui.engine.training.watch import Watch, pause_until_told
from trainer_gui.engine.training.weights import Build


def learn_stacked(
    builds: Sequence[Build], lessons: Sequence[Lesson], control: Control, state: Path, *, resume: bool = False
) -> Iterator[Event]:
    """Trains one network for each lesson, all at once; the last event is the last word of all.

    Every member has the first weights, the row order, the chance and the rates of its run alone in float32,
    so that its curve is the same but for rounding. Its best weights lie at its lesson's `weights`; all go on
    exactly from `state`, a file, where `resume` is wanted. Members that cannot go on say so in MemberEnded
    and leave the others untouched; RunFailed is said only where none is left. Raises UserError where the
    lessons cannot be stacked (`why_apart`), and the device's error where its memory is full.
    """
    apart = why_apart(builds, lessons)
    if apart is not None:
        raise UserError(apart.model_copy(update={"severity": "error"}))
    execution = Execution(threads=lessons[0].settings.threads or 1, why="a stack of members")
    be_strict(wanted=lessons[0].settings.strict)
    set_threads(execution.threads)
    use_tf32(execution.precision)
    training = StackedTraining(builds, lessons)
    first = training.members[0]
    baselines = [training.baseline(each) for each in training.members]
    for member, (loss, _) in zip(training.members, baselines, strict=True):
        member.baseline_loss = loss
    if resume:
        training.restore(read_state(state))
        epochs = tuple(each.epoch for each in training.members)
        yield RunResumed(epoch=max(epochs), epochs=epochs)
    else:
        yield _first_word(training, execution, baselines[first.number])
        yield Adapted(execution=execution)
        yield Noticed(problem=chance_of_stack(len(lessons)))
        chance = chance_left(lessons[0], execution.threads)
        if chance is not None:
            yield Noticed(problem=chance)
    with StackSaver(state, training, builds, lessons) as saver:
        yield from _ended([each for each in training.members if each.ended], saver)
        stopped = yield from _epochs(training, saver, control)
        if stopped:
            yield StageStarted(stage="Saving where it stands")
        saver.now()
        if stopped:
            saver.part([each.number for each in training.members if not each.ended])
        else:
            saver.forget_earlier()
    yield _last_word(training, control, stopped=stopped)


def _epochs(training: StackedTraining, saver: StackSaver, control: Control) -> Generator[Event, None, bool]:
    """Every epoch that is left; gives whether it was stopped before the last one."""
    watch = Watch()
    while training.goes_on:
        watch.begin_epoch()
        if not training.begun:
            training.begin_epoch()
        while (rows := training.next_batch()) is not None:
            if control.pause_wanted and not control.stop_wanted:
                yield from pause_until_told(saver, control, watch)
            if control.stop_wanted:
                return True
            if watch.says_it_is_time():
                yield _in_between(training)
                saver.within_epoch()
            for member in training.take(rows):
                yield from _mended(member, NO_NUMBER, saver)
        exploded = [
            (each, what)
            for each in training.aboard
            if (what := explosion(each.tally.mean, each.baseline_loss))
        ]
        if exploded:
            training.go_ashore([each for each, _ in exploded])
            for member, what in exploded:
                yield from _mended(member, what, saver)
        said = yield from _end_epoch(training, watch, control)
        if said is None:
            return True
        saver.is_ahead = True
        yield from said
        saver.is_ahead = False
        over = [each for each in training.aboard if not each.goes_on]
        for each in over:
            each.ended = True
        yield from _ended(over, saver)
        saver.after_epoch()
    return False


def _mended(member: Member, what: str, saver: StackSaver) -> Iterator[Event]:
    """Slows a member down that is ashore because of its loss, or ends it where that was done before."""
    try:
        refuse_bad_inputs(member.lesson)
        yield Noticed(problem=slowed_down(member, what), member=member.number)
    except UserError as error:
        member.ended, member.problem = True, error.problem
        yield from _ended([member], saver)


def _ended(members: Sequence[Member], saver: StackSaver) -> Iterator[Event]:
    """Says that members are done, once all that is kept of them is on disk."""
    saver.part([each.number for each in members])
    for member in members:
        yield MemberEnded(
            member=member.number,
            best_epoch=member.best_epoch,
            early=member.problem is None and member.epoch < member.lesson.settings.epochs,
            problem=member.problem,
        )


def _end_epoch(
    training: StackedTraining, watch: Watch, control: Control
) -> Generator[Event, None, list[EpochEnded] | None]:
    """Measures the epoch on the validation rows; None where a stop is wanted before that is done."""
    seconds, rows = watch.busy, sum(each.tally.rows for each in training.aboard)
    tallies = {each.number: each.tally for each in training.aboard}
    checking = training.check()
    while True:
        try:
            next(checking)
        except StopIteration as done:
            measured = done.value
            break
        if control.stop_wanted:
            return None
        if watch.says_it_is_time():
            yield _in_between(training)
    rates = {each.number: each.learning_rate.at(each.step_number - 1) for each in training.aboard}
    best = training.end_epoch(measured)
    said = []
    for each in training.aboard:
        number, (validation_loss, metrics) = each.number, measured[each.number]
        said.append(
            EpochEnded(
                epoch=each.epoch,
                member=number,
                train_loss=tallies[number].mean,
                validation_loss=validation_loss,
                metrics=metrics,
                learning_rate=rates[number],
                gradient_length=tallies[number].gradient_length,
                rows_per_second=rows / max(seconds, 1e-9),
                best=number in best,
            )
        )
    return said


def _in_between(training: StackedTraining) -> BatchesDone:
    epoch = max((each.epoch for each in training.aboard), default=0)
    return BatchesDone(epoch=epoch + 1, done=training.batch, of=training.batches)


def _last_word(training: StackedTraining, control: Control, *, stopped: bool) -> Event:
    members = training.members
    best = min(members, key=lambda each: each.best_loss)
    if stopped:
        return RunStopped(best_epoch=best.best_epoch, on_purpose=control.stopped_on_purpose)
    problems = [each.problem for each in members if each.problem is not None]
    if len(problems) == len(members):
        return RunFailed(problem=problems[0])
    early = all(each.epoch < each.lesson.settings.epochs for each in members if each.problem is None)
    return RunFinished(best_epoch=best.best_epoch, early=early)


def _first_word(
    training: StackedTraining, execution: Execution, baseline: tuple[float, dict[str, float]]
) -> RunStarted:
    lessons = [each.lesson for each in training.members]
    said = first_word(training.lesson, execution.threads, training.network.parameters, baseline)
    of_all = {
        "epochs": max(each.settings.epochs for each in lessons),
        "members": len(lessons),
        "baseline_losses": tuple(each.baseline_loss for each in training.members),
        "can_end_early": any(each.settings.early_stopping for each in lessons),
    }
    return said.model_copy(update=of_all)
