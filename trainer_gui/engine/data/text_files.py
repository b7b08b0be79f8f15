"""Text files in folders: where they lie, what each holds, and which cannot be used."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from trainer_gui.engine.data.contents import opened_plainly
from trainer_gui.engine.data.encoding import Watch
from trainer_gui.engine.data.picture_folder import is_picture, listing, part_of

ENDINGS = (".txt", ".text", ".md")
MOST_BYTES = 1_000_000  # of one file that are read
_GLANCE = 400  # entries that are looked at to see whether a folder is one of texts


@dataclass
class TextFolder:
    """What lies in a folder of texts."""

    root: Path
    files: list[tuple[str, Path]] = field(default_factory=list)  # class ("" where there is none), file
    empty: list[str] = field(default_factory=list)  # class folders without a text
    loose: int = 0  # texts beside the class folders
    others: int = 0  # visible files that are no texts
    parts: list[str] = field(default_factory=list)  # train, test, … that were put together
    inside: str = ""  # the only sub-folder, in which the classes lie


@dataclass(frozen=True)
class TextContent:
    """One text as it was read. `fault` is "empty", "binary" or what the system said; "" where it is fine."""

    text: str = ""
    encoding: str = ""
    raw: bytes = b""
    cut: bool = False  # whether the file is longer than what was read
    fault: str = ""


def is_text(name: str) -> bool:
    """Whether a file's name says that it is a text."""
    return not name.startswith(".") and os.path.splitext(name)[1].lower() in ENDINGS  # noqa: PTH122 - faster


def holds_texts(root: Path) -> bool:
    """Whether a glance below a folder shows texts and no picture; False where it cannot be read."""
    texts = False
    try:
        for name in islice(_names_below(root, 3), _GLANCE):
            if is_picture(name):
                return False
            texts = texts or is_text(name)
    except OSError:
        return False
    return texts


def _names_below(folder: Path, depth: int) -> Iterator[str]:
    """The names of files below a folder, those of the first sub-folders first."""
    with os.scandir(folder) as entries:
        seen = sorted(entries, key=lambda each: each.name)
    for each in seen:
        if each.is_dir():
            if depth and not each.name.startswith(".") and (depth == 3 or not each.is_symlink()):
                yield from _names_below(Path(each.path), depth - 1)
        else:
            yield each.name


def explore(root: Path) -> TextFolder:
    """The texts below a folder, by class folder. Raises UserError where a folder may not be read."""
    found = TextFolder(root)
    folders, files = listing(root)
    if len(folders) == 1 and not any(is_text(each.name) for each in files):
        inner, loose = listing(folders[0])
        if len(inner) > 1 or (part_of(folders[0].name) == "" and any(is_text(each.name) for each in loose)):
            found.inside, folders, files = folders[0].name, inner, loose
    loose_texts = [each for each in files if is_text(each.name)]
    if folders and all(part_of(each.name) for each in folders) and all(listing(each)[0] for each in folders):
        found.parts = [each.name for each in folders]
        folders = [inner for each in folders for inner in listing(each)[0]]
    for folder in folders:
        for path in _below(folder):
            if is_text(path.name):
                found.files.append((folder.name, path))
            else:
                found.others += 1
    if found.files:
        found.loose = len(loose_texts)
    else:
        found.files = [("", each) for each in loose_texts]
    found.empty = sorted({each.name for each in folders} - {label for label, _ in found.files})
    return found


def _below(folder: Path) -> Iterator[Path]:
    """All visible files below a folder, in the same order everywhere; links to folders are not followed."""
    waiting = [folder]
    while waiting:
        folders, files = listing(waiting.pop())
        yield from files
        waiting += [each for each in reversed(folders) if not each.is_symlink()]


def read_text(path: Path) -> TextContent:
    """The beginning of a text file, in whatever encoding; what is wrong with it is in the answer."""
    try:
        with opened_plainly(path) as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        return TextContent(fault=(error.strerror or str(error)).rstrip(".").lower())
    cut, raw = len(raw) > MOST_BYTES, raw[:MOST_BYTES]
    watch = Watch()
    watch.update(_whole_letters(raw) if cut else raw)
    if watch.zeros:
        return TextContent(raw=raw, fault="binary")
    encoding = watch.encoding()
    text = raw.decode(encoding, errors="ignore" if cut else "replace").strip()
    if not text:
        return TextContent(raw=raw, fault="empty")
    return TextContent(text, encoding, raw, cut)


def _whole_letters(raw: bytes) -> bytes:
    """The bytes without a last letter of UTF-8 that was cut through."""
    end = len(raw)
    while end and len(raw) - end < 4 and raw[end - 1] & 0xC0 == 0x80:
        end -= 1
    return raw[: max(0, end - 1)]
