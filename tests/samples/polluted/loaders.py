"""Ways to load a table file without being told anything about it: ours, and those of others."""

from __future__ import annotations

import csv
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

from tests.samples.polluted.case import Case
from tests.samples.polluted.scoring import Loaded
from trainer_gui.engine.data.dataset import Table
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.sources import open_data

Loader = Callable[[Path], Loaded | None]


def load(case: Case, loader: Loader) -> Loaded | None:
    """What a loader makes of a case; None where it fails."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / case.file_name
        path.write_bytes(case.content)
        return loader(path)


def ours(path: Path) -> Loaded | None:
    """`open_data`, with no parameters."""
    try:
        table = open_data(path)
    except UserError as refusal:
        if refusal.problem.key == "data.empty_file":
            return Loaded((), ())
        if refusal.problem.key == "table.no_rows":
            return Loaded(tuple(str(refusal.problem.values.get("names", "")).split("\n")), ())
        return None
    assert isinstance(table, Table)
    columns = [table.frame[name].astype(object).tolist() for name in table.frame.columns]
    return Loaded(tuple(table.frame.columns), tuple(zip(*columns, strict=True)))


def pandas(path: Path) -> Loaded | None:
    """`pandas.read_csv`, with no parameters."""
    import pandas as pd

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = pd.read_csv(path).reset_index(drop=True)
    except pd.errors.EmptyDataError:
        return Loaded((), ())
    except Exception:  # noqa: BLE001 - however another loader fails, it failed
        return None
    columns = [frame.iloc[:, place].astype(object).tolist() for place in range(frame.shape[1])]
    names = tuple("" if str(name).startswith("Unnamed: ") else str(name) for name in frame.columns)
    return Loaded(names, tuple(zip(*columns, strict=True)))


def _of_rows(rows: list[list[str]], heading: bool = True) -> Loaded:
    if not rows:
        return Loaded((), ())
    if not heading:
        return Loaded(tuple(f"column {place}" for place in range(len(rows[0]))), tuple(map(tuple, rows)))
    return Loaded(tuple(rows[0]), tuple(map(tuple, rows[1:])))


def sniffer(path: Path) -> Loaded | None:
    """The sniffer of Python's csv module, and its reader."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            text = file.read()
        if not text:
            return Loaded((), ())
        dialect = csv.Sniffer().sniff(text[:65536])
        heading = csv.Sniffer().has_header(text[:65536])
        return _of_rows(list(csv.reader(text.splitlines(keepends=True), dialect)), heading)
    except Exception:  # noqa: BLE001 - however another loader fails, it failed
        return None


def clevercsv(path: Path) -> Loaded | None:
    """CleverCSV's own way to read a table, its finding of encodings included."""
    from clevercsv.wrappers import read_table  # type: ignore[import-not-found]

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _of_rows(read_table(str(path))) if path.stat().st_size else Loaded((), ())
    except Exception:  # noqa: BLE001 - however another loader fails, it failed
        return None


def duckdb(path: Path) -> Loaded | None:
    """DuckDB's sniffer, told only that damaged rows are to be skipped, as it says itself one should."""
    import duckdb  # type: ignore[import-not-found]

    connection = duckdb.connect()
    try:
        found = connection.execute("select * from read_csv(?, ignore_errors = true)", [str(path)])
        names = tuple(each[0] for each in found.description)
        rows = tuple(tuple(_text(cell) for cell in row) for row in found.fetchall())
        return Loaded(names, rows)
    except Exception:  # noqa: BLE001 - however another loader fails, it failed
        return None
    finally:
        connection.close()


def _text(cell: object) -> object:
    """Times as they stand in the file, not in DuckDB's own way."""
    import datetime

    if isinstance(cell, datetime.time) and not cell.second:
        return cell.strftime("%H:%M")
    return {True: "yes", False: "no"}[cell] if isinstance(cell, bool) else cell
