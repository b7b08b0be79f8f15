"""Reads pictures into the pixels that a model sees: from the cache, or decoded by several threads."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.column_steps.picture import PictureColumn, fitted_picture
from trainer_gui.engine.data.picture_cache import Shelf, identity, shelf_for
from trainer_gui.engine.data.picture_files import PictureFiles, threads
from trainer_gui.engine.data.picture_pack import NO_KEY, Pixels, Shape
from trainer_gui.engine.problems import Problem, UserError

if TYPE_CHECKING:
    from PIL.Image import Image

OpenPicture = Callable[[int], "Image"]

_FIRST_BLOCK = 8  # pictures that are read before the first word
_LARGEST_BLOCK = 4096
_BLOCK_BYTES = 32_000_000
_SOON, _LATE = 0.1, 0.3  # seconds that a block should take
_WORTH_A_THREAD = 0.0008  # seconds that a picture takes; quicker ones only stand in each other's way


@dataclass(frozen=True)
class Block:
    """Some pictures that were read: those of `places`, in their order; the others are broken."""

    places: tuple[int, ...]  # positions among the rows that were asked for
    pixels: Pixels  # uint8 [places, channels, height, width]
    keys: tuple[bytes, ...]  # what each can be found by in the cache
    fresh: tuple[bool, ...]  # whether it was decoded just now
    broken: tuple[Problem, ...]
    done: float  # share of all rows, 0 to 1


def shape_of(column: PictureColumn) -> Shape:
    """Channels, height, width."""
    return column.channels, column.height, column.width


def read_blocks(
    open_picture: OpenPicture, rows: Sequence[int] | NDArray[np.int64], column: PictureColumn
) -> Generator[Block, None, None]:
    """The pictures of these rows in order, a bounded number at a time.

    The pixels do not depend on the cache nor on the number of threads. Closing the iterator ends its threads.
    """
    with ExitStack() as stack:
        shelf = None
        if isinstance(open_picture, PictureFiles):
            shelf = shelf_for(open_picture.root, shape_of(column))
            if shelf is not None:
                stack.callback(shelf.close)
        reader = _Reader(open_picture, column, shelf, stack)
        largest = max(1, min(_LARGEST_BLOCK, _BLOCK_BYTES // int(np.prod(shape_of(column)))))
        size, start = min(_FIRST_BLOCK, largest), 0
        while start < len(rows):
            begin = time.perf_counter()
            block = reader.read(rows, start, min(start + size, len(rows)))
            taken = time.perf_counter() - begin
            start += size
            size = min(largest, 2 * size) if taken < _SOON else max(1, size // 2) if taken > _LATE else size
            yield block


class _Reader:
    """Reads one block after the other."""

    def __init__(
        self, open_picture: OpenPicture, column: PictureColumn, shelf: Shelf | None, stack: ExitStack
    ) -> None:
        self._open = open_picture
        self._column = column
        self._shelf = shelf
        self._stack = stack
        self._threads: ThreadPoolExecutor | None = None
        self._seconds = 0.0  # that decoding took, and how many pictures it were, by one thread
        self._decoded = 0

    def read(self, rows: Sequence[int] | NDArray[np.int64], start: int, end: int) -> Block:
        """The pictures from `start` to `end` of these rows."""
        wanted = [int(row) for row in rows[start:end]]
        pixels = np.empty((len(wanted), *shape_of(self._column)), dtype=np.uint8)
        keys = [NO_KEY] * len(wanted)
        there = np.zeros(len(wanted), dtype=bool)
        files = self._open if isinstance(self._open, PictureFiles) else None
        if self._shelf is not None and files is not None:
            keys = [identity(files.paths[row]) for row in wanted]
            there = self._shelf.fetch(keys, pixels)
        missing = np.flatnonzero(~there).tolist()
        broken: dict[int, Problem] = {}
        for place, found in zip(missing, self._decode([wanted[at] for at in missing]), strict=True):
            if isinstance(found, Problem):
                broken[place] = found
                continue
            pixels[place] = found
            if files is not None and keys[place] not in (NO_KEY, identity(files.paths[wanted[place]])):
                keys[place] = NO_KEY  # it changed while it was read
        good = [place for place in range(len(wanted)) if place not in broken]
        return Block(
            places=tuple(start + place for place in good),
            pixels=pixels if len(good) == len(wanted) else pixels[good],
            keys=tuple(keys[place] for place in good),
            fresh=tuple(not there[place] for place in good),
            broken=tuple(broken.values()),
            done=end / len(rows),
        )

    def _decode(self, rows: list[int]) -> list[Pixels | Problem]:
        if self._decoded < _FIRST_BLOCK or self._seconds < _WORTH_A_THREAD * self._decoded or threads() == 1:
            begin = time.thread_time()  # other programs on this computer do not count
            found = [self._one(row) for row in rows]
            self._seconds += time.thread_time() - begin
            self._decoded += len(rows)
            return found
        if self._threads is None:
            from PIL import Image as Pillow

            Pillow.init()  # not safe while several threads open pictures
            self._threads = self._stack.enter_context(ThreadPoolExecutor(threads(), "pictures"))
        return list(self._threads.map(self._one, rows))

    def _one(self, row: int) -> Pixels | Problem:
        try:
            return fitted_picture(self._open(row), self._column)
        except UserError as error:
            return error.problem
