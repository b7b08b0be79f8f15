"""Tables in JSON: one object a line, a list of objects, or a document with such a list inside."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from trainer_gui.engine.data.beginning import first_letters
from trainer_gui.engine.data.columns import make_table
from trainer_gui.engine.data.contents import Contents, file_at, fingerprint, is_folder, scan, unreadable
from trainer_gui.engine.data.conventions import settle
from trainer_gui.engine.data.dataset import DataReference, Dataset
from trainer_gui.engine.data.flattening import Flattener
from trainer_gui.engine.data.heading import named
from trainer_gui.engine.data.json_notes import notes_on
from trainer_gui.engine.data.json_rows import JsonRows, Lists, in_lines, in_sequence, lists_in, value_of
from trainer_gui.engine.data.mending import Mending, listed
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.settings import setting
from trainer_gui.engine.source import CellOptions, Report, Source, say_nothing

_LINES = (".jsonl", ".ndjson")
_PREVIEWED = 2_000  # rows
_MEMORY = 12  # times the size of a document that its values take, at most
_OPENS_AN_OBJECT = (b'"', b"}")
_OPENS_A_LIST = tuple(bytes([each]) for each in b'{["-0123456789')


class JsonFileOptions(CellOptions):
    """How a JSON file is read."""

    table: str = setting(
        "",
        label="Table",
        help="Which list inside the document holds the rows, by its name. Left empty, it is the longest one.",
    )


class JsonFile(Source):
    """Rows in JSON; what is nested gets dotted names, what has no value in a row is missing there."""

    name = "json_file"
    label = "JSON file"
    position = 33
    endings = (".jsonl", ".ndjson", ".json")
    options = JsonFileOptions

    def takes(self, location: str) -> bool:
        return Path(location).suffix.lower() in self.endings and not is_folder(location)

    def recognises(self, start: bytes) -> bool:
        text = first_letters(start)
        opens = _OPENS_AN_OBJECT if text[:1] == b"{" else _OPENS_A_LIST if text[:1] == b"[" else ()
        return bool(opens) and text[1:].lstrip().startswith(opens)

    def choices(self, location: str) -> dict[str, tuple[str, ...]]:
        contents = scan(file_at(location), say_nothing)
        if _form(contents) != "document":
            return {}
        names = tuple(_lists(contents) or ())
        return {"table": names} if len(names) > 1 else {}

    def open(self, location: str, options: dict[str, Any], report: Report) -> Dataset:
        return self._opened(location, options, report, None)

    def preview(self, location: str, options: dict[str, Any], report: Report) -> tuple[Dataset, bool]:
        found = self._opened(location, options, report, _PREVIEWED)
        return found, found.rows < _PREVIEWED

    def _opened(self, location: str, options: dict[str, Any], report: Report, most: int | None) -> Dataset:
        """The table, no more than its first `most` rows."""
        path = file_at(location)
        contents = scan(path, report)
        chosen = JsonFileOptions.model_validate(options)
        found = _Found(JsonRows(), Flattener(gaps=frozenset(chosen.gaps)))
        _fill(found, contents, chosen.table, most, report)
        mending = Mending()
        for repair in found.rows.broken:
            mending.repaired(repair)
        columns = found.flat.columns()
        names, mending.renamed = named(list(columns), len(columns))
        columns = dict(zip(names, columns.values(), strict=True))
        mending.dropped = sorted(found.flat.left_out)
        options = {"table": found.table, **settle(columns, chosen, mending)}
        return make_table(
            DataReference(source=self.name, location=str(path), options=options),
            path.name,
            columns,
            fingerprint=fingerprint(contents.digest, options),
            mending=mending,
            notes=tuple(notes_on(found.rows, found.flat, () if chosen.table else found.tables, found.table)),
            how=found.how,
            report=report,
        )

    def write_examples(self, folder: Path) -> tuple[str, ...]:
        rows = [
            {"mass": p / 4, "coat": {"colour": ("grey", "brown")[p % 2]}, "tags": ["a", "b"][: p % 3]}
            for p in range(40)
        ]
        lines, document = folder / "mice.jsonl", folder / "mäuse.json"
        lines.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        document.write_text(json.dumps({"count": 39, "mice": rows[1:]}, indent=1), encoding="utf-8")
        return str(lines), str(document)


@dataclass
class _Found:
    """What was met while reading."""

    rows: JsonRows
    flat: Flattener
    how: str = ""
    table: str = ""  # the list inside the document
    tables: tuple[str, ...] = ()


def _form(contents: Contents) -> str:
    """Whether the file holds "lines", a "list", or one "document". Raises UserError where it is no JSON."""
    text = contents.head.decode(contents.encoding, "replace").lstrip("\ufeff \t\r\n")
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    if not lines or text[0] not in "{[":
        if contents.path.suffix.lower() in _LINES and len(lines) > 1:
            return "lines"  # the first of them may be broken
        raise _damaged(contents.path, "it begins with neither { nor [")
    try:
        value_of(lines[0].strip().rstrip(","))
    except ValueError:
        whole = False
    else:
        whole = True
    is_lines = contents.path.suffix.lower() in _LINES
    if whole and ((text[0] == "{" and is_lines) or (lines[1:] and lines[1].lstrip()[:1] in ("{", "["))):
        return "lines"
    if text[0] == "[":
        return "list"
    return "lines" if not whole and is_lines and len(lines) > 1 else "document"


def _fill(found: _Found, contents: Contents, table: str, most: int | None, report: Report) -> None:
    form = _form(contents)
    if form == "document":
        lists = _lists(contents)
        if lists is not None:
            _take_list(found, contents.path, lists, table, most, report)
            return
        form = "list"  # several documents behind each other
    if table:
        raise _no_such_list(contents.path, table, ())
    found.how = "JSON, one object a line" if form == "lines" else "JSON"
    try:
        with contents.path.open("rb") as raw, io.TextIOWrapper(raw, contents.encoding, "replace") as text:
            values = (in_lines if form == "lines" else in_sequence)(text, found.rows)
            for row in islice(_with_names(values, found), most):
                if found.flat.add(row):
                    report("Reading rows", min(1.0, raw.tell() / contents.size))
    except OSError as error:
        raise unreadable(contents.path, error) from error
    rows = found.rows
    if not found.flat.started and (rows.ended_early or rows.broken_count):
        line = rows.ended_early or rows.broken[0].line
        raise _damaged(contents.path, f"line {line:,} is not JSON")


def _with_names(values: Iterator[Any], found: _Found) -> Iterator[Any]:
    """The rows, where the first of several lists names the columns."""
    first = list(islice(values, 2))
    lists = len(first) == 2 and all(isinstance(each, list) for each in first)
    texts = [lists and all(isinstance(cell, str) for cell in each) for each in first]
    if lists and texts == [True, False] and len(set(first[0])) == len(first[0]):
        found.flat.name(first.pop(0))
    return chain(first, values)


def _lists(contents: Contents) -> Lists | None:
    """The lists of rows in a document; None where several documents follow each other."""
    import psutil

    path = contents.path
    if contents.size * _MEMORY > psutil.virtual_memory().available:
        raise refuse(
            "json.too_large",
            "{name} is one document of {size:.1f} GB, which does not fit into the memory of this computer.",
            "Save it as JSON Lines, with one row a line (.jsonl), or as CSV.",
            field="data",
            name=path.name,
            size=contents.size / 1e9,
        )
    try:
        document = value_of(path.read_bytes().decode(contents.encoding, "replace").lstrip("\ufeff"))
    except OSError as error:
        raise unreadable(path, error) from error
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            return None
        raise _damaged(path, f"line {error.lineno:,} is not JSON") from error
    except ValueError as error:
        raise _damaged(path, str(error)) from error
    found = lists_in(document)
    if not found:
        raise refuse(
            "json.no_rows",
            "{name} holds no list of objects that could be the rows of a table.",
            "Write it as a list of objects, one for each row, or one object a line.",
            field="data",
            name=path.name,
        )
    return found


def _take_list(found: _Found, path: Path, lists: Lists, table: str, most: int | None, report: Report) -> None:
    if table and table not in lists:
        raise _no_such_list(path, table, tuple(lists))
    found.tables = tuple(lists)
    found.table = table or max(lists, key=lambda name: lists[name].length)
    chosen = lists[found.table]
    found.how = f"JSON, list “{found.table}”" if found.table else "JSON"
    found.flat.name(chosen.names)
    for number, row in enumerate(islice(chosen.rows(), most)):
        if found.flat.add(row):
            report("Reading rows", min(1.0, number / max(1, chosen.length)))


def _no_such_list(path: Path, table: str, lists: tuple[str, ...]) -> UserError:
    return refuse(
        "json.no_such_list",
        "{name} has no list of rows named “{table}”.",
        "Its lists are: {lists}." if lists else "Leave the table empty: there is only one.",
        field="table",
        name=path.name,
        table=table,
        lists=listed(lists, 20),
    )


def _damaged(path: Path, reason: str) -> UserError:
    return refuse(
        "json.damaged",
        "{name} cannot be read as JSON: {reason}.",
        "Write it again from the program that it came from, or save the table as CSV.",
        field="data",
        name=path.name,
        reason=reason,
    )


JSON_FILE = JsonFile()
