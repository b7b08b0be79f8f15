"""Pictures in a folder with one sub-folder for each class."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from trainer_gui.engine.data.contents import is_folder
from trainer_gui.engine.data.dataset import DataReference, Dataset
from trainer_gui.engine.data.mending import counted
from trainer_gui.engine.data.picture_dataset import Wishes, make_pictures
from trainer_gui.engine.data.picture_folder import PictureFolder, can_stay_split, explore, folder_at
from trainer_gui.engine.data.picture_notes import notes_on_folder
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.source import GivenSplit, PictureOptions, Report, Source


class ImageFolder(Source):
    """A folder of pictures; the names of its sub-folders are the classes.

    Folders named train, validation and test, with the same classes in each, are taken as they are.
    """

    name = "image_folder"
    label = "Folder of pictures"
    position = 20
    options = PictureOptions

    def takes(self, location: str) -> bool:
        return is_folder(location)

    def open(self, location: str, options: dict[str, Any], report: Report) -> Dataset:
        root = folder_at(location)
        chosen = PictureOptions.model_validate(options)
        report("Looking for pictures", None)
        found = explore(root)
        if not found.files:
            raise _nothing(root, found)
        kept = can_stay_split(found.files) and chosen.given_split != GivenSplit.JOINED
        files = found.files if kept else [replace(each, part="") for each in found.files]
        given = (GivenSplit.KEPT if kept else GivenSplit.JOINED) if found.parts else chosen.given_split
        return make_pictures(
            DataReference(
                source=self.name,
                location=str(root),
                options=chosen.model_copy(update={"given_split": given}).model_dump(mode="json"),
            ),
            root.name,
            root,
            files,
            Wishes(chosen.leave_out_copies, chosen.smallest_side),
            report,
            notes=tuple(notes_on_folder(found, kept=kept)),
        )

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
        parted = folder / "split already"
        for place in range(30):
            part, label = ("train", "train", "test")[place % 3], ("dark", "light")[place % 2]
            (parted / part / label).mkdir(parents=True, exist_ok=True)
            grey = 50 + 120 * (place % 2) + place
            Pillow.new("L", (9, 9), grey).save(parted / part / label / f"{place:02}.png")
        return (*locations, str(parted))


def _nothing(root: Path, found: PictureFolder) -> UserError:
    if found.loose:
        return refuse(
            "pictures.no_classes",
            "{name} holds {count}, but no sub-folders that say what they show.",
            "Make one sub-folder for each class, such as “cats” and “dogs”, and move the pictures into them.",
            field="data",
            name=root.name,
            count=counted(len(found.loose), "picture"),
        )
    return refuse(
        "pictures.none",
        "There are no pictures in {name}.",
        "Choose a folder with one sub-folder for each class; PNG, JPEG, BMP, TIFF, WebP and GIF are known.",
        field="data",
        name=root.name,
    )


IMAGE_FOLDER = ImageFolder()
