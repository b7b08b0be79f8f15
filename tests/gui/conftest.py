"""Runs and windows that never train: real widgets, fed with scripted events."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from trainer_gui.engine.events import EpochEnded, Event, MetricInfo, RunFinished, RunStarted
from trainer_gui.gui.main_window import MainWindow
from trainer_gui.gui.preferences import Preferences
from trainer_gui.gui.runner import Runner
from trainer_gui.gui.session import Session


def started(epochs: int = 60) -> RunStarted:
    """The first word of a run on three classes."""
    return RunStarted(
        run="20260101-000000-iris",
        family="neural_network",
        size="small",
        task="classification",
        epochs=epochs,
        parameters=5123,
        device="CPU, 1 thread",
        threads=1,
        rows={"training": 104, "validation": 52, "test": 22},
        loss=MetricInfo(name="loss", label="Loss", better="lower"),
        metric=MetricInfo(name="accuracy", label="Accuracy", better="higher", percent=True),
        baseline_loss=1.1,
        baseline_metrics={"accuracy": 0.44},
        baseline="Baseline: always the most frequent class",
    )


def epoch(number: int, *, validation: float | None = None, accuracy: float = 0.942) -> EpochEnded:
    """One epoch of a run that learns."""
    falls = 1.2 * math.exp(-number / 10)
    return EpochEnded(
        epoch=number,
        train_loss=falls,
        validation_loss=falls + 0.25 if validation is None else validation,
        metrics={"accuracy": accuracy},
        rows_per_second=31_400,
        seconds=0.05 * number,
    )


def script(epochs: int = 60, of: int | None = None) -> list[Event]:
    """A whole run: its first word, its epochs, its last word."""
    last = RunFinished(best_epoch=epochs, seconds=0.05 * epochs)
    return [started(of or epochs), *(epoch(number) for number in range(1, epochs + 1)), last]


@pytest.fixture
def runner(qapp: QApplication) -> Iterator[Runner]:
    """A runner whose threads have all ended when the test has."""
    made = Runner()
    yield made
    assert made.close(30_000)
    made.deleteLater()


@pytest.fixture
def session(runner: Runner, home: object) -> Iterator[Session]:
    """A session without data."""
    made = Session(runner, Preferences.of_this_person())
    yield made
    made.close(30_000)
    made.deleteLater()


@pytest.fixture
def window(qtbot: QtBot, session: Session) -> Iterator[MainWindow]:
    """The real window, shown, without data."""
    made = MainWindow(session)
    made.show()
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def in_time(qtbot: QtBot) -> Callable[[Callable[[], bool]], None]:
    """Waits until something is so."""

    def wait(so: Callable[[], bool]) -> None:
        qtbot.waitUntil(so, timeout=60_000)

    return wait
