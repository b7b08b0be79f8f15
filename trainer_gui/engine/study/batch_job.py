"""What a job of a batch system does on its node: it trains one run, and talks through files alone."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace
from pathlib import Path

from trainer_gui.engine.disk import write_atomically
from trainer_gui.engine.study.place import Order
from trainer_gui.engine.study.places.here import Process

STOP, KILL = "stop", "kill"
_LOOK_EVERY = 0.2  # seconds


def wish_of(order: Order) -> Path:
    """The file that says whether the run is to end."""
    return order.words.with_suffix(".wish")


def code_of(order: Order) -> Path:
    """The file that holds the exit code, once there is one."""
    return order.words.with_suffix(".code")


def carry_out(order: Order) -> int:
    """Trains the run of the order to its end, and gives the exit code, which is written down as well."""
    process = Process(replace(order, keep_awake=False))
    try:
        while (code := process.exit_code) is None:
            process.news()  # it is on disk as well
            wish = ""
            with contextlib.suppress(OSError):
                wish = wish_of(order).read_text(encoding="ascii")
            if wish == STOP:
                process.stop()
            elif wish == KILL:
                process.kill()
                process.news()
            time.sleep(_LOOK_EVERY)
        write_atomically(code_of(order), str(code))
    finally:
        process.kill()
    return code
