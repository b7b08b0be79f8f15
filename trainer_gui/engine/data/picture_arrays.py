"""All pictures of one part in one array: in memory, or on disk and mapped where they are too many."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.column_steps.picture import PictureColumn
from trainer_gui.engine.data.picture_cache import (
    identity,
    limit,
    scratch_folder,
    shelf_folder,
    shelf_for,
    writer_for,
)
from trainer_gui.engine.data.picture_files import PictureFiles
from trainer_gui.engine.data.picture_pack import NO_KEY, PackWriter, Pixels, mapped, no_room
from trainer_gui.engine.data.picture_reading import Block, OpenPicture, read_blocks, shape_of
from trainer_gui.engine.problems import Problem, problem

MOST_IN_MEMORY = 10**9  # bytes of one part; more lies on disk and is mapped
_SHARE_OF_MEMORY = 0.7  # of what is free, where the disk has no room


@dataclass(frozen=True)
class PicturesRead:
    """The pictures of a part, without those that are broken."""

    pixels: Pixels  # uint8 [good, channels, height, width]
    good: NDArray[np.int64]  # positions among the rows that were asked for
    broken: tuple[Problem, ...]
    notes: tuple[Problem, ...]  # what could not be kept


def read_pictures(
    open_picture: OpenPicture, rows: Sequence[int] | NDArray[np.int64], column: PictureColumn
) -> Generator[float, None, PicturesRead]:
    """Reads all of them; yields the share that is done, and returns the pictures.

    What is decoded is kept in the cache where it can be. Raises UserError where there is no room for them.
    """
    whole = len(rows) * int(np.prod(shape_of(column)))
    if whole > MOST_IN_MEMORY:
        found = yield from _mapped_again(open_picture, rows, column)
        if found is not None:
            return found
    with ExitStack() as stack:
        sink = (_OnDisk if whole > MOST_IN_MEMORY else _InMemory)(open_picture, len(rows), column)
        stack.callback(sink.give_up)
        good: list[int] = []
        broken: list[Problem] = []
        for block in stack.enter_context(closing(read_blocks(open_picture, rows, column))):
            sink.add(block)
            good += block.places
            broken += block.broken
            yield block.done
        pixels = sink.finish()
        return PicturesRead(pixels, np.array(good, dtype=np.int64), tuple(broken), tuple(sink.notes))


def _mapped_again(
    open_picture: OpenPicture, rows: Sequence[int] | NDArray[np.int64], column: PictureColumn
) -> Generator[float, None, PicturesRead | None]:
    """What an earlier run left on disk, where it holds just these pictures in this order."""
    shelf = None
    if isinstance(open_picture, PictureFiles):
        shelf = shelf_for(open_picture.root, shape_of(column))
    if shelf is None:
        return None
    assert isinstance(open_picture, PictureFiles)
    with closing(shelf):
        pack = shelf.pack_of([identity(open_picture.paths[int(row)]) for row in rows])
        if pack is None or not (yield from pack.check()):
            return None
        try:
            return PicturesRead(pack.mapped(), np.arange(len(rows), dtype=np.int64), (), ())
        except OSError:
            return None


class _InMemory:
    """Pictures in memory; those that were decoded just now are kept in the cache on the way."""

    def __init__(
        self, open_picture: OpenPicture, rows: int, column: PictureColumn, *, keeps: bool = True
    ) -> None:
        self.notes: list[Problem] = []
        self._shape = shape_of(column)
        self._files = open_picture if isinstance(open_picture, PictureFiles) else None
        self._pixels = np.empty((rows, *self._shape), dtype=np.uint8)
        self._have = 0
        self._writer: PackWriter | None = None
        self._keeps = keeps and self._files is not None and limit() > 0

    def add(self, block: Block) -> None:
        """Takes in the pictures of a block."""
        self._pixels[self._have : self._have + len(block.places)] = block.pixels
        self._have += len(block.places)
        new = [at for at, key in enumerate(block.keys) if block.fresh[at] and key != NO_KEY]
        if new and self._keeps:
            try:
                self._keep([block.keys[at] for at in new], block.pixels[new])
            except OSError as error:
                self._keeps = False
                self.give_up()
                self.notes.append(_not_kept(error))

    def _keep(self, keys: list[bytes], pixels: Pixels) -> None:
        assert self._files is not None
        if self._writer is None:
            rows = len(self._pixels) - self._have + len(keys)
            self._writer = writer_for(shelf_folder(self._files.root, self._shape), self._shape, rows)
        if self._writer is None:
            self._keeps = False
            self.notes.append(_not_kept(None))
        else:
            self._writer.add(keys, pixels)

    def take_back(self, writer: PackWriter) -> None:
        """Takes in what was written to disk so far. Raises UserError where it cannot be read any more."""
        try:
            written = writer.written()
        except OSError as error:
            raise no_room(self._pixels.nbytes) from error
        self._pixels[: len(written)] = written
        self._have = len(written)

    def finish(self) -> Pixels:
        """All of them, uint8 [rows, channels, height, width]."""
        if self._writer is not None:
            try:
                self._writer.finish()
                self._writer = None
            except OSError as error:
                self.notes.append(_not_kept(error))
        return self._pixels[: self._have]

    def give_up(self) -> None:
        """Leaves nothing unfinished behind."""
        if self._writer is not None:
            self._writer.abandon()
            self._writer = None


class _OnDisk:
    """Pictures on disk, of which only those in use are in memory.

    They are written to the file and mapped afterwards, because writing to a mapped file on a full disk ends
    the program. Where the disk has no room they go into memory after all, if they fit.
    """

    def __init__(self, open_picture: OpenPicture, rows: int, column: PictureColumn) -> None:
        self.notes: list[Problem] = []
        self._opening = (open_picture, rows, column)
        self._shape = shape_of(column)
        self._bytes = rows * int(np.prod(self._shape))
        self._memory: _InMemory | None = None
        self._writer: PackWriter | None = None
        self._is_scratch = not isinstance(open_picture, PictureFiles) or self._bytes > limit()
        folder = scratch_folder()
        if isinstance(open_picture, PictureFiles):
            folder = shelf_folder(open_picture.root, self._shape)
        try:
            self._writer = writer_for(folder, self._shape, rows, may_exceed=True)
        except OSError as error:
            self._go_to_memory(error)
        else:
            if self._writer is None:
                self._go_to_memory(None)

    def add(self, block: Block) -> None:
        """Takes in the pictures of a block."""
        if self._memory is None:
            assert self._writer is not None
            try:
                self._writer.add(block.keys, block.pixels)
                return
            except OSError as error:
                self._go_to_memory(error)
        assert self._memory is not None
        self._memory.add(block)

    def _go_to_memory(self, error: OSError | None) -> None:
        import psutil

        if self._bytes > _SHARE_OF_MEMORY * psutil.virtual_memory().available:
            raise no_room(self._bytes)
        self.notes.append(_not_kept(error))
        self._memory = _InMemory(*self._opening, keeps=False)
        if self._writer is not None and self._writer.rows:
            self._memory.take_back(self._writer)
        self.give_up()

    def finish(self) -> Pixels:
        """All of them, uint8 [rows, channels, height, width]."""
        if self._memory is None:
            assert self._writer is not None
            try:
                self._writer.finish()
                pixels = mapped(self._writer.path, self._writer.rows, self._shape)
            except OSError as error:
                self._go_to_memory(error)
            else:
                if self._is_scratch:
                    with suppress(OSError):  # a system that forbids it lets the cache take it away later
                        self._writer.path.unlink()
                self._writer = None
                return pixels
        assert self._memory is not None
        return self._memory.finish()

    def give_up(self) -> None:
        """Leaves nothing unfinished behind."""
        if self._writer is not None:
            self._writer.abandon()
            self._writer = None


def _not_kept(error: OSError | None) -> Problem:
    reason = "the disk has too little room" if error is None else (error.strerror or str(error)).lower()
    return problem(
        "pictures.not_kept",
        "The decoded pictures could not be kept on disk: {reason}. The next run decodes them again.",
        "Free some space if you want later runs to start sooner; the result is the same.",
        severity="note",
        reason=reason,
    )
