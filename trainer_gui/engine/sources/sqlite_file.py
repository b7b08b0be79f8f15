"""Tables in SQLite databases."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.data.columns import make_table
from trainer_gui.engine.data.contents import file_at, fingerprint, is_folder, scan
from trainer_gui.engine.data.conventions import settle
from trainer_gui.engine.data.database import START, must_be_a_database, open_database
from trainer_gui.engine.data.dataset import DataReference, Dataset
from trainer_gui.engine.data.heading import named
from trainer_gui.engine.data.loose_column import LooseColumn
from trainer_gui.engine.data.mending import Mending, counted, listed
from trainer_gui.engine.problems import Problem, problem, refuse
from trainer_gui.engine.settings import setting
from trainer_gui.engine.source import CellOptions, Report, Source

if TYPE_CHECKING:
    import pandas as pd

_ROWS_AT_ONCE = 5_000
_PREVIEWED = 2_000  # rows


class SqliteFileOptions(CellOptions):
    """How a database is read."""

    table: str = setting(
        "",
        label="Table",
        help="Which table or view of the database is read. Left empty, it is the table with most rows.",
    )


class SqliteFile(Source):
    """One table or view of a database, opened for reading only; nothing in it is ever changed."""

    name = "sqlite_file"
    label = "SQLite database"
    position = 32
    endings = (".sqlite", ".sqlite3", ".db", ".db3")
    options = SqliteFileOptions

    def takes(self, location: str) -> bool:
        return Path(location).suffix.lower() in self.endings and not is_folder(location)

    def recognises(self, start: bytes) -> bool:
        return start.startswith(START)

    def choices(self, location: str) -> dict[str, tuple[str, ...]]:
        path = file_at(location)
        with open_database(path) as database:
            names = _tables(database)
        return {"table": tuple(names)} if names else {}

    def open(self, location: str, options: dict[str, Any], report: Report) -> Dataset:
        return self._opened(location, options, report, -1)

    def preview(self, location: str, options: dict[str, Any], report: Report) -> tuple[Dataset, bool]:
        found = self._opened(location, options, report, _PREVIEWED)
        return found, found.rows < _PREVIEWED

    def _opened(self, location: str, options: dict[str, Any], report: Report, most: int) -> Dataset:
        """The table, no more than its first `most` rows; -1 stands for all."""
        path = file_at(location)
        contents = scan(path, report, text=False)
        must_be_a_database(path, contents.head)
        # What was written last may lie in a file beside it until the writer tidies up.
        log = path.with_name(path.name + "-wal")
        more = scan(log, report, text=False).digest if log.is_file() and log.stat().st_size else ""
        chosen = SqliteFileOptions.model_validate(options)
        mending = Mending()
        with open_database(path, report) as database:
            tables = _tables(database)
            table, rows = _chosen(database, tables, chosen.table, path)
            columns, binary = _read(database, table, rows, most, frozenset(chosen.gaps), mending, report)
        found = {"table": table, **settle(columns, chosen, mending)}
        return make_table(
            DataReference(source=self.name, location=str(path), options=found),
            path.name,
            columns,
            fingerprint=fingerprint(contents.digest + more, found),
            mending=mending,
            notes=tuple(_notes(table, tables, binary, chosen)),
            how=f"SQLite, {'view' if tables[table] == 'view' else 'table'} “{table}”",
            report=report,
        )

    def write_examples(self, folder: Path) -> tuple[str, ...]:
        locations = []
        for rows in (40, 50):
            path = folder / f"birds {rows}.sqlite"
            with closing(sqlite3.connect(path)) as database, database:
                database.execute("CREATE TABLE birds (wing REAL, eggs INTEGER, kind TEXT, seen DATE)")
                database.executemany(
                    "INSERT INTO birds VALUES (?, ?, ?, ?)",
                    [
                        (8 + p / 4, p % 5, ("wren", "tit", "finch")[p % 3], f"2024-03-{1 + p % 28:02}")
                        for p in range(rows)
                    ],
                )
                database.execute("CREATE TABLE places (name TEXT, height REAL)")
            locations.append(str(path))
        return tuple(locations)


def _tables(database: sqlite3.Connection) -> dict[str, str]:
    """Its tables and views, each with which of the two it is."""
    rows = database.execute(
        "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' "
        "ESCAPE '\\' ORDER BY type, name"
    )
    return {str(name): str(kind) for name, kind in rows}


def _chosen(
    database: sqlite3.Connection, tables: dict[str, str], wanted: str, path: Path
) -> tuple[str, int | None]:
    """The table to be read and its number of rows, which is not known of a view."""
    if wanted and wanted not in tables:
        raise refuse(
            "sqlite.no_such_table",
            "{name} has no table named “{table}”.",
            "Its tables are: {tables}.",
            field="table",
            name=path.name,
            table=wanted,
            tables=listed(list(tables), 20),
        )
    if not tables:
        raise refuse(
            "sqlite.empty",
            "{name} has no tables.",
            "Choose another file.",
            field="data",
            name=path.name,
        )
    if wanted:
        return wanted, _count(database, wanted) if tables[wanted] == "table" else None
    counts: dict[str, int] = {}
    broken: sqlite3.Error | None = None
    for name in (name for name, kind in tables.items() if kind == "table"):
        try:
            counts[name] = _count(database, name)
        except sqlite3.OperationalError as error:  # such as a table of an extension that is not here
            broken = error
            if "interrupted" in str(error):
                raise
    if not counts and broken is not None and len(tables) == 1:
        raise broken
    best = max(counts, key=lambda name: (counts[name], -len(name)), default="")
    if not best or not counts[best]:
        views = [name for name, kind in tables.items() if kind == "view"]
        return (views[0], None) if views else (best or next(iter(tables)), 0)
    return best, counts[best]


def _count(database: sqlite3.Connection, table: str) -> int:
    return int(database.execute(f"SELECT count(*) FROM {_quoted(table)}").fetchone()[0])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _read(
    database: sqlite3.Connection,
    table: str,
    rows: int | None,
    most: int,
    gaps: frozenset[str],
    mending: Mending,
    report: Report,
) -> tuple[dict[str, pd.Series[Any]], list[str]]:
    """The columns, in pieces so that no more than some thousand rows are Python objects at a time.

    Also gives the names of those that hold binary values.
    """
    cursor = database.execute(f"SELECT * FROM {_quoted(table)} LIMIT {most}")
    names, mending.renamed = named([each[0] for each in cursor.description], len(cursor.description))
    columns = [LooseColumn() for _ in names]
    binary: set[int] = set()
    seen = 0
    at_once = max(100, _ROWS_AT_ONCE * 20 // max(20, len(names)))
    while piece := cursor.fetchmany(at_once):
        seen += len(piece)
        report("Reading rows", min(1.0, seen / rows) if rows else None)
        for place, cells in enumerate(zip(*piece, strict=True)):
            if bytes in set(map(type, cells)):
                binary.add(place)
                columns[place] = LooseColumn()
            if place not in binary:
                columns[place].add(cells, gaps)
    read = {name: columns[p].series() for p, name in enumerate(names) if p not in binary}
    return read, [names[place] for place in sorted(binary)]


def _notes(
    table: str, tables: dict[str, str], binary: list[str], chosen: SqliteFileOptions
) -> Iterator[Problem]:
    if len(tables) > 1 and not chosen.table:
        yield problem(
            "sqlite.several_tables",
            "The database has {count} tables and views; “{table}” was read.",
            "Choose another one under import options.",
            field="table",
            severity="note",
            count=len(tables),
            table=table,
        )
    if binary:
        yield problem(
            "sqlite.binary",
            "{columns} with binary values, such as pictures, {were} left out: {names}.",
            "Pictures are learned from when they lie in files, in a sub-folder for each class.",
            field=binary[0],
            severity="caution",
            columns=counted(len(binary), "column"),
            were="was" if len(binary) == 1 else "were",
            names=listed(binary),
        )


SQLITE_FILE = SqliteFile()
