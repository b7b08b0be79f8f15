"""The mark that a process leaves on a run while it works on it, and whether that process is still there."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import psutil

_NEAR = 2.0  # seconds by which two looks at the beginning of one process may differ


def mark_of(number: int) -> str:
    """What tells the process of this number from every other, also from a later one with the same number."""
    return json.dumps(_about(number))


def is_alive(text: str) -> bool:
    """Whether the process that left this mark still runs on this machine; False for what is no mark."""
    with contextlib.suppress(ValueError, TypeError, psutil.Error):
        number, began, start = json.loads(text)
        _, really, here = _about(int(number))
        return bool(start == here and abs(really - float(began)) < _NEAR)
    return False


def _about(number: int) -> tuple[int, float, str]:
    """Its number, when it began, and which start of the machine that was; raises psutil.Error for none."""
    began = psutil.Process(number).create_time()
    if not psutil.LINUX:
        return number, began, ""
    # There a process is said to have begun at another time of day once the clock was set.
    start = ""
    with contextlib.suppress(OSError):
        start = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return number, began - psutil.boot_time(), start
