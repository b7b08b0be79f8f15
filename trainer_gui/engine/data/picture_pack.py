"""One file of decoded pictures on disk: written once, complete or worthless, and checked when it is read."""

from __future__ import annotations

import contextlib
import os
import struct
import time
import zlib
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.problems import UserError, refuse

Pixels = NDArray[np.uint8]
Shape = tuple[int, int, int]  # channels, height, width

KEY = 16  # bytes
NO_KEY = b"\0" * KEY  # of a picture that must be decoded again the next time
ENDING = ".pixels"
_FOOT = struct.Struct("<8sQI")  # magic, rows, checksum of the index
_CHECKED_AT_ONCE = 64_000_000  # bytes
_MAGIC = b"TGPIX\0\0\1"


class Pack:
    """Decoded pictures, uint8, one behind the other; behind them a key and a checksum for each.

    It holds nothing open but the file itself while it is used, so it may be deleted at any time.
    """

    def __init__(self, path: Path, shape: Shape, keys: bytes, sums: NDArray[np.uint32]) -> None:
        self.path = path
        self.shape = shape
        self.rows = len(sums)
        self._each = int(np.prod(shape))
        self._sums = sums
        self._file: BinaryIO | None = None
        self.slots: dict[bytes, int] = {}
        for row in range(self.rows):
            self.slots[keys[row * KEY : (row + 1) * KEY]] = row
        self.slots.pop(NO_KEY, None)

    @classmethod
    def at(cls, path: Path, shape: Shape) -> Pack | None:
        """The pack in a file; None where it is not there, incomplete, damaged, or of another shape."""
        try:
            with path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - _FOOT.size))
                magic, rows, checksum = _FOOT.unpack(file.read(_FOOT.size))
                pixels = rows * int(np.prod(shape))
                if magic != _MAGIC or size != pixels + rows * (KEY + 4) + _FOOT.size:
                    return None
                file.seek(pixels)
                index = file.read(rows * (KEY + 4))
        except (OSError, struct.error):
            return None
        if zlib.crc32(index) != checksum:
            return None
        sums = np.frombuffer(index, dtype="<u4", offset=rows * KEY).astype(np.uint32)
        return cls(path, shape, index[: rows * KEY], sums)

    def touch(self) -> None:
        """Says that it was used, so that it is not the first to go."""
        with contextlib.suppress(OSError):
            os.utime(self.path)

    def read(self, slots: Sequence[int], into: Pixels) -> NDArray[np.bool_]:
        """Copies these pictures [rows, channels, height, width]; says which of them are as they were written.

        It reads the file instead of mapping it, because a mapped file that somebody cuts short ends the
        program.
        """
        good = np.zeros(len(slots), dtype=bool)
        try:
            if self._file is None:
                self._file = self.path.open("rb", buffering=0)
            at = 0
            while at < len(slots):
                end = at + 1
                while end < len(slots) and slots[end] == slots[end - 1] + 1:
                    end += 1  # neighbours come in one piece
                self._file.seek(slots[at] * self._each)
                view = into[at:end].data.cast("B")
                have = 0
                while have < len(view) and (count := self._file.readinto(view[have:])):  # type: ignore[attr-defined]
                    have += count
                for row in range(at, at + have // self._each):
                    good[row] = zlib.crc32(into[row]) == self._sums[slots[row]]
                at = end
        except OSError:  # it has gone, or the disk has
            pass
        return good

    def check(self) -> Generator[float, None, bool]:
        """Reads all of it; yields the share that is done, and returns whether it is as it was written."""
        at_once = max(1, _CHECKED_AT_ONCE // self._each)
        pixels = np.empty((min(at_once, self.rows), *self.shape), dtype=np.uint8)
        for start in range(0, self.rows, at_once):
            slots = range(start, min(start + at_once, self.rows))
            if not self.read(slots, pixels[: len(slots)]).all():
                return False
            yield slots.stop / self.rows
        return True

    def mapped(self) -> Pixels:
        """All its pictures in memory that the system fills from the disk as needed. Raises OSError."""
        return mapped(self.path, self.rows, self.shape)

    def close(self) -> None:
        """Lets the file go."""
        if self._file is not None:
            self._file.close()
            self._file = None


def mapped(path: Path, rows: int, shape: Shape) -> Pixels:
    """The first pictures in a file [rows, channels, height, width]; writing to them changes no file."""
    if not rows:
        return np.empty((0, *shape), dtype=np.uint8)
    # "c" and not "r": torch takes no array that cannot be written.
    return np.asarray(np.memmap(path, dtype=np.uint8, mode="c", shape=(rows, *shape)))


class PackWriter:
    """Writes a pack. Until `finish` has returned, nobody takes what is in the file for a pack."""

    def __init__(self, path: Path, shape: Shape) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.shape = shape
        self.rows = 0
        self._keys = bytearray()
        self._sums: list[int] = []
        self._file: BinaryIO | None = path.open("xb", buffering=0)

    def add(self, keys: Sequence[bytes], pixels: Pixels) -> None:
        """Adds pictures [rows, channels, height, width]. Raises OSError where the disk is full."""
        assert self._file is not None
        assert pixels.shape[1:] == self.shape
        if not keys:
            return
        pixels = np.ascontiguousarray(pixels)
        self._write(pixels.data.cast("B"))
        self.rows += len(keys)
        self._keys += b"".join(keys)
        self._sums += [zlib.crc32(each) for each in pixels]

    def _write(self, content: memoryview) -> None:
        assert self._file is not None
        while len(content):  # a file without a buffer may take less than it was given
            content = content[self._file.write(content) :]

    def finish(self) -> None:
        """Makes it a pack. Raises OSError."""
        assert self._file is not None
        index = bytes(self._keys) + np.asarray(self._sums, dtype="<u4").tobytes()
        self._write(memoryview(index + _FOOT.pack(_MAGIC, self.rows, zlib.crc32(index))))
        os.fsync(self._file.fileno())
        self._file.close()
        self._file = None

    def written(self) -> Pixels:
        """What was added so far, read from the file again. Raises OSError."""
        with self.path.open("rb") as file:
            count = self.rows * int(np.prod(self.shape))
            pixels = np.fromfile(file, dtype=np.uint8, count=count)
        if len(pixels) < count:
            raise OSError("the file was cut short")
        return pixels.reshape(self.rows, *self.shape)

    def abandon(self) -> None:
        """Takes the file away again, whatever became of it."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)


def is_finished(path: Path) -> bool:
    """Whether a pack was written to its end."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _FOOT.size))
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def new_pack_path(folder: Path) -> Path:
    """A name that no other process takes."""
    return folder / f"{time.time_ns():x}-{os.getpid():x}{ENDING}"


def no_room(needed: int) -> UserError:
    """The refusal where pictures fit neither on the disk nor into memory; `needed` is in bytes."""
    return refuse(
        "pictures.no_room",
        "The pictures need {needed:.1f} GB once they are decoded, which neither the disk nor the memory has.",
        "Free some space on the disk, or train on fewer pictures.",
        field="data",
        needed=needed / 1e9,
    )
