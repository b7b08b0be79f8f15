"""A table that names picture files and says what they show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import ConfigDict

from trainer_gui.engine.data.contents import file_at, is_file
from trainer_gui.engine.data.dataset import DataReference, Dataset, Table
from trainer_gui.engine.data.picture_columns import class_column_of, says_parts
from trainer_gui.engine.data.picture_dataset import Wishes, make_pictures
from trainer_gui.engine.data.picture_folder import PictureEntry, can_stay_split, part_of
from trainer_gui.engine.data.picture_notes import notes_on_parts, notes_on_rows
from trainer_gui.engine.data.picture_paths import PathRule, find_path_rule, names_pictures
from trainer_gui.engine.data.prepare import class_names
from trainer_gui.engine.problems import Problem, UserError, refuse
from trainer_gui.engine.settings import accept, declared_in, setting
from trainer_gui.engine.source import GivenSplit, PictureOptions, Report, Source


class ReadAs(StrEnum):
    """Whether the pictures are learned from, or the columns of the table."""

    FOUND = ""
    PICTURES = "pictures"
    TABLE = "table"


class PictureTableOptions(PictureOptions):
    """Which columns name the pictures and their classes; options of the table file are taken as well."""

    model_config = ConfigDict(extra="allow")

    read_as: ReadAs = setting(
        ReadAs.FOUND,
        label="Learn from",
        help="Whether to learn from the pictures that the table names, or from its columns alone.",
        labels={"": "Find out", "pictures": "The pictures", "table": "The columns of the table"},
    )
    picture_column: str = setting(
        "",
        label="Column of pictures",
        help="The column that names the picture files. Left empty, it is found by whether they exist.",
    )
    class_column: str = setting(
        "",
        label="Column of classes",
        help="The column that says what a picture shows. Choose it when the classes look wrong.",
    )
    picture_folder: str = setting(
        "",
        label="Folder of the pictures",
        help="Where the pictures lie, seen from the table. Left empty, it is looked for beside the table.",
    )


@dataclass(frozen=True)
class _Columns:
    """What the columns of the table are for."""

    pictures: str
    rule: PathRule
    classes: str
    part: str  # "" where none says train or test


class PictureTable(Source):
    """A table with a column of picture files that exist; the other columns are named and left alone."""

    name = "picture_table"
    label = "Table of pictures"
    position = 25
    options = PictureTableOptions

    def takes(self, location: str) -> bool:
        return is_file(location) and _reader_of(location) is not None and names_pictures(_absolute(location))

    def open(self, location: str, options: dict[str, Any], report: Report) -> Dataset:
        path = file_at(location)
        chosen = PictureTableOptions.model_validate(options)
        reader = _reader_of(location)
        if reader is None:
            raise refuse(
                "pictures.no_table",
                "{name} is no table that could name pictures.",
                "Choose a CSV file or an Excel workbook.",
                field="data",
                name=path.name,
            )
        own = {each.name for each in declared_in(PictureTableOptions)}
        given = {name: value for name, value in options.items() if name not in own}
        table = reader.open(location, accept(reader.options, given).model_dump(), report)
        assert isinstance(table, Table)
        report("Looking for the pictures", None)
        columns = None if chosen.read_as == ReadAs.TABLE else _columns_of(table, path, chosen)
        if columns is None:
            return table
        entries, notes = _entries(table, path, columns)
        kept = can_stay_split(entries) and chosen.given_split != GivenSplit.JOINED
        parts = [columns.part] if columns.part else []
        found = {
            "picture_column": columns.pictures,
            "class_column": columns.classes,
            "picture_folder": _from(path.parent, columns.rule.folder),
            "read_as": ReadAs.PICTURES.value,
            "given_split": ("kept" if kept else "joined") if parts else str(chosen.given_split),
        }
        return make_pictures(
            DataReference(
                source=self.name,
                location=str(path),
                options={**chosen.model_dump(mode="json"), **table.reference.options, **found},
            ),
            path.name,
            path,
            entries if kept else [replace(each, part="") for each in entries],
            Wishes(chosen.leave_out_copies, chosen.smallest_side),
            report,
            notes=(*table.notes, *notes, *notes_on_parts(parts, kept=kept)),
            how=f" in the column “{columns.classes}”",
        )

    def choices(self, location: str) -> dict[str, tuple[str, ...]]:
        reader = _reader_of(location)
        return reader.choices(location) if reader is not None else {}

    def files_of(self, location: str, options: dict[str, Any]) -> tuple[Path, ...]:
        table = Path(location)
        if options.get("read_as") != ReadAs.PICTURES:
            return (table,)
        return (table, table.parent / str(options.get("picture_folder", "")))

    def write_examples(self, folder: Path) -> tuple[str, ...]:
        from PIL import Image as Pillow

        for place in range(24):
            inside = folder / "shots" / str(place % 3)
            inside.mkdir(parents=True, exist_ok=True)
            grey = 60 + 120 * (place % 2) + place
            Pillow.new("RGB", (12, 10), (grey, grey, 40)).save(inside / f"{place:02}.png")
        rows = [(f"{place % 3}/{place:02}.png", ("dark", "light")[place % 2], place) for place in range(24)]
        comma, semicolon = folder / "labels.csv", folder / "split.csv"
        comma.write_text(
            "file,brightness,weight\n" + "".join(f"shots/{f},{c},{n / 4}\n" for f, c, n in rows),
            encoding="utf-8",
        )
        semicolon.write_text(
            "set;class;picture\n"
            + "".join(f"{('train', 'train', 'test')[n % 3]};{c};{f}\n" for f, c, n in rows),
            encoding="utf-8",
        )
        return str(comma), str(semicolon)


def _absolute(location: str) -> Path:
    return Path(location).expanduser().absolute()


def _from(folder: Path, place: Path) -> str:
    """A folder as it is written in the options: seen from the table where it lies beside it."""
    return place.relative_to(folder).as_posix() if place.is_relative_to(folder) else str(place)


def _reader_of(location: str) -> Source | None:
    """The source that reads the table itself."""
    from trainer_gui.engine.sources import SOURCES

    others = (each for each in SOURCES if not issubclass(each.options, PictureOptions))
    return next((each for each in others if each.takes(location)), None)


def _columns_of(table: Table, path: Path, chosen: PictureTableOptions) -> _Columns | None:
    """What the columns are for; None where none names pictures and nobody said that one does."""
    found = _picture_column(table, path, chosen)
    if found is None:
        if chosen.picture_column or chosen.picture_folder or chosen.read_as == ReadAs.PICTURES:
            raise refuse(
                "pictures.not_where_said",
                "The pictures that {name} names are not there.",
                "Put them beside the table, or say in which folder they lie.",
                field="picture_folder",
                name=table.name,
            )
        return None
    pictures, rule = found
    others = [each for each in table.columns if each.name != pictures]
    part = next((each.name for each in others if says_parts(table, each)), "")
    classes = chosen.class_column or class_column_of(
        [each for each in others if each.name != part], table.rows
    )
    if not classes:
        raise refuse(
            "pictures.no_class_column",
            "{name} names pictures, but no column says what they show.",
            "Add a column with the class of each picture, or choose it under import options.",
            field="class_column",
            name=table.name,
        )
    table.column(classes)
    return _Columns(pictures, rule, classes, part if part != classes else "")


def _picture_column(table: Table, path: Path, chosen: PictureTableOptions) -> tuple[str, PathRule] | None:
    start = None
    if chosen.picture_folder:
        start = path.parent / Path(chosen.picture_folder).expanduser()
    names = [chosen.picture_column] if chosen.picture_column else [each.name for each in table.columns]
    for name in names:
        table.column(name)
        cells = [str(each) for each in class_names(table.frame[name])]
        rule = find_path_rule(path.parent, cells, start)
        if rule is not None and len(set(cells)) > 1:
            return name, rule
    return None


def _entries(table: Table, path: Path, columns: _Columns) -> tuple[list[PictureEntry], list[Problem]]:
    """The pictures with their classes, and what was left out."""
    cells = [str(each) for each in class_names(table.frame[columns.pictures])]
    labels = [str(each) for each in class_names(table.frame[columns.classes])]
    parts = [""] * table.rows
    if columns.part:
        parts = [part_of(str(each)) for each in class_names(table.frame[columns.part])]
    entries: dict[tuple[str, str], PictureEntry] = {}
    lost: list[str] = []
    unlabelled = again = 0
    for cell, label, part in zip(cells, labels, parts, strict=True):
        file = columns.rule.path_of(cell)
        if file is None or not is_file(str(file)):
            lost.append(cell or "(empty)")
        elif not label:
            unlabelled += 1
        elif (str(file), label) in entries:
            again += 1
        else:
            entries[str(file), label] = PictureEntry(label, file, _from(path.parent, file), part)
    if not entries:
        raise _none_left(table, columns, lost)
    used = {columns.pictures, columns.classes, columns.part}
    others = [each.name for each in table.columns if each.name not in used]
    return list(entries.values()), list(
        notes_on_rows((columns.pictures, columns.classes), lost, unlabelled, again, others)
    )


def _none_left(table: Table, columns: _Columns, lost: list[str]) -> UserError:
    return refuse(
        "pictures.none_with_class",
        "No row of {name} has both a picture that is there and a class in “{column}”.",
        "Choose another column of classes, or put the pictures where the table says.",
        field="class_column",
        name=table.name,
        column=columns.classes,
        lost=len(lost),
    )


PICTURE_TABLE = PictureTable()
