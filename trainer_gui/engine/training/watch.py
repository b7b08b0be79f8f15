"""When a training speaks from within an epoch, and how it waits in a pause."""

from __future__ import annotations

import time
from collections.abc import Iterator

from trainer_gui.engine.control import Control
from trainer_gui.engine.events import Continued, Event, Paused
from trainer_gui.engine.training.checkpoint import Saver

_SAY_EVERY = 0.25  # seconds between two words


class Watch:
    """Tells how long an epoch has been busy, and when it is time for a word from within it.

    That time goes on from epoch to epoch, so that short epochs tell of their batches now and then too.
    """

    def __init__(self) -> None:
        self._begin = self._said = time.monotonic()

    def begin_epoch(self) -> None:
        """Counts the seconds of another epoch."""
        self._begin = time.monotonic()

    @property
    def busy(self) -> float:
        """Seconds since the epoch began, without pauses."""
        return time.monotonic() - self._begin

    def forget(self, seconds: float) -> None:
        """Leaves out a pause."""
        self._begin += seconds

    def says_it_is_time(self) -> bool:
        """Whether a quarter of a second has passed since it last said so."""
        now = time.monotonic()
        if now - self._said < _SAY_EVERY:
            return False
        self._said = now
        return True


def pause_until_told(saver: Saver, control: Control, watch: Watch) -> Iterator[Event]:
    """Saves, says that it waits, and does so until it may go on."""
    begin = time.monotonic()
    saver.now()
    yield Paused()
    control.wait_while_paused()
    yield Continued()
    watch.forget(time.monotonic() - begin)
