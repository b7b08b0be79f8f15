"""Files that are written whole or not at all, and in words what goes wrong with them."""

import contextlib
import errno
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from trainer_gui.engine.problems import Problem, UserError, problem, refuse


def write_atomically(path: Path, content: bytes | str) -> None:
    """Writes a file whole or not at all, as `replacing` does; text is UTF-8. Raises OSError."""
    with replacing(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """An open temporary file beside `path`, which at the end is forced to disk and takes its place.

    Raises OSError; whatever is raised leaves the old file untouched and no temporary file behind.
    """
    # Not mkstemp, whose files nobody but their owner may read: a run or a table is there to be shared.
    temporary = path.with_name(f"{_beginning(path)}{os.getpid()}-{time.monotonic_ns()}")
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def remove_unfinished(path: Path) -> None:
    """Removes what a process that was killed while it wrote `path` has left beside it."""
    with contextlib.suppress(OSError):
        for each in path.parent.iterdir():
            if each.name.startswith(_beginning(path)):
                each.unlink(missing_ok=True)


def _beginning(path: Path) -> str:
    """Of the names of its temporary files."""
    return f".{path.name[:80]}."


def in_words(error: OSError, path: Path | None) -> Problem:
    """What went wrong with a file or folder, as a Problem."""
    where = str(error.filename or path or "")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return problem(
            "disk.full",
            "The disk is full, so {path} could not be written.",
            "Free some space, then resume the run: what was saved until now is kept.",
            path=where,
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return problem(
            "disk.no_permission",
            "Trainer may not write to {path}.",
            "Choose another folder, or ask whoever looks after this computer for write permission.",
            path=where,
        )
    return problem(
        "disk.error",
        "{path} could not be used: {reason}.",
        "Check that the disk is connected and the folder still exists.",
        path=where,
        reason=error.strerror or str(error),
    )


def not_saved(error: OSError, path: Path) -> UserError:
    """The refusal for a file that a person wanted to save and that could not be written."""
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return refuse(
            "disk.no_folder",
            "{path} cannot be written, because there is no such folder.",
            "Make the folder first, or choose another one.",
            field="out",
            path=str(path),
        )
    found = in_words(error, path)
    values = {**found.values, "path": str(path)}  # not the temporary file's
    message = found.message.replace(str(found.values["path"]), str(path))
    advice = found.advice
    if found.key == "disk.full" or error.errno == errno.EFBIG:
        advice = "Free some space or choose another disk, then save it again; nothing half-written was left."
    return UserError(
        found.model_copy(update={"message": message, "advice": advice, "values": values, "field": "out"})
    )
