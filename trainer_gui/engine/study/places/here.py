"""This machine: a process of its own for every run."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time

import psutil

from trainer_gui.engine.events import STARTING, Event, StageStarted, from_json
from trainer_gui.engine.study.limits import cores
from trainer_gui.engine.study.place import Order, Place, Room, Worker
from trainer_gui.engine.study.starting_time import remember_start
from trainer_gui.engine.surroundings import surroundings

_FIRMER_AFTER = 10.0  # seconds between asking a process to end and asking more firmly
# One thread for what libraries do by themselves: with as many as cores, two processes crawl.
_LIBRARIES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")
_FLAGS = int(getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)) | int(
    getattr(subprocess, "CREATE_NO_WINDOW", 0)
)


class Process(Worker):
    """A process whose events are read line by line, by a thread that ends with it."""

    def __init__(self, order: Order) -> None:
        self._said: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._asked = 0
        self._asked_at = 0.0
        begin = time.monotonic()
        with order.words.open("ab") as words:
            self._process = subprocess.Popen(
                [*_program(), *order.arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=words,
                env=surroundings(**dict.fromkeys(_LIBRARIES, "1")),
                # So that Ctrl+C in the terminal reaches the study alone, which ends its workers one by one.
                start_new_session=os.name != "nt",
                creationflags=_FLAGS,
            )
        self._reader = threading.Thread(
            target=self._read, args=(begin,), name="reading a worker", daemon=True
        )
        self._reader.start()

    def _read(self, begin: float) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(OSError, ValueError):  # closed by `kill`
            is_measured = False
            for line in self._process.stdout:
                with contextlib.suppress(ValueError):
                    event = from_json(line)
                    self._said.put(event)
                    if not is_measured and isinstance(event, StageStarted) and event.stage == STARTING:
                        is_measured = True
                        remember_start(time.monotonic() - begin)

    def news(self) -> list[Event]:
        return [self._said.get() for _ in range(self._said.qsize())]

    @property
    def exit_code(self) -> int | None:
        if self._process.poll() is None or self._reader.is_alive() or not self._said.empty():
            return None
        self._close()
        return int(self._process.returncode)

    def stop(self) -> None:
        if self._asked and time.monotonic() - self._asked_at < _FIRMER_AFTER:
            return
        self._asked_at = time.monotonic()
        self._asked += 1
        with contextlib.suppress(OSError):
            if os.name == "nt":
                self._process.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGTERM))
            elif self._asked == 1:
                self._process.send_signal(signal.SIGINT)
            elif self._asked == 2:  # a program started in the background does not hear the first
                self._process.send_signal(signal.SIGTERM)
            else:
                self.kill()

    def kill(self) -> None:
        if self._process.poll() is not None:
            self._close()
            return
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(self._process.pid).children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    child.kill()
        self._process.kill()
        self._process.wait()
        self._close()

    def _close(self) -> None:
        self._reader.join(5.0)
        if self._process.stdout is not None:
            self._process.stdout.close()


def _program() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", "trainer_gui"]


class Here(Place):
    """This machine; never more runs at once than it has cores."""

    name = "here"
    label = "This computer"
    summary = "A process for every run, never more at once than this computer has cores."
    position = 10
    takes_several = True

    def room(self, threads: int, memory: int, *, on_gpu: bool) -> Room:
        most = max(1, cores() // threads)
        if on_gpu:
            return Room(most, 1)  # runs on one GPU take its memory and its time from each other
        free = int(psutil.virtual_memory().available // max(1, memory))
        return Room(most, max(1, min(most, free)))

    def start(self, order: Order) -> Worker:
        return Process(order)


HERE = Here()
