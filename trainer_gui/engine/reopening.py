"""An exported file opened again in a fresh process, which answers for some rows from the file alone."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from trainer_gui.engine.exporter import Samples
from trainer_gui.engine.exporters import EXPORTERS
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.model import Answers
from trainer_gui.engine.problems import Problem, UserError, refuse
from trainer_gui.engine.surroundings import surroundings

HIDDEN_WORD = "--answer-from-export"  # with it, the packaged app is the fresh process: it calls `main` here
_MOST_SECONDS = 300.0
_LOOK_EVERY = 0.2  # seconds between two looks at whether to go on waiting
_SINGLE_ROWS = 8  # so many are also given one by one


@dataclass(frozen=True)
class Reopened:
    """The answers of an exported file: all rows at once, and the first few one by one."""

    together: Answers
    singly: Answers


def answer_from(
    exporter: str,
    path: Path,
    samples: Samples,
    go_on: Callable[[], None],
    command: Sequence[str] | None = None,
) -> Reopened:
    """Starts the process, waits for it and gives its answers.

    `go_on` is called a few times a second and may raise to cancel, which ends the process. `command`
    overrides how the process is started. Raises UserError where the file cannot be opened there.
    """
    with tempfile.TemporaryDirectory(prefix="trainer-", ignore_cleanup_errors=True) as place:
        question, answer = Path(place) / "rows.npz", Path(place) / "answers.npz"
        _save(question, samples)
        words = [*(command or own_command()), exporter, str(path), str(question), str(answer)]
        said = _run(words, go_on)
        if not answer.exists():
            raise _failed(said, path)
        with np.load(answer, allow_pickle=False) as found:
            return Reopened(_answers(found, "together"), _answers(found, "singly"))


def own_command() -> list[str]:
    """The beginning of the command line that calls `main` of this module in another process."""
    if getattr(sys, "frozen", False):
        return [sys.executable, HIDDEN_WORD]
    return [sys.executable, "-m", "trainer_gui.engine.reopening"]


def _run(words: list[str], go_on: Callable[[], None]) -> str:
    """Runs the command and gives the end of what it wrote to its error output."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=surroundings(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        try:
            waited = 0.0
            while waited < _MOST_SECONDS:
                try:
                    process.wait(_LOOK_EVERY)
                    break
                except subprocess.TimeoutExpired:
                    waited += _LOOK_EVERY
                    go_on()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        errors.seek(0)
        return errors.read().decode("utf-8", "replace")[-4000:].strip()


def _failed(said: str, path: Path) -> UserError:
    last = said.splitlines()[-1] if said else ""
    try:
        return UserError(Problem.model_validate_json(last))
    except ValueError:
        return refuse(
            "export.not_opened",
            "The model was written, but a fresh process could not open it again ({reason}).",
            "Nothing was left behind. Please report this, with the family and size of the model.",
            field="format",
            reason=last or "it ended without a word",
        )


def _save(path: Path, samples: Samples) -> None:
    arrays: dict[str, Any] = {"names": np.array(json.dumps(list(samples.columns)))}
    for place, values in enumerate(samples.columns.values()):
        arrays[f"column{place}"] = values.astype(str) if values.dtype.kind in "OU" else values
    for place, picture in enumerate(samples.pictures):
        arrays[f"picture{place}"] = picture
    np.savez(path, **arrays)


def _load(path: Path) -> Samples:
    with np.load(path, allow_pickle=False) as found:
        names = json.loads(str(found["names"]))
        columns = {name: found[f"column{place}"] for place, name in enumerate(names)}
        count = sum(each.startswith("picture") for each in found.files)
        return Samples(columns, tuple(found[f"picture{place}"] for place in range(count)))


def _answers(found: Any, which: str) -> Answers:
    classes = tuple(str(each) for each in found["classes"])
    probabilities = found[f"{which}_probabilities"] if classes else None
    return Answers(found[f"{which}_values"], classes, probabilities)


def main(arguments: Sequence[str]) -> int:
    """Opens the file, answers for the rows and writes the answers; arguments as `answer_from` gives them.

    What goes wrong is written to the error output, a Problem as one line of JSON.
    """
    exporter, path, question, answer = arguments
    try:
        answers_of = EXPORTERS[exporter].load(Path(path), FAMILIES.__getitem__)
        samples = _load(Path(question))
        together = answers_of(samples)
        rows = np.arange(min(_SINGLE_ROWS, len(samples)))
        single = [answers_of(samples.take(rows[place : place + 1])) for place in rows]
    except UserError as error:
        sys.stderr.buffer.write(b"\n" + error.problem.model_dump_json().encode() + b"\n")
        return 1
    arrays: dict[str, Any] = {
        "classes": np.array(together.classes, dtype=str),
        "together_values": together.values,
        "singly_values": np.concatenate([each.values for each in single]),
    }
    if together.probabilities is not None:
        arrays["together_probabilities"] = together.probabilities
        arrays["singly_probabilities"] = np.concatenate([each.probabilities for each in single])
    half = Path(answer).with_name("half.npz")
    np.savez(half, **arrays)
    half.replace(answer)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
