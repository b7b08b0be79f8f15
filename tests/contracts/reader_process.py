"""A process of its own that opens whatever it is given, so that a hang or a full memory is seen and ended."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import Any

PATIENCE = 60  # seconds for one file of a few kilobytes, on a machine that is busy with other things
MEMORY = 6 << 30  # bytes of addresses; the libraries alone take two of them


class ReaderProcess:
    """Answers for one location after the other what came of opening it."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._process: subprocess.Popen[bytes] | None = None

    def open(self, location: str) -> dict[str, Any]:
        """`outcome`: opened, refused, fault or hang; `said`: the refusal or the traceback."""
        process = self._started()
        assert process.stdin is not None
        process.stdin.write(json.dumps(location).encode() + b"\n")
        process.stdin.flush()
        line = self._line(process, PATIENCE)
        if line is None:
            self.close()
            return {"outcome": "hang", "said": f"no answer after {PATIENCE} s"}
        if not line:
            code = process.wait()
            self.close()
            return {"outcome": "fault", "said": f"the process ended with {code}"}
        answer = json.loads(line)
        assert isinstance(answer, dict)
        return answer

    def close(self) -> None:
        """Ends the process, whatever it is doing."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            self._process = None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-W", "ignore", __file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
                env={**os.environ, "TRAINER_GUI_HOME": str(self._home), "OMP_NUM_THREADS": "1"},
            )
            assert self._line(self._process, 300) == b"ready\n"
        return self._process

    @staticmethod
    def _line(process: subprocess.Popen[bytes], patience: float) -> bytes | None:
        """The next line of output, b"" at its end, None where there is none in time."""
        assert process.stdout is not None
        end = time.monotonic() + patience
        found = b""
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while not found.endswith(b"\n"):
                if not selector.select(max(0.0, end - time.monotonic())):
                    return None
                piece = os.read(process.stdout.fileno(), 1 << 16)
                if not piece:
                    return b""
                found += piece
        return found


def _open(location: str) -> dict[str, Any]:
    from trainer_gui.engine.preflight import findings
    from trainer_gui.engine.problems import UserError
    from trainer_gui.engine.recipe import Choices
    from trainer_gui.engine.settings import accept
    from trainer_gui.engine.sources import SOURCES, open_data

    def silent(stage: str, share: float | None) -> None:
        assert stage
        assert share is None or 0 <= share <= 1

    refusals = []
    opened = 0
    takers = [each for each in SOURCES if each.takes(location)]
    attempts = [
        lambda: findings(open_data(location, report=silent), Choices(), silent),
        *(lambda each=each: each.choices(location) for each in takers),
        *(
            lambda each=each: each.open(location, accept(each.options, {}).model_dump(), silent)
            for each in takers[1:]
        ),
    ]
    for attempt in attempts:
        try:
            attempt()
            opened += 1
        except UserError as error:
            said = str(error)
            if not said.strip() or "Traceback" in said or "\n" in said:
                return {"outcome": "fault", "said": f"a refusal that is no sentence: {said!r}"}
            refusals.append(said)
    return {"outcome": "opened" if opened else "refused", "said": " | ".join(refusals)}


def _serve() -> None:
    from trainer_gui.engine.sources import SOURCES

    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what libraries print is no answer
    len(SOURCES)
    import pandas  # noqa: F401 - reserves addresses before they are counted

    if sys.platform.startswith("linux"):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    answers.write(b"ready\n")
    for line in sys.stdin.buffer:
        try:
            answer = _open(json.loads(line))
        except BaseException:  # noqa: BLE001 - whatever it is, the test wants to see it
            answer = {"outcome": "fault", "said": traceback.format_exc()}
        answers.write(json.dumps(answer).encode() + b"\n")


if __name__ == "__main__":
    _serve()
