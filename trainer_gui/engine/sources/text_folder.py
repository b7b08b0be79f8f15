"""Texts in a folder with one sub-folder for each class."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from trainer_gui.engine.data.columns import make_table
from trainer_gui.engine.data.contents import fingerprint, is_folder
from trainer_gui.engine.data.dataset import CLASS, ColumnKind, DataReference, Dataset
from trainer_gui.engine.data.encoding import NAMES
from trainer_gui.engine.data.mending import Mending, counted, listed
from trainer_gui.engine.data.picture_folder import folder_at
from trainer_gui.engine.data.text_files import MOST_BYTES, TextFolder, explore, holds_texts, read_text
from trainer_gui.engine.problems import Problem, problem, refuse
from trainer_gui.engine.source import Report, Source

TEXT = "text"  # the name of the column of texts


class TextFolderSource(Source):
    """A folder of text files; the names of its sub-folders are the classes. It opens as a table."""

    name = "text_folder"
    label = "Folder of texts"
    position = 16

    def takes(self, location: str) -> bool:
        return is_folder(location) and holds_texts(Path(location).expanduser())

    def open(self, location: str, options: dict[str, Any], report: Report) -> Dataset:
        import pandas as pd

        root = folder_at(location)
        report("Looking for texts", None)
        found = explore(root)
        texts: list[str] = []
        labels: list[str] = []
        faults: dict[str, list[str]] = {"cut": []}
        encodings: Counter[str] = Counter()
        digest = hashlib.blake2b(digest_size=20)
        for place, (label, path) in enumerate(found.files):
            if place % 100 == 0:
                report("Reading the texts", place / len(found.files))
            content = read_text(path)
            name = path.relative_to(root).as_posix()
            if content.fault:
                faults.setdefault(content.fault, []).append(name)
                continue
            if content.cut:
                faults["cut"].append(name)
            texts.append(content.text)
            labels.append(label)
            encodings[content.encoding] += 1
            digest.update(f"{label}\0{name}\0{len(content.raw)}\0".encode("utf-8", "surrogateescape"))
            digest.update(content.raw)
        if not texts:
            raise refuse(
                "texts.none",
                "There are no texts in {name} that can be read.",
                "Choose a folder with one sub-folder for each class, and text files (.txt) in them.",
                field="data",
                name=root.name,
            )
        classes = sorted(set(labels) - {""})
        columns: dict[str, pd.Series[Any]] = {
            TEXT: pd.Series(texts, dtype="str"),
            CLASS: pd.Series(pd.Categorical([each or None for each in labels], categories=classes)),
        }
        table = make_table(
            DataReference(source=self.name, location=str(root)),
            root.name,
            columns,
            fingerprint=fingerprint(digest.hexdigest(), {}),
            mending=Mending(),
            notes=tuple(_notes(found, faults)),
            how=_in_words(classes, encodings),
            typed=True,
            report=report,
        )
        first, second = table.columns
        return replace(
            table, columns=(replace(first, kind=ColumnKind.TEXT), second), target=CLASS if classes else ""
        )

    def write_examples(self, folder: Path) -> tuple[str, ...]:
        locations = []
        for name, encoding in (("letters", "utf-8"), ("Briefe", "cp1252")):
            root = folder / name
            for place in range(40):
                label = ("Dank", "Frage")[place % 2]
                words = ("Vielen Dank für alles, es war schön", "Können Sie mir sagen, wann Sie öffnen?")
                (root / label).mkdir(parents=True, exist_ok=True)
                said = f"{words[place % 2]} – Brief {place} an {name}\n"
                (root / label / f"{place:02}.txt").write_bytes(said.encode(encoding))
            locations.append(str(root))
        return tuple(locations)


def _in_words(classes: list[str], encodings: Counter[str]) -> str:
    names = [NAMES.get(each, each) for each, _ in encodings.most_common(2)]
    more = " and others" if len(encodings) > 2 else ""
    told = counted(len(classes), "class", "classes") if classes else "no classes"
    return f"{told}, a file each, {' and '.join(names)}{more}"


def _notes(found: TextFolder, faults: dict[str, list[str]]) -> Iterator[Problem]:
    rest = dict(faults)
    cut, empty, binary = (rest.pop(key, []) for key in ("cut", "empty", "binary"))
    unread = [name for names in rest.values() for name in names]
    for key, names, message, advice in (
        (
            "texts.unread",
            unread,
            "{count} cannot be read and {were} left out: {names}.",
            "Check that the disk or network drive is connected, and that you may read them.",
        ),
        (
            "texts.binary",
            binary,
            "{count} {are} no plain text, although the name says so, and {were} left out: {names}.",
            "Save them as plain text (.txt) from the program that made them.",
        ),
        ("texts.empty", empty, "{count} {are} empty and {were} left out: {names}.", ""),
        (
            "texts.cut",
            cut,
            "{count} {are} longer than {most} characters; only the beginning is read: {names}.",
            "Part them into shorter texts if what matters comes later.",
        ),
    ):
        if names:
            one = len(names) == 1
            yield problem(
                key,
                message,
                advice,
                severity="caution",
                count=counted(len(names), "file"),
                are="is" if one else "are",
                were="was" if one else "were",
                names=listed(names),
                most=f"{MOST_BYTES:,}",
            )
    yield from _about_folders(found)


def _about_folders(found: TextFolder) -> Iterator[Problem]:
    if not any(label for label, _ in found.files):
        yield problem(
            "texts.no_classes",
            "The texts lie in no sub-folders that say what they are, so there is nothing to learn.",
            "Make one sub-folder for each class to train; to predict, this is fine.",
            severity="caution",
        )
    if found.parts:
        yield problem(
            "texts.parts_joined",
            "The folders {names} were put together.",
            "Training, validation and test are shared out anew; the split can be changed under Data.",
            severity="caution",
            names=listed(found.parts),
        )
    if found.loose:
        yield problem(
            "texts.loose",
            "{count} beside the class folders {were} left out.",
            "Move them into the folder of their class.",
            severity="caution",
            count=counted(found.loose, "text"),
            were="was" if found.loose == 1 else "were",
        )
    if found.empty:
        yield problem(
            "texts.empty_classes",
            "There are no texts in {names}.",
            severity="note",
            names=listed(found.empty),
        )
    if found.others:
        yield problem(
            "texts.other_files",
            "{count} that {are} no texts {were} left out.",
            severity="note",
            count=counted(found.others, "file"),
            are="is" if found.others == 1 else "are",
            were="was" if found.others == 1 else "were",
        )
    if found.inside:
        yield problem(
            "texts.inside",
            "The classes were taken from the folder “{name}” inside.",
            severity="note",
            name=found.inside,
        )


TEXT_FOLDER = TextFolderSource()
