"""The beginning of a long file as a file of its own, to try in a moment how it would be read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trainer_gui.engine.data.contents import LONG_HEAD, unreadable

_FEWEST_LINES = 20  # so that a table with very long lines has rows, too


@contextmanager
def excerpt_of(path: Path, size: int) -> Iterator[tuple[Path, bool]]:
    """A file of the same name with whole lines of about the first `size` bytes, or of more
    where lines are very long, and whether that is all.

    A file that is not longer stands for itself. Raises UserError where it cannot be read.
    """
    try:
        whole = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(size + 1)
            while len(start) > size and start.count(b"\n") < _FEWEST_LINES and len(start) < LONG_HEAD:
                more = file.read(size)
                if not more:
                    break
                start += more
    except OSError as error:
        raise unreadable(path, error) from error
    if len(start) <= size or len(start) == whole:
        yield path, True
        return
    with tempfile.TemporaryDirectory(prefix="trainer-preview-") as folder:
        copy = Path(folder) / path.name
        copy.write_bytes(start[: _end_of_lines(start)])
        yield copy, False


def _end_of_lines(start: bytes) -> int:
    """After the last whole line; where none ends, after an even number of bytes."""
    end = max(start.rfind(b"\n"), start.rfind(b"\r")) + 1
    if start[end : end + 1] == b"\0":  # the second half of a letter of two bytes
        end += 1
    return end or len(start) // 4 * 4
