"""Tables in Parquet files."""

from __future__ import annotations

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


class ParquetFile(Source):
    """One Parquet file; it knows its types, so text stays text even where it looks like numbers."""

    name = "parquet_file"
    label = "Parquet file"
    position = 35
    endings = (".parquet", ".pq")

    def takes(self, location: str) -> bool:
        return Path(location).suffix.lower() in self.endings and not is_folder(location)

    def recognises(self, start: bytes) -> bool:
        return start.startswith(b"PAR1")

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
            how="Parquet",
            typed=True,
            report=report,
        )

    def write_examples(self, folder: Path) -> tuple[str, ...]:
        import pandas as pd

        arrow_for("Parquet")
        locations = []
        for rows in (40, 50):
            frame = pd.DataFrame(
                {
                    "speed": [place * 0.5 for place in range(rows)],
                    "gear": [1 + place % 5 for place in range(rows)],
                    "fuel": [["diesel", "petrol", "none"][place % 3] for place in range(rows)],
                }
            )
            path = folder / f"cars {rows}.parquet"
            frame.to_parquet(path)
            locations.append(str(path))
        return tuple(locations)


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
