"""Tables in Feather and Arrow files."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.data.arrow_columns import arrow_for, damage_in_words, raw_column, told_apart
from trainer_gui.engine.data.columns import make_table
from trainer_gui.engine.data.contents import file_at, fingerprint, is_folder, scan
from trainer_gui.engine.data.dataset import DataReference, Dataset
from trainer_gui.engine.data.mending import Mending
from trainer_gui.engine.source import Report, Source

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_FILE, _OLD = b"ARROW1", b"FEA1"  # how both versions of Feather begin; a stream begins with a length
_COLUMNS_AT_ONCE = 50
_MOST_PASSES = 10  # over the file


class FeatherFile(Source):
    """One Feather file of either version, or an Arrow file or stream; it knows its types, as Parquet does."""

    name = "feather_file"
    label = "Feather or Arrow file"
    position = 36
    endings = (".feather", ".arrow", ".ipc", ".ftr")

    def takes(self, location: str) -> bool:
        return Path(location).suffix.lower() in self.endings and not is_folder(location)

    def recognises(self, start: bytes) -> bool:
        return start.startswith((_FILE, _OLD))

    def open(self, location: str, options: dict[str, Any], report: Report) -> Dataset:
        path = file_at(location)
        contents = scan(path, report, text=False)
        mending = Mending()
        columns = _read(path, mending, report)
        return make_table(
            DataReference(source=self.name, location=str(path)),
            path.name,
            columns,
            fingerprint=fingerprint(contents.digest, {}),
            mending=mending,
            how="Feather",
            typed=True,
            report=report,
        )

    def write_examples(self, folder: Path) -> tuple[str, ...]:
        import pandas as pd

        arrow_for("Feather")
        locations = []
        for rows in (40, 50):
            frame = pd.DataFrame(
                {
                    "length": [place * 0.5 for place in range(rows)],
                    "masts": [1 + place % 5 for place in range(rows)],
                    "wood": [["oak", "teak", "pine"][place % 3] for place in range(rows)],
                }
            )
            path = folder / f"boats {rows}.feather"
            frame.to_feather(path)
            locations.append(str(path))
        return tuple(locations)


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
