"""Files and folders that travel to another machine and back, in pieces that any message can hold."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import uuid
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

_PIECE = 32 << 20  # bytes


def files_in(parts: Sequence[Path]) -> list[Path]:
    """Every file that is one of the parts or lies in one, each once and in a fixed order."""
    found: dict[Path, None] = {}
    for part in parts:
        inside = sorted(part.rglob("*")) if part.is_dir() else [part]
        found |= dict.fromkeys(each for each in inside if each.is_file())
    return list(found)


def mark_of_files(parts: Sequence[Path]) -> str:
    """What tells files from others without reading them: their names, sizes and times; "" for none."""
    about = [(str(each), each.stat()) for each in files_in(parts)]
    lines = "".join(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n" for name, found in about)
    digest = hashlib.blake2b(lines.encode("utf-8", "surrogateescape"), digest_size=16)
    return digest.hexdigest() if lines else ""


def root_of(parts: Sequence[Path]) -> Path:
    """The folder below which all of the parts lie."""
    return Path(os.path.commonpath([each.parent for each in parts]))


def pack(parts: Sequence[Path], root: Path) -> Iterator[bytes]:
    """The files in pieces, named as they are seen from `root`. Raises OSError.

    One that is gone since it was listed is left out: a run that is being trained replaces its own.
    """
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", strict_timestamps=False) as archive:
            for each in files_in(parts):
                try:
                    archive.write(each, each.relative_to(root).as_posix())
                except FileNotFoundError:
                    continue
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def unpack(pieces: Iterable[bytes], folder: Path) -> None:
    """Puts packed files into `folder`, which is replaced as a whole or stays as it is. Raises OSError."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    new, old = (folder.with_name(f".{folder.name}.{uuid.uuid4().hex}.{what}") for what in ("new", "old"))
    try:
        with tempfile.TemporaryFile(dir=folder.parent) as file:
            for piece in pieces:
                file.write(piece)
            file.seek(0)
            new.mkdir()
            with zipfile.ZipFile(file) as archive:
                archive.extractall(new)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    finally:
        for each in (new, old):
            shutil.rmtree(each, ignore_errors=True)
