"""A first pass over a file: its fingerprint, its beginning, and the encoding of its text."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from trainer_gui.engine.data.encoding import Watch
from trainer_gui.engine.problems import UserError, refuse

Report = Callable[[str, float | None], None]

HEAD = 256 * 1024
LONG_HEAD = 16 << 20  # bytes that are looked at where the lines of a table are very long
_FEW_LINES = 4
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Contents:
    """What one pass over a file shows."""

    path: Path
    size: int  # bytes
    digest: str  # hexadecimal blake2b of all bytes
    head: bytes  # the first HEAD bytes, or more where lines are very long
    encoding: str  # the best guess for a text, a codec name
    zeros: int  # zero bytes that no text would hold


def is_folder(location: str) -> bool:
    """Whether there is a folder; a name that no system can hold is none."""
    try:
        return bool(location.strip()) and Path(location).expanduser().is_dir()
    except (OSError, ValueError, RuntimeError):
        return False


def is_file(location: str) -> bool:
    """Whether there is a file; a name that no system can hold is none."""
    try:
        return bool(location.strip()) and Path(location).expanduser().is_file()
    except (OSError, ValueError, RuntimeError):
        return False


def is_special(location: str) -> bool:
    """Whether there is something that is neither a file nor a folder: a pipe, a device, a socket."""
    try:
        mode = Path(location).expanduser().stat().st_mode
    except (OSError, ValueError, RuntimeError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def no_plain_file(location: str) -> UserError:
    """The refusal for what has no end that could be waited for, or holds nothing of its own."""
    return refuse(
        "data.special",
        "{name} is not a plain file but a pipe, a device or the like.",
        "Save what comes out of it as a file, and open that.",
        field="data",
        name=Path(location).name or location,
    )


def opened_plainly(path: Path) -> BinaryIO:
    """The file, opened for bytes without ever waiting for it. Raises OSError where it is no plain file."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is not a plain file", str(path))
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


@dataclass(frozen=True)
class Stamp:
    """What changes about a file when somebody writes it."""

    size: int
    changed: int  # nanoseconds
    number: int

    @classmethod
    def of(cls, location: str) -> Stamp | None:
        """That of a plain file as it is now; None where there is none."""
        try:
            about = Path(location).expanduser().stat()
        except (OSError, ValueError, RuntimeError):
            return None
        return cls(about.st_size, about.st_mtime_ns, about.st_ino) if stat.S_ISREG(about.st_mode) else None


def looks_like_text(path: Path) -> bool:
    """Whether a file begins with several lines of text, and not as documents of other programs do."""
    try:
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError:
        return False
    plain = all(byte >= 32 or byte in b"\t\n\r\f" for byte in start)
    return plain and not start.startswith((b"%PDF", b"{\\rtf", b"<", b"%!PS")) and len(start.splitlines()) > 1


def file_at(location: str) -> Path:
    """The absolute path of a file that can be opened; raises UserError where there is none."""
    if is_folder(location):
        raise refuse(
            "data.is_folder",
            "{name} is a folder, not a file.",
            "Choose a file in it; pictures are opened as a folder with one sub-folder for each class.",
            field="data",
            name=Path(location).name,
        )
    if is_special(location):
        raise no_plain_file(location)
    if not is_file(location):
        raise refuse(
            "data.not_found",
            "There is no file at {path}.",
            "Check the name and where it lies.",
            field="data",
            path=location[:300],
        )
    return Path(location).expanduser().absolute()


def scan(path: Path, report: Report, *, text: bool = True) -> Contents:
    """Reads the whole file once, in pieces. `text` looks for the encoding too.

    Raises UserError where the file is empty, may not be read, or vanishes.
    """
    digest = hashlib.blake2b(digest_size=20)
    watch = Watch()
    head = b""
    seen = 0
    try:
        size = max(1, path.stat().st_size)
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                head = _grown(head, chunk)
                digest.update(chunk)
                if text:
                    watch.update(chunk)
                seen += len(chunk)
                report("Looking at the file", min(1.0, seen / size))
    except OSError as error:
        raise unreadable(path, error) from error
    if not seen:
        raise refuse(
            "data.empty_file",
            "{name} is empty.",
            "Choose another file, or save the data again from the program that it came from.",
            field="data",
            name=path.name,
        )
    return Contents(path, seen, digest.hexdigest(), head, watch.encoding() if text else "", watch.zeros)


def _grown(head: bytes, chunk: bytes) -> bytes:
    """The beginning of a file with the next bytes where they are needed to see a few whole lines."""
    if not head and _line_ends(chunk[:HEAD]) >= _FEW_LINES:
        return chunk[:HEAD]
    if len(head) < LONG_HEAD and _line_ends(head) < _FEW_LINES:
        return head + chunk
    return head


def _line_ends(text: bytes) -> int:
    return text.count(b"\n") or text.count(b"\r")


def unreadable(path: Path, error: OSError) -> UserError:
    """The refusal for a file that the system does not let us read."""
    if isinstance(error, PermissionError):
        return refuse(
            "data.no_permission",
            "{name} may not be read by this user.",
            "Change its permissions, or copy it to a folder of your own.",
            field="data",
            name=path.name,
        )
    if isinstance(error, FileNotFoundError):
        return refuse(
            "data.vanished",
            "{name} is no longer there.",
            "Put it back, or choose where it lies now.",
            field="data",
            name=path.name,
        )
    return refuse(
        "data.unreadable",
        "{name} could not be read: {reason}.",
        "Check that the disk or network drive is connected, then open it again.",
        field="data",
        name=path.name,
        reason=(error.strerror or str(error)).rstrip(".").lower(),
    )


def fingerprint(digest: str, options: dict[str, Any]) -> str:
    """The fingerprint of content that was read with these options: `blake2b:…`."""
    text = json.dumps([digest, options], sort_keys=True, ensure_ascii=True)
    return "blake2b:" + hashlib.blake2b(text.encode(), digest_size=20).hexdigest()
