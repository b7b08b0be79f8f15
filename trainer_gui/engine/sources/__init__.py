"""The kinds of data that can be opened, one file each."""

from pathlib import Path
from typing import Any

from trainer_gui.engine.data.contents import is_file, looks_like_text
from trainer_gui.engine.data.dataset import DataReference, Dataset
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.registry import Registry
from trainer_gui.engine.settings import accept
from trainer_gui.engine.source import Report, Source

SOURCES: Registry[Source] = Registry("trainer_gui.engine.sources", Source, "source")  # type: ignore[type-abstract]


def _say_nothing(stage: str, share: float | None) -> None:
    """For callers that show no progress."""


def open_data(
    location: str | Path | DataReference,
    options: dict[str, Any] | None = None,
    report: Report = _say_nothing,
) -> Dataset:
    """Opens a table file, an image folder, `sample:NAME`, or what a reference points at.

    Raises UserError where there is nothing at the location, no source takes it, or it cannot be read.
    """
    if isinstance(location, DataReference):
        source = SOURCES[location.source]
        chosen = {**location.options, **(options or {})}
        return source.open(location.location, _accepted(source, chosen), report)
    text = str(location)
    if not text.strip():
        raise refuse(
            "data.none",
            "No data was chosen.",
            "Choose a sample, or a file or folder with Open….",
            field="data",
        )
    for source in SOURCES:
        if source.takes(text):
            return source.open(text, _accepted(source, options or {}), report)
    if not is_file(text):
        raise refuse(
            "data.not_found",
            "There is no file or folder at {path}.",
            "Check the name, or choose it with Open….",
            field="data",
            path=text[:300],
        )
    if looks_like_text(Path(text)):  # whatever it is called, it may hold a table
        source = SOURCES["table_file"]
        return source.open(text, _accepted(source, options or {}), report)
    raise refuse(
        "data.kind_unknown",
        "{name} is not a kind of file that can be opened here.",
        "Tables can be opened as CSV, TSV, text, Excel or Parquet; pictures as a folder with one "
        "sub-folder for each class.",
        field="data",
        name=Path(text).name,
    )


def _accepted(source: Source, options: dict[str, Any]) -> dict[str, Any]:
    return accept(source.options, options).model_dump()
