"""Lines at the end of a file, each written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_TAIL = 262_144  # bytes in which the last word of a run lies, its traceback included


def end_line(file: int) -> None:
    """Ends a line that a crash has cut off, so that the next word has one of its own. Raises OSError."""
    size = os.lseek(file, 0, os.SEEK_END)
    if size and os.lseek(file, size - 1, os.SEEK_SET) >= 0 and os.read(file, 1) != b"\n":
        os.write(file, b"\n")


def write_line(file: int, line: str) -> None:
    """Adds a line, in UTF-8. Raises OSError, with nothing of it left in the file."""
    data = line.encode() + b"\n"
    begin = os.lseek(file, 0, os.SEEK_END)
    try:
        if os.write(file, data) < len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError:
        with contextlib.suppress(OSError):
            os.ftruncate(file, begin)
        raise


def new_lines(file: BinaryIO) -> Iterator[bytes]:
    """What was added since the last look; a line that is still being written is left for the next one."""
    while line := file.readline():
        if not line.endswith(b"\n"):
            file.seek(-len(line), os.SEEK_CUR)
            return
        yield line


def last_lines(path: Path) -> Iterator[bytes]:
    """The last lines of a file, the very last first, as far back as a last word with its traceback reaches.

    Raises OSError.
    """
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
        yield from reversed(file.read().splitlines())
