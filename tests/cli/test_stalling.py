"""Ctrl+C ends a command at once, also while it reads from a drive that does not answer."""

import os
import signal
import subprocess
import sys

import pytest

# A lock that its own thread takes twice is waited for in the system itself: no signal wakes that, just as
# none wakes a read from a network drive that is gone.
_STALLED = """
import ctypes, sys
from pathlib import Path
from trainer_gui.engine.sources import table_file

def scan(*whatever, **more):
    lock = ctypes.create_string_buffer(256)
    libc = ctypes.CDLL(None)
    libc.pthread_mutex_lock(lock)
    print("reading", flush=True)
    libc.pthread_mutex_lock(lock)

table_file.scan = scan
from trainer_gui.cli import main
sys.exit(main(["examine", sys.argv[1]]))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it stalls in the way of one system")
def test_that_a_reading_that_stalls_is_ended_by_one_signal(tmp_path):
    file = tmp_path / "far.csv"
    file.write_text("a,b\n1,2\n3,4\n")
    with subprocess.Popen(
        [sys.executable, "-c", _STALLED, str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ},
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"reading\n"
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130
    assert b"Stopped." in said
    assert b"Traceback" not in said
