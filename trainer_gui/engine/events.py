"""Everything that a run can say, as small frozen facts; JSON in and out."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from trainer_gui.engine.execution import Execution
from trainer_gui.engine.problems import Problem

Better = Literal["lower", "higher"]


class Fact(BaseModel):
    """One thing that happened. `seconds` counts from the start of the run, pauses included."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="strings")

    seconds: float = 0.0


class MetricInfo(BaseModel):
    """A number that a run reports: its name in `metrics`, what people call it, and which way is better."""

    model_config = ConfigDict(frozen=True)

    name: str
    label: str
    better: Better
    percent: bool = False  # shown as per cent of one
    help: str = ""


class RunStarted(Fact):
    """The first word of a run: what will be trained, on what, and what there is to beat."""

    type: Literal["RunStarted"] = "RunStarted"
    run: str  # the name of the run's folder
    family: str
    size: str
    task: str
    epochs: int
    parameters: int
    device: str  # in words, "CPU, 1 thread"
    threads: int
    rows: dict[str, int]  # training, validation, test
    loss: MetricInfo
    metric: MetricInfo  # the main one
    metrics: tuple[MetricInfo, ...] = ()  # all that are reported per epoch
    baseline_loss: float | None = None  # of the simplest guess, on the validation rows
    baseline_metrics: dict[str, float] = {}
    baseline: str = ""  # the simplest guess in words
    members: int = 1
    baseline_losses: tuple[float, ...] = ()  # as each of several members weighs them
    can_end_early: bool = False  # before the last epoch, by early stopping


class Adapted(Fact):
    """The run has found out in which way this machine carries it out fastest, and keeps to that way."""

    type: Literal["Adapted"] = "Adapted"
    execution: Execution


class RunResumed(Fact):
    """The run goes on from its last saved state; what was said of later epochs is taken back."""

    type: Literal["RunResumed"] = "RunResumed"
    epoch: int  # the number of epochs that are complete
    epochs: tuple[int, ...] = ()  # the same of each member, where there are several


class Noticed(Fact):
    """Something worth knowing that did not stop the run."""

    type: Literal["Noticed"] = "Noticed"
    problem: Problem
    member: int | None = None  # whom it is about; None for all


STARTING = "Starting"  # the stage before the first epoch


class StageStarted(Fact):
    """The run is busy with something other than an epoch, such as reading pictures."""

    type: Literal["StageStarted"] = "StageStarted"
    stage: str  # in words
    share: float | None = None  # how much of it is done, 0 to 1


class BatchesDone(Fact):
    """Within an epoch, a few times a second: how far it is."""

    type: Literal["BatchesDone"] = "BatchesDone"
    epoch: int  # the epoch under way, from 1
    done: int
    of: int
    losses: tuple[float, ...] = ()  # of batches since the last such word, in order, some where there are many


class EpochEnded(Fact):
    """One pass over the training rows is complete and was measured on the validation rows."""

    type: Literal["EpochEnded"] = "EpochEnded"
    epoch: int  # from 1
    member: int = 0
    train_loss: float
    validation_loss: float
    metrics: dict[str, float] = {}  # on the validation rows
    learning_rate: float = 0.0
    gradient_length: float | None = None  # the mean over the batches, before clipping
    rows_per_second: float = 0.0
    best: bool = False  # the lowest validation loss so far


class MembersJoined(Fact):
    """The members, each at its best epoch, answer together: what that is worth on the validation rows.

    Nothing is said of it where the data could not be opened.
    """

    type: Literal["MembersJoined"] = "MembersJoined"
    loss: float | None = None  # where all were trained by the same loss and it is a plain one
    metrics: dict[str, float] = {}


class MemberEnded(Fact):
    """One of several members is done, by itself or because it could not go on; the others may go on."""

    type: Literal["MemberEnded"] = "MemberEnded"
    member: int
    best_epoch: int  # 0 where no epoch was complete
    early: bool = False  # before the last epoch, by early stopping
    problem: Problem | None = None  # why it could not go on


class Paused(Fact):
    """The run waits, at a batch boundary."""

    type: Literal["Paused"] = "Paused"


class Continued(Fact):
    """The run goes on after a pause."""

    type: Literal["Continued"] = "Continued"


class RunFinished(Fact):
    """Last word: every epoch was trained, or early stopping found that it no longer pays."""

    type: Literal["RunFinished"] = "RunFinished"
    best_epoch: int
    early: bool = False


class RunStopped(Fact):
    """Last word: it was asked to stop; the best epoch is kept, and the run can be resumed."""

    type: Literal["RunStopped"] = "RunStopped"
    best_epoch: int  # 0 where no epoch was complete
    on_purpose: bool = True  # False where the window was closed or the system wanted the program to end


class RunFailed(Fact):
    """Last word: it could not go on; what was trained until then is kept."""

    type: Literal["RunFailed"] = "RunFailed"
    problem: Problem
    details: str = ""  # the traceback, for a fault report


Event = Annotated[
    RunStarted
    | Adapted
    | RunResumed
    | Noticed
    | StageStarted
    | BatchesDone
    | EpochEnded
    | MemberEnded
    | MembersJoined
    | Paused
    | Continued
    | RunFinished
    | RunStopped
    | RunFailed,
    Field(discriminator="type"),
]
LastWord = RunFinished | RunStopped | RunFailed
_EVENTS: TypeAdapter[Any] = TypeAdapter(Event)


def to_json(event: Fact) -> str:
    """The event as one line of JSON, without a line end. Infinity and NaN are written as strings."""
    return event.model_dump_json()


def from_json(line: str | bytes) -> Event:
    """The event that a line of JSON holds; raises ValueError where it holds none."""
    found: Event = _EVENTS.validate_json(line)
    return found
