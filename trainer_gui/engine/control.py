"""Stop and pause, asked for from any thread and obeyed at the next batch."""

import threading


class Control:
    """The wishes of whoever watches a run; thread-safe, and a stop always wins over a pause."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._go_on = threading.Event()
        self._go_on.set()
        self._on_purpose = True

    def stop(self, *, on_purpose: bool = True) -> None:
        """Asks the run to end at the next batch and to keep the best.

        Not on purpose is a stop because the window closes or the system ends the program. The first word
        counts.
        """
        if not self._stop.is_set():
            self._on_purpose = on_purpose
        self._stop.set()
        self._go_on.set()

    def pause(self) -> None:
        """Asks the run to wait at the next batch."""
        if not self._stop.is_set():
            self._go_on.clear()

    def resume(self) -> None:
        """Lets a waiting run go on."""
        self._go_on.set()

    @property
    def stop_wanted(self) -> bool:
        """Whether the run should end."""
        return self._stop.is_set()

    @property
    def stopped_on_purpose(self) -> bool:
        """Whether it is the run that somebody wanted to stop, and not the program."""
        return self._on_purpose

    @property
    def pause_wanted(self) -> bool:
        """Whether the run should wait."""
        return not self._go_on.is_set()

    def wait_while_paused(self) -> None:
        """Blocks the caller until resume or stop is asked for."""
        self._go_on.wait()
