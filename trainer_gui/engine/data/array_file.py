"""Reads NumPy's array files, after looking at what they claim to hold; nothing in them is ever run."""

from __future__ import annotations

import struct
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.contents import Report, unreadable
from trainer_gui.engine.problems import UserError, refuse

START = b"\x93NUMPY"
_LONGEST_HEADER = 1_000_000  # letters; a structured array may have many fields
_SHARE_OF_MEMORY = 0.4  # of what is free, since the table comes beside the arrays
# What damaged files make NumPy raise is not documented; these were seen, or are raised where it reads.
_FAULTS = (
    *(ValueError, EOFError, KeyError, IndexError, SyntaxError, TypeError, AttributeError, OverflowError),
    *(RecursionError, MemoryError, NotImplementedError, RuntimeError),
    *(zlib.error, struct.error, tokenize.TokenError, zipfile.BadZipFile),
)


@dataclass(frozen=True)
class Header:
    """What a file says of an array."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def bytes(self) -> int:
        """How much memory it takes."""
        return prod(self.shape) * self.dtype.itemsize


def read_arrays(path: Path, report: Report) -> tuple[dict[str, NDArray[Any]], list[str]]:
    """The arrays of a .npy or .npz file by name, and the names of those that hold Python objects.

    The array of a .npy file has the name "" and stays on the disk until it is used. Raises UserError where
    the file is damaged, claims more than it holds, or does not fit into memory.
    """
    with _in_words(path), path.open("rb") as file:
        if file.read(len(START)) == START:
            file.seek(0)
            header = _header(file)
            if header.dtype.hasobject:
                return {}, ["array"]
            if header.bytes > path.stat().st_size - file.tell():
                raise EOFError
            return {"": np.load(path, mmap_mode="r", allow_pickle=False, max_header_size=_LONGEST_HEADER)}, []
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            return _unpacked(path, archive, report)


def _unpacked(
    path: Path, archive: zipfile.ZipFile, report: Report
) -> tuple[dict[str, NDArray[Any]], list[str]]:
    headers: dict[str, Header] = {}
    objects: list[str] = []
    for info in archive.infolist():
        if not info.filename.endswith(".npy"):
            continue
        name = info.filename.removesuffix(".npy")
        with archive.open(info) as member:
            header = _header(member)
        if header.dtype.hasobject:
            objects.append(name)
            continue
        if header.bytes > info.file_size:
            raise EOFError
        headers[name] = header
    _must_fit(path, sum(each.bytes for each in headers.values()))
    arrays: dict[str, NDArray[Any]] = {}
    for place, name in enumerate(headers):
        report("Reading arrays", place / len(headers))
        with archive.open(name + ".npy") as member:
            arrays[name] = np.lib.format.read_array(
                member, allow_pickle=False, max_header_size=_LONGEST_HEADER
            )
    return arrays, objects


def _header(file: IO[bytes]) -> Header:
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(file, max_header_size=_LONGEST_HEADER)
    return Header(shape, dtype)


def _must_fit(path: Path, wanted: int) -> None:
    import psutil

    free = psutil.virtual_memory().available
    if wanted > _SHARE_OF_MEMORY * free:
        raise refuse(
            "numpy.too_large",
            "{name} unpacks to {wanted:.1f} GB, and this computer has {free:.1f} GB of free memory.",
            "Save fewer rows, or the inputs alone as an uncompressed .npy file.",
            field="data",
            name=path.name,
            wanted=wanted / 1e9,
            free=free / 1e9,
        )


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise unreadable(path, error) from error
    except _FAULTS as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> UserError:
    return refuse(
        "numpy.damaged",
        "{name} is not a file of NumPy arrays, or it is damaged.",
        "Write it again with numpy.save or numpy.savez.",
        field="data",
        name=path.name,
    )
