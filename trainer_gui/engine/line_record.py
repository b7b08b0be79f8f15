"""Lines at the end of a file, each written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os


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
