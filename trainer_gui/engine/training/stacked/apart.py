"""What a member's run alone would have said, out of what its stack says."""

from __future__ import annotations

from trainer_gui.engine.events import (
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
)


class SaidAlone:
    """Turns the events of a stack into those of one member, which end in exactly one last word too."""

    def __init__(self, member: int, best_epoch: int = 0) -> None:
        self._member = member
        self._over = False
        self._best = best_epoch  # so far

    def of(self, event: Event) -> Event | None:
        """The event as the member's run alone would say it; None where that would say nothing."""
        if self._over:
            return None
        if isinstance(event, EpochEnded | MemberEnded | Noticed):
            if event.member not in (self._member, None):
                return None
            return self._own(event)
        if isinstance(event, BatchesDone):  # of the whole stack
            return None
        if isinstance(event, RunStarted):
            loss = event.baseline_losses[self._member] if event.baseline_losses else event.baseline_loss
            own = {"members": 1, "baseline_losses": (), "baseline_loss": loss}
            return event.model_copy(update=own)
        if isinstance(event, RunResumed):
            epoch = event.epochs[self._member] if event.epochs else event.epoch
            return event.model_copy(update={"epoch": epoch, "epochs": ()})
        if isinstance(event, RunStopped | RunFinished):
            self._over = True
            return event.model_copy(update={"best_epoch": self._best})
        return event

    def _own(self, event: EpochEnded | MemberEnded | Noticed) -> Event:
        if isinstance(event, MemberEnded):
            self._over = True
            if event.problem is not None:
                return RunFailed(problem=event.problem, seconds=event.seconds)
            return RunFinished(best_epoch=event.best_epoch, early=event.early, seconds=event.seconds)
        if isinstance(event, Noticed):
            return event.model_copy(update={"member": None})
        if event.best:
            self._best = event.epoch
        return event.model_copy(update={"member": 0})
