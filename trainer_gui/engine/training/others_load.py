"""How busy the machine is with other programs."""

from __future__ import annotations

import time

import psutil


class OthersLoad:
    """How much of all cores other programs use, from its making on."""

    def __init__(self) -> None:
        self._begin = self._now()

    def _now(self) -> tuple[float, float, float]:
        times = psutil.cpu_times()
        idle = times.idle + getattr(times, "iowait", 0.0)
        return time.perf_counter(), idle, time.process_time()

    @property
    def share(self) -> float:
        """From 0 to 1."""
        (began, idle, own), (now, later_idle, later_own) = self._begin, self._now()
        whole = (now - began) * (psutil.cpu_count() or 1)
        return min(1.0, max(0.0, (whole - (later_idle - idle) - (later_own - own)) / max(whole, 1e-9)))
