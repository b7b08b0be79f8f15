"""Tables in Feather and Arrow files."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.arrow_file import ArrowFile
from trainer_gui.engine.data.arrow_columns import arrow_for, damage_in_words, raw_column, told_apart
from trainer_gui.engine.data.mending import Mending
from trainer_gui.engine.source import Report

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_FILE, _OLD = b"ARROW1", b"FEA1"  # how both versions of Feather begin; a stream begins with a length
_COLUMNS_AT_ONCE = 50
_MOST_PASSES = 10  # over the file


class FeatherFile(ArrowFile):
    """One Feather file of either version, or an Arrow file or stream; it knows its types, as Parquet does."""

    name = "feather_file"
    label = "Feather or Arrow file"
    position = 36
    endings = (".feather", ".arrow", ".ipc", ".ftr")
    format = "Feather"
    starts = (_FILE, _OLD)

    def read(self, path: Path, mending: Mending, report: Report) -> dict[str, pd.Series[Any]]:
        return _read(path, mending, report)

    def write_example(self, frame: pd.DataFrame, path: Path) -> None:
        frame.to_feather(path)


def _read(path: Path, mending: Mending, report: Report) -> dict[str, pd.Series[Any]]:
    arrow = arrow_for("Feather")
    columns: dict[str, pd.Series[Any]] = {}
    with damage_in_words(path, "feather.damaged", "a Feather or Arrow file"), path.open("rb") as raw:
        start = raw.read(len(_FILE))
        if start.startswith(_OLD):
            raw.seek(0)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # the file cannot be changed here
                _take(arrow.feather.read_table(raw), mending, columns)
            return columns
        reader = arrow.ipc.open_file if start == _FILE else arrow.ipc.open_stream
        raw.seek(0)
        kept, mending.dropped = told_apart(reader(raw).schema)
        # Some columns at a time, so that the file does not lie in memory beside the table.
        at_once = max(_COLUMNS_AT_ONCE, len(kept) // _MOST_PASSES + 1)
        for begin in range(0, len(kept), at_once):
            report("Reading columns", begin / len(kept))
            wanted = arrow.ipc.IpcReadOptions(included_fields=kept[begin : begin + at_once])
            raw.seek(0)
            _take(reader(raw, options=wanted).read_all(), None, columns)
    return columns


def _take(table: pa.Table, mending: Mending | None, columns: dict[str, pd.Series[Any]]) -> None:
    places = list(range(table.num_columns))
    if mending is not None:
        places, mending.dropped = told_apart(table.schema)
    names = table.column_names
    for place in places:
        columns[names[place]] = raw_column(table.column(place))


FEATHER_FILE = FeatherFile()
