"""Keeps decoded pictures on disk, so that the next run need not decode them again."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.picture_pack import (
    ENDING,
    NO_KEY,
    Pack,
    PackWriter,
    Pixels,
    Shape,
    is_finished,
    new_pack_path,
)
from trainer_gui.engine.home import home

USUAL_LIMIT = 10 * 10**9  # bytes that decoded pictures may take up on disk
LIMIT_VARIABLE = "TRAINER_GUI_CACHE_GB"  # another limit; 0 keeps nothing
_RESERVE = 10**9  # bytes of the disk that are left to others
_RULES = 1  # to be raised whenever the way from a file to its pixels changes
_YOUNG = 2_000_000_000  # nanoseconds after a change during which a second one might not show in the times
_MOST_PACKS = 64  # for one dataset and size of picture
_FORGOTTEN = 24 * 3600  # seconds after which a file that nobody finished is taken away


def limit() -> int:
    """How many bytes the cache may take up: `USUAL_LIMIT`, or what the person says in gigabytes."""
    try:
        chosen = float(os.environ[LIMIT_VARIABLE])
    except (KeyError, ValueError):
        return USUAL_LIMIT
    return max(0, int(chosen * 1e9)) if chosen < 1e9 else USUAL_LIMIT


def cache_folder() -> Path:
    """Where decoded pictures lie. Everything in it may be deleted at any time."""
    return home() / "cache" / "pictures"


def cache_size() -> int:
    """How many bytes decoded pictures take up on disk."""
    return sum(each.size for each in _packs_in(cache_folder()))


def free_cache() -> int:
    """Deletes all decoded pictures, and says how many bytes that frees; the next run decodes again.

    What a run is reading at the moment may stay until it ends, depending on the system.
    """
    freed = 0
    for each in _packs_in(cache_folder()):
        freed += _remove(each)
    return freed


def identity(path: Path | str) -> bytes:
    """Stands for a file with its present content; `NO_KEY` where it is not there or has just been changed.

    Size, time of the change of content and of the entry, and number of the file: a file that was written
    over differs in one of them. Only within the grain of the clock it might not, so young files have none.
    """
    try:
        about = os.stat(path)  # noqa: PTH116 - a hundred thousand times
    except (OSError, ValueError):
        return NO_KEY
    if max(about.st_mtime_ns, about.st_ctime_ns) > time.time_ns() - _YOUNG:
        return NO_KEY
    text = f"{path}\0{about.st_size}\0{about.st_mtime_ns}\0{about.st_ctime_ns}\0{about.st_ino}"
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=len(NO_KEY)).digest()


class Shelf:
    """The decoded pictures of one dataset at one size. It is never needed: what is missing is decoded.

    Packs are written once and never changed, so other processes may read and write here too.
    """

    def __init__(self, folder: Path, shape: Shape) -> None:
        self.folder = folder
        self.shape = shape
        paths = sorted((each.path for each in _packs_in(folder)), reverse=True)
        found = (Pack.at(path, shape) for path in paths[:_MOST_PACKS])
        self.packs = [each for each in found if each is not None]
        self._used: set[Path] = set()

    def fetch(self, keys: Sequence[bytes], into: Pixels) -> NDArray[np.bool_]:
        """Copies the pictures of these keys as far as they are there; says which were, bool [rows]."""
        there = np.zeros(len(keys), dtype=bool)
        wanted = [place for place, key in enumerate(keys) if key != NO_KEY]
        for pack in self.packs:
            places = [place for place in wanted if keys[place] in pack.slots]
            if not places:
                continue
            if pack.path not in self._used:
                self._used.add(pack.path)
                pack.touch()
            slots = [pack.slots[keys[place]] for place in places]
            if len(places) == len(keys):
                good = pack.read(slots, into)
            else:
                part = np.empty((len(places), *self.shape), dtype=np.uint8)
                good = pack.read(slots, part)
                into[places] = part
            there[places] = good
            wanted = [place for place in wanted if not there[place]]
        return there

    def pack_of(self, keys: Sequence[bytes]) -> Pack | None:
        """A pack that holds exactly these pictures in this order, each as it was written; None otherwise."""
        for pack in self.packs:
            if pack.rows == len(keys) and all(pack.slots.get(key) == at for at, key in enumerate(keys)):
                pack.touch()
                return pack
        return None

    def close(self) -> None:
        """Lets every file go."""
        for pack in self.packs:
            pack.close()


def shelf_folder(root: str, shape: Shape) -> Path:
    """Where the pictures below a folder, or named in a table, lie at one size."""
    import PIL
    from PIL import features

    made_by = (_RULES, PIL.__version__, features.version("jpg"), features.version("webp"))
    text = repr((root, shape, made_by))
    return (
        cache_folder() / hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
    )


def scratch_folder() -> Path:
    """Where pictures lie that are mapped and not kept."""
    return cache_folder() / "scratch"


def shelf_for(root: str, shape: Shape) -> Shelf | None:
    """The shelf of these pictures; None where nothing is to be kept."""
    return Shelf(shelf_folder(root, shape), shape) if limit() else None


def writer_for(folder: Path, shape: Shape, rows: int, *, may_exceed: bool = False) -> PackWriter | None:
    """Begins a pack for so many pictures; None where there is no room for it, after old packs have gone.

    `may_exceed` is for pictures that cannot be trained from memory: these may take up more than the limit.
    Raises OSError.
    """
    needed = rows * (int(np.prod(shape)) + 32)
    if needed > limit() and not may_exceed:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    make_room(needed)
    if shutil.disk_usage(folder).free < needed + _RESERVE:
        return None
    return PackWriter(new_pack_path(folder), shape)


def make_room(needed: int) -> None:
    """Deletes what nobody finished, and the packs that were not used for longest until so many bytes fit."""
    packs = sorted(_packs_in(cache_folder()), key=lambda each: each.used)
    old = time.time() - _FORGOTTEN
    left = [each for each in packs if each.used > old or is_finished(each.path) or not _remove(each)]
    total = sum(each.size for each in left)
    for each in left:
        crowded = total + needed > limit()
        if not crowded and shutil.disk_usage(cache_folder()).free >= needed + _RESERVE:
            return
        total -= _remove(each)


@dataclass(frozen=True)
class _File:
    path: Path
    size: int  # bytes
    used: float  # when it was last, in seconds


def _packs_in(folder: Path, depth: int = 1) -> list[_File]:
    """The packs in a folder and in those below; other processes may add and delete some meanwhile."""
    found = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for each in entries:
            with contextlib.suppress(OSError):
                if each.name.endswith(ENDING):
                    about = each.stat()
                    found.append(_File(Path(each.path), about.st_size, about.st_mtime))
                elif depth and each.is_dir(follow_symlinks=False):
                    found += _packs_in(Path(each.path), depth - 1)
    return found


def _remove(each: _File) -> int:
    """Deletes a pack and, where it was the last, its folder; gives the bytes that became free."""
    try:
        each.path.unlink()
    except OSError:  # in use, on a system that then forbids it; or gone already
        return 0
    with contextlib.suppress(OSError):
        each.path.parent.rmdir()
    return each.size
