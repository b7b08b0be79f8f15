"""Holds the computer's sleep off while a run is being trained, and never longer than this process lives."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from trainer_gui.engine.events import BatchesDone, Continued, Event, Paused, RunStarted

_INHIBITORS = ("systemd-inhibit", "elogind-inhibit")  # of Linux systems with and without systemd
_CONTINUOUS, _SYSTEM_REQUIRED = 0x80000000, 0x00000001  # of Windows' SetThreadExecutionState
_PATIENCE = 2.0  # seconds that the helper has to end


class Wakefulness:
    """Whether sleep is held off now, and why it cannot be where it cannot.

    `hold` and `release` must be called on the same thread, which Windows asks for. Elsewhere a helper of the
    system does it that ends by itself when this process does, whatever ends it.
    """

    def __init__(self, *, wanted: bool = True) -> None:
        self.wanted = wanted
        self.hindrance = ""  # why sleep could not be held off, in words; empty where it was
        self._helper: subprocess.Popen[bytes] | None = None
        self._is_told = False  # Windows

    def hold(self) -> None:
        """Holds sleep off from now on. What stands in the way is in `hindrance`, and never raised."""
        if not self.wanted or self._helper is not None or self._is_told:
            return
        self.hindrance = ""
        try:
            if sys.platform == "win32":
                self._tell_windows(_CONTINUOUS | _SYSTEM_REQUIRED)
                self._is_told = True
            else:
                self._helper = self._started()
        except (OSError, AttributeError) as error:
            self.hindrance = str(error)

    def release(self) -> None:
        """Lets the computer sleep again."""
        if self._is_told:
            self._tell_windows(_CONTINUOUS)
            self._is_told = False
        helper, self._helper = self._helper, None
        if helper is None:
            return
        if helper.poll():
            self.hindrance = _said_by(helper) or f"its helper ended with code {helper.returncode}"
        for pipe in (helper.stdin, helper.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        if sys.platform == "darwin":
            helper.terminate()
        try:
            helper.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            helper.kill()
            helper.wait()

    def look(self) -> None:
        """Finds out whether the helper has ended of itself; `hindrance` then says why."""
        if self._helper is not None and self._helper.poll():
            self.release()

    def _started(self) -> subprocess.Popen[bytes] | None:
        command = self._command()
        if command is None:
            return None
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,  # closed by the system when this process ends, which ends the helper
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl+C is for the run
        )

    def _command(self) -> list[str] | None:
        if sys.platform == "darwin":
            return ["caffeinate", "-i", "-w", str(os.getpid())]
        for name in _INHIBITORS:
            program, reader = shutil.which(name), shutil.which("cat")
            if program and reader:
                why = ("--what=sleep:idle", "--who=Trainer", "--why=A model is being trained", "--mode=block")
                return [program, *why, reader]
        self.hindrance = f"neither {' nor '.join(_INHIBITORS)} is installed"
        return None

    def _tell_windows(self, state: int) -> None:
        import ctypes

        windows: Any = ctypes
        windows.windll.kernel32.SetThreadExecutionState(state)


def _said_by(helper: subprocess.Popen[bytes]) -> str:
    with contextlib.suppress(OSError, ValueError):
        said = helper.stderr.read() if helper.stderr is not None else b""
        return said.decode("utf-8", "replace").strip().partition("\n")[0]
    return ""


def kept_awake(events: Iterator[Event], wakefulness: Wakefulness) -> Iterator[Event]:
    """Passes a run's events on and keeps the computer awake, but for the time in which the run is paused.

    Nothing is held any more once the stream is at its end or closed.
    """
    with contextlib.ExitStack() as ending:
        ending.callback(wakefulness.release)
        ending.callback(getattr(events, "close", _nothing_to_close))
        wakefulness.hold()
        for event in events:
            if isinstance(event, Paused):
                wakefulness.release()
            elif isinstance(event, Continued):
                wakefulness.hold()
            elif isinstance(event, RunStarted | BatchesDone):
                wakefulness.look()
            yield event


def _nothing_to_close() -> None:
    """For events that are no generator."""
