"""Reads the record of a run while another process may be writing it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from threading import Event as Wish
from typing import BinaryIO

from trainer_gui.engine.disk import in_words
from trainer_gui.engine.events import Event, LastWord, from_json
from trainer_gui.engine.line_record import new_lines
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.progress import Progress
from trainer_gui.engine.run_folder import RunFolder, progress_of

_LOOK_EVERY = 0.25  # seconds


def follow(folder: RunFolder, enough: Wish) -> Iterator[Progress | Event]:
    """The run as it stands, and then every event soon after it was written.

    The first thing is a Progress with all that was recorded. It goes on while a process works on the run,
    until `enough` is set. Where that process ends without a last word, the last thing is a Progress of where
    the run stands then. Raises UserError where the record cannot be read.
    """
    live = folder.is_live
    if not live:
        yield progress_of(folder, batches=True)
        return
    progress = Progress()
    try:
        with (folder.path / "events.jsonl").open("rb") as file:
            for event in _news(file):
                progress.add(event)
            is_over = progress.state.is_over
            yield progress
            while live and not enough.wait(_LOOK_EVERY):
                live = folder.is_live  # asked first, so that what it said last is read as well
                for event in _news(file):
                    is_over = isinstance(event, LastWord)
                    yield event
    except OSError as error:
        raise UserError(in_words(error, folder.path)) from error
    if not live and not is_over:
        yield progress_of(folder, batches=True)


def _news(file: BinaryIO) -> Iterator[Event]:
    for line in new_lines(file):
        with contextlib.suppress(ValueError):
            yield from_json(line)
