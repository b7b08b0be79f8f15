"""Tables in Parquet files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.arrow_file import ArrowFile
from trainer_gui.engine.data.arrow_columns import arrow_for, damage_in_words, raw_column, told_apart
from trainer_gui.engine.data.mending import Mending
from trainer_gui.engine.source import Report

if TYPE_CHECKING:
    import pandas as pd


class ParquetFile(ArrowFile):
    """One Parquet file; it knows its types, so text stays text even where it looks like numbers."""

    name = "parquet_file"
    label = "Parquet file"
    position = 35
    endings = (".parquet", ".pq")
    format = "Parquet"
    starts = (b"PAR1",)

    def read(self, path: Path, mending: Mending, report: Report) -> dict[str, pd.Series[Any]]:
        return _read(path, mending, report)

    def write_example(self, frame: pd.DataFrame, path: Path) -> None:
        frame.to_parquet(path)


def _read(path: Path, mending: Mending, report: Report) -> dict[str, pd.Series[Any]]:
    arrow = arrow_for("Parquet")
    columns: dict[str, pd.Series[Any]] = {}
    # Given the file and not its name, so that an odd name is not taken for a pattern or an address.
    with (
        damage_in_words(path, "parquet.damaged", "a Parquet file"),
        path.open("rb") as raw,
        arrow.parquet.ParquetFile(raw) as file,
    ):
        names = file.schema_arrow.names
        kept, mending.dropped = told_apart(file.schema_arrow)
        for number, place in enumerate(kept):
            report("Reading columns", number / len(kept))
            columns[names[place]] = raw_column(file.read(columns=[names[place]]).column(0))
    return columns


PARQUET_FILE = ParquetFile()
