"""Tables in Parquet files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.data.columns import make_table
from trainer_gui.engine.data.contents import file_at, fingerprint, is_folder, scan, unreadable
from trainer_gui.engine.data.dataset import DataReference, Dataset
from trainer_gui.engine.data.mending import Mending
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.source import Report, Source

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_INDEX = "__index_level_"


class ParquetFile(Source):
    """One Parquet file; it knows its types, so text stays text even where it looks like numbers."""

    name = "parquet_file"
    label = "Parquet file"
    position = 35
    endings = (".parquet", ".pq")

    def takes(self, location: str) -> bool:
        return Path(location).suffix.lower() in self.endings and not is_folder(location)

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

        _arrow()
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


def _arrow() -> Any:
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise refuse(
            "parquet.extra_missing",
            "Parquet files need the extra “data”, which is not installed.",
            'Install it with: pip install "trainer-gui[data]", or save the table as CSV.',
            field="data",
        ) from error
    return pyarrow


def _read(path: Path, mending: Mending, report: Report) -> dict[str, pd.Series[Any]]:
    arrow = _arrow()
    columns: dict[str, pd.Series[Any]] = {}
    try:
        # Given the file and not its name, so that an odd name is not taken for a pattern or an address.
        with path.open("rb") as raw, arrow.parquet.ParquetFile(raw) as file:
            fields = [each for each in file.schema_arrow if not each.name.startswith(_INDEX)]
            names = [each.name for each in fields]
            for place, field in enumerate(fields):
                report("Reading columns", place / len(fields))
                if _is_plain(field.type) and names.count(field.name) == 1:
                    columns[field.name] = _column(file.read(columns=[field.name]).column(0), arrow)
                else:
                    mending.dropped.append(field.name)
    except arrow.ArrowException as error:
        raise _damaged(path) from error
    except OSError as error:
        if error.errno is None:  # what is wrong with the content is an OSError to pyarrow, too
            raise _damaged(path) from error
        raise unreadable(path, error) from error
    return columns


def _is_plain(kind: pa.DataType) -> bool:
    types = _arrow().types
    if types.is_dictionary(kind):
        return _is_plain(kind.value_type)
    return not (
        types.is_nested(kind)
        or types.is_binary(kind)
        or types.is_large_binary(kind)
        or types.is_fixed_size_binary(kind)
    )


def _column(values: pa.ChunkedArray, arrow: Any) -> pd.Series[Any]:
    """Numbers as they are, NaN for gaps; everything else as categories of text."""
    import numpy as np
    import pandas as pd

    types = arrow.types
    kind = values.type
    if types.is_decimal(kind):
        values = values.cast(arrow.float64())
        kind = values.type
    if types.is_null(kind):
        return pd.Series(np.full(len(values), np.nan))
    if types.is_integer(kind) or types.is_floating(kind):
        return pd.Series(values.to_numpy())
    if types.is_boolean(kind):
        places = values.cast(arrow.int8()).fill_null(-1).to_numpy()
        return pd.Series(pd.Categorical.from_codes(places, categories=pd.Index(["False", "True"])))
    if not types.is_dictionary(kind):
        values = values.cast(arrow.string()).dictionary_encode()
    whole = values.unify_dictionaries().combine_chunks()
    if isinstance(whole, arrow.ChunkedArray):  # what older versions give for no rows
        return pd.Series(np.full(len(whole), np.nan))
    codes = whole.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    texts = pd.Index(whole.dictionary.cast(arrow.string()).to_pylist(), dtype="str")
    return pd.Series(pd.Categorical.from_codes(codes, categories=texts))


def _damaged(path: Path) -> UserError:
    return refuse(
        "parquet.damaged",
        "{name} is not a Parquet file, or it is damaged.",
        "Write it again from the program that it came from, or save the table as CSV.",
        field="data",
        name=path.name,
    )


PARQUET_FILE = ParquetFile()
