"""How long a process takes on this machine until it trains, remembered from those that were started."""

from __future__ import annotations

import contextlib
import json
import statistics

from trainer_gui.engine.disk import write_atomically
from trainer_gui.engine.home import home

_GUESS = 6.0  # seconds, until one was measured; a small machine loads its libraries for so long
_KEPT = 9  # measurements


def seconds_to_start() -> float:
    """The median of the last few, or a guess where nothing was measured yet."""
    found = _measured()
    return statistics.median(found) if found else _GUESS


def remember_start(seconds: float) -> None:
    """Takes in how long a process took."""
    kept = [*_measured(), round(seconds, 3)][-_KEPT:]
    with contextlib.suppress(OSError):  # the guess does too
        home().mkdir(parents=True, exist_ok=True)
        write_atomically(home() / "starts.json", json.dumps(kept))


def _measured() -> list[float]:
    with contextlib.suppress(OSError, ValueError, TypeError):
        found = json.loads((home() / "starts.json").read_text(encoding="utf-8"))
        return [float(each) for each in found]
    return []
