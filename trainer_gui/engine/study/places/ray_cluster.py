"""A Ray cluster: its nodes train the runs, and what they say and leave comes back."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from enum import StrEnum
from pathlib import Path
from typing import Any

from trainer_gui.engine.events import Event, from_json
from trainer_gui.engine.extras import must_be_installed
from trainer_gui.engine.problems import Problem, UserError, problem, refuse
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.settings import Settings, setting
from trainer_gui.engine.study.place import Order, Place, Room, Worker
from trainer_gui.engine.surroundings import surroundings

_MOST = 1024  # runs; those for which there is no room wait in the cluster's own queue
_KILL = 30.0  # seconds until it is known that a run has ended
_CLOSE = 10.0  # seconds
_ASK_EVERY = 1.0  # seconds between two wishes to end
_LIMITS = {  # without them Ray takes two minutes to say that nobody answers
    "RAY_NUM_REDIS_GET_RETRIES": "1",
    "RAY_py_gcs_connect_timeout_s": "15",
    "RAY_USAGE_STATS_ENABLED": "0",
}


class Files(StrEnum):
    """How the nodes get at files."""

    FOUND = ""
    COPIED = "copied"
    SHARED = "shared"


class RaySettings(Settings):
    """Which cluster, and how it is used."""

    address: str = setting(
        "auto",
        label="Address",
        help="The head's name and port, such as head.example.org:6379, from a computer of the cluster; "
        "ray://head.example.org:10001 from any other. “auto” finds a cluster that this computer is part of.",
    )
    token_file: str = setting(
        "",
        label="Token file",
        help="A file that holds the cluster's token and that only you can read. Left empty, it is the one "
        "that Ray knows: RAY_AUTH_TOKEN, RAY_AUTH_TOKEN_PATH, or .ray/auth_token in your home.",
    )
    gpus: int = setting(
        0,
        label="GPUs for each run",
        help="How many GPUs of the cluster a run gets. With 0 it trains on processor cores.",
        minimum=0,
        maximum=8,
        unit="GPUs",
    )
    files: Files = setting(
        Files.FOUND,
        label="Files",
        help="Whether data and runs are copied to the cluster and back, or lie on a disk that all of its "
        "computers see under the same path. Left empty, it is found out.",
        labels={"": "Find out", "copied": "Copy them", "shared": "They are on a shared disk"},
        advanced=True,
    )


class RemoteRun(Worker):
    """A run on some node, seen from here."""

    def __init__(self, messenger: Messenger, number: int, order: Order) -> None:
        self._messenger, self._number, self._order = messenger, number, order
        self._said: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._code: int | None = None
        self._lost: Problem | None = None
        self._asked = -_ASK_EVERY
        self.over = threading.Event()

    def hear(self, word: dict[str, Any]) -> None:
        """Takes in what the messenger says of it, from the messenger's thread."""
        for line in word.get("said", ()):
            with contextlib.suppress(ValueError):
                self._said.put(from_json(line))
        if "lost" in word:
            self._lost = Problem.model_validate(word["lost"])
        if "lost" in word or "code" in word:
            self._code = word.get("code", 1)
            self.over.set()

    def news(self) -> list[Event]:
        return [self._said.get() for _ in range(self._said.qsize())]

    @property
    def exit_code(self) -> int | None:
        if not self.over.is_set() or not self._said.empty():
            return None
        # A process that has lost its node may need a moment to notice; until then its folder is its own.
        if self._lost is not None and RunFolder(self._order.run).is_live:
            return None
        return self._code

    @property
    def lost(self) -> Problem | None:
        return self._lost

    def stop(self) -> None:
        now = time.monotonic()
        if not self.over.is_set() and now - self._asked > _ASK_EVERY:
            self._asked = now
            self._messenger.say({"do": "stop", "number": self._number})

    def kill(self) -> None:
        if not self.over.is_set():
            self._messenger.say({"do": "kill", "number": self._number})
            self.over.wait(_KILL)


class Messenger:
    """A process that speaks with the cluster. Raises UserError where there is no connection to be had."""

    def __init__(self, chosen: RaySettings) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "trainer_gui.engine.study.ray_messenger"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_surroundings(chosen),
            start_new_session=os.name != "nt",  # so that Ctrl+C reaches the study alone
            creationflags=int(getattr(subprocess, "CREATE_NO_WINDOW", 0)),
        )
        self._runs: dict[int, RemoteRun] = {}
        self._lock = threading.Lock()
        wish = {"address": chosen.address.strip(), "gpus": chosen.gpus, "files": chosen.files.value}
        self.say(wish)
        assert self._process.stdout is not None
        first = self._process.stdout.readline()
        told: dict[str, Any] = json.loads(first) if first else {"refused": _gone().model_dump(mode="json")}
        if "refused" in told:
            self.close()
            raise UserError(Problem.model_validate(told["refused"]))
        self.nodes: list[dict[str, Any]] = told["nodes"]
        self._reader = threading.Thread(target=self._read, name="reading the cluster", daemon=True)
        self._reader.start()

    def say(self, word: dict[str, Any]) -> None:
        """Tells the process what to do; nothing happens where it has ended."""
        assert self._process.stdin is not None
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._process.stdin.write(json.dumps(word).encode() + b"\n")
            self._process.stdin.flush()

    @property
    def is_there(self) -> bool:
        """Whether there is still a connection."""
        return self._process.poll() is None

    def start(self, order: Order) -> RemoteRun:
        """Sends a run on its way."""
        run = RemoteRun(self, len(self._runs), order)
        self._runs[len(self._runs)] = run
        about = {
            "recipe": str(order.recipe),
            "run": str(order.run),
            "words": str(order.words),
            "name": order.name,
            "resume": order.resume,
        }
        self.say({"do": "start", "number": len(self._runs) - 1, "order": about})
        return run

    def _read(self) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(OSError, ValueError):
            for line in self._process.stdout:
                word = json.loads(line)
                self._runs[word["number"]].hear(word)
        for run in list(self._runs.values()):
            if not run.over.is_set():
                run.hear({"lost": _gone().model_dump(mode="json")})

    def close(self) -> None:
        """Ends the process, and with it all that is left on the cluster."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(_CLOSE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if hasattr(self, "_reader"):
            self._reader.join(_CLOSE)
        self._process.stdout.close()


def _gone() -> Problem:
    return problem(
        "ray.connection_lost",
        "The connection to the Ray cluster was lost.",
        "What was under way is begun again, once the cluster answers.",
        severity="caution",
    )


def _surroundings(chosen: RaySettings) -> dict[str, str]:
    found = {**_LIMITS, **surroundings()}
    if chosen.token_file.strip():
        found.pop("RAY_AUTH_TOKEN", None)
        found |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN_PATH": str(_token_file(chosen))}
    elif {"RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"} & found.keys() or _usual_token().exists():
        found.setdefault("RAY_AUTH_MODE", "token")
    return found


def _usual_token() -> Path:
    return Path.home() / ".ray" / "auth_token"


def _token_file(chosen: RaySettings) -> Path:
    """The file of the token. Raises UserError where it cannot be read, or holds none."""
    path = Path(chosen.token_file.strip()).expanduser().resolve()
    try:
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        found = ""
    if not found:
        raise refuse(
            "ray.no_token",
            "There is no token in {path}.",
            "On the cluster's head, “ray get-auth-token” shows the token; keep it in a file of its own.",
            field="token_file",
            path=str(path),
        )
    return path


class RayCluster(Place):
    """A Ray cluster; as many runs at once as its nodes have room for."""

    name = "ray"
    label = "A Ray cluster"
    summary = "The computers of a Ray cluster, wherever it is; data and runs are copied where need be."
    position = 30
    settings = RaySettings
    chosen = RaySettings()
    extra = "ray"
    needs = ("ray",)
    _messenger: Messenger | None = None

    def _connected(self) -> Messenger:
        assert isinstance(self.chosen, RaySettings)
        if self.chosen.address.strip().startswith("ray://"):
            purpose = "Reaching a Ray cluster from outside"
            must_be_installed("place.extra_missing", purpose, ("grpc",), self.extra, field="place")
        if self._messenger is not None and not self._messenger.is_there:
            self.close()
        if self._messenger is None:
            self._messenger = Messenger(self.chosen)
        return self._messenger

    def room(self, threads: int, memory: int, *, on_gpu: bool) -> Room:
        assert isinstance(self.chosen, RaySettings)
        nodes = self._connected().nodes
        slots = [each["cpus"] // threads for each in nodes]
        if self.chosen.gpus:
            slots = [
                min(each["gpus"] // self.chosen.gpus, slot) for each, slot in zip(nodes, slots, strict=True)
            ]
        if nodes and not sum(slots):
            raise refuse(
                "ray.too_small",
                "No computer of the cluster has the {threads} processor cores and {gpus} GPUs of a run.",
                "Choose fewer threads or GPUs for each run, or another cluster.",
                field="gpus" if self.chosen.gpus else "threads",
                threads=threads,
                gpus=self.chosen.gpus,
            )
        return Room(_MOST, max(1, sum(slots)))

    def start(self, order: Order) -> Worker:
        return self._connected().start(order)

    def close(self) -> None:
        messenger, self._messenger = self._messenger, None
        if messenger is not None:
            messenger.close()


RAY = RayCluster()
