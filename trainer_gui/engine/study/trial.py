"""One trial while it is carried out: its runs, what became of them, and what that means for the trial."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from pathlib import Path

from trainer_gui.engine.problems import Problem, problem
from trainer_gui.engine.progress import Progress, State
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.study.events import TrialEnded
from trainer_gui.engine.study.space import Values

_ADVICE = "Put that right, then continue the study: what was trained until now is kept."
_MOST_LOSSES = 3  # of one run
_TAIL = 2000  # characters of a worker's words


@dataclass
class TrialUnderWay:
    """A trial that has begun."""

    number: int
    values: Values
    runs: tuple[str, ...]
    waiting: deque[int] = field(default_factory=deque)  # the repeats that are still to be begun
    progresses: dict[int, Progress] = field(default_factory=dict)  # of the others
    problem: Problem | None = None  # why it failed
    cut: bool = False  # it was behind the others
    stopped: bool = False  # some of its runs are left for another time
    losses: Counter[int] = field(default_factory=Counter)  # how often a repeat was lost by its place

    def begins_again(self, repeat: int, why: Problem) -> bool:
        """Whether a run that its place has lost is gone on with; lost again and again, it fails."""
        if self.cut or self.problem is not None:
            return False
        self.losses[repeat] += 1
        if self.losses[repeat] > _MOST_LOSSES:
            self.problem = why
            return False
        self.waiting.append(repeat)
        return True

    def judge(
        self, repeat: int, code: int, run: RunFolder, log: Path, fingerprint: str, *, stopping: bool
    ) -> Problem | None:
        """Takes in how one of its runs has ended. Gives what hinders not this trial alone but all of them."""
        progress = self.progresses[repeat]
        if progress.problem is not None and progress.problem.key.startswith("disk."):
            self.stopped = True
            return progress.problem.model_copy(update={"advice": _ADVICE})
        if progress.problem is not None:
            self.problem = self.problem or progress.problem
        elif self.cut:
            return None
        elif progress.state is State.STOPPED or (stopping and not progress.state.is_over):
            self.stopped = True
        elif not progress.state.is_over:
            self.problem = self.problem or _death(log, code)
        elif run.recipe.fingerprint != fingerprint:
            self.problem = self.problem or problem(
                "study.data_changed",
                "The data has changed since the study began, so this run cannot be compared with the others.",
                "Bring the old file back, or begin a new study on the new data.",
                field="data",
            )
        return None

    def ended(self, *, stopped: bool = False) -> TrialEnded:
        """Its last word; `stopped` where it is not given the time for its other runs."""
        losses = [each.curve.best_loss for each in self.progresses.values() if each.curve.best_epoch]
        scores = tuple(losses)
        score = sum(scores) / len(scores) if scores else None
        if self.problem is not None:
            return TrialEnded(number=self.number, outcome="failed", scores=scores, reason=self.problem)
        states = [each.state for each in self.progresses.values()]
        whole = len(states) == len(self.runs) and all(each is State.FINISHED for each in states)
        if self.cut and not whole:  # it may have been quicker than the wish to end it
            return TrialEnded(number=self.number, outcome="cut", score=score, scores=scores)
        if not whole and (stopped or self.stopped):
            return TrialEnded(number=self.number, outcome="stopped", score=score, scores=scores)
        if len(scores) < len(self.runs):
            return TrialEnded(number=self.number, outcome="failed", scores=scores, reason=_no_loss())
        return TrialEnded(number=self.number, outcome="finished", score=score, scores=scores)


@dataclass(frozen=True)
class StudyRun:
    """One run of a trial."""

    trial: TrialUnderWay
    repeat: int

    @property
    def name(self) -> str:
        """Its folder below that of the study."""
        return self.trial.runs[self.repeat]

    @property
    def progress(self) -> Progress:
        """Where it stands."""
        return self.trial.progresses[self.repeat]


def all_failed(count: int, first: Problem | None) -> Problem:
    """What is said where no trial came to an end."""
    return problem(
        "study.all_failed",
        "All {count} trials failed. The first one said: {first}",
        "Put that right, then begin again.",
        count=count,
        first=str(first or "").rstrip(),
    )


def _no_loss() -> Problem:
    return problem(
        "study.no_loss",
        "The validation loss of this run was never a number.",
        "It is most often a learning rate that is too high.",
        field="learning_rate",
    )


def _death(log: Path, code: int) -> Problem:
    """A process that has ended without a last word, with the last that it wrote."""
    try:
        words = log.read_text(encoding="utf-8", errors="replace")[-_TAIL:].strip()
    except OSError:
        words = ""
    how = f"it was ended from outside, by signal {-code}" if code < 0 else f"exit code {code}"
    return problem(
        "study.worker_died",
        "The process of this run ended without a last word ({how}). {said}",
        "The others go on. Where it was killed, the memory of this computer may have been full.",
        how=how,
        said=words.splitlines()[-1].strip() if words else "",
    )
