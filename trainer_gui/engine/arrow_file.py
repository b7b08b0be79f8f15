"""A file that pyarrow reads and that knows the types of its columns: what such kinds of data share."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.data.arrow_columns import arrow_for
from trainer_gui.engine.data.columns import make_table
from trainer_gui.engine.data.contents import file_at, fingerprint, is_folder, scan
from trainer_gui.engine.data.dataset import DataReference, Dataset
from trainer_gui.engine.data.mending import Mending
from trainer_gui.engine.source import Report, Source

if TYPE_CHECKING:
    import pandas as pd


class ArrowFile(Source):
    """One file of such a kind. Text stays text, even where it looks like numbers."""

    format: str  # as people call it
    starts: tuple[bytes, ...]  # how its files begin

    def takes(self, location: str) -> bool:
        return Path(location).suffix.lower() in self.endings and not is_folder(location)

    def recognises(self, start: bytes) -> bool:
        return start.startswith(self.starts)

    def open(self, location: str, options: dict[str, Any], report: Report) -> Dataset:
        path = file_at(location)
        contents = scan(path, report, text=False)
        mending = Mending()
        columns = self.read(path, mending, report)
        return make_table(
            DataReference(source=self.name, location=str(path)),
            path.name,
            columns,
            fingerprint=fingerprint(contents.digest, {}),
            mending=mending,
            how=self.format,
            typed=True,
            report=report,
        )

    @abstractmethod
    def read(self, path: Path, mending: Mending, report: Report) -> dict[str, pd.Series[Any]]:
        """The raw columns by name; raises UserError for a damaged file, or where pyarrow is missing."""

    @abstractmethod
    def write_example(self, frame: pd.DataFrame, path: Path) -> None:
        """Writes a table as such a file."""

    def write_examples(self, folder: Path) -> tuple[str, ...]:
        import pandas as pd

        arrow_for(self.format)
        locations = []
        for rows in (40, 50):
            frame = pd.DataFrame(
                {
                    "length": [place * 0.5 for place in range(rows)],
                    "masts": [1 + place % 5 for place in range(rows)],
                    "wood": [["oak", "teak", "pine"][place % 3] for place in range(rows)],
                }
            )
            path = folder / f"boats {rows}{self.endings[0]}"
            self.write_example(frame, path)
            locations.append(str(path))
        return tuple(locations)
