"""Several processes that train one network together, started by torch's own launcher."""

from __future__ import annotations

import json
import os
import pickle
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
import torch

from trainer_gui.engine.control import Control
from trainer_gui.engine.events import Event, LastWord, Noticed, RunStarted, from_json
from trainer_gui.engine.lesson import Lesson
from trainer_gui.engine.problems import Problem, UserError, problem, refuse
from trainer_gui.engine.training.device import choose
from trainer_gui.engine.training.weights import Build

STOP, PAUSE, RESUME, HEARD = "stop", "pause", "resume", "heard"  # what the leading process is told
_LOOK_EVERY = 0.05  # seconds between two looks at what is wanted
_PATIENCE = 5.0  # seconds in which processes that are no longer wanted may end by themselves


@dataclass(frozen=True)
class Job:
    """What every process is given."""

    build: Build
    lesson: Lesson
    parts: int  # into how many parts each divides its share of a batch


class Failure(NamedTuple):
    """How a process says why it ended."""

    kind: str  # "problem", "memory", "disk", "fault", or "lost" where another process is gone
    text: str  # a Problem, or the words of the error
    code: int = 0  # the system's, of an error of the disk
    file: str = ""


def learn_together(build: Build, lesson: Lesson, control: Control) -> Iterator[Event]:
    """As `loop.learn`, by as many processes as the lesson's device asks for.

    Where the memory of one is full, all begin anew from the last saved state with their share in more parts.
    """
    if getattr(sys, "frozen", False):
        raise refuse(
            "together.not_in_package",
            "The packaged program cannot start the processes that several GPUs need.",
            "Install Trainer into a Python of your own, with: pip install trainer-gui, or train on “cuda”.",
            field="device",
        )
    processes = choose(lesson.device).processes
    job, began = Job(build, lesson, 1), False
    while True:
        with _Workers(job, processes) as workers:
            for event in workers.events(control):
                if isinstance(event, RunStarted) and began:
                    continue
                began = began or isinstance(event, RunStarted)
                yield event
                if isinstance(event, LastWord):
                    return
            failure = workers.failure()
        if failure.kind != "memory" or 2 * job.parts * processes > lesson.settings.batch_size // 2:
            raise _as_error(failure, processes)
        has_state = any(lesson.state.parent.glob(f"{lesson.state.stem}*{lesson.state.suffix}"))
        again = Lesson(**{**vars(lesson), "resume": has_state})
        job = Job(build, again, 2 * job.parts)
        yield Noticed(problem=_divided(lesson, job.parts, processes))


class _Workers:
    """The launcher and the processes that it starts; leaving it ends them all."""

    def __init__(self, job: Job, processes: int) -> None:
        place = job.lesson.state.parent
        place.mkdir(parents=True, exist_ok=True)
        for left in place.glob("together-*"):  # by a process that was killed
            shutil.rmtree(left, ignore_errors=True)
        self.folder = Path(tempfile.mkdtemp(prefix="together-", dir=place))
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._told = RESUME
        write_job(self.folder, job)
        words = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
        words += ["-m", "trainer_gui.engine.training.worker", str(self.folder)]
        with (self.folder / "said.txt").open("wb") as said:
            self._launcher = subprocess.Popen(
                [sys.executable, *words],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                env=_environment(),
                start_new_session=True,  # an interrupt at the terminal is meant for whoever started it
            )
        assert self._launcher.stdout is not None
        self._reader = threading.Thread(
            target=_read, args=(self._launcher.stdout, self._lines), name="listening", daemon=True
        )
        self._reader.start()

    def __enter__(self) -> _Workers:
        return self

    def __exit__(self, *anything: object) -> None:
        assert self._launcher.stdin is not None
        assert self._launcher.stdout is not None
        with suppress(OSError):
            self._launcher.stdin.close()  # which ends the leading process, and so the others
        for end in (None, self._launcher.terminate, self._launcher.kill):
            if end is not None:
                end()
            with suppress(subprocess.TimeoutExpired):
                self._launcher.wait(_PATIENCE)
                break
        self._reader.join(_PATIENCE)
        self._launcher.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def events(self, control: Control) -> Iterator[Event]:
        """What the leading process says, until there is nobody left who could say something."""
        while True:
            self._tell(control)
            try:
                line = self._lines.get(timeout=_LOOK_EVERY)
            except queue.Empty:
                if self._launcher.poll() is not None and not self._reader.is_alive() and self._lines.empty():
                    return
                continue
            if line is None:
                return
            try:
                event = from_json(line)
            except ValueError:  # a library that talks
                continue
            yield event
            self._say(HEARD)

    def _tell(self, control: Control) -> None:
        wanted = STOP if control.stop_wanted else PAUSE if control.pause_wanted else RESUME
        if wanted != self._told:
            self._told = wanted
            self._say(wanted)

    def _say(self, word: str) -> None:
        assert self._launcher.stdin is not None
        with suppress(OSError):  # that nobody listens any more is heard elsewhere
            self._launcher.stdin.write(f"{word}\n".encode())
            self._launcher.stdin.flush()

    def failure(self) -> Failure:
        """Why they ended without a last word."""
        with suppress(subprocess.TimeoutExpired):
            self._launcher.wait(2 * _PATIENCE)
        found = []
        for each in sorted(self.folder.glob("failure-*.json")):
            with suppress(ValueError, TypeError):
                found.append(Failure(**json.loads(each.read_text(encoding="utf-8"))))
        # The others fail because one did: its own words come first.
        found.sort(key=lambda each: ("memory", "problem", "disk", "fault", "lost").index(each.kind))
        if found:
            return found[0]
        return Failure("lost", "")


def _read(pipe: IO[bytes], lines: queue.SimpleQueue[bytes | None]) -> None:
    with suppress(OSError, ValueError):
        for line in pipe:
            lines.put(line)
    lines.put(None)


def _environment() -> dict[str, str]:
    """That of this process; the threads are set by the way in which the run is carried out."""
    source = str(Path(__file__).parents[3])
    paths = [source, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    given = {"OMP_NUM_THREADS": "1"} | dict(os.environ) | {"PYTHONPATH": os.pathsep.join(paths)}
    if sys.platform == "win32":  # torch's own wheels have no libuv there
        given["USE_LIBUV"] = "0"
    return given


def write_job(folder: Path, job: Job) -> None:
    """Writes a job so that its arrays can be shared: each as a file of its own. Raises OSError."""
    with (folder / "job.pickle").open("wb") as file:
        _Packer(file, folder).dump(job)


def read_job(folder: Path) -> Job:
    """The job that `write_job` wrote; its arrays stay on the disk, and whoever changes one has a copy."""
    with (folder / "job.pickle").open("rb") as file:
        job = _Unpacker(file, folder).load()
    assert isinstance(job, Job)
    return job


class _Packer(pickle.Pickler):
    def __init__(self, file: IO[bytes], folder: Path) -> None:
        super().__init__(file)
        self._folder = folder
        self._arrays: dict[int, str] = {}

    def persistent_id(self, value: Any) -> str | None:
        if not isinstance(value, np.ndarray) or not value.nbytes:
            return None
        if id(value) not in self._arrays:
            name = f"{len(self._arrays)}.npy"
            np.save(self._folder / name, value, allow_pickle=False)
            self._arrays[id(value)] = name
        return self._arrays[id(value)]


class _Unpacker(pickle.Unpickler):
    def __init__(self, file: IO[bytes], folder: Path) -> None:
        super().__init__(file)
        self._folder = folder

    def persistent_load(self, name: str) -> Any:
        return np.load(self._folder / name, mmap_mode="c", allow_pickle=False)


def _divided(lesson: Lesson, parts: int, processes: int) -> Problem:
    return problem(
        "memory.divided_together",
        "The memory of a process was full, so each of the {processes} now computes its share of a batch in "
        "{parts} parts.",
        "They went on from the last saved state. The steps stay the same, only slower; a smaller batch or "
        "size would be quicker.",
        severity="caution",
        field="batch_size",
        processes=processes,
        parts=parts,
    )


def _as_error(failure: Failure, processes: int) -> Exception:
    if failure.kind == "problem":
        return UserError(Problem.model_validate_json(failure.text))
    if failure.kind == "memory":
        return torch.OutOfMemoryError(failure.text)
    if failure.kind == "disk":
        return OSError(failure.code, failure.text, failure.file or None)
    if failure.kind == "fault":
        return RuntimeError(failure.text)
    return refuse(
        "together.ended",
        "One of the {processes} processes that trained together was ended from outside, so the others were "
        "ended too.",
        "What was saved until then is kept: resume the run. If it happens again, the computer's memory may "
        "be full; train on one device.",
        field="device",
        processes=processes,
    )
