"""Prints how long the window keeps a person waiting while it trains, beside the same window at rest.

A timer asks for its turn every millisecond; the gap between two turns is how long a click would have waited.
Also printed: the time from the click on Start to the first epoch. With `--epochs 100000` a recorded
run of so many epochs is opened as well, and one goes on from there with an epoch each millisecond.

    python tests/benchmarks/event_loop.py [--seconds 10] [--data sample:digits] [--set epochs=100000]
        [--family linear] [--epochs 100000]
"""

from __future__ import annotations

import argparse
import json
import math
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from trainer_gui.engine.events import EpochEnded, Event
    from trainer_gui.engine.progress import Progress
    from trainer_gui.engine.run_folder import RunFolder
    from trainer_gui.gui.session import Session

FRAME = 16  # milliseconds


def wait_until(state: Callable[[], bool], longest: float = 120.0) -> None:
    """Runs the event loop until a state is reached; raises TimeoutError."""
    from PySide6.QtCore import QCoreApplication, QEventLoop

    begin = time.perf_counter()
    while not state():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
        if time.perf_counter() - begin > longest:
            raise TimeoutError


def turns(seconds: float) -> np.ndarray:
    """When the event loop turned, in seconds, shape [turns, 2]: by the clock, and as work of this thread."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    found: list[tuple[float, float]] = []
    loop = QEventLoop()
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: found.append((time.perf_counter(), time.thread_time())))
    timer.start(1)
    QTimer.singleShot(int(1000 * seconds), loop.quit)
    loop.exec()
    timer.stop()
    return np.array(found)


def gaps(seconds: float) -> np.ndarray:
    """The gaps between two turns of the event loop, in milliseconds."""
    return np.asarray(1000 * np.diff(turns(seconds)[:, 0]))


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


def record_of(session: Session, epochs: int) -> RunFolder:
    """A run folder as a run of so many epochs leaves it, without its last word."""
    from trainer_gui.engine.events import BatchesDone, MetricInfo, RunStarted, to_json
    from trainer_gui.engine.store import create

    recipe = session.recipe()
    assert recipe is not None
    folder = create(recipe, name="long")
    loss = MetricInfo(name="loss", label="Loss", better="lower")
    metric = MetricInfo(name="accuracy", label="Accuracy", better="higher", percent=True)
    first = RunStarted(
        run=folder.path.name,
        family="",
        size="",
        task="classification",
        epochs=2 * epochs,
        parameters=1,
        device="CPU",
        threads=1,
        rows={},
        loss=loss,
        metric=metric,
        baseline_loss=1.1,
    )
    said: list[Event] = [first]
    draw = np.random.default_rng(0)
    for number, jitter in enumerate(draw.normal(size=epochs).tolist(), 1):
        if number % 250 == 0:
            losses = tuple(1.0 + each for each in draw.normal(size=16).tolist())
            said.append(BatchesDone(epoch=number, done=9, of=9, losses=losses, seconds=number / 1000))
        said.append(epoch_of(number, 0.02 * jitter))
    (folder.path / "events.jsonl").write_text("".join(f"{to_json(each)}\n" for each in said))
    return folder


def epoch_of(number: int, jitter: float) -> EpochEnded:
    """An epoch of a run that learns slowly."""
    from trainer_gui.engine.events import EpochEnded

    loss = 1 / (1 + number / 1000) + 0.1 + jitter
    return EpochEnded(
        epoch=number,
        train_loss=loss,
        validation_loss=1.1 * loss,
        metrics={"accuracy": 0.9 - 0.5 * loss},
        learning_rate=0.001,
        gradient_length=loss,
        seconds=number / 1000,
    )


def measure_long(session: Session, epochs: int, seconds: float) -> None:
    """Opens a recorded run of so many epochs, and lets one go on from there."""
    from trainer_gui.engine.run_folder import progress_of

    folder = record_of(session, epochs)
    size = (folder.path / "events.jsonl").stat().st_size / 1e6
    begin, worked = time.perf_counter(), time.thread_time()
    progress_of(folder, batches=True)
    print(
        f"{epochs:,} epochs ({size:.1f} MB) read in {time.perf_counter() - begin:.2f} s, "
        f"{time.thread_time() - worked:.2f} s of the processor"
    )
    session.open_run(folder)
    print(in_words("opening", gaps(seconds)))
    assert len(session.run.progress.curve) == epochs, "it was not opened within that time"

    def go_on() -> Iterator[Event | Progress]:
        yield progress_of(folder, batches=True)
        number = epochs
        while not session.run.is_stopping:
            number += 1
            time.sleep(0.001)
            yield epoch_of(number, 0.02 * math.sin(number))

    session.run._follow(go_on)
    wait_until(lambda: session.run.progress.epoch > epochs)
    print(in_words("1 ms epochs", gaps(seconds)))
    print(f"{session.run.progress.epoch - epochs} epochs more")
    session.run.stop()
    wait_until(lambda: not session.run.is_active)


def main() -> int:
    """Opens the window, lets it rest, presses Start, measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--data", default="sample:breast_cancer")
    parser.add_argument("--set", action="append", default=["epochs=100000", "early_stopping=false"])
    parser.add_argument("--family", default="")
    parser.add_argument("--epochs", type=int, default=0, help="of a recorded run that is opened as well")
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
        if chosen.family:
            session.choose_family(chosen.family)
            wait_until(lambda: session.recipe() is not None and not session.is_looking)
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
        if chosen.epochs:
            measure_long(session, chosen.epochs, chosen.seconds)
        window.close()
        session.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
