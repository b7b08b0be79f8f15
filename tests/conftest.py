"""What every test gets: a home of its own, no screen, and nothing left behind."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("TRAINER_GUI_THEME", "light")
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which the app keeps its runs and its preferences."""
    place = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("TRAINER_GUI_HOME", str(place))
    return place


@pytest.fixture(autouse=True)
def _nothing_is_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [each for each in threading.enumerate() if each not in before and not each.daemon]
    assert not left, f"threads are left: {left}"
    if "qtbot" in request.fixturenames or "qapp" in request.fixturenames:
        _no_qt_leftovers()


def _no_qt_leftovers() -> None:
    from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance()
    if not isinstance(app, QApplication):
        return
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    app.processEvents()
    windows = [each for each in app.topLevelWidgets() if each.isVisible()]
    assert not windows, f"windows are left open: {windows}"
    for each in _alive(QThread):
        assert not each.isRunning(), f"a thread is left running: {each}"
    for each in _alive(QTimer):
        assert not each.isActive(), f"a timer is left running: {each} of {each.parent()}"


def _alive(kind: type[Any]) -> list[Any]:
    import shiboken6

    gc.unfreeze()  # the warm-up sets aside whatever there is at its end
    found = [each for each in gc.get_objects() if issubclass(type(each), kind)]
    return [each for each in found if shiboken6.isValid(each)]
