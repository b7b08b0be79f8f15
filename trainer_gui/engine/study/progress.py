"""Where a study stands: a fold over its events, the same live, replayed and in a test."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from trainer_gui.engine.events import Noticed
from trainer_gui.engine.problems import Problem
from trainer_gui.engine.progress import Interruption
from trainer_gui.engine.study.axis import Value
from trainer_gui.engine.study.events import (
    StudyEnded,
    StudyEvent,
    StudyStarted,
    TrialEnded,
    TrialOutcome,
    TrialReported,
    TrialStarted,
)


class StudyState(StrEnum):
    """What a study is doing."""

    WAITING = "waiting"
    SEARCHING = "searching"
    FINISHED = "finished"
    TIME = "time"  # its minutes were over
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        """Whether the last word was said."""
        return self not in (StudyState.WAITING, StudyState.SEARCHING)


@dataclass
class Trial:
    """One setting that was tried, and how it went."""

    number: int
    values: dict[str, Value]
    runs: tuple[str, ...]  # folders below that of the study
    losses: dict[int, list[tuple[int, float]]] = field(default_factory=dict)  # by repeat: epoch and loss
    outcome: TrialOutcome | None = None  # None while it is under way
    score: float | None = None
    scores: tuple[float, ...] = ()
    reason: Problem | None = None
    seconds: float = 0.0  # when it ended, since the start of the study

    @property
    def counts(self) -> bool:
        """Whether it can be the best: its score is of as many runs as those of the others."""
        return self.outcome in ("finished", "cut") and 0 < len(self.scores) == len(self.runs)


class StudyProgress:
    """All that is shown of a study. Feed it every event, in order, with `add`."""

    def __init__(self) -> None:
        self.state = StudyState.WAITING
        self.started: StudyStarted | None = None
        self.trials: dict[int, Trial] = {}
        self.best_so_far: list[tuple[float, int]] = []  # seconds, and the trial that became the best then
        self.notices: list[Problem] = []
        self.problem: Problem | None = None
        self.interruption = Interruption.NONE
        self.seconds = 0.0
        self._since = 0.0  # when it was begun or continued for the last time
        self._ended = 0  # trials, since then

    @property
    def best(self) -> Trial | None:
        """The trial with the lowest score; None while none is complete."""
        return self.trials[self.best_so_far[-1][1]] if self.best_so_far else None

    @property
    def under_way(self) -> list[Trial]:
        """Those that have begun and not ended."""
        return [each for each in self.trials.values() if each.outcome is None]

    @property
    def interrupted(self) -> list[Trial]:
        """Those that go on when the study is continued."""
        return [each for each in self.trials.values() if each.outcome in (None, "stopped")]

    @property
    def failed(self) -> list[Trial]:
        """Those that failed, in their order."""
        return [each for each in self.trials.values() if each.outcome == "failed"]

    @property
    def ended(self) -> int:
        """How many trials are over and will not go on."""
        return len(self.trials) - len(self.interrupted)

    @property
    def planned(self) -> int:
        """How many trials there will be at most."""
        return self.started.trials if self.started else 0

    @property
    def seconds_left(self) -> float | None:
        """The expected time to the last trial, at the pace of those that ended; None while unknown."""
        if self.state is not StudyState.SEARCHING or not self._ended:
            return None
        pace = (self.seconds - self._since) / self._ended
        return pace * max(0, self.planned - self.ended)

    def add(self, event: StudyEvent) -> None:
        """Takes in the next event."""
        self.seconds = max(self.seconds, event.seconds)
        self.interruption = interruption_after(event)
        match event:
            case StudyStarted():
                self.started, self.state, self.problem = event, StudyState.SEARCHING, None
                self._since, self._ended = event.seconds, 0
            case TrialStarted(number=number):
                if number in self.trials:
                    self.trials[number].outcome = None
                else:
                    self.trials[number] = Trial(number, event.values, event.runs)
            case TrialReported(number=number) if number in self.trials:
                self._report(self.trials[number].losses.setdefault(event.repeat, []), event)
            case TrialEnded(number=number) if number in self.trials:  # its first word may be damaged
                trial = self.trials[number]
                trial.outcome, trial.score, trial.scores = event.outcome, event.score, event.scores
                trial.reason, trial.seconds = event.reason, event.seconds
                self._ended += 1
                if trial.counts and self._is_best(trial):
                    self.best_so_far.append((event.seconds, number))
            case Noticed(problem=found):
                self.notices.append(found)
            case StudyEnded(outcome=outcome):
                self.state, self.problem = StudyState(outcome), event.problem

    def _report(self, losses: list[tuple[int, float]], event: TrialReported) -> None:
        while losses and losses[-1][0] >= event.epoch:  # it was begun anew, or from an earlier state
            losses.pop()
        losses.append((event.epoch, event.loss))

    def _is_best(self, trial: Trial) -> bool:
        best = self.best
        assert trial.score is not None
        return best is None or best.score is None or trial.score < best.score


def interruption_after(last: StudyEvent) -> Interruption:
    """How a study was interrupted whose last word this is."""
    if isinstance(last, StudyEnded) and last.outcome == "stopped" and not last.on_purpose:
        return Interruption.CLOSED
    if isinstance(last, StudyEnded) and last.problem is not None and last.problem.key.startswith("disk."):
        return Interruption.DISK
    return Interruption.NONE
