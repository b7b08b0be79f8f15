"""Refuses files that are made to fill the disk or the memory: a little of them unpacks to very much."""

from __future__ import annotations

import contextlib
import struct
import zipfile
from pathlib import Path

from trainer_gui.engine.problems import refuse

MOST = 100 * 10**9  # bytes that one file may hold when it is unpacked
_MANY_TIMES = 250  # as large as the compressed file, and
_LARGE = 256 << 20  # bytes: together they are not data
_FAULTS = (OSError, ValueError, OverflowError, RuntimeError, struct.error, zipfile.BadZipFile)


def refuse_bomb(path: Path, size: int, packed: int) -> None:
    """Raises UserError where so many bytes are too many, be they announced or there already."""
    if (size > _LARGE and size > _MANY_TIMES * packed) or size > MOST:
        raise refuse(
            "packed.bomb",
            "{name} is {packed} large and holds more than {size}: it looks made to fill the disk.",
            "If you trust it, unpack it with another program, and open what comes out.",
            field="data",
            name=path.name,
            packed=_in_bytes(packed),
            size=_in_bytes(min(size, MOST)),
        )


def refuse_swollen_zip(path: Path) -> None:
    """The same for what a document that is a ZIP archive inside, such as a workbook, says of its parts."""
    with contextlib.suppress(*_FAULTS):  # whoever reads it says it better
        with zipfile.ZipFile(path) as archive:
            announced = sum(each.file_size for each in archive.infolist())
        refuse_bomb(path, announced, path.stat().st_size)


def _in_bytes(size: int) -> str:
    for unit, many in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if size >= many:
            return f"{size / many:,.1f} {unit}"
    return f"{size} bytes"
