"""Everything that a study can say, as small frozen facts; JSON in and out."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from trainer_gui.engine.events import Fact, Noticed
from trainer_gui.engine.problems import Problem
from trainer_gui.engine.study.axis import Value

TrialOutcome = Literal["finished", "cut", "failed", "stopped"]
StudyOutcome = Literal["finished", "time", "stopped", "failed"]


class StudyStarted(Fact):
    """The first word of a study, and the first of each time that it is continued: what will be tried."""

    type: Literal["StudyStarted"] = "StudyStarted"
    study: str  # its name
    how: str  # the name of the strategy
    vary: tuple[str, ...]  # NAME=VALUES
    trials: int  # at most, those of before included
    repeats: int = 1  # runs of each trial, with seeds of their own
    folds: int = 1  # each of which has as many runs
    at_once: int = 1  # runs
    seconds_expected: float = 0.0
    again: bool = False  # whether it goes on with what was begun before


class TrialStarted(Fact):
    """A setting is tried; its runs lie in these folders below that of the study."""

    type: Literal["TrialStarted"] = "TrialStarted"
    number: int  # from 0
    values: dict[str, Value]
    runs: tuple[str, ...]
    again: bool = False  # whether it goes on where it was interrupted


class TrialReported(Fact):
    """A run of a trial has completed an epoch."""

    type: Literal["TrialReported"] = "TrialReported"
    number: int
    repeat: int = 0
    epoch: int  # from 1
    loss: float  # on the validation rows


class TrialEnded(Fact):
    """A trial is over. `stopped` ones go on when the study is continued; `cut` ones were behind."""

    type: Literal["TrialEnded"] = "TrialEnded"
    number: int
    outcome: TrialOutcome
    score: float | None = None  # the mean over `scores`; lower is better
    scores: tuple[float, ...] = ()  # the validation loss of the best epoch of each run
    reason: Problem | None = None  # of a failure


class StudyEnded(Fact):
    """Last word. `time`: the minutes are over; `stopped`: it was asked to; `failed`: it could not go on."""

    type: Literal["StudyEnded"] = "StudyEnded"
    outcome: StudyOutcome
    problem: Problem | None = None
    on_purpose: bool = True  # False where the window was closed or the system wanted the program to end


StudyEvent = Annotated[
    StudyStarted | TrialStarted | TrialReported | TrialEnded | Noticed | StudyEnded,
    Field(discriminator="type"),
]
_EVENTS: TypeAdapter[Any] = TypeAdapter(StudyEvent)


def from_json(line: str | bytes) -> StudyEvent:
    """The event that a line of JSON holds; raises ValueError where it holds none."""
    found: StudyEvent = _EVENTS.validate_json(line)
    return found
