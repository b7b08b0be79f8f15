"""Where a run stands: a fold over its events, the same live, replayed and in a test."""

from collections import deque
from enum import StrEnum

import numpy as np

from trainer_gui.engine.curve import BatchLosses, Curve, Floats, mean_of
from trainer_gui.engine.events import (
    Adapted,
    BatchesDone,
    Continued,
    EpochEnded,
    Event,
    MemberEnded,
    MembersJoined,
    Noticed,
    Paused,
    RunFailed,
    RunFinished,
    RunResumed,
    RunStarted,
    RunStopped,
    StageStarted,
)
from trainer_gui.engine.execution import Execution
from trainer_gui.engine.problems import Problem

__all__ = ["BatchLosses", "Curve", "Floats", "Progress", "State"]

_RECENT = 21  # ends of epochs that tell the pace


class Interruption(StrEnum):
    """Why a run ended before its time although nobody wanted it to."""

    NONE = ""
    CLOSED = "closed"  # with the window, or by the system
    CUT_OFF = "cut off"  # killed, or the power went
    DISK = "disk"  # it could not be written any further


class State(StrEnum):
    """What a run is doing."""

    WAITING = "waiting"
    PREPARING = "preparing"
    TRAINING = "training"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        """Whether the last word was said."""
        return self in (State.FINISHED, State.STOPPED, State.FAILED)


_COMES_AGAIN = {"run.state_damaged", "training.not_finite", "training.infinite_input"}


def comes_again(found: Problem | None) -> bool:
    """Whether a run that ended with this problem would end with it at once, if it went on from its state."""
    return found is not None and found.key in _COMES_AGAIN


def interruption_after(last: Event) -> Interruption:
    """How a run was interrupted whose last word this is; an event that is no last word interrupts nothing."""
    if isinstance(last, RunStopped) and not last.on_purpose:
        return Interruption.CLOSED
    if isinstance(last, RunFailed) and last.problem.key.startswith("disk."):
        return Interruption.DISK
    return Interruption.NONE


class Progress:
    """All that the pages show of a run. Feed it every event, in order, with `add`."""

    def __init__(self) -> None:
        self.state = State.WAITING
        self.started: RunStarted | None = None
        self.execution: Execution | None = None  # how the machine carries it out
        self.curves: dict[int, Curve] = {0: Curve()}
        self.ended: dict[int, MemberEnded] = {}  # the members that are done, where there are several
        self.joined: MembersJoined | None = None  # where the members answer together
        self._mean: Curve | None = None  # of the curves of members that have joined
        self.batch_losses = BatchLosses()
        self.notices: list[Problem] = []
        self.problem: Problem | None = None
        self.details = ""
        self.stage = ""
        self.share_of_stage: float | None = None
        self.share_of_epoch = 0.0
        self.seconds = 0.0
        self.rows_per_second = 0.0
        self.stopped_early = False
        self._marks: deque[tuple[int, float]] = deque(maxlen=_RECENT)  # epochs that were done, and when
        self._worked = 0.0  # seconds until the last word about training, without pauses
        self._paused = 0.0  # seconds
        self._paused_at = 0.0
        self.interruption = Interruption.NONE

    @property
    def curve(self) -> Curve:
        """The curve of the first member; of members that answer together, the mean of theirs."""
        return self.curves[0] if self._mean is None else self._mean

    @property
    def epoch(self) -> int:
        """The number of epochs that are complete; of several members, those of the one that is furthest."""
        return max((int(each.epochs[-1]) for each in self.curves.values() if len(each)), default=0)

    @property
    def epochs(self) -> int:
        """The number of epochs that were asked for."""
        return self.started.epochs if self.started else 0

    @property
    def share(self) -> float:
        """How much of the run is done, 0 to 1."""
        if self.state is State.FINISHED:
            return 1.0
        return min(1.0, (self.epoch + self.share_of_epoch) / self.epochs) if self.epochs else 0.0

    @property
    def seconds_left(self) -> float | None:
        """The expected time to the last epoch in seconds, from the recent pace; None while unknown.

        Known within the first epoch already; pauses do not count. Early stopping can make it less.
        """
        if self.state.is_over or not self.epochs or not self._marks:
            return None
        last, end = self._marks[-1]
        if len(self._marks) > 1:
            # What most of them took: a computer that slept within one of them says nothing of the others.
            epochs, worked = np.diff(np.array(self._marks), axis=0).T
            pace = float(np.median(worked / epochs))
        else:
            pace = (self._worked - end) / self.share_of_epoch if self.share_of_epoch else 0.0
        if pace <= 0:
            return None
        return max(0.0, pace * (self.epochs - last) - min(self._worked - end, pace))

    @property
    def can_end_early(self) -> bool:
        """Whether the time left is the most that it can be."""
        return self.started is not None and self.started.can_end_early

    @property
    def metric_now(self) -> float | None:
        """The main metric of the last epoch."""
        if self.started is None or not len(self.curve):
            return None
        return self.curve.metrics_at(int(self.curve.epochs[-1])).get(self.started.metric.name)

    @property
    def best_loss(self) -> float | None:
        """The validation loss of what is kept: of the best epoch, or of all members where they joined."""
        if self.joined is not None:
            return self.joined.loss
        return self.curve.best_loss if self.curve.best_epoch else None

    @property
    def metric_at_best(self) -> float | None:
        """The main metric of what is kept: of the best epoch, or of all members where they joined."""
        return None if self.started is None else self.metrics_at_best.get(self.started.metric.name)

    @property
    def metrics_at_best(self) -> dict[str, float]:
        """The metrics of what is kept: of the best epoch, or of all members where they joined."""
        if self.joined is not None:
            return self.joined.metrics
        return self.curve.metrics_at(self.curve.best_epoch)

    def add(self, event: Event) -> None:
        """Takes in the next event."""
        self.seconds = max(self.seconds, event.seconds)
        self.interruption = interruption_after(event)
        match event:
            case RunStarted():
                self.started, self.state = event, State.PREPARING
                self.curves = {member: Curve() for member in range(event.members)}
                self.ended, self.joined, self._mean = {}, None, None
                self.batch_losses = BatchLosses()
                self._mark(0, event, anew=True)
            case Adapted(execution=execution):
                self.execution = execution
            case RunResumed(epoch=epoch, epochs=epochs):
                self.state, self.problem, self.details = State.PREPARING, None, ""
                self.stopped_early = False
                self.batch_losses.forget_after(epoch)
                self.ended = {}
                for member, curve in self.curves.items():
                    curve.forget_after(epochs[member] if member < len(epochs) else epoch)
                self._mark(epoch, event, anew=True)
            case Noticed(problem=found):
                if found not in self.notices:
                    self.notices.append(found)
            case StageStarted(stage=stage, share=share):
                self.stage, self.share_of_stage = stage, share
                if self.state is State.WAITING:
                    self.state = State.PREPARING
            case BatchesDone(epoch=epoch, done=done, of=of, losses=losses):
                self.state = State.TRAINING
                self.share_of_epoch = done / of if of else 0.0
                self.batch_losses.add(epoch - 1 + self.share_of_epoch, losses)
                self._worked = event.seconds - self._paused
            case EpochEnded():
                self.state = State.TRAINING
                self.share_of_epoch = 0.0
                self.rows_per_second = event.rows_per_second
                if event.member not in self.curves:
                    self.curves[event.member] = Curve()
                self.curves[event.member].add(event)
                self._mark(event.epoch, event)
            case MembersJoined():
                self.joined, self._mean = event, mean_of(list(self.curves.values()))
            case MemberEnded(member=member):
                self.ended[member] = event
            case Paused():
                self.state = State.PAUSED
                self._paused_at = event.seconds
            case Continued():
                self.state = State.TRAINING
                self._paused += event.seconds - self._paused_at
            case RunFinished(early=early):
                self.state, self.stopped_early = State.FINISHED, early
            case RunStopped():
                self.state = State.STOPPED
            case RunFailed(problem=found, details=details):
                self.state, self.problem, self.details = State.FAILED, found, details

    def _mark(self, epoch: int, event: Event, *, anew: bool = False) -> None:
        """Notes when an epoch was done; `anew` where the time before tells nothing of the pace."""
        if anew:
            self._marks.clear()
            self._paused = 0.0
        self._worked = event.seconds - self._paused
        if not self._marks or epoch > self._marks[-1][0]:
            self._marks.append((epoch, self._worked))
