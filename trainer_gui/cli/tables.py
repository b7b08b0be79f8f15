"""Tables that are written to CSV files, whole or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.disk import not_saved
from trainer_gui.engine.problems import refuse

if TYPE_CHECKING:
    import pandas as pd


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
    """Writes a table as CSV in UTF-8; raises UserError where that is not possible, the old file untouched."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8", newline="") as file:
            frame.to_csv(file, index=False, lineterminator="\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise not_saved(error, path) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
