"""Prints how the memory of a process grows over many epochs: the engine alone, and the window with its chart.

A line is laid through the resident memory after the first fifth, when everything has been loaded once; its
slope is given in kB for 1,000 epochs, of which the curve itself needs about 100.

    python tests/benchmarks/long_runs.py [--epochs 10000] [--what engine|window]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
import psutil

DATA = "sample:iris"


def in_words(what: str, epochs: list[int], sizes: list[int]) -> str:
    """The slope of the memory over the epochs, and where it began and ended."""
    late = np.array(epochs) > max(epochs) / 5
    slope = np.polyfit(np.array(epochs)[late], np.array(sizes)[late], 1)[0]
    return (
        f"{what:7} {max(epochs):,} epochs: {sizes[int(np.argmax(late))] / 1e6:.1f} MB after a fifth of them, "
        f"{sizes[-1] / 1e6:.1f} MB at the end, {slope:.2f} kB for 1,000 epochs"
    )


def of_engine(count: int) -> str:
    """Trains without a window."""
    from trainer_gui.engine.control import Control
    from trainer_gui.engine.recipe import Choices, resolve
    from trainer_gui.engine.run import train
    from trainer_gui.engine.sources import open_data

    dataset = open_data(DATA)
    settings = (("epochs", count), ("early_stopping", False), ("threads", 1))
    _, events = train(resolve(dataset, Choices(size="tiny", settings=settings)), Control(), dataset=dataset)
    process, epochs, sizes = psutil.Process(), [], []
    for event in events:
        if event.type == "EpochEnded" and event.epoch % 100 == 0:
            epochs.append(event.epoch)
            sizes.append(process.memory_info().rss)
    assert event.type == "RunFinished", event
    return in_words("engine", epochs, sizes)


def of_window(count: int) -> str:
    """Trains in the window, whose chart is drawn all the while."""
    from PySide6.QtCore import QCoreApplication, QEventLoop
    from PySide6.QtWidgets import QApplication

    from trainer_gui.app import build_window

    def wait_until(so: object, longest: float = 3600.0) -> None:
        end = time.monotonic() + longest
        while not so():  # type: ignore[operator]
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
            if time.monotonic() > end:
                raise TimeoutError

    window = build_window(QApplication([]), DATA)
    window.show()
    session = window.session
    session.choose_size("tiny")
    for name, value in {"epochs": count, "early_stopping": False, "threads": 1}.items():
        session.set_setting(name, value)
    wait_until(lambda: session.recipe() is not None and not session.is_looking)
    process, epochs, sizes = psutil.Process(), [0], [0]
    session.start()

    def over() -> bool:
        epoch = session.run.progress.epoch
        if epoch >= epochs[-1] + 100:
            epochs.append(epoch)
            sizes.append(process.memory_info().rss)
        return epoch >= count and not session.run.is_active

    wait_until(over)
    window.close()
    session.close()
    return in_words("window", epochs[1:], sizes[1:])


def main() -> int:
    """Each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=10_000)
    parser.add_argument("--what", choices=("engine", "window"))
    chosen = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if chosen.what is None:
        for what in ("engine", "window"):
            words = [sys.executable, __file__, "--epochs", str(chosen.epochs), "--what", what]
            subprocess.run(words, check=True)
        return 0
    with tempfile.TemporaryDirectory() as home:
        os.environ["TRAINER_GUI_HOME"] = home
        print((of_engine if chosen.what == "engine" else of_window)(chosen.epochs), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
