"""States on disk from which a training can go on, written beside the training and not within it."""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections.abc import Callable
from pathlib import Path
from pickle import UnpicklingError
from types import TracebackType
from typing import Any, Self

import torch
from torch import Tensor

from trainer_gui.engine.disk import remove_unfinished, replacing
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.training.weights import save_weights

_AT_LEAST = 1.0  # seconds between two states, however little they cost
_AT_MOST = 30.0  # seconds from one state to the next, however much they cost
_TAKES = 0.5  # of the speed of a training, while a thread beside it writes a state
_SHARE = 0.03  # of its time that a training may lose to states, where that leaves one every half minute

# What a damaged archive raises while it is unpacked.
_DAMAGES = (OSError, EOFError, RuntimeError, ValueError, KeyError, TypeError, AttributeError, UnpicklingError)

Snapshot = dict[str, Any]  # plain values and tensors that nobody changes any more


def earlier(path: Path) -> Path:
    """Where the state before the last one lies: what to go back to should the last one be damaged."""
    return path.with_name(f"{path.stem}-earlier{path.suffix}")


def frozen(value: Any) -> Any:
    """A copy on the CPU of all tensors in nested dictionaries and lists, which later steps leave alone."""
    if isinstance(value, Tensor):
        return value.detach().to("cpu", copy=True)
    if isinstance(value, dict):
        return {key: frozen(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [frozen(each) for each in value]
    return value


def write_state(path: Path, state: Snapshot) -> None:
    """Writes a state whole or not at all and keeps the one before. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.replace(earlier(path))
    # Straight into the file: gathered in memory first, it would cost twice the time and three times the room.
    with replacing(path) as file:
        try:
            torch.save(state, file)
        except RuntimeError as error:  # with which torch hides what the disk said
            if isinstance(error.__context__, OSError):
                raise error.__context__ from None
            raise


def read_state(path: Path) -> Snapshot:
    """The last state, or the one before where that is damaged or gone. Raises UserError for none."""
    found = False
    for each in (path, earlier(path)):
        try:
            state: Snapshot = torch.load(each, map_location="cpu", weights_only=True)
        except FileNotFoundError:
            continue
        except _DAMAGES:
            found = True
            continue
        return state
    if found:
        raise damaged()
    raise refuse(
        "run.no_state",
        "This run has no saved state from which it could go on.",
        "Repeat it from the start instead: the same seed gives the same curve.",
    )


def damaged() -> Exception:
    """The refusal for a state that cannot be used."""
    return refuse(
        "run.state_damaged",
        "The saved state of this run is damaged, so it cannot go on from there.",
        "Repeat it from the start instead; the best model that was kept can still be used.",
    )


class Saver:
    """Decides when the state is written and writes it in a thread of its own; leave it with `with`.

    A state is taken at the end of the first epoch, and of every later one that ends a second after the last
    state or, where that would cost the training more than 3 % of its time, as much later as it takes; and
    always when the last one is 30 seconds old, within an epoch too. What is lost at most is what was
    computed since: 30 seconds, or one batch where that takes longer, and the time until the disk has a state.
    A disk that takes longer than 30 seconds is not waited for: the next state is taken when it is done.

    What it costs is the time to copy the state and half the time to write it: beside a writing thread a
    training on two busy cores was measured to run at half its speed. A state every 30 seconds was within 3 %
    up to some 400 MB (25 million parameters), on the same cores with much else to do up to 150 MB. What the
    disk refuses is raised, as OSError, in the training's own thread at the next call.
    """

    def __init__(
        self, state: Path, weights: Path, take: Callable[[], Snapshot], *, writes: bool = True
    ) -> None:
        self._writes = writes  # of several processes that train together only one does
        self._state = state
        self._weights = weights
        self._take = take
        self._last = -math.inf  # when a state was taken
        self._cost = 0.0  # seconds that the last one took from the training, at most
        self._error: BaseException | None = None
        self._thread: threading.Thread | None = None
        self._best_written = -1
        self.is_ahead = False  # of what was told: a state of an epoch that nobody has recorded is not written

    def __enter__(self) -> Self:
        if self._writes:
            for each in (self._state, self._weights):
                remove_unfinished(each)
        self._last = time.monotonic() - _AT_MOST  # so that the first epoch's end is saved
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What ends the program at once may come in the middle of a step, half of which would be saved.
        is_whole = isinstance(error, Exception | GeneratorExit) and not self.is_ahead
        if is_whole and not isinstance(error, OSError):
            with contextlib.suppress(OSError, RuntimeError, MemoryError):  # the error itself is what counts
                self.now()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def after_epoch(self) -> None:
        """Between two epochs, once the last one was told: saves unless that was done a moment ago."""
        self.is_ahead = False
        if time.monotonic() - self._last >= min(_AT_MOST, max(_AT_LEAST, self._cost / _SHARE)):
            self._begin()

    def within_epoch(self) -> None:
        """Between two batches: saves where the last state is half a minute old."""
        if time.monotonic() - self._last >= _AT_MOST:
            self._begin()

    def now(self) -> None:
        """Saves and waits until that is done."""
        if not self._writes:
            return
        self._finish()
        self._write(self._taken())
        self._raise()

    def forget_earlier(self) -> None:
        """Thins out what a finished run no longer needs."""
        if self._writes:
            earlier(self._state).unlink(missing_ok=True)

    def _begin(self) -> None:
        if not self._writes or (self._thread is not None and self._thread.is_alive()):
            return
        self._finish()
        args = (self._taken(),)
        self._thread = threading.Thread(target=self._write, args=args, name="saving", daemon=True)
        self._thread.start()

    def _taken(self) -> Snapshot:
        self._last = time.monotonic()
        snapshot = self._take()
        self._cost = time.monotonic() - self._last
        return snapshot

    def _finish(self) -> None:
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._raise()

    def _raise(self) -> None:
        error, self._error = self._error, None
        if error is not None:
            raise error

    def _write(self, snapshot: Snapshot) -> None:
        begin = time.monotonic()
        try:
            self._write_weights(snapshot)
            write_state(self._state, snapshot)
        except (OSError, RuntimeError, MemoryError) as error:  # handed over to the training's own thread
            self._error = error
        self._cost += _TAKES * (time.monotonic() - begin)

    def _write_weights(self, snapshot: Snapshot) -> None:
        best = snapshot["counts"][2]
        self._weights.parent.mkdir(parents=True, exist_ok=True)
        if not best or best != self._best_written or not self._weights.exists():
            save_weights(self._weights, snapshot["best_weights" if best else "network"])
            self._best_written = best
