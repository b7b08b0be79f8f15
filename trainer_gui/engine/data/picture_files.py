"""The picture files of a dataset: opened by row, and looked at before anything is learned from them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from trainer_gui.engine.data.contents import unreadable
from trainer_gui.engine.data.picture_file import PictureFacts, look_at, open_picture_file
from trainer_gui.engine.problems import Problem, UserError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

Report = Callable[[str, float | None], None]

MOST_THREADS = 8  # each of them may hold a large picture
_FEW_FILES = 5_000  # so many are decoded completely when a dataset is opened,
_FEW_BYTES = 300_000_000  # unless they are larger than this together
_MANY_BYTES = 2_000_000_000  # above this only both ends of each file go into the fingerprint
_LARGE_FILE = 64_000_000  # larger ones are not held in memory while they are looked at
_END = 65_536
_AT_ONCE = 64


@dataclass(frozen=True)
class PictureFiles:
    """Opens the picture of a row; it holds names only, so it can be sent to another process."""

    root: str  # the folder or table that they belong to
    paths: tuple[str, ...]

    def __call__(self, index: int) -> Image:
        return open_picture_file(Path(self.paths[index]))

    def small(self, index: int, pixels: int) -> Image:
        """The picture for showing it that many pixels wide or high; it may have more."""
        return open_picture_file(Path(self.paths[index]), about=pixels)

    def part(self, rows: Sequence[int] | NDArray[np.int64]) -> PictureFiles:
        """The files of these rows, in their order."""
        return PictureFiles(self.root, tuple(self.paths[int(row)] for row in rows))


@dataclass(frozen=True)
class Look:
    """What looking at picture files shows, each by its place among them."""

    facts: dict[int, PictureFacts]  # of those that can be opened
    broken: dict[int, Problem]  # why the others cannot
    digests: dict[int, bytes]  # of the content of those that can be opened
    thoroughly: bool  # whether they were decoded completely
    ends_only: bool  # whether the digests are of the size and both ends of each file


def threads() -> int:
    """How many pictures are worked on at the same time."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # known on Linux only
        cores = os.cpu_count() or 1
    return max(1, min(MOST_THREADS, cores))


def look_at_all(paths: Sequence[Path], report: Report) -> Look:
    """Looks at every file once. A file that cannot be opened does not spoil the others."""
    from PIL import Image as Pillow

    Pillow.init()  # not safe while several threads open pictures
    sizes = [_size(path) for path in paths]
    thoroughly = len(sizes) < _FEW_FILES and sum(sizes) < _FEW_BYTES
    ends_only = sum(sizes) > _MANY_BYTES
    look = Look({}, {}, {}, thoroughly, ends_only)

    def see(place: int) -> tuple[PictureFacts, bytes] | Problem:
        try:
            return _seen(paths[place], sizes[place], thoroughly=thoroughly, ends_only=ends_only)
        except UserError as error:
            return error.problem

    with ThreadPoolExecutor(threads()) as pool:
        for start in range(0, len(paths), _AT_ONCE):
            report("Looking at the pictures", start / len(paths))
            places = range(start, min(start + _AT_ONCE, len(paths)))
            for place, seen in zip(places, pool.map(see, places), strict=True):
                if isinstance(seen, Problem):
                    look.broken[place] = seen
                else:
                    look.facts[place], look.digests[place] = seen
    return look


def same_content(paths: Sequence[Path], look: Look, report: Report) -> list[list[int]]:
    """The places of files with the very same content, two or more each, in order."""
    groups: dict[bytes, list[int]] = {}
    for place, digest in look.digests.items():
        groups.setdefault(digest, []).append(place)
    alike = [each for each in groups.values() if len(each) > 1]
    if not look.ends_only:
        return sorted(sorted(each) for each in alike)
    sure: dict[bytes, list[int]] = {}
    for number, group in enumerate(alike):
        report("Comparing pictures", number / len(alike))
        for place in group:
            try:
                sure.setdefault(_whole_digest(paths[place]), []).append(place)
            except OSError:
                continue  # it has gone since; that is said when it is needed
    return sorted(sorted(each) for each in sure.values() if len(each) > 1)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _seen(path: Path, size: int, *, thoroughly: bool, ends_only: bool) -> tuple[PictureFacts, bytes]:
    """The facts of one file and a digest of its content, both from the same reading where it is small."""
    if ends_only or size > _LARGE_FILE:
        facts = look_at(path, thoroughly=thoroughly)
        try:
            return facts, _ends_digest(path) if ends_only else _whole_digest(path)
        except OSError as error:
            raise unreadable(path, error) from error
    content = b""
    if path.is_file():
        try:
            content = path.read_bytes()
        except OSError:
            look_at(path, thoroughly=False)  # says what is wrong in the same words as everywhere
    facts = look_at(path, thoroughly=thoroughly, content=content)
    return facts, hashlib.blake2b(content, digest_size=20).digest()


def _ends_digest(path: Path) -> bytes:
    digest = hashlib.blake2b(digest_size=20)
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        digest.update(str(size).encode())
        file.seek(0)
        digest.update(file.read(_END))
        file.seek(max(0, size - _END))
        digest.update(file.read(_END))
    return digest.digest()


def _whole_digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=20)).digest()
