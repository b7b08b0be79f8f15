"""The computer's sleep, held off while a run trains; a program on the path stands in for the system's own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from trainer_gui.engine.awake import Wakefulness, kept_awake
from trainer_gui.engine.events import Continued, Event, Paused, RunFinished, StageStarted

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the stand-in is one for Linux")
STAND_IN = """#!/bin/sh
echo "began $*" >> {log}
cat
echo ended >> {log}
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the stand-in writes down of its life."""
    found = tmp_path / "log"
    found.touch()
    program = tmp_path / "systemd-inhibit"
    program.write_text(STAND_IN.format(log=found))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return found


def lives(log: Path) -> tuple[int, int]:
    """How often it began and ended."""
    lines = log.read_text().splitlines()
    return sum(each.startswith("began") for each in lines), lines.count("ended")


def until(log: Path, expected: tuple[int, int]) -> None:
    """Waits until it has begun and ended so often."""
    end = time.monotonic() + 20
    while lives(log) != expected:
        assert time.monotonic() < end, log.read_text()


def test_that_sleep_is_held_off_while_it_trains_and_not_while_it_is_paused(log):
    def run() -> Iterator[Event]:
        until(log, (1, 0))
        yield Paused()
        until(log, (1, 1))
        yield Continued()
        until(log, (2, 1))
        yield RunFinished(best_epoch=1)

    assert len(list(kept_awake(run(), Wakefulness()))) == 3
    assert lives(log) == (2, 2)
    assert "--what=sleep:idle --who=Trainer" in log.read_text()


def test_that_it_is_let_go_when_nobody_reads_on_and_never_held_where_it_is_switched_off(log):
    def run() -> Iterator[Event]:
        until(log, (1, 0))
        yield StageStarted(stage="Starting")

    events = kept_awake(run(), Wakefulness())
    next(events)
    events.close()
    assert lives(log) == (1, 1)
    list(kept_awake(iter([RunFinished(best_epoch=1)]), Wakefulness(wanted=False)))
    assert lives(log) == (1, 1)


def test_that_it_ends_with_a_process_that_is_killed(log):
    code = (
        "import sys, time\n"
        "from trainer_gui.engine.awake import Wakefulness\n"
        "held = Wakefulness()\n"
        "held.hold()\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        assert process.stdout.readline() == "held\n"
        until(log, (1, 0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        until(log, (1, 1))


def test_that_where_it_cannot_be_done_the_run_goes_on_and_the_reason_is_known(log, monkeypatch):
    log.with_name("systemd-inhibit").write_text("#!/bin/sh\necho Access denied >&2\nexit 1\n")
    held = Wakefulness()
    held.hold()
    end = time.monotonic() + 20
    while not held.hindrance:
        held.look()
        assert time.monotonic() < end
    assert held.hindrance == "Access denied"
    monkeypatch.setenv("PATH", "")
    held.hold()
    assert "installed" in held.hindrance
    held.release()
