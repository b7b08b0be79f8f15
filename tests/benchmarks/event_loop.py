"""Prints how long the window keeps a person waiting while it trains, beside the same window at rest.

A timer asks for its turn every millisecond; the gap between two turns is how long a click would have waited.
Also printed: the time from the click on Start to the first epoch on the chart.

    python tests/benchmarks/event_loop.py [--seconds 10] [--data sample:digits] [--set epochs=100000]
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable

import numpy as np

FRAME = 16  # milliseconds


def wait_until(state: Callable[[], bool], longest: float = 120.0) -> None:
    """Runs the event loop until a state is reached; raises TimeoutError."""
    from PySide6.QtCore import QCoreApplication, QEventLoop

    begin = time.perf_counter()
    while not state():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
        if time.perf_counter() - begin > longest:
            raise TimeoutError


def gaps(seconds: float) -> np.ndarray:
    """The gaps between two turns of the event loop, in milliseconds."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    turns: list[float] = []
    loop = QEventLoop()
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: turns.append(time.perf_counter()))
    timer.start(1)
    QTimer.singleShot(int(1000 * seconds), loop.quit)
    loop.exec()
    timer.stop()
    return 1000 * np.diff(turns)


def in_words(name: str, found: np.ndarray) -> str:
    """Median, 99th percentile, the longest gap, and how many are longer than a frame of a usual screen."""
    middle, high = np.percentile(found, [50, 99])
    late = 100 * float((found > FRAME).mean())
    return (
        f"{name:10} median {middle:6.2f} ms   p99 {high:6.2f} ms   longest {found.max():6.2f} ms   "
        f"over {FRAME} ms {late:5.2f} %"
    )


def beside(rest: np.ndarray, found: np.ndarray) -> str:
    """How many times as long the gaps are as at rest."""
    middle, high = np.percentile(found, [50, 99]) / np.percentile(rest, [50, 99])
    longest = found.max() / rest.max()
    return f"{'of rest':10} median {middle:6.2f}      p99 {high:6.2f}      longest {longest:6.2f}"


def main() -> int:
    """Opens the window, lets it rest, presses Start, measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--data", default="sample:breast_cancer")
    parser.add_argument("--set", action="append", default=["epochs=100000", "early_stopping=false"])
    chosen = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        os.environ["TRAINER_GUI_HOME"] = home
        from PySide6.QtWidgets import QApplication

        from trainer_gui.app import build_window

        app = QApplication([])
        window = build_window(app, chosen.data)
        window.resize(1280, 800)
        window.show()
        session = window.session
        wait_until(lambda: session.dataset is not None and session.plan is not None)
        for each in chosen.set:
            name, value = each.split("=")
            session.set_setting(name, json.loads(value))
        wait_until(lambda: session.recipe() is not None and not session.is_looking)
        rest = gaps(chosen.seconds / 2)
        print(in_words("at rest", rest))
        begin = time.perf_counter()
        session.start()
        wait_until(lambda: session.run.progress.epoch >= 1)
        print(f"from the click to the first epoch {time.perf_counter() - begin:.2f} s")
        training = gaps(chosen.seconds)
        print(in_words("training", training))
        print(beside(rest, training))
        print(f"{session.run.progress.epoch} epochs, {session.run.progress.rows_per_second:,.0f} rows/s")
        session.stop()
        wait_until(lambda: not session.run.is_active)
        window.close()
        session.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
