"""Brings the folder of a run back that was deleted while it was being trained."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import BinaryIO

from trainer_gui.engine.disk import write_atomically
from trainer_gui.engine.problems import Problem, problem

_SMALL = ("recipe.toml", "about.json", "environment.json", "model/preparation.json")


class Rescue:
    """Remembers the small files of a run folder; weights and state are written again by the training."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[str, tuple[int, bytes]] = {}

    def remember(self) -> None:
        """Takes in what has changed since this was last called."""
        for name in _SMALL:
            path = self._folder / name
            with contextlib.suppress(OSError):  # not written yet, or no longer there
                changed = path.stat().st_mtime_ns
                if name not in self._seen or self._seen[name][0] != changed:
                    self._seen[name] = (changed, path.read_bytes())

    def bring_back(self, events: BinaryIO) -> tuple[BinaryIO, Problem]:
        """Makes the folder again, with the events that are still readable through their open file.

        Gives the new open file of events and what is to be said. Raises OSError.
        """
        for part in ("model", "checkpoints"):
            (self._folder / part).mkdir(parents=True, exist_ok=True)
        for name, (_, content) in self._seen.items():
            if not (self._folder / name).exists():
                write_atomically(self._folder / name, content)
        told = b""
        with contextlib.suppress(OSError):
            events.seek(0)
            told = events.read()
        events.close()
        file = (self._folder / "events.jsonl").open("a+b", buffering=0)
        file.write(told)
        os.fsync(file.fileno())
        return file, problem(
            "run.folder_vanished",
            "The folder of this run was deleted while it was training.",
            "It was made again with all that was known of the run. Delete a run on the Runs page, once "
            "it is over.",
            severity="caution",
        )
