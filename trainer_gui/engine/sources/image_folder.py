"""Pictures in a folder with one sub-folder for each class."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median_low
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.data.contents import fingerprint, is_folder, unreadable
from trainer_gui.engine.data.dataset import (
    CLASS,
    PICTURE,
    Column,
    ColumnKind,
    DataReference,
    Dataset,
    Pictures,
)
from trainer_gui.engine.data.mending import counted, listed
from trainer_gui.engine.data.picture_file import PictureFacts, look_at, open_picture_file
from trainer_gui.engine.data.picture_folder import ClassFolders, explore
from trainer_gui.engine.problems import Problem, UserError, problem, refuse
from trainer_gui.engine.source import Report, Source

if TYPE_CHECKING:
    from PIL.Image import Image

_FEW_FILES = 5_000  # so many are decoded completely when the folder is opened,
_FEW_BYTES = 300_000_000  # unless they are larger than this together
_MANY_BYTES = 2_000_000_000  # above this only both ends of each file go into the fingerprint
_END = 65_536
_PARTS = frozenset(["train", "training", "val", "valid", "validation", "dev", "test", "testing"])


@dataclass(frozen=True)
class _Opener:
    """Opens the picture of a row; it holds names only, so it can be sent to another process."""

    paths: tuple[str, ...]

    def __call__(self, index: int) -> Image:
        return open_picture_file(Path(self.paths[index]))


class ImageFolder(Source):
    """A folder of pictures; the names of its sub-folders are the classes."""

    name = "image_folder"
    label = "Folder of pictures"
    position = 20

    def takes(self, location: str) -> bool:
        return is_folder(location)

    def open(self, location: str, options: dict[str, Any], report: Report) -> Dataset:
        if not is_folder(location):
            raise refuse(
                "data.not_found",
                "There is no folder at {path}.",
                "Check the name, or choose it with Open….",
                field="data",
                path=location[:300],
            )
        root = Path(location).expanduser().absolute()
        report("Looking for pictures", None)
        found = explore(root)
        if not found.files:
            raise _nothing(root, found)
        sizes = [_size(path) for _, path in found.files]
        thoroughly = len(sizes) < _FEW_FILES and sum(sizes) < _FEW_BYTES
        facts, broken = _look(found, thoroughly, report)
        if not facts:
            raise refuse(
                "pictures.all_broken",
                "None of the {count} in {name} can be opened. The first: {first}",
                "Save them again as PNG or JPEG.",
                field="data",
                count=counted(len(broken), "picture"),
                name=root.name,
                first=broken[0].message,
            )
        good = sorted(facts)
        digest = _digest(found, good, sum(sizes) > _MANY_BYTES, report)
        return _pictures(root, found, facts, digest, tuple(_notes(found, broken, thoroughly)))

    def write_examples(self, folder: Path) -> tuple[str, ...]:
        from PIL import Image as Pillow

        locations = []
        for shade in (60, 90):
            root = folder / f"shapes {shade}"
            for place in range(24):
                label = ("dark", "light")[place % 2]
                (root / label).mkdir(parents=True, exist_ok=True)
                grey = shade + 120 * (place % 2) + place
                Pillow.new("RGB", (12, 10), (grey, grey, 40)).save(root / label / f"{place:02}.png")
            locations.append(str(root))
        return tuple(locations)


def _nothing(root: Path, found: ClassFolders) -> UserError:
    if found.loose:
        return refuse(
            "pictures.no_classes",
            "{name} holds {count}, but no sub-folders that say what they show.",
            "Make one sub-folder for each class, such as “cats” and “dogs”, and move the pictures into them.",
            field="data",
            name=root.name,
            count=counted(found.loose, "picture"),
        )
    return refuse(
        "pictures.none",
        "There are no pictures in {name}.",
        "Choose a folder with one sub-folder for each class; PNG, JPEG, BMP, TIFF, WebP and GIF are known.",
        field="data",
        name=root.name,
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _look(
    found: ClassFolders, thoroughly: bool, report: Report
) -> tuple[dict[int, PictureFacts], list[Problem]]:
    """The facts of each good picture by its place, and what is wrong with the others."""
    facts: dict[int, PictureFacts] = {}
    broken: list[Problem] = []
    for place, (_, path) in enumerate(found.files):
        if place % 20 == 0:
            report("Looking at the pictures", place / len(found.files))
        try:
            facts[place] = look_at(path, thoroughly=thoroughly)
        except UserError as error:
            broken.append(error.problem)
    return facts, broken


def _digest(found: ClassFolders, good: list[int], ends_only: bool, report: Report) -> str:
    """Hash of the names, classes and bytes of the pictures that are used."""
    digest = hashlib.blake2b(digest_size=20)
    for place in good:
        label, path = found.files[place]
        if place % 100 == 0:
            report("Taking the fingerprint", place / len(found.files))
        try:
            size = path.stat().st_size
            name = path.relative_to(found.root).as_posix()
            digest.update(f"{label}\0{name}\0{size}\0".encode("utf-8", "surrogateescape"))
            with path.open("rb") as file:
                if ends_only and size > 2 * _END:
                    digest.update(file.read(_END))
                    file.seek(-_END, os.SEEK_END)
                while chunk := file.read(1 << 20):
                    digest.update(chunk)
        except OSError as error:
            raise unreadable(path, error) from error
    return digest.hexdigest()


def _pictures(
    root: Path, found: ClassFolders, facts: dict[int, PictureFacts], digest: str, notes: tuple[Problem, ...]
) -> Pictures:
    good = sorted(facts)
    labels = tuple(found.files[place][0] for place in good)
    classes = Counter(labels).most_common()
    paths = tuple(str(found.files[place][1]) for place in good)
    size = (
        median_low(each.width for each in facts.values()),
        median_low(each.height for each in facts.values()),
    )
    grey = all(each.grey for each in facts.values())
    colours = "grey" if grey else "in colour"
    return Pictures(
        reference=DataReference(source="image_folder", location=str(root)),
        name=root.name,
        rows=len(good),
        columns=(
            Column(PICTURE, ColumnKind.PICTURE, missing=0, distinct=len(good)),
            Column(
                CLASS,
                ColumnKind.CATEGORY,
                missing=0,
                distinct=len(classes),
                examples=tuple(name for name, _ in classes[:5]),
                counts=tuple(times for _, times in classes[:10]),
            ),
        ),
        target=CLASS,
        fingerprint=fingerprint(digest, {}),
        notes=notes,
        how=f"{counted(len(classes), 'class', 'classes')}, {colours}, typically {size[0]} × {size[1]} pixels",
        names=tuple(Path(each).relative_to(root).as_posix() for each in paths),
        labels=labels,
        open_picture=_Opener(paths),
        grey=grey,
        median_size=size,
    )


def _notes(found: ClassFolders, broken: list[Problem], thoroughly: bool) -> Iterator[Problem]:
    if broken:
        names = [str(each.values["name"]) for each in broken]
        yield problem(
            "pictures.broken",
            "{count} cannot be opened and {were} left out: {names}.",
            "Save them again, or delete them.",
            severity="caution",
            count=counted(len(broken), "picture"),
            were="was" if len(broken) == 1 else "were",
            names=listed(names),
        )
    if found.parts:
        yield problem(
            "pictures.parts_joined",
            "The folders {names} were put together.",
            "Training, validation and test are shared out anew; the split can be changed under Data.",
            severity="caution",
            names=listed(found.parts),
        )
    if found.loose:
        yield problem(
            "pictures.loose",
            "{count} beside the class folders {were} left out.",
            "Move them into the folder of their class.",
            severity="caution",
            count=counted(found.loose, "picture"),
            were="was" if found.loose == 1 else "were",
        )
    if found.empty:
        yield problem(
            "pictures.empty_classes",
            "There are no pictures in {names}, so {these} are not used as classes."
            if len(found.empty) > 1
            else "There are no pictures in {names}, so it is not used as a class.",
            severity="note",
            names=listed(found.empty),
            these="these folders",
        )
    if found.others:
        yield problem(
            "pictures.other_files",
            "{count} that {are} no pictures {were} left out.",
            severity="note",
            count=counted(found.others, "file"),
            are="is" if found.others == 1 else "are",
            were="was" if found.others == 1 else "were",
        )
    if found.inside:
        yield problem(
            "pictures.inside",
            "The classes were taken from the folder “{name}” inside.",
            severity="note",
            name=found.inside,
        )
    if not thoroughly:
        yield problem(
            "pictures.looked_at_briefly",
            "Only the beginning and the end of each picture were checked, since there are many.",
            "One that turns out to be broken later is left out and named then.",
            severity="note",
        )


IMAGE_FOLDER = ImageFolder()
