"""Files that are written whole or not at all, and in words what goes wrong with them."""

import errno
import os
import tempfile
from pathlib import Path

from trainer_gui.engine.problems import Problem, problem


def write_atomically(path: Path, content: bytes | str) -> None:
    """Writes a temporary file beside `path`, forces it to disk, and renames it; text is UTF-8.

    Raises OSError, with the old file untouched and no temporary file left.
    """
    data = content.encode() if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


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
