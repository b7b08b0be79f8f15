"""The sentences that say what is wrong with picture files, and how they were found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from trainer_gui.engine.data.dataset import PictureRemark
from trainer_gui.engine.data.mending import counted, listed
from trainer_gui.engine.data.picture_folder import PictureEntry, PictureFolder
from trainer_gui.engine.problems import Problem, problem

_MOST_REMARKS = 2000  # on single files that are kept to be looked at


@dataclass(frozen=True)
class Blemishes:
    """What is wrong with some files, by their places among all."""

    broken: dict[int, Problem]
    tiny: list[int]  # so small that little can be told from them, and kept
    small: list[int]  # smaller than a person wants, and left out
    smallest_side: int
    within: list[list[int]]  # files of one class with the same content
    across: list[list[int]]  # the same content in different classes
    copies_left_out: bool
    left_out: frozenset[int]


def notes_of(
    entries: Sequence[PictureEntry], blemishes: Blemishes, *, thoroughly: bool
) -> tuple[Problem, ...]:
    """One problem for each kind of blemish, the worst first."""
    return (
        *_on_broken(entries, blemishes),
        *_on_the_rest(entries, blemishes),
        *_on_looking(thoroughly=thoroughly),
    )


def remarks_on(
    entries: Sequence[PictureEntry], blemishes: Blemishes, rows: Mapping[int, int]
) -> tuple[PictureRemark, ...]:
    """What is wrong with each file; `rows` are the numbers of those that are used, by place."""

    def said(key: str, place: int, words: str) -> PictureRemark:
        return PictureRemark(f"pictures.{key}", entries[place].name, words, rows.get(place, -1))

    found = [said("broken", place, blemishes.broken[place].message) for place in sorted(blemishes.broken)]
    for key, groups in (("copies_across_classes", blemishes.across), ("copies", blemishes.within)):
        for group in groups:
            for place in group:
                other = entries[group[0] if place != group[0] else group[1]]
                found.append(said(key, place, f"The same content as “{other.name}” ({other.label})."))
    side = blemishes.smallest_side
    found += [said("small", place, f"A side is shorter than {side} pixels.") for place in blemishes.small]
    found += [said("tiny", place, "Little can be told from so few pixels.") for place in blemishes.tiny]
    return tuple(found[:_MOST_REMARKS])


def _on_broken(entries: Sequence[PictureEntry], blemishes: Blemishes) -> Iterator[Problem]:
    if blemishes.broken:
        places = sorted(blemishes.broken)
        yield problem(
            "pictures.broken",
            "{count} cannot be opened and {were} left out: {names}.",
            "Save them again, or delete them.",
            severity="caution",
            count=counted(len(places), "picture"),
            were=_were(len(places)),
            names=listed([entries[place].path.name for place in places]),
        )


def _on_the_rest(entries: Sequence[PictureEntry], blemishes: Blemishes) -> Iterator[Problem]:
    if blemishes.across:
        yield _across(entries, blemishes)
    if blemishes.within:
        yield _within(entries, blemishes)
    if blemishes.small:
        yield problem(
            "pictures.small",
            "{count} with a side shorter than {side} pixels {were} left out: {names}.",
            severity="note",
            count=counted(len(blemishes.small), "picture"),
            side=blemishes.smallest_side,
            were=_were(len(blemishes.small)),
            names=listed([entries[place].name for place in blemishes.small]),
        )
    if blemishes.tiny:
        yield problem(
            "pictures.tiny",
            "{count} {are} so small that little can be told from {them}: {names}.",
            "Bring back the originals, or leave small ones out with the import option “Smallest side”.",
            severity="caution",
            count=counted(len(blemishes.tiny), "picture"),
            are="is" if len(blemishes.tiny) == 1 else "are",
            them="it" if len(blemishes.tiny) == 1 else "them",
            names=listed([entries[place].name for place in blemishes.tiny]),
        )


def _on_looking(*, thoroughly: bool) -> Iterator[Problem]:
    if not thoroughly:
        yield problem(
            "pictures.looked_at_briefly",
            "Only the beginning and the end of each picture were checked, since there are many.",
            "One that turns out to be broken later is left out and named then.",
            severity="note",
        )


def _across(entries: Sequence[PictureEntry], blemishes: Blemishes) -> Problem:
    groups, out = blemishes.across, blemishes.copies_left_out
    first = [f"{entries[place].name} ({entries[place].label})" for place in groups[0]]
    return problem(
        "pictures.copies_across_classes",
        "{pictures} {are} in more than one class, so one of the classes must be wrong: {names}."
        + (" All of them were left out." if out else ""),
        "Delete them from the wrong class; a model learns nothing from pictures that contradict each other.",
        severity="caution",
        pictures=counted(len(groups), "picture"),
        are="is" if len(groups) == 1 else "are",
        names=_groups_named(first, len(groups)),
    )


def _within(entries: Sequence[PictureEntry], blemishes: Blemishes) -> Problem:
    groups, out = blemishes.within, blemishes.copies_left_out
    again = sum(len(group) - 1 for group in groups)
    first = [entries[place].name for place in groups[0]]
    message = "{copies} {are} of the very same content as another picture of the class: {names}."
    if out:
        message = (
            "{copies} of the very same content as another picture of the class {were} left out: {names}."
        )
    return problem(
        "pictures.copies",
        message,
        ""
        if out
        else "Delete them, or leave them out with the import option “Leave out copies”: a picture that is "
        "both trained on and tested makes the result look better than it is.",
        severity="note" if out else "caution",
        copies=counted(again, "picture"),
        are="is" if again == 1 else "are",
        were=_were(again),
        names=_groups_named(first, len(groups)),
    )


def _groups_named(first: list[str], groups: int) -> str:
    more = f", and {counted(groups - 1, 'more such group')}" if groups > 1 else ""
    return listed(first, 3) + more


def notes_on_folder(found: PictureFolder, *, kept: bool) -> Iterator[Problem]:
    """What was met while looking for pictures; `kept` says whether train and test folders stay apart."""
    yield from notes_on_parts(found.parts, kept=kept)
    if found.classless:
        yield problem(
            "pictures.without_classes",
            "{count} in {names} {were} left out, because nothing says what they show.",
            "Predict them with the trained model under Use.",
            severity="note",
            count=counted(sum(found.classless.values()), "picture"),
            names=listed(list(found.classless)),
            were=_were(sum(found.classless.values())),
        )
    if found.loose:
        yield problem(
            "pictures.loose",
            "{count} beside the class folders {were} left out.",
            "Move them into the folder of their class.",
            severity="caution",
            count=counted(len(found.loose), "picture"),
            were=_were(len(found.loose)),
        )
    if found.empty:
        yield problem(
            "pictures.empty_classes",
            "There are no pictures in {names}, so {these} not used as {classes}.",
            severity="note",
            names=listed(found.empty),
            these="these folders are" if len(found.empty) > 1 else "it is",
            classes="classes" if len(found.empty) > 1 else "a class",
        )
    yield from notes_on_place(found)


def notes_on_parts(folders: Sequence[str], *, kept: bool) -> Iterator[Problem]:
    """What was made of folders, or of a column, that share the pictures out already."""
    if folders and kept:
        yield problem(
            "pictures.parts_kept",
            "The data was split already: {names} {are} taken as {they}.",
            "To share all pictures out anew, choose “Put together” under import options.",
            severity="note",
            names=listed(folders),
            are="is" if len(folders) == 1 else "are",
            they="it is" if len(folders) == 1 else "they are",
        )
    elif folders:
        yield problem(
            "pictures.parts_joined",
            "{names} {were} put together.",
            "Training, validation and test are shared out anew; the split can be changed under Data.",
            severity="caution",
            names=listed(folders),
            were="was" if len(folders) == 1 else "were",
        )


def notes_on_place(found: PictureFolder) -> Iterator[Problem]:
    """The same for where the pictures lie, whatever gives them their class."""
    if found.others:
        yield problem(
            "pictures.other_files",
            "{count} that {are} no pictures {were} left out.",
            severity="note",
            count=counted(found.others, "file"),
            are="is" if found.others == 1 else "are",
            were=_were(found.others),
        )
    if found.inside:
        yield problem(
            "pictures.inside",
            "The pictures were taken from the folder “{name}” inside.",
            severity="note",
            name=found.inside,
        )


def notes_on_rows(
    columns: tuple[str, str], lost: list[str], unlabelled: int, again: int, others: list[str]
) -> Iterator[Problem]:
    """What became of the rows and columns of a table whose `columns` are those of pictures and classes."""
    if lost:
        yield problem(
            "pictures.not_found",
            "{count} that the table names {are} not there and {were} left out: {names}.",
            "Put them back, or say in which folder they lie under import options.",
            severity="caution",
            count=counted(len(lost), "picture"),
            are="is" if len(lost) == 1 else "are",
            were="was" if len(lost) == 1 else "were",
            names=listed(lost),
        )
    if unlabelled:
        yield problem(
            "pictures.unlabelled",
            "{count} without a value in “{column}” {were} left out.",
            "Fill the class in.",
            severity="caution",
            count=counted(unlabelled, "picture"),
            column=columns[1],
            were="was" if unlabelled == 1 else "were",
        )
    if again:
        yield problem(
            "pictures.rows_again",
            "{count} that {name} a picture again with the same class {were} left out.",
            severity="note",
            count=counted(again, "row"),
            name="names" if again == 1 else "name",
            were="was" if again == 1 else "were",
        )
    if others:
        yield problem(
            "pictures.other_columns",
            "Only the pictures in “{pictures}” and the classes in “{classes}” are used; {names} {are} not.",
            "To learn from the columns instead, choose so under import options.",
            severity="note",
            pictures=columns[0],
            classes=columns[1],
            names=listed(others),
            are="is" if len(others) == 1 else "are",
        )


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
