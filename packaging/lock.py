"""Lets one process at a time into a piece of work; the lock ends with its process, however that ends."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PAUSE = 0.5  # seconds between two attempts


@contextmanager
def held(path: Path, waiting: str) -> Iterator[None]:
    """Holds the lock in the file `path`, after saying `waiting` once where it has to wait.

    Raises OSError where the file cannot be written.
    """
    with path.open("a", encoding="utf-8") as file:
        if not _taken(file.fileno()):
            print(waiting, flush=True)
            while not _taken(file.fileno()):
                time.sleep(PAUSE)
        yield


def _taken(number: int) -> bool:
    """Tries to take the lock of an open file, by its number."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
