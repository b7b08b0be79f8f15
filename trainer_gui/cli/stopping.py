"""Ctrl+C and the request of the system to end, turned into a stop that keeps the best."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from trainer_gui.engine.control import Control

_NAMES = ("SIGINT", "SIGTERM", "SIGBREAK")  # the last one is Windows' Ctrl+Break
_FIRST_WORD = "\nStopping at the next batch; the best is kept. Once more stops at once.\n"
Handler = Callable[[int, FrameType | None], Any]


@contextlib.contextmanager
def interrupt_on_signal() -> Iterator[None]:
    """Within, every request to end raises KeyboardInterrupt at once."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with _handled(interrupt):
        yield


@contextlib.contextmanager
def stop_on_signal(control: Control) -> Iterator[None]:
    """Within, the first request to end asks the run to stop at the next batch, the second ends it at once."""

    def stop(number: int, frame: FrameType | None) -> None:
        if control.stop_wanted:
            raise KeyboardInterrupt
        control.stop(on_purpose=number == signal.SIGINT)
        # Written past Python's buffers: the handler may have come in the middle of a print.
        with contextlib.suppress(OSError, ValueError, AttributeError):
            os.write(sys.stderr.fileno(), _FIRST_WORD.encode("ascii"))

    with _handled(stop):
        yield


@contextlib.contextmanager
def _handled(handler: Handler) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may be told of signals
        return
    before: dict[signal.Signals, Any] = {}
    for name in _NAMES:
        number = getattr(signal, name, None)
        # One that is ignored was ignored on purpose, such as Ctrl+C by a job in the background.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)
