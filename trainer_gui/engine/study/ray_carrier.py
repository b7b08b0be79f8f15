"""Carries runs to the nodes of a Ray cluster and brings back what they say and what they leave."""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trainer_gui.engine.disk import in_words, write_atomically
from trainer_gui.engine.problems import Problem, UserError, problem, refuse
from trainer_gui.engine.recipe_file import recipe_from_toml
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.study.hand import goods_of, name_files_of
from trainer_gui.engine.study.parcel import pack, unpack
from trainer_gui.engine.study.place import Order
from trainer_gui.engine.study.ray_nodes import Cluster

Tell = Callable[[dict[str, Any]], None]
_STOPPED, _KILLED = 130, -9  # exit codes
_LISTEN = 1.0  # seconds in which a node waits for something to say
_END = 20.0  # seconds that a node has to end a process
_BRING = 60.0  # seconds at least between two times that the state of a run is brought home
_SHARE = 0.05  # of the time that may go into that


class Carrier:
    """Carries every run in a thread of its own, and tells what becomes of it."""

    def __init__(self, cluster: Cluster, files: str, tell: Tell) -> None:
        self.cluster, self.files, self.tell = cluster, files, tell
        self._journeys: dict[int, Journey] = {}

    def start(self, number: int, order: dict[str, Any]) -> None:
        """Begins with a run."""
        for name in ("recipe", "run", "words"):
            order[name] = Path(order[name])
        journey = Journey(self, number, Order(**order))
        self._journeys[number] = journey
        threading.Thread(target=journey.make, name=f"run {number}", daemon=True).start()

    def stop(self, number: int) -> None:
        """Asks a run to end and to keep the best."""
        self._journeys[number].stop()

    def kill(self, number: int) -> None:
        """Ends a run at once."""
        self._journeys[number].kill()

    def end(self) -> None:
        """Ends all that is under way."""
        for each in self._journeys.values():
            each.kill()
        with contextlib.suppress(Exception):
            self.cluster.ray.shutdown()


class Journey:
    """One run on its way to a node and home again."""

    def __init__(self, carrier: Carrier, number: int, order: Order) -> None:
        self.cluster, self.files, self._tell = carrier.cluster, carrier.files, carrier.tell
        self.ray = self.cluster.ray
        self.number, self.order = number, order
        self.recipe = recipe_from_toml(order.recipe.read_text(encoding="utf-8"), order.recipe.name)
        self._hand: Any = None
        self._shared = False  # whether the node works in the folder of the run itself
        self._brought_data = False
        self._began = self._ended = False
        self._wish: int | None = None  # how it ends because somebody wanted that
        self._lock = threading.Lock()

    def make(self) -> None:
        """From the start to the last word, whatever happens."""
        try:
            code = self._travel()
        except self.ray.exceptions.RayTaskError as error:
            self._end(lost=_reason(error.cause))
        except self.ray.exceptions.RayError as error:
            self._end(lost=_lost(error))
        except UserError as error:
            self._end(lost=error.problem)
        except OSError as error:
            self._end(lost=in_words(error, self.order.run))
        else:
            self._end(code=code)
        finally:
            self._let_go()

    def _end(self, **how: Any) -> None:
        with self._lock:
            if self._ended:
                return
            self._ended = True
        if self._wish is not None:
            how = {"code": self._wish}
        elif "lost" in how:
            how["lost"] = how["lost"].model_dump(mode="json")
        self._tell({"number": self.number, **how})

    def _travel(self) -> int:
        with self._lock:
            if self._wish is not None:
                return self._wish
            self._hand = self.cluster.hire(int(self.recipe.settings["threads"]) or 1)
        self._begin()
        due, code = time.monotonic() + _BRING, None
        while code is None:
            said, code = self.ray.get(self._hand.listen.remote(_LISTEN))
            if said:
                self._tell({"number": self.number, "said": said})
            if not self._shared and code is None and time.monotonic() > due:
                began = time.monotonic()
                self._bring_home()
                took = time.monotonic() - began
                due = time.monotonic() + max(_BRING, took / _SHARE)
        self._bring_home()
        return int(code)

    def _begin(self) -> None:
        goods = goods_of(self.recipe)
        beacon, word = self.order.words.with_name(f".beacon-{uuid.uuid4().hex}"), uuid.uuid4().hex
        write_atomically(beacon, word)
        try:
            disk, data, data_kept = self.ray.get(self._hand.sees.remote(beacon, word, goods))
        finally:
            beacon.unlink(missing_ok=True)
        if self.files == "shared" and not (disk and data):
            lacking = next((str(each) for each in goods.parts if disk), str(self.order.run))
            raise refuse(
                "ray.not_shared",
                "A computer of the cluster does not see {path} as this one does.",
                "See to it that the disk is connected there under the same path, or let the files be copied.",
                field="files",
                path=lacking,
            )
        copy = self.files == "copied"
        self._shared, self._brought_data = disk and not copy, bool(goods.parts) and (copy or not data)
        if self._brought_data and not data_kept:
            self._send(self._hand.take_data, goods, self.cluster.pieces_of(goods))
        if not self._shared and self.order.resume:
            pieces = [self.ray.put(each) for each in pack((self.order.run,), self.order.run)]
            self._send(self._hand.take_run, self.order.run.name, pieces)
        brought = goods if self._brought_data else None
        text = self.recipe.to_toml()
        self.ray.get(self._hand.begin.remote(self.order, text, brought, shared=self._shared))
        self._began = True

    def _send(self, take: Any, what: Any, pieces: list[Any]) -> None:
        self.ray.get(take.remote(what, pieces))

    def _bring_home(self) -> None:
        """The folder of the run, whole; where it lies on a shared disk it is there already."""
        if not self._shared:
            pieces = self.ray.get(self._hand.leave.remote())
            if not pieces:
                return
            unpack((self.ray.get(each) for each in pieces), self.order.run)
            words = self.ray.get(self._hand.words.remote())
            if words:
                self.order.words.write_text(words, encoding="utf-8")
        if self._brought_data and (self.order.run / "recipe.toml").exists():
            name_files_of(RunFolder(self.order.run), self.recipe)

    def stop(self) -> None:
        """Asks it to end; one that has not begun yet is not begun any more."""
        if self._began:
            self._hand.stop.remote()
        else:
            self._end_as(_STOPPED)

    def kill(self) -> None:
        """Ends it at once."""
        self._end_as(_KILLED)

    def _end_as(self, code: int) -> None:
        with self._lock:
            self._wish = code
        self._let_go()
        self._end()

    def _let_go(self) -> None:
        """Ends what is left of it on its node."""
        with self._lock:
            hand, self._hand = self._hand, None
        if hand is None:
            return
        with contextlib.suppress(self.ray.exceptions.RayError):
            if self._began:
                self.ray.get(hand.kill.remote(), timeout=_END)
        with contextlib.suppress(Exception):
            self.ray.kill(hand)


def _lost(error: Exception) -> Problem:
    last = str(error).strip().splitlines()
    return problem(
        "ray.node_lost",
        "A computer of the cluster was lost, or the process on it ({reason}).",
        "What was trained on it is trained again.",
        severity="caution",
        reason=type(error).__name__ + (f": {last[-1][:200].rstrip('.')}" if last else ""),
    )


def _reason(error: BaseException) -> Problem:
    """What went wrong on a node."""
    if isinstance(error, UserError):
        return error.problem
    if isinstance(error, OSError):
        return in_words(error, None)
    return problem(
        "ray.node_failed",
        "A computer of the cluster could not train ({reason}).",
        "See that the same Trainer is installed there.",
        reason=f"{type(error).__name__}: {error}",
    )
