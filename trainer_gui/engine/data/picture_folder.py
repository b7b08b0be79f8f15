"""Where the pictures lie in a folder, and which class each of them belongs to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from trainer_gui.engine.data.contents import unreadable
from trainer_gui.engine.data.picture_file import ENDINGS

_PARTS = frozenset(("train", "training", "val", "valid", "validation", "dev", "test", "testing"))


@dataclass
class ClassFolders:
    """What lies in a folder of pictures."""

    root: Path
    files: list[tuple[str, Path]] = field(default_factory=list)  # class, file
    empty: list[str] = field(default_factory=list)  # class folders without a picture
    loose: int = 0  # pictures beside the class folders
    others: int = 0  # visible files that are no pictures
    parts: list[str] = field(default_factory=list)  # train, test, … that were put together
    inside: str = ""  # the only sub-folder, in which the classes lie


def _is_picture(name: str) -> bool:
    return not name.startswith(".") and Path(name).suffix.lower() in ENDINGS


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "__MACOSX")) or name.lower() in ("thumbs.db", "desktop.ini", "icon\r")


def _sorted(folder: Path) -> tuple[list[Path], list[Path]]:
    """The visible sub-folders and files of a folder, by name."""
    try:
        with os.scandir(folder) as entries:
            seen = sorted((each.name, each.is_dir()) for each in entries if not _is_hidden(each.name))
    except OSError as error:
        raise unreadable(folder, error) from error
    return [folder / name for name, is_dir in seen if is_dir], [
        folder / n for n, is_dir in seen if not is_dir
    ]


def _below(folder: Path) -> Iterator[Path]:
    """All visible files below a folder, in the same order everywhere; links to folders are not followed."""
    folders, files = _sorted(folder)
    yield from files
    for each in folders:
        if not each.is_symlink():
            yield from _below(each)


def explore(root: Path) -> ClassFolders:
    """The pictures below a folder, by class. Raises UserError where a folder may not be read."""
    found = ClassFolders(root)
    folders, files = _sorted(root)
    if len(folders) == 1 and not any(_is_picture(each.name) for each in files):
        inner, _ = _sorted(folders[0])
        if len(inner) > 1:  # what unpacking an archive often gives
            found.inside = folders[0].name
            folders, files = _sorted(folders[0])
    found.loose = sum(_is_picture(each.name) for each in files)
    names = {each.name.lower() for each in folders}
    if folders and names <= _PARTS and all(_sorted(each)[0] for each in folders):
        found.parts = [each.name for each in folders]
        folders = [inner for each in folders for inner in _sorted(each)[0]]
    filled: set[str] = set()
    for folder in folders:
        for file in _below(folder):
            if _is_picture(file.name):
                found.files.append((folder.name, file))
                filled.add(folder.name)
            else:
                found.others += 1
    found.empty = sorted({each.name for each in folders} - filled)
    return found
