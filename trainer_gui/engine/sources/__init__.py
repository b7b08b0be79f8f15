"""The kinds of data that can be opened, one file each."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from trainer_gui.engine.data.beginning import beginning
from trainer_gui.engine.data.contents import Stamp, is_file, is_special, looks_like_text, no_plain_file
from trainer_gui.engine.data.dataset import DataReference, Dataset
from trainer_gui.engine.problems import Problem, UserError, problem, refuse
from trainer_gui.engine.registry import Registry
from trainer_gui.engine.settings import accept
from trainer_gui.engine.source import Report, Source, say_nothing

SOURCES: Registry[Source] = Registry("trainer_gui.engine.sources", Source, "source")  # type: ignore[type-abstract]


def open_data(
    location: str | Path | DataReference,
    options: dict[str, Any] | None = None,
    report: Report = say_nothing,
    *,
    every_row: bool = False,
) -> Dataset:
    """Opens a table file, an image folder, `sample:NAME`, or what a reference points at.

    `every_row` says that no row may be left out for want of memory: what does not fit is refused.

    A file whose beginning says that it is of another kind than its name is opened as what it is, with a note.

    Raises UserError where there is nothing at the location, no source takes it, or it cannot be read.
    """
    if isinstance(location, DataReference):
        source = SOURCES[location.source]
        chosen = {**location.options, **(options or {})}
        return _read(source, location.location, chosen, report)
    text = str(location)
    if not text.strip():
        raise refuse(
            "data.none",
            "No data was chosen.",
            "Choose a sample, a file or a folder.",
            field="data",
        )
    source, notes = _source_of(text)
    chosen = dict(options or {})
    if every_row and ("one_row_in" in source.options.model_fields or _passes_on(source)):
        chosen["one_row_in"] = 1
    dataset = _read(source, text, chosen, report)
    return replace(dataset, notes=(*notes, *dataset.notes)) if notes else dataset


def _read(source: Source, location: str, options: dict[str, Any], report: Report) -> Dataset:
    """What the source reads; one that is written meanwhile is refused: it would be half old, half new."""
    accepted = _accepted(source, options)
    if is_special(location):
        raise no_plain_file(location)
    before = Stamp.of(location)
    try:
        dataset = source.open(location, accepted, report)
    except UserError as error:
        if before is not None and Stamp.of(location) not in (before, None):
            raise _changed(location) from error
        raise
    if before is not None and Stamp.of(location) != before:
        raise _changed(location)
    return dataset


def _changed(location: str) -> UserError:
    name = Path(location).name
    if Stamp.of(location) is None:
        return refuse(
            "data.vanished",
            "{name} was moved or deleted while it was read.",
            "Put it back, or choose where it lies now.",
            field="data",
            name=name,
        )
    return refuse(
        "data.changed",
        "{name} was changed by another program while it was read.",
        "Open it again. If it is written all the time, make a copy and open that.",
        field="data",
        name=name,
    )


def _source_of(location: str) -> tuple[Source, tuple[Problem, ...]]:
    """The source for a location, and what is to be said where its name promises something else.

    Raises UserError where there is none.
    """
    if is_special(location):
        raise no_plain_file(location)
    named = next((each for each in SOURCES if each.takes(location)), None)
    if not is_file(location):
        if named is not None:
            return named, ()
        raise refuse(
            "data.not_found",
            "There is no file or folder at {path}.",
            "Check the name and where it lies.",
            field="data",
            path=location[:300],
        )
    path = Path(location).expanduser()
    start = beginning(path)
    if named is not None and (not start or not named.endings or named.recognises(start)):
        return named, ()  # one without endings has looked into the file itself
    found = next((each for each in SOURCES if each.recognises(start)), None)
    is_text = looks_like_text(path) and start.lstrip()[:1] not in (b"{", b"[", b"<")
    if found is None and is_text and (named is None or _knows_beginnings(named)):
        found = SOURCES["table_file"]  # whatever it is called, it may hold a table
    if found is None and named is not None:
        if _knows_beginnings(named) and start.lstrip()[:1] == b"<":
            raise _web_page(path)
        return named, ()
    if found is None:
        raise _unknown(path)
    return found, (_misnamed(path, found),) if named is not None and path.suffix else ()


def _knows_beginnings(source: Source) -> bool:
    """Whether files of this kind can be told by how they begin."""
    return type(source).recognises is not Source.recognises


def _misnamed(path: Path, found: Source) -> Problem:
    return problem(
        "data.misnamed",
        "{name} does not hold what its name says; it was read as: {kind}.",
        "Give it the right ending when you save it again, so that other programs open it, too.",
        severity="note",
        name=path.name,
        kind=found.label,
    )


def _web_page(path: Path) -> UserError:
    return refuse(
        "data.web_page",
        "{name} holds a web page or XML, although its name says otherwise.",
        "Open it in your spreadsheet program and save it as .xlsx or CSV.",
        field="data",
        name=path.name,
    )


def _unknown(path: Path) -> UserError:
    return refuse(
        "data.kind_unknown",
        "{name} is not a kind of file that can be opened here.",
        "What can be opened: {kinds}; pictures as a folder with one sub-folder for each class.",
        field="data",
        name=path.name,
        kinds=", ".join(f"{each.label} ({', '.join(each.endings[:4])})" for each in SOURCES if each.endings),
    )


def preview_data(
    source: Source, location: str, options: dict[str, Any], report: Report = say_nothing
) -> tuple[Dataset, bool]:
    """What a source would make of its data with these options, and whether that is all of it.

    Raises UserError where an option makes no sense, or where it could not be read like this.
    """
    return source.preview(location, _accepted(source, options), report)


def source_of(location: str) -> Source | None:
    """The source that would open what lies at a location; None where none takes it."""
    try:
        return _source_of(location)[0]
    except UserError:
        return None


def _passes_on(source: Source) -> bool:
    """Whether options that are not its own are those of what it unpacks."""
    return source.options.model_config.get("extra") == "allow"


def _accepted(source: Source, options: dict[str, Any]) -> dict[str, Any]:
    return accept(source.options, options).model_dump()
