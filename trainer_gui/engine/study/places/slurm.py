"""A SLURM cluster: every run is a job in its queue, followed by what it writes to the shared disk."""

from __future__ import annotations

import contextlib
import shutil
import time
from enum import StrEnum
from pathlib import Path
from typing import Any

from trainer_gui.engine.disk import write_atomically
from trainer_gui.engine.events import Event, LastWord, from_json
from trainer_gui.engine.problems import Problem, problem, refuse
from trainer_gui.engine.recipe_file import recipe_from_toml
from trainer_gui.engine.settings import Settings, setting
from trainer_gui.engine.study.batch_job import KILL, STOP, carry_out, code_of, wish_of
from trainer_gui.engine.study.place import Order, Place, Room, Worker

_ROOM = Room(most=1024, usual=8)  # the queue decides how many of them train
_STOPPED, _KILLED = 130, -9  # exit codes
_LATE = 60.0  # seconds by which a shared disk may show a file later than it was written
_LATE_HERE = 1.0
_KILL = 10.0  # seconds that a job has to end its process
_LOOK_EVERY = 0.1  # seconds
_ASK_EVERY = 2.0  # seconds between two questions to the batch system


class Manager(StrEnum):
    """What takes the jobs."""

    SLURM = "slurm"
    LOCAL = "local"


class SlurmSettings(Settings):
    """What a job asks for."""

    partition: str = setting(
        "",
        label="Partition",
        help="The queue into which the runs go, one of those that “sinfo” lists. Left empty, it is the "
        "cluster's usual one.",
    )
    account: str = setting(
        "",
        label="Account",
        help="On whose account the runs are booked. Left empty where your cluster does not ask for one.",
        advanced=True,
    )
    run_minutes: int = setting(
        240,
        label="Minutes for each run",
        help="How long a job may take. One whose time is over goes on in another job from its last state.",
        minimum=1,
        maximum=100_000,
        scale="log",
        unit="minutes",
    )
    memory: int = setting(
        4,
        label="Memory for each run",
        help="How much memory a job gets. Raise it when jobs are ended because they take too much.",
        minimum=1,
        maximum=4096,
        scale="log",
        unit="GB",
    )
    gpus: int = setting(
        0,
        label="GPUs for each run",
        help="How many GPUs of the cluster a run gets. With 0 it trains on processor cores.",
        minimum=0,
        maximum=8,
        unit="GPUs",
    )
    setup: str = setting(
        "",
        label="Command before",
        help="A line that the shell of a job runs first, such as “module load cuda”. Most need none.",
        advanced=True,
    )
    manager: Manager = setting(
        Manager.SLURM,
        label="Batch system",
        help="SLURM, or processes of this computer in its place, to try out a study before it is sent.",
        labels={"slurm": "SLURM", "local": "This computer, to try it out"},
        advanced=True,
    )


class Job(Worker):
    """A run that is a job. Its events are read from its folder, whoever writes them."""

    def __init__(self, order: Order, job: Any, read: int, late: float) -> None:
        self._order, self._job, self._read, self._late = order, job, read, late
        self._rest = b""
        self._last_word = False
        self._code: int | None = None
        self._lost: Problem | None = None
        self._wish = ""
        self._asked = time.monotonic()
        self._over_since: float | None = None  # since when the batch system says so

    def news(self) -> list[Event]:
        found: list[Event] = []
        with contextlib.suppress(OSError), (self._order.run / "events.jsonl").open("rb") as file:
            file.seek(self._read)
            *lines, self._rest = (self._rest + file.read()).split(b"\n")
            self._read = file.tell()
            for line in lines:
                with contextlib.suppress(ValueError):
                    found.append(from_json(line))
        self._last_word |= any(isinstance(each, LastWord) for each in found)
        return found

    @property
    def exit_code(self) -> int | None:
        if self._code is None:
            self._look()
        return self._code

    def _look(self) -> None:
        now = time.monotonic()
        code: int | None = None
        with contextlib.suppress(OSError, ValueError):
            code = int(code_of(self._order).read_text(encoding="ascii"))
        if code is None and self._over_since is None and now - self._asked > _ASK_EVERY:
            self._asked = now
            if self._job.done():
                self._over_since = now
        if code is not None:
            self._over_since = self._over_since or now
            waited = now - self._over_since
            is_told = self._last_word or code < 0 or waited > self._late
            if is_told and (self._job.done() or waited > _LATE):
                self._code = code
        elif self._over_since is not None and now - self._over_since > self._late:
            self._code = 1
            self._lost = None if self._wish == KILL else _lost(self._job)

    @property
    def lost(self) -> Problem | None:
        return self._lost

    def stop(self) -> None:
        self._want(STOP)

    def _want(self, wish: str) -> None:
        if self._code is None and self._wish not in (wish, KILL):
            self._wish = wish
            with contextlib.suppress(OSError):
                write_atomically(wish_of(self._order), wish)
            if self._job.state == "PENDING":  # nobody is there to read it
                self._job.cancel()
                self._code = _STOPPED

    def kill(self) -> None:
        if self._code is not None:
            return
        self._want(KILL)
        deadline = time.monotonic() + _KILL
        while not code_of(self._order).exists() and time.monotonic() < deadline:
            time.sleep(_LOOK_EVERY)
        self._job.cancel()
        while not self._job.done() and time.monotonic() < deadline:
            time.sleep(_LOOK_EVERY)
        self._code = _KILLED


def _lost(job: Any) -> Problem:
    return problem(
        "slurm.job_lost",
        "The job {job} ended before its run did ({state}).",
        "The run goes on in another job. Where that happens again and again, raise its minutes or its "
        "memory, and see that the study lies on a disk that all computers of the cluster share.",
        severity="caution",
        job=str(job.job_id),
        state=str(job.state).lower().replace("_", " "),
    )


class Slurm(Place):
    """A SLURM cluster whose computers share the disk on which studies and data lie."""

    name = "slurm"
    label = "A SLURM cluster"
    summary = "Jobs in the queue of a SLURM cluster, from a computer that may submit them."
    position = 40
    settings = SlurmSettings
    chosen = SlurmSettings()
    extra = "slurm"
    needs = ("submitit",)

    def room(self, threads: int, memory: int, *, on_gpu: bool) -> Room:
        self._must_be_there()
        return _ROOM

    def _must_be_there(self) -> None:
        if self._wanted.manager is Manager.SLURM and shutil.which("sbatch") is None:
            raise refuse(
                "slurm.not_here",
                "This computer cannot submit jobs: it has no SLURM (its command sbatch is not found).",
                "Start Trainer on a computer of the cluster from which jobs are submitted.",
                field="place",
            )

    @property
    def _wanted(self) -> SlurmSettings:
        assert isinstance(self.chosen, SlurmSettings)
        return self.chosen

    def start(self, order: Order) -> Worker:
        self._must_be_there()
        for each in (wish_of(order), code_of(order)):
            each.unlink(missing_ok=True)
        events = order.run / "events.jsonl"
        read = events.stat().st_size if order.resume else 0
        late = _LATE if self._wanted.manager is Manager.SLURM else _LATE_HERE
        return Job(order, self._submitted(order), read, late)

    def _submitted(self, order: Order) -> Any:
        import submitit

        executor = submitit.AutoExecutor(folder=_folder_of(order), cluster=self._wanted.manager.value)
        executor.update_parameters(**self._parameters(order))
        try:
            return executor.submit(carry_out, order)
        except (submitit.core.utils.FailedJobError, submitit.core.utils.FailedSubmissionError) as error:
            said = [each.strip() for each in str(error).splitlines() if each.strip()]
            raise refuse(
                "slurm.refused",
                "SLURM does not take the job: {reason}.",
                "Look at the partition, the account, and what a job asks for.",
                field="partition",
                reason=said[-1].rstrip(".") if said else type(error).__name__,
            ) from error

    def _parameters(self, order: Order) -> dict[str, Any]:
        wanted = self._wanted
        recipe = recipe_from_toml(order.recipe.read_text(encoding="utf-8"), order.recipe.name)
        found: dict[str, Any] = {
            "name": "trainer",
            "timeout_min": wanted.run_minutes,
            "mem_gb": wanted.memory,
            "cpus_per_task": int(recipe.settings["threads"]) or 1,
        }
        if wanted.gpus:
            found["gpus_per_node"] = wanted.gpus
        # A job that SLURM began again by itself would find the folder of its run in use.
        more: dict[str, Any] = {"no_requeue": True}
        if wanted.account:
            more["account"] = wanted.account
        if wanted.partition:
            found["slurm_partition"] = wanted.partition
        if wanted.setup:
            found["slurm_setup"] = [wanted.setup]
        return {**found, "slurm_additional_parameters": more}


def _folder_of(order: Order) -> Path:
    """Where submitit keeps its own files."""
    return order.words.parent / "jobs"


SLURM = Slurm()
