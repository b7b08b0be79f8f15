"""Opens data while saying how far the reading is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trainer_gui.cli.figures import counted
from trainer_gui.cli.terminal import Terminal
from trainer_gui.engine.data.dataset import DataReference, Dataset, Pictures
from trainer_gui.engine.predict import open_rows
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.source import Report
from trainer_gui.engine.sources import open_data


def reporter(terminal: Terminal) -> Report:
    """What the engine calls while it is busy, shown on the live line."""

    def report(stage: str, share: float | None) -> None:
        terminal.show(f"{stage} …", "" if share is None else f"{100 * share:.0f} %")

    return report


def open_and_say(
    terminal: Terminal, location: str | Path | DataReference, options: dict[str, Any]
) -> Dataset:
    """The data, after saying in one line what it is. Raises UserError where it cannot be opened."""
    dataset = open_data(location, options, reporter(terminal))
    terminal.say(in_one_line(dataset))
    return dataset


def open_new_rows(terminal: Terminal, folder: RunFolder, location: str, options: dict[str, Any]) -> Dataset:
    """New data for the model of a run: read as its own data was, unless options say how."""
    if options:
        return open_data(location, options, reporter(terminal))
    return open_rows(folder, location, reporter(terminal))


def in_one_line(dataset: Dataset) -> str:
    """What the data is, such as “iris: 150 rows, 5 columns”."""
    if isinstance(dataset, Pictures):
        classes = len(set(dataset.labels))
        what = f"{counted(dataset.rows, 'picture')}, {classes:,} {'class' if classes == 1 else 'classes'}"
    else:
        what = f"{counted(dataset.rows, 'row')}, {counted(len(dataset.columns), 'column')}"
    return f"{dataset.name}: {what}" + (f" ({dataset.how})" if dataset.how else "")
