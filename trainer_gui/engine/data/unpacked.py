"""Unpacks compressed files into a folder of the app's own, bounded in size, for readers of plain files."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from trainer_gui.engine.data.archive import Member, pieces_of
from trainer_gui.engine.data.swollen import refuse_bomb
from trainer_gui.engine.disk import in_words
from trainer_gui.engine.home import home
from trainer_gui.engine.problems import UserError, refuse

Report = Callable[[str, float | None], None]

KEPT = 10 * 10**9  # bytes of unpacked files that are kept for the next time
RESERVE = 10**9  # bytes of the disk that are left to others
_IN_USE = 24 * 3600  # seconds for which a folder of pictures is left alone, as a run may be reading it
_FORGOTTEN = 3600  # seconds after which what nobody finished is taken away


def unpacked_folder() -> Path:
    """Where unpacked files lie. Everything in it may be deleted at any time; it is unpacked again then."""
    return home() / "cache" / "unpacked"


def unpack(path: Path, digest: str, wanted: tuple[Member, ...], report: Report) -> Path:
    """The folder that holds these members of a compressed file, under their `parts`.

    `digest` stands for the content of the compressed file: what was unpacked before is found again by it. The
    folder appears whole or not at all, whatever ends the process. Raises UserError where the file is damaged,
    locked, or holds far more than it should, and where the disk is full.
    """
    text = "\0".join((digest, *(f"{each.place} {each.name}" for each in wanted)))
    key = hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
    place = unpacked_folder() / key
    if _is_whole(place, wanted):
        os.utime(place)
        report("Unpacking", 1.0)
        return place
    temporary = place.with_name(f".{key}.{os.getpid()}-{time.monotonic_ns()}")
    try:
        temporary.mkdir(parents=True)
        _make_room(sum(each.size for each in wanted))
        refuse_bomb(path, sum(each.size for each in wanted), path.stat().st_size)
        _need_room(path, sum(each.size for each in wanted))
        _write(path, wanted, temporary, report)
        if place.exists():  # somebody has deleted a part of it
            shutil.rmtree(place, ignore_errors=True)
        with contextlib.suppress(OSError):  # another process was quicker
            temporary.rename(place)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise _no_room(path) from error
        raise UserError(in_words(error, unpacked_folder()).model_copy(update={"field": "data"})) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return place


def unpacked_size() -> int:
    """How many bytes unpacked files take up on disk."""
    return sum(size for _, size, _ in _entries())


def free_unpacked() -> int:
    """Deletes unpacked files, and says how many bytes that frees.

    What another process writes at the moment stays, and so does a folder of pictures that was used within the
    last day: its pictures are read one by one, perhaps by a run.
    """
    freed, now = 0, time.time()
    for each, size, used in list(_entries()):
        patience = _FORGOTTEN if each.name.startswith(".") else _IN_USE
        many = each.name.startswith(".") or sum(1 for _ in each.rglob("*")) > 1
        if many and now - used < patience:
            continue
        shutil.rmtree(each, ignore_errors=True)
        freed += 0 if each.exists() else size
    return freed


def inside(place: Path, member: Member) -> Path:
    """Where a member lies in the folder that `unpack` gave."""
    return place.joinpath(*member.parts)


def _is_whole(place: Path, wanted: tuple[Member, ...]) -> bool:
    return place.is_dir() and all(inside(place, each).is_file() for each in wanted)


def _write(path: Path, wanted: tuple[Member, ...], folder: Path, report: Report) -> None:
    packed = max(1, path.stat().st_size)
    announced = sum(each.size for each in wanted)
    written = 0
    for member, pieces in pieces_of(path, wanted):
        target = inside(folder, member)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            for piece in pieces:
                written += len(piece)
                refuse_bomb(path, written, packed)
                _need_room(path, len(piece))
                file.write(piece)
                report("Unpacking", min(1.0, written / announced) if announced else None)
            file.flush()
            if len(wanted) < 100:  # of many small files each would cost more than all of the writing
                os.fsync(file.fileno())


def _need_room(path: Path, size: int) -> None:
    """Raises UserError where so many bytes more would leave others too little of the disk."""
    if size > shutil.disk_usage(unpacked_folder()).free - RESERVE:
        raise _no_room(path)


def _no_room(path: Path) -> UserError:
    return refuse(
        "packed.no_room",
        "There is not enough room on the disk to unpack {name}.",
        "Free some space, or unpack it on another disk and open what comes out.",
        field="data",
        name=path.name,
    )


def _make_room(needed: int) -> None:
    """Deletes what nobody finished, and what was not used for longest until so many bytes fit."""
    now = time.time()
    found = []
    for each, size, used in _entries():
        if each.name.startswith("."):
            if now - used > _FORGOTTEN:
                shutil.rmtree(each, ignore_errors=True)
        else:
            found.append((used, size, each))
    total = sum(size for _, size, _ in found)
    for used, size, each in sorted(found):
        crowded = total + needed > KEPT or shutil.disk_usage(each).free < needed + RESERVE
        if not crowded:
            return
        if now - used > _IN_USE or sum(1 for _ in each.rglob("*")) == 1:
            shutil.rmtree(each, ignore_errors=True)
            total -= size


def _entries() -> Iterator[tuple[Path, int, float]]:
    """What lies there, its bytes, and when it was last used; other processes may delete some meanwhile."""
    if not unpacked_folder().is_dir():
        return
    for each in unpacked_folder().iterdir():
        with contextlib.suppress(OSError):
            sizes = (file.stat().st_size for file in each.rglob("*") if file.is_file())
            yield each, sum(sizes), each.stat().st_mtime
