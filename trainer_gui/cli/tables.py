"""Tables that are written to CSV files, whole or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.data.defusing import defused
from trainer_gui.engine.disk import not_saved
from trainer_gui.engine.problems import refuse

if TYPE_CHECKING:
    import pandas as pd

_ROWS_AT_ONCE = 50_000


def must_not_be(out: Path, data: Any) -> None:
    """Raises UserError where the file to write is the data to read, or could not be made."""
    if out.is_dir():
        raise refuse(
            "out.is_folder",
            "{path} is a folder, and a file is to be written.",
            "Give the name of a file, such as {example}.",
            field="out",
            path=str(out),
            example=str(out / "out.csv"),
        )
    if not out.absolute().parent.is_dir():
        raise refuse(
            "out.no_folder",
            "There is no folder {path} to write into.",
            "Make it first, or choose another place.",
            field="out",
            path=str(out.absolute().parent),
        )
    here = Path(str(data))
    if out.exists() and here.exists() and out.samefile(here):
        raise refuse(
            "out.is_data",
            "{path} is the data itself, and would be written over.",
            "Choose another name.",
            field="out",
            path=str(out),
        )


def write_table(path: Path, frame: pd.DataFrame) -> None:
    """Writes a table as CSV after RFC 4180 in UTF-8, in which a spreadsheet finds no formula to run.

    A text that would be taken for one gets an apostrophe before it, which is taken away when the file is read
    again here. Raises UserError where that is not possible, the old file untouched.
    """
    temporary = path.with_name(f".{path.name[:80]}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8", errors="replace", newline="") as file:
            head = ",".join(_quoted(defused(str(name))) for name in frame.columns)
            file.write(head + "\r\n")
            for start in range(0, len(frame), _ROWS_AT_ONCE):
                part = frame.iloc[start : start + _ROWS_AT_ONCE]
                safe = {place: _safe(part.iloc[:, place]) for place in range(part.shape[1])}
                _frame_of(safe).to_csv(file, index=False, header=False, lineterminator="\r\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise not_saved(error, path) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _frame_of(columns: dict[int, pd.Series[Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(columns, copy=False)


def _safe(values: pd.Series[Any]) -> pd.Series[Any]:
    import pandas as pd

    if values.dtype.kind in "iufb":
        return values
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.cat.rename_categories([defused(str(each)) for each in values.cat.categories])
    return values.map(lambda cell: defused(str(cell)), na_action="ignore")


def _quoted(name: str) -> str:
    special = any(mark in name for mark in ',"\r\n') or name != name.strip() or not name
    return '"' + name.replace('"', '""') + '"' if special else name
