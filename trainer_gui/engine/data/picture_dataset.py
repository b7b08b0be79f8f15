"""Turns labelled picture files into a dataset: looked at, compared, and what is wrong with them said."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median_low

from trainer_gui.engine.data.contents import fingerprint
from trainer_gui.engine.data.dataset import (
    CLASS,
    PICTURE,
    Column,
    ColumnKind,
    DataReference,
    Pictures,
)
from trainer_gui.engine.data.mending import counted
from trainer_gui.engine.data.picture_files import Look, PictureFiles, Report, look_at_all, same_content
from trainer_gui.engine.data.picture_folder import PictureEntry
from trainer_gui.engine.data.picture_notes import Blemishes, notes_of, remarks_on
from trainer_gui.engine.problems import Problem, refuse

_TINY_SIDE = 8  # pixels of the shorter side: below, hardly anything can be told apart
_TINY_SHARE = 0.25  # or both sides shorter than this share of what is usual in the dataset


@dataclass(frozen=True)
class Wishes:
    """What a person wants left out."""

    copies: bool = False
    smallest_side: int = 0  # pixels; pictures with a shorter side are left out


def make_pictures(
    reference: DataReference,
    name: str,
    root: Path,
    entries: Sequence[PictureEntry],
    wishes: Wishes,
    report: Report,
    *,
    notes: Sequence[Problem] = (),
    how: str = "",
) -> Pictures:
    """The dataset of these files, without those that are broken or that a person wants left out.

    `root` is the folder or table that they belong to; `notes` and `how` are what finding them showed. Raises
    UserError where no picture is left.
    """
    paths = [each.path for each in entries]
    look = look_at_all(paths, report)
    if not look.facts:
        raise refuse(
            "pictures.all_broken",
            "None of the {count} in {name} can be opened. The first: {first}",
            "Save them again as PNG or JPEG.",
            field="data",
            count=counted(len(look.broken), "picture"),
            name=name,
            first=look.broken[min(look.broken)].message,
        )
    blemishes = _blemishes(entries, look, wishes, report)
    good = [place for place in sorted(look.facts) if place not in blemishes.left_out]
    if not good:
        raise refuse(
            "pictures.all_left_out",
            "All {count} in {name} are left out by the import options.",
            "Lower the smallest side, or keep copies.",
            field="data",
            count=counted(len(look.facts), "picture"),
            name=name,
        )
    said = (*notes, *notes_of(entries, blemishes, thoroughly=look.thoroughly))
    return _dataset(reference, name, root, entries, look, good, blemishes, said, how, report)


def _blemishes(entries: Sequence[PictureEntry], look: Look, wishes: Wishes, report: Report) -> Blemishes:
    facts = look.facts
    usual = _usual_size(look, list(facts))
    tiny = [
        place
        for place, each in facts.items()
        if min(each.width, each.height) < _TINY_SIDE
        or (each.width < _TINY_SHARE * usual[0] and each.height < _TINY_SHARE * usual[1])
    ]
    small = [p for p, each in facts.items() if min(each.width, each.height) < wishes.smallest_side]
    alike = same_content([each.path for each in entries], look, report)
    within = [group for group in alike if len({entries[place].label for place in group}) == 1]
    across = [group for group in alike if len({entries[place].label for place in group}) > 1]
    copies: set[int] = set()
    if wishes.copies:
        # The first stays; where the classes contradict each other nobody knows which of them is right.
        copies = {place for group in within for place in group[1:]} | {p for group in across for p in group}
    return Blemishes(
        broken=look.broken,
        tiny=[place for place in tiny if place not in small],
        small=small,
        smallest_side=wishes.smallest_side,
        within=within,
        across=across,
        copies_left_out=wishes.copies,
        left_out=frozenset(copies | set(small)),
    )


def _usual_size(look: Look, places: list[int]) -> tuple[int, int]:
    """The median width and height in pixels."""
    facts = [look.facts[place] for place in places]
    return median_low(each.width for each in facts), median_low(each.height for each in facts)


def _dataset(
    reference: DataReference,
    name: str,
    root: Path,
    entries: Sequence[PictureEntry],
    look: Look,
    good: list[int],
    blemishes: Blemishes,
    notes: tuple[Problem, ...],
    how: str,
    report: Report,
) -> Pictures:
    labels = tuple(entries[place].label for place in good)
    classes = Counter(labels).most_common()
    size = _usual_size(look, good)
    grey = all(look.facts[place].grey for place in good)
    rows = {place: row for row, place in enumerate(good)}
    groups = [[rows[p] for p in group if p in rows] for group in (*blemishes.within, *blemishes.across)]
    words = [
        counted(len(classes), "class", "classes") + how,
        "grey" if grey else "in colour",
        f"typically {size[0]} × {size[1]} pixels",
    ]
    parts = tuple(entries[place].part for place in good)
    return Pictures(
        reference=reference,
        name=name,
        rows=len(good),
        columns=(
            Column(PICTURE, ColumnKind.PICTURE, missing=0, distinct=len(good)),
            Column(
                CLASS,
                ColumnKind.CATEGORY,
                missing=0,
                distinct=len(classes),
                examples=tuple(label for label, _ in classes[:5]),
                counts=tuple(times for _, times in classes[:10]),
            ),
        ),
        target=CLASS,
        fingerprint=fingerprint(_digest(entries, look, good, report), {}),
        notes=notes,
        how=", ".join(words),
        names=tuple(entries[place].name for place in good),
        labels=labels,
        open_picture=PictureFiles(str(root), tuple(str(entries[place].path) for place in good)),
        grey=grey,
        median_size=size,
        parts=parts if any(parts) else (),
        copies=tuple(tuple(group) for group in groups if len(group) > 1),
        remarks=remarks_on(entries, blemishes, rows),
    )


def _digest(entries: Sequence[PictureEntry], look: Look, good: list[int], report: Report) -> str:
    """Hash of the classes, names, parts and contents of the pictures that are used."""
    report("Taking the fingerprint", None)
    digest = hashlib.blake2b(digest_size=20)
    for place in good:
        each = entries[place]
        text = f"{each.label}\0{each.name}\0{each.part}\0"
        digest.update(text.encode("utf-8", "surrogateescape"))
        digest.update(look.digests[place])
    return digest.hexdigest()
