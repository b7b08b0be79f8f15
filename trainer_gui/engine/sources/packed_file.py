"""Tables, pictures and texts in compressed files: .csv.gz, .zip and their kin."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ConfigDict

from trainer_gui.engine.data.archive import (
    ENDINGS,
    NAMES,
    OTHER_ENDINGS,
    Member,
    compression_of,
    kind_of,
    members_of,
)
from trainer_gui.engine.data.contents import file_at, is_folder, looks_like_text, scan
from trainer_gui.engine.data.dataset import DataReference, Dataset
from trainer_gui.engine.data.mending import listed
from trainer_gui.engine.data.picture_folder import is_picture
from trainer_gui.engine.data.text_files import is_text
from trainer_gui.engine.data.unpacked import inside, unpack
from trainer_gui.engine.problems import Problem, UserError, problem, refuse
from trainer_gui.engine.settings import accept, setting
from trainer_gui.engine.source import PictureOptions, ReadOptions, Report, Source, say_nothing

_ALL = "*"  # the member that stands for the whole archive: a folder of pictures or texts
_LISTED = 500  # members to choose from


class PackedFileOptions(ReadOptions):
    """Which file of an archive is read; options of the kind of file that it is are taken as well."""

    model_config = ConfigDict(extra="allow")

    member: str = setting(
        "",
        label="File in the archive",
        help="Which file is read where the archive holds several; * is all of them, as a folder. Left empty, "
        "it is the largest table.",
    )


class PackedFile(Source):
    """Unpacks into a folder of the app's own, and lets the source for what comes out read it.

    The fingerprint is that of the content, so the same table gives the same one, compressed or not.
    """

    name = "packed_file"
    label = "Compressed file"
    position = 90  # what is a kind of its own, such as .xlsx, is asked first
    endings = ENDINGS
    options = PackedFileOptions

    def takes(self, location: str) -> bool:
        ending = Path(location).suffix.lower()
        return ending in (*ENDINGS, *OTHER_ENDINGS) and not is_folder(location)

    def recognises(self, start: bytes) -> bool:
        # Documents of office programs are such files, too; they begin with these names.
        return (
            compression_of(start) != ""
            and start[30:49] != b"[Content_Types].xml"
            and start[30:38] != b"mimetype"
        )

    def open(self, location: str, options: dict[str, Any], report: Report) -> Dataset:
        path = file_at(location)
        _refuse_others(path)
        contents = scan(path, report, text=False)
        members = members_of(path)
        chosen = PackedFileOptions.model_validate(options)
        name = chosen.member or _best(members)
        local, source = _unpacked(path, contents.digest, members, name, report)
        given = {key: value for key, value in options.items() if key != "member"}
        if "one_row_in" not in source.options.model_fields:
            given.pop("one_row_in", None)  # asked of every file whose rows are predicted
        found = source.open(str(local), accept(source.options, given).model_dump(), report)
        several = () if chosen.member or len(_tables(members)) < 2 or name == _ALL else _about(name, members)
        return replace(
            found,
            reference=DataReference(
                source=self.name, location=str(path), options={**found.reference.options, "member": name}
            ),
            name=path.name,
            notes=(*several, *found.notes),
            how=", ".join(
                (
                    NAMES[kind_of(path)],
                    *([f"“{name}”"] if len(members) > 1 and name != _ALL else []),
                    found.how,
                )
            ),
        )

    def choices(self, location: str) -> dict[str, tuple[str, ...]]:
        path = file_at(location)
        _refuse_others(path)
        members = members_of(path)
        names = [each.name for each in _tables(members)]
        if _could_be_folder(members):
            names.insert(0, _ALL)
        found: dict[str, tuple[str, ...]] = {"member": tuple(names[:_LISTED])} if len(names) > 1 else {}
        name = _best(members)
        digest = scan(path, say_nothing, text=False).digest
        local, source = _unpacked(path, digest, members, name, say_nothing)
        return {**source.choices(str(local)), **found}

    def options_of(self, reference: DataReference) -> type[ReadOptions]:
        source = _source_of(Path(str(reference.options.get("member", ""))), here=False)
        if source is None or source.options is ReadOptions:
            return PackedFileOptions
        return type(
            "PackedOptions", (PackedFileOptions, source.options), {"__doc__": PackedFileOptions.__doc__}
        )

    def write_examples(self, folder: Path) -> tuple[str, ...]:
        import gzip
        import zipfile

        rows = [(place % 9, place / 4, ("calm", "windy")[place % 2]) for place in range(40)]
        text = "hour,speed,weather\n" + "".join(f"{h},{s},{w}\n" for h, s, w in rows)
        single, several = folder / "wind.csv.gz", folder / "wind.zip"
        single.write_bytes(gzip.compress(text.encode(), mtime=0))
        with zipfile.ZipFile(several, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("__MACOSX/._wind.csv", "junk")
            archive.writestr("about.txt", "How the wind blew.\n")
            archive.writestr("data/wind.csv", text.replace(",", ";"))
        return str(single), str(several)


def _unpacked(
    path: Path, digest: str, members: tuple[Member, ...], name: str, report: Report
) -> tuple[Path, Source]:
    """Where the wanted member lies, unpacked, and the source that reads it."""
    if not members:
        raise refuse(
            "packed.nothing",
            "There is nothing in {name}.",
            "Choose another file.",
            field="data",
            name=path.name,
        )
    if name == _ALL:
        place = unpack(path, digest, members, report)
        local = next((each for each in _beside(place, members) if _source_of(each) is not None), place)
    else:
        wanted = tuple(each for each in members if each.name == name)[:1]
        if not wanted:
            raise refuse(
                "packed.no_such_member",
                "{name} holds no file named “{member}”.",
                "It holds: {members}.",
                field="member",
                name=path.name,
                member=name,
                members=listed([each.name for each in members], 20),
            )
        if Path(name).suffix.lower() in (*ENDINGS, *OTHER_ENDINGS):
            raise refuse(
                "packed.nested",
                "{name} holds another compressed file, “{member}”.",
                "Unpack it with another program, and open what comes out.",
                field="data",
                name=path.name,
                member=name,
            )
        place = unpack(path, digest, wanted, report)
        local = inside(place, wanted[0])
    source = _source_of(local)
    if source is None:
        raise _no_data(path, members)
    return local, source


def _beside(place: Path, members: tuple[Member, ...]) -> list[Path]:
    """The tables of an archive that name pictures in it."""
    from trainer_gui.engine.data.picture_paths import names_pictures

    tables = [inside(place, each) for each in _tables(members)[:5]]
    return [each for each in tables if names_pictures(each)]


def _others() -> list[Source]:
    from trainer_gui.engine.sources import SOURCES

    return [each for each in SOURCES if not isinstance(each, PackedFile)]


def _source_of(local: Path, *, here: bool = True) -> Source | None:
    """The source for what was unpacked, or for a name alone; None where there is none."""
    if not here:
        ending = local.suffix.lower()
        plain = (each for each in _others() if not issubclass(each.options, PictureOptions))
        return next((each for each in plain if ending in each.endings), None)
    found = next((each for each in _others() if each.takes(str(local))), None)
    if found is None and local.is_file() and looks_like_text(local):
        return next(each for each in _others() if each.name == "table_file")
    return found


def _tables(members: tuple[Member, ...]) -> list[Member]:
    """The members that could be tables by their names, the largest first; all where no name says so."""
    endings = {ending for each in _others() for ending in each.endings}
    named = [each for each in members if Path(each.name).suffix.lower() in endings]
    sure = [each for each in named if not is_text(each.name)]
    return sorted(sure or named or members, key=lambda each: (-each.size, each.name))


def _could_be_folder(members: tuple[Member, ...]) -> bool:
    pictures = sum(is_picture(Path(each.name).name) for each in members)
    texts = sum(is_text(Path(each.name).name) and len(each.parts) > 1 for each in members)
    tables = [each for each in _tables(members) if not is_text(each.name)]
    return pictures > 1 or (texts > 1 and len(tables) in (0, len(members)))


def _best(members: tuple[Member, ...]) -> str:
    """What is read where nobody says so: a folder of pictures or texts as a whole, or the largest table."""
    if not members or _could_be_folder(members):
        return _ALL
    return _tables(members)[0].name


def _about(name: str, members: tuple[Member, ...]) -> tuple[Problem, ...]:
    return (
        problem(
            "packed.several",
            "The archive has {count} tables; “{member}” was read.",
            "Choose another one under import options.",
            field="member",
            severity="note",
            count=len(_tables(members)),
            member=name,
        ),
    )


def _refuse_others(path: Path) -> None:
    if path.suffix.lower() in OTHER_ENDINGS or Path(path.stem).suffix.lower() == ".tar":
        raise refuse(
            "packed.other",
            "{name} is an archive of a kind that is not opened here.",
            "Unpack it with another program, and open what comes out.",
            field="data",
            name=path.name,
        )


def _no_data(path: Path, members: tuple[Member, ...]) -> UserError:
    return refuse(
        "packed.no_data",
        "There is nothing in {name} that can be opened here: {members}.",
        "Put a table, or a folder of pictures or texts for each class, into it.",
        field="data",
        name=path.name,
        members=listed([each.name for each in members]),
    )


PACKED_FILE = PackedFile()
