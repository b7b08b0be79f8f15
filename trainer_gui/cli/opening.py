"""Opens data while saying how far the reading is."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from pathlib import Path
from typing import Any

from trainer_gui.cli.commands import near
from trainer_gui.cli.figures import counted
from trainer_gui.cli.terminal import Terminal
from trainer_gui.engine.data.dataset import DataReference, Dataset, Pictures
from trainer_gui.engine.names import one_line
from trainer_gui.engine.pasted import keep
from trainer_gui.engine.predict import open_rows
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.source import Report
from trainer_gui.engine.sources import open_data

STANDARD_INPUT = "-"
DATA_HELP = "a table file, a folder of pictures or texts, sample:NAME, or - for a table from standard input"
_GLANCE = 0.2  # seconds; on some systems Ctrl+C is noticed only between two waits
_PATIENCE = 1.0  # seconds


def reporter(terminal: Terminal) -> Report:
    """What the engine calls while it is busy, shown on the live line."""

    def report(stage: str, share: float | None) -> None:
        terminal.show(f"{stage} …", "" if share is None else f"{100 * share:.0f} %")

    return report


def open_and_say(
    terminal: Terminal, location: str | Path | DataReference, options: dict[str, Any]
) -> Dataset:
    """The data, after saying in one line what it is. Raises UserError where it cannot be opened."""
    place = piped_in(terminal) if location == STANDARD_INPUT else location
    dataset = patiently(lambda report: open_data(place, options, report), terminal)
    terminal.say(in_one_line(dataset))
    return dataset


def open_new_rows(terminal: Terminal, folder: RunFolder, location: str, options: dict[str, Any]) -> Dataset:
    """New data for the model of a run: read as its own data was, unless options say how."""
    if location == STANDARD_INPUT:
        location = str(piped_in(terminal))
    if options:
        return patiently(lambda report: open_data(location, options, report, every_row=True), terminal)
    return patiently(lambda report: open_rows(folder, location, report), terminal)


def piped_in(terminal: Terminal) -> Path:
    """The file in which all is kept that comes from standard input, so that a run on it can be repeated.

    Raises UserError where nothing is piped in.
    """
    if sys.stdin is None or sys.stdin.isatty():
        raise refuse(
            "arguments.nothing_piped",
            "“-” stands for standard input, and nothing is piped in.",
            "Write, for example: trainer-gui examine - < table.csv",
            field="data",
        )
    path = keep(sys.stdin.buffer, "Piped")
    terminal.say(f"Kept as {near(path)}")
    return path


def patiently(read: Callable[[Report], Dataset], terminal: Terminal) -> Dataset:
    """What `read` gives. It has its own thread, so that Ctrl+C is obeyed while a drive does not answer."""
    ended: Future[Dataset] = Future()
    unwanted = threading.Event()
    show = reporter(terminal)

    def report(stage: str, share: float | None) -> None:
        if unwanted.is_set():
            raise KeyboardInterrupt
        show(stage, share)

    def work() -> None:
        try:
            ended.set_result(read(report))
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is waited for
            ended.set_exception(error)

    # A daemon, because the program must be able to end while it hangs.
    thread = threading.Thread(target=work, daemon=True, name="reading")
    thread.start()
    try:
        while not ended.done():
            wait([ended], timeout=_GLANCE)
    except KeyboardInterrupt:
        unwanted.set()
        thread.join(_PATIENCE)  # so that it takes its temporary files away
        raise
    return ended.result()


def in_one_line(dataset: Dataset) -> str:
    """What the data is, such as “iris: 150 rows, 5 columns”."""
    if isinstance(dataset, Pictures):
        classes = len(set(dataset.labels))
        what = f"{counted(dataset.rows, 'picture')}, {classes:,} {'class' if classes == 1 else 'classes'}"
    else:
        what = f"{counted(dataset.rows, 'row')}, {counted(len(dataset.columns), 'column')}"
    return f"{one_line(dataset.name)}: {what}" + (f" ({dataset.how})" if dataset.how else "")
