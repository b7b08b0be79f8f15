"""Where the pictures lie in a folder, which class each belongs to, and whether it was split before."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from trainer_gui.engine.data.contents import is_folder, unreadable
from trainer_gui.engine.data.picture_file import ENDINGS
from trainer_gui.engine.problems import refuse

TRAIN, VALIDATION, TEST = "train", "validation", "test"
_PART = re.compile(
    r"(?:seg)?(?:(train|training)|(val|valid|validation|dev)|(test|testing))"
    r"(?:set|data|images?|imgs?|pictures|folder)*\d?"
)
_GLANCE = 400  # entries that are looked at to see whether there is a picture below a folder


@dataclass(frozen=True)
class PictureEntry:
    """One picture, before it is looked at."""

    label: str
    path: Path
    name: str  # to show, and part of the fingerprint
    part: str = ""  # train, validation, test where the data was split before


@dataclass
class PictureFolder:
    """What lies in a folder of pictures."""

    root: Path
    files: list[PictureEntry] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)  # class folders without a picture
    loose: list[Path] = field(default_factory=list)  # pictures beside the class folders
    others: int = 0  # visible files that are no pictures
    parts: list[str] = field(default_factory=list)  # folders named train, test, …
    classless: dict[str, int] = field(default_factory=dict)  # such folders without classes: their pictures
    inside: str = ""  # the only sub-folder, in which the classes lie


def part_of(name: str) -> str:
    """`train`, `validation` or `test` where a name says that it is this part of the data, else ""."""
    found = _PART.fullmatch(re.sub(r"[^a-z0-9]+", "", name.lower()))
    if found is None:
        return ""
    return TRAIN if found[1] else VALIDATION if found[2] else TEST


def folder_at(location: str) -> Path:
    """The absolute path of a folder; raises UserError where there is none."""
    if not is_folder(location):
        raise refuse(
            "data.not_found",
            "There is no folder at {path}.",
            "Check the name and where it lies.",
            field="data",
            path=location[:300],
        )
    return Path(location).expanduser().absolute()


def can_stay_split(files: Sequence[PictureEntry]) -> bool:
    """Whether pictures lie in a part to train on and in another one."""
    parts = {each.part for each in files}
    return TRAIN in parts and "" not in parts and len(parts) > 1


def is_picture(name: str) -> bool:
    """Whether a file's name says that it is a picture that can be opened."""
    return not name.startswith(".") and os.path.splitext(name)[1].lower() in ENDINGS  # noqa: PTH122 - faster


def listing(folder: Path) -> tuple[list[Path], list[Path]]:
    """The visible sub-folders and files of a folder, by name. Raises UserError where it may not be read."""
    try:
        with os.scandir(folder) as entries:
            seen = sorted((each.name, each.is_dir()) for each in entries if not _is_hidden(each.name))
    except OSError as error:
        raise unreadable(folder, error) from error
    folders = [folder / name for name, is_dir in seen if is_dir]
    return folders, [folder / name for name, is_dir in seen if not is_dir]


def unpacked(folder: Path) -> tuple[Path, list[Path], list[Path]]:
    """The folder in which the data lies, with what is in it: unpacking often wraps it in another folder."""
    folders, files = listing(folder)
    if len(folders) == 1 and not any(is_picture(each.name) for each in files):
        inner, loose = listing(folders[0])
        if len(inner) > 1 or any(is_picture(each.name) for each in loose):
            return folders[0], inner, loose
    return folder, folders, files


def has_pictures(folder: Path) -> bool:
    """Whether there is a picture below a folder, as far as a glance shows."""
    try:
        return any(is_picture(each.name) for each in islice(_below(folder), _GLANCE))
    except OSError:
        return False


def is_flat(root: Path) -> bool:
    """Whether pictures lie in a folder, or in its train and test folders, without folders for classes.

    It is found out by a glance. False where it cannot be read.
    """
    try:
        _, folders, files = unpacked(root)
        filled = [each for each in folders if has_pictures(each)]
        if any(is_picture(each.name) for each in files):
            return len(filled) < 2
        if not filled or not all(part_of(each.name) for each in filled):
            return False
        return not any(_class_folders(each) for each in filled)
    except Exception as error:  # noqa: BLE001 - UserError or OSError: who opens it says what is wrong
        del error
        return False


def explore(root: Path) -> PictureFolder:
    """The pictures below a folder, by class folder. Raises UserError where a folder may not be read."""
    found = PictureFolder(root)
    place, folders, files = unpacked(root)
    if len(folders) <= 1 and place != root:  # one folder of loose pictures: it is the class
        place, (folders, files) = root, listing(root)
    found.inside = place.name if place != root else ""
    found.loose = [each for each in files if is_picture(each.name)]
    parted = [each for each in folders if part_of(each.name)]
    with_classes = [each for each in parted if _class_folders(each)]
    whole = [each for each in folders if each not in parted and has_pictures(each)]
    if with_classes and not whole:
        for folder in parted:
            _take_part(found, folder, _class_folders(folder))
    else:
        _take_classes(found, folders, "")
    return found


def explore_flat(root: Path) -> PictureFolder:
    """The pictures that lie loose in a folder, or in its train and test folders; their label is empty."""
    found = PictureFolder(root)
    place, folders, files = unpacked(root)
    found.inside = place.name if place != root else ""
    parted = [each for each in folders if part_of(each.name) and has_pictures(each)]
    sets = [("", files)] if any(is_picture(each.name) for each in files) or not parted else []
    for folder in [] if sets else parted:
        found.parts.append(folder.name)
        sets.append((part_of(folder.name), listing(unpacked(folder)[0])[1]))
    for part, some in sets:
        for path in some:
            if is_picture(path.name):
                found.files.append(PictureEntry("", path, path.relative_to(root).as_posix(), part))
            else:
                found.others += 1
    found.empty = [each.name for each in folders if sets[0][0] == "" and has_pictures(each)] if sets else []
    return found


def _take_part(found: PictureFolder, folder: Path, classes: list[Path]) -> None:
    if classes:
        found.parts.append(folder.name)
        _take_classes(found, classes, part_of(folder.name))
        return
    count = sum(is_picture(each.name) for each in _below(folder))
    if count:
        found.classless[folder.name] = count


def _take_classes(found: PictureFolder, folders: list[Path], part: str) -> None:
    filled: set[str] = set()
    for folder in folders:
        for path in _below(folder):
            if is_picture(path.name):
                name = path.relative_to(found.root).as_posix()
                found.files.append(PictureEntry(folder.name, path, name, part))
                filled.add(folder.name)
            else:
                found.others += 1
    known = {each.label for each in found.files}
    found.empty = sorted({*found.empty, *(each.name for each in folders)} - filled - known)


def _class_folders(part: Path) -> list[Path]:
    """The folders with pictures in a part, by name; none where it has loose pictures and fewer than two."""
    _, folders, files = unpacked(part)
    filled = [each for each in folders if has_pictures(each)]
    loose = any(is_picture(each.name) for each in files)
    return folders if filled and (len(filled) > 1 or not loose) else []


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "__MACOSX")) or name.lower() in ("thumbs.db", "desktop.ini", "icon\r")


def _below(folder: Path) -> Iterator[Path]:
    """All visible files below a folder, in the same order everywhere; links to folders are not followed."""
    waiting = [folder]
    while waiting:
        folders, files = listing(waiting.pop())
        yield from files
        waiting += [each for each in reversed(folders) if not each.is_symlink()]
