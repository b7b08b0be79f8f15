"""Finds the picture files that the cells of a table mean, wherever they lie beside it."""

from __future__ import annotations

import lzma
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

from trainer_gui.engine.data.picture_file import ENDINGS

_HEAD = 65_536  # bytes of a table that a glance takes in
_LINES = 60
_GLANCED = 3  # lines that must name pictures that are there
_MOST_FOLDERS = 100  # of each level below the table's own that are searched
_MOST_ENTRIES = 5_000  # of a folder that are looked through for folders
_MOST_DROPPED = 6  # leading folders of a path that may not be there
_SAMPLE = 40  # cells from which the rule is found
_ENOUGH = 0.5  # of the cells must name pictures
_LONGEST = 400  # characters of a cell that could be a path
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error)
_SHEET_TEXTS = ("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "content.xml")


@dataclass(frozen=True)
class PathRule:
    """How a cell becomes a file: the folder it starts from, what is cut off in front and added behind."""

    folder: Path
    dropped: int = 0  # leading pieces of the path that are not there
    ending: str = ""  # added where cells hold names without one

    def path_of(self, cell: str) -> Path | None:
        """The file that a cell means, which may not be there; None where it is no path at all."""
        pieces = _pieces(cell)
        if not pieces or len(cell) > _LONGEST:
            return None
        kept = pieces[min(self.dropped, len(pieces) - 1) :]
        return self.folder / PurePosixPath(*kept[:-1], kept[-1] + self.ending)


def find_path_rule(folder: Path, cells: Sequence[str], start: Path | None = None) -> PathRule | None:
    """The rule by which most of these cells name pictures that exist, or None.

    They may lie anywhere in the first two levels of folders below `folder`; `start` fixes the one.
    """
    distinct = list(dict.fromkeys(each for each in cells if each.strip()))
    some = distinct[:: max(1, len(distinct) // _SAMPLE)][:_SAMPLE]
    if not some:
        return None
    named = sum(_is_picture(each) for each in some) >= _ENOUGH * len(some)
    best: tuple[int, PathRule | None] = (int(_ENOUGH * len(some)), None)
    for place in [start] if start is not None else _folders(folder, deep=named):
        for ending in ("",) if named else _endings_in(place):
            for dropped in range(min(_MOST_DROPPED, max(len(_pieces(each)) for each in some))):
                rule = PathRule(place, dropped, ending)
                hits = _hits(rule, some)
                if hits == len(some):
                    return rule
                if hits > best[0]:
                    best = (hits, rule)
    return best[1]


def names_pictures(path: Path) -> bool:
    """Whether a glance at a table file shows cells that name pictures beside it; never raises."""
    try:
        lines = list(_lines(path))
        rows = [cells for cells in lines if cells][1:]
        for column in range(max((len(each) for each in rows), default=0)):
            cells = [each[column] for each in rows if len(each) > column]
            if _could_be_names(cells) and find_path_rule(path.parent, cells[:_GLANCED]) is not None:
                return True
    except (OSError, ValueError, RuntimeError, KeyError, EOFError, OverflowError, *_DAMAGED):
        return False
    return False


def _could_be_names(cells: list[str]) -> bool:
    some = cells[:_LINES]
    if len(some) < _GLANCED or len(set(some)) < max(_GLANCED, len(some) // 2):
        return False
    pictures = sum(_is_picture(each) for each in some)
    return pictures >= _ENOUGH * len(some) or all(re.fullmatch(r"[\w\- ]{1,80}", each) for each in some)


def _lines(path: Path) -> Iterator[list[str]]:
    """The cells of the first lines, roughly: a glance need not know separators and quotes for sure."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(b"PK"):
        texts = _texts_of_workbook(path)
        names = [each for each in texts if _is_picture(each)]
        yield [""]  # where the heading would be
        yield from ([each] for each in names[:_LINES])
        return
    text = head.replace(b"\0", b"").decode("utf-8", errors="replace").removeprefix("\ufeff")
    for line in islice(text.splitlines(), _LINES):
        yield [each.strip(" '\"") for each in re.split(r"[,;\t|]", line)] if line.strip() else []


def _texts_of_workbook(path: Path) -> list[str]:
    """The first texts in the cells of a workbook; only so much of it is unpacked."""
    text = ""
    with zipfile.ZipFile(path) as archive:
        for name in _SHEET_TEXTS:
            if name in archive.NameToInfo:
                with archive.open(name) as member:
                    text += member.read(4 * _HEAD).decode("utf-8", errors="replace")
    return re.findall(r">([^<>]{1,400})<", text)


def _is_picture(cell: str) -> bool:
    return cell.strip().lower().endswith(ENDINGS)


def _pieces(cell: str) -> list[str]:
    text = cell.strip().replace("\\", "/").removeprefix("file://")
    if "\0" in text:
        return []
    return [each for each in text.split("/") if each not in ("", ".", "..")]


def _hits(rule: PathRule, cells: Sequence[str]) -> int:
    hits = 0
    for number, cell in enumerate(cells):
        path = rule.path_of(cell)
        hits += path is not None and os.path.isfile(path)  # noqa: PTH113 - forgives odd names
        if number == _GLANCED - 1 and not hits:
            return 0  # the others are hardly elsewhere
    return hits


def _folders(root: Path, *, deep: bool) -> Iterator[Path]:
    """A folder, the root of the file system for full paths, and the folders of one or two levels below."""
    yield root
    yield Path(root.anchor)
    first = list(_sub_folders(root))
    yield from first
    if deep:
        yield from islice((inner for each in first for inner in _sub_folders(each)), _MOST_FOLDERS)


def _sub_folders(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            names = [each.name for each in islice(entries, _MOST_ENTRIES) if each.is_dir()]
    except OSError:
        return
    for name in sorted(each for each in names if not each.startswith("."))[:_MOST_FOLDERS]:
        yield folder / name


def _endings_in(folder: Path) -> tuple[str, ...]:
    """The endings of the first pictures in a folder, as they are written."""
    try:
        with os.scandir(folder) as entries:
            found = {Path(each.name).suffix for each in islice(entries, 200)}
    except OSError:
        return ()
    return tuple(sorted(each for each in found if each.lower() in ENDINGS))
