"""Pictures in one folder whose file names say the class, such as cat_001.jpg."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from trainer_gui.engine.data.contents import is_folder
from trainer_gui.engine.data.dataset import DataReference, Dataset
from trainer_gui.engine.data.mending import counted, listed
from trainer_gui.engine.data.picture_dataset import Wishes, make_pictures
from trainer_gui.engine.data.picture_folder import (
    PictureEntry,
    can_stay_split,
    explore_flat,
    folder_at,
    is_flat,
)
from trainer_gui.engine.data.picture_names import (
    FIRST,
    LAST,
    RULES,
    WORDS,
    find_rule,
    labels_by,
    rule_of_pattern,
)
from trainer_gui.engine.data.picture_notes import notes_on_parts, notes_on_place
from trainer_gui.engine.problems import Problem, problem, refuse
from trainer_gui.engine.settings import setting
from trainer_gui.engine.source import GivenSplit, PictureOptions, Report, Source


class ClassInName(StrEnum):
    """Which piece of a file's name is the class."""

    FOUND = ""
    WORDS = WORDS
    FIRST = FIRST
    LAST = LAST


class NamedPicturesOptions(PictureOptions):
    """How the class is found in a file's name."""

    class_in_name: ClassInName = setting(
        ClassInName.FOUND,
        label="Class in the file name",
        help="Which piece of a file's name says what it shows. Choose it when the classes look wrong.",
        labels={
            "": "Find out",
            WORDS: "All but the numbers: cat in cat_001",
            FIRST: "The first word: cat in cat_garden_7",
            LAST: "The last word: cat in IMG_7_cat",
        },
    )
    pattern: str = setting(
        "",
        label="Pattern of the file name",
        help="Where the class stands, with CLASS for it and * for anything: *_CLASS_* takes cat from "
        "7_cat_b.jpg. Use it when no other choice fits.",
        advanced=True,
    )


class NamedPictures(Source):
    """A folder of pictures without sub-folders for classes; the rule that finds a class is stated."""

    name = "named_pictures"
    label = "Pictures named by class"
    position = 18
    options = NamedPicturesOptions

    def takes(self, location: str) -> bool:
        return is_folder(location) and is_flat(Path(location).expanduser())

    def open(self, location: str, options: dict[str, Any], report: Report) -> Dataset:
        root = folder_at(location)
        chosen = NamedPicturesOptions.model_validate(options)
        report("Looking for pictures", None)
        found = explore_flat(root)
        if not found.files:
            raise refuse(
                "pictures.none",
                "There are no pictures in {name}.",
                "Choose a folder with pictures; PNG, JPEG, BMP, TIFF, WebP and GIF are known.",
                field="data",
                name=root.name,
            )
        named, nameless, by = _labelled(root, found.files, chosen)
        kept = can_stay_split(named) and chosen.given_split != GivenSplit.JOINED
        files = named if kept else [replace(each, part="") for each in named]
        given = (GivenSplit.KEPT if kept else GivenSplit.JOINED) if found.parts else chosen.given_split
        settled = chosen.model_copy(update={"class_in_name": by, "given_split": given})
        example = files[0]
        return make_pictures(
            DataReference(source=self.name, location=str(root), options=settled.model_dump(mode="json")),
            root.name,
            root,
            files,
            Wishes(chosen.leave_out_copies, chosen.smallest_side),
            report,
            notes=(*_nameless(nameless), *notes_on_place(found), *notes_on_parts(found.parts, kept=kept)),
            how=f" by file name (“{example.label}” from “{example.path.name}”)",
        )

    def write_examples(self, folder: Path) -> tuple[str, ...]:
        from PIL import Image as Pillow

        locations = []
        for name, pattern in (("numbered", "{label}_{place:03}.png"), ("camera", "IMG {place} {label}.png")):
            root = folder / name
            root.mkdir()
            for place in range(24):
                grey = 60 + 120 * (place % 2) + place
                file = pattern.format(label=("dark", "light")[place % 2], place=place)
                Pillow.new("RGB", (12, 10), (grey, grey, 40)).save(root / file)
            locations.append(str(root))
        return tuple(locations)


def _labelled(
    root: Path, files: list[PictureEntry], chosen: NamedPicturesOptions
) -> tuple[list[PictureEntry], list[PictureEntry], ClassInName]:
    """The pictures with their class, those whose name says none, and the rule that was found or chosen."""
    stems = [each.path.stem for each in files]
    by = chosen.class_in_name
    rule: Callable[[str], str]
    if chosen.pattern:
        rule = rule_of_pattern(chosen.pattern)
    else:
        by = by or ClassInName(find_rule(stems))
        if not by:
            raise refuse(
                "pictures.no_classes",
                "{name} holds {count}, but neither sub-folders nor file names say what they show.",
                "Make one sub-folder for each class, such as “cats” and “dogs”, and move the pictures into "
                "them; or choose under import options which piece of the name is the class.",
                field="class_in_name",
                name=root.name,
                count=counted(len(files), "picture"),
            )
        rule = RULES[by]
    labels = labels_by(rule, stems)
    pairs = list(zip(files, labels, strict=True))
    named = [replace(each, label=label) for each, label in pairs if label]
    if not named:
        raise refuse(
            "pictures.rule_finds_nothing",
            "The rule finds a class in none of the {count} of {name}, such as “{first}”.",
            "Choose another piece of the name, or another pattern.",
            field="pattern" if chosen.pattern else "class_in_name",
            count=counted(len(files), "picture"),
            name=root.name,
            first=files[0].path.name,
        )
    return named, [each for each, label in pairs if not label], by


def _nameless(files: list[PictureEntry]) -> list[Problem]:
    if not files:
        return []
    return [
        problem(
            "pictures.nameless",
            "{count} whose name says no class {were} left out: {names}.",
            "Rename them, or choose another rule under import options.",
            severity="caution",
            count=counted(len(files), "picture"),
            were="was" if len(files) == 1 else "were",
            names=listed([each.path.name for each in files]),
        )
    ]


NAMED_PICTURES = NamedPictures()
