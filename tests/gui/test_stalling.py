"""A drive that does not answer holds up nothing but the one reading, which can be given up."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from trainer_gui.gui import runner as runners
from trainer_gui.gui.main_window import MainWindow
from trainer_gui.gui.runner import Latest, Runner
from trainer_gui.gui.widgets import LinkButton

Wait = Callable[[Callable[[], bool]], None]


class Stall:
    """A file whose bytes do not come: a pipe that is open for writing, and nobody writes."""

    def __init__(self) -> None:
        self._out, self._in = os.pipe()
        self.entered = False

    def wait(self, *whatever: Any, **more: Any) -> Any:
        self.entered = True
        os.read(self._out, 1)
        raise OSError(5, "Input/output error")

    def end(self) -> None:
        if self._in >= 0:
            os.close(self._in)
            self._in = -1

    def close(self) -> None:
        self.end()
        os.close(self._out)


@pytest.fixture
def stall(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stall]:
    monkeypatch.setattr(runners, "PATIENCE", 0.2)
    made = Stall()
    yield made
    made.end()
    for each in runners._stuck:
        assert each.wait(30_000)
    runners._stuck.clear()
    made.close()


def test_that_stalled_work_is_left_alone_after_it_was_cancelled(
    runner: Runner, in_time: Wait, stall: Stall
) -> None:
    said: list[str] = []
    job = runner.call(stall.wait)
    for name in ("given_up", "cancelled", "over", "faulted", "answered"):
        getattr(job, name).connect(lambda *_, name=name: said.append(name))
    in_time(lambda: stall.entered)
    job.cancel()
    in_time(lambda: "over" in said)
    assert said == ["given_up", "cancelled", "over"]
    assert not runner.is_busy
    answers: list[int] = []
    runner.call(lambda report: 7).answered.connect(answers.append)
    in_time(lambda: answers == [7])
    assert not runner.close(100)  # whoever closes the window knows that a thread still hangs
    stall.end()
    assert runners._stuck[0].wait(30_000)
    assert runner.close(100)
    assert said == ["given_up", "cancelled", "over"]


def test_that_a_newer_question_is_answered_although_the_older_one_stalls(
    runner: Runner, in_time: Wait, stall: Stall
) -> None:
    answers: list[object] = []
    latest = Latest(runner)
    latest.answered.connect(answers.append)
    latest.ask(stall.wait)
    in_time(lambda: stall.entered)
    latest.ask(lambda report: "newer")
    in_time(lambda: answers == ["newer"])


def test_that_the_window_says_that_reading_stalls_and_goes_on_with_other_data(
    window: MainWindow, in_time: Wait, stall: Stall, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from trainer_gui.engine.sources import table_file

    monkeypatch.setattr(runners, "QUIET", 0.2)
    real = table_file.scan
    monkeypatch.setattr(
        table_file, "scan", lambda path, *more: (stall.wait if "far" in path.name else real)(path, *more)
    )
    far, near = tmp_path / "far.csv", tmp_path / "near.csv"
    for each in (far, near):
        each.write_text("a,b\n" + "".join(f"{n},{n % 2}\n" for n in range(40)))
    session = window.session
    session.open_data(str(far))
    in_time(lambda: "data.silent" in window.notices.shown())
    cancel = window.findChild(LinkButton, "readingCancel")
    assert cancel.isVisible()
    cancel.click()
    assert "data.silent" not in window.notices.shown()
    assert not session.opening.location
    in_time(lambda: "data.given_up" in window.notices.shown())
    session.open_data(str(near))
    in_time(lambda: session.dataset is not None and session.dataset.name == "near.csv")
    assert "data.given_up" not in window.notices.shown()


def test_that_recent_files_are_listed_without_asking_their_drive(
    window: MainWindow, in_time: Wait, stall: Stall, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    preferences = window.session.preferences
    for name in ("gone.csv", "far.csv"):
        preferences.add_recent(str(tmp_path / name))
    real = Path.exists
    monkeypatch.setattr(Path, "exists", lambda each: stall.wait() if each.name == "far.csv" else real(each))
    assert len(preferences.recent()) == 2
    job = window.session.runner.call(preferences.search_for_recent())
    in_time(lambda: stall.entered)
    assert str(tmp_path / "far.csv") in preferences.recent()
    job.cancel()
    in_time(lambda: job.is_over)
    stall.end()
    monkeypatch.undo()
    window.session.runner.call(preferences.search_for_recent())
    in_time(lambda: not preferences.recent())
