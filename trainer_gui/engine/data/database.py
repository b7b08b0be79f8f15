"""Opens SQLite databases for reading only, and says in words what goes wrong with them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote

from trainer_gui.engine.data.contents import unreadable
from trainer_gui.engine.problems import UserError, refuse

Report = Callable[[str, float | None], None]

START = b"SQLite format 3\0"
_STEPS_AT_ONCE = 200_000  # of the database, between two looks at whether to go on: some milliseconds
_SECONDS_LOCKED = 2.0  # that are waited for another program to finish writing


def must_be_a_database(path: Path, head: bytes) -> None:
    """Raises UserError where a file does not begin as a database does."""
    if not head.startswith(START):
        raise refuse(
            "sqlite.not_a_database",
            "{name} is not an SQLite database, although its name says so, or it is encrypted.",
            "Open it in the program that made it, and export the table as CSV.",
            field="data",
            name=path.name,
        )


@contextmanager
def open_database(path: Path, report: Report | None = None) -> Iterator[sqlite3.Connection]:
    """The database, for reading only; what goes wrong while it is used is refused in words.

    `report` is called now and then while the database works, and may raise to end it.
    """
    raised: list[BaseException] = []

    def watch() -> int:
        assert report is not None
        try:
            report("Reading the database", None)
        except BaseException as error:  # noqa: BLE001 - handed on below, once the database has let go
            raised.append(error)
            return 1
        return 0

    try:
        with closing(_connected(path)) as database:
            if report is not None:
                database.set_progress_handler(watch, _STEPS_AT_ONCE)
            database.text_factory = partial(str, encoding="utf-8", errors="replace")
            yield database
    except OSError as error:
        raise unreadable(path, error) from error
    except sqlite3.Error as error:
        if raised:
            raise raised[0] from None
        raise _refused(path, error) from error
    except UnicodeDecodeError as error:  # names, or what the database says of them
        raise _refused(path, sqlite3.DatabaseError("a name is not UTF-8")) from error


def _connected(path: Path) -> sqlite3.Connection:
    name = path.as_posix()
    address = "file://" + quote(os.fsencode(name if name.startswith("/") else "/" + name)) + "?mode=ro"
    with path.open("rb") as file:
        keeps_a_log = file.read(20)[18:] == b"\2\2"
    if keeps_a_log and not path.with_name(path.name + "-wal").exists():
        # Nobody is writing; without this, reading leaves files of its own beside the database, or fails
        # where nothing may be written.
        address += "&immutable=1"
    database = sqlite3.connect(address, uri=True, timeout=_SECONDS_LOCKED)
    database.execute("PRAGMA query_only = 1")
    return database


def _refused(path: Path, error: sqlite3.Error) -> UserError:
    reason = str(error).rstrip(".")
    if "locked" in reason or "busy" in reason:
        return refuse(
            "sqlite.locked",
            "{name} is being written by another program.",
            "Wait until that has finished, or close it there, then open it again.",
            field="data",
            name=path.name,
        )
    if isinstance(error, sqlite3.OperationalError):
        return refuse(
            "sqlite.failed",
            "{name} could not be read: the database says “{reason}”.",
            "Choose another table, or mend this one in the program that made the database.",
            field="table",
            name=path.name,
            reason=reason,
        )
    return refuse(
        "sqlite.damaged",
        "{name} is damaged: the database says “{reason}”.",
        "Fetch the file again, or bring back a copy of it.",
        field="data",
        name=path.name,
        reason=reason,
    )
