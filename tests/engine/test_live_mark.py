"""Who works on a run is known, whatever becomes of the clock."""

import json
import os
import subprocess
import sys

import psutil
import pytest

from trainer_gui.engine.live_mark import is_alive, mark_of


def test_that_a_process_is_alive_until_it_ends():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        mark = mark_of(process.pid)
        assert is_alive(mark)
        process.communicate(b"\n")
    assert not is_alive(mark)


def test_that_a_number_that_was_given_to_another_process_does_not_count():
    number, began, start = json.loads(mark_of(os.getpid()))
    assert is_alive(json.dumps([number, began, start]))
    assert not is_alive(json.dumps([number, began - 100, start]))
    assert not is_alive(json.dumps([number, began, "an earlier start of the machine"]))


@pytest.mark.parametrize("text", ["", "[", "{}", "[1]", '["a", 1, ""]', "[1, null, 2]", "7", "[-1, 0, 0]"])
def test_that_what_is_no_mark_is_nobody(text):
    assert not is_alive(text)


@pytest.mark.skipif(not psutil.LINUX, reason="elsewhere the beginning of a process does not move")
@pytest.mark.parametrize("seconds", [-86_400, -30, 30, 86_400])
def test_that_a_clock_that_is_set_ends_no_run(monkeypatch, seconds):
    mark = mark_of(os.getpid())
    before = psutil.Process().create_time()
    real = psutil._pslinux.boot_time
    # The system tells its start as the time of day less the time since then, so it moves with the clock.
    monkeypatch.setattr("psutil._pslinux.boot_time", lambda: real() + seconds)
    assert psutil.Process().create_time() == pytest.approx(before + seconds, abs=1.5)
    assert is_alive(mark)
