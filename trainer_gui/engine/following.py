"""Reads a record while another process may be writing it: that of a run, or any that is kept alike."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event as Wish
from typing import Any, BinaryIO, Protocol, TypeVar

from trainer_gui.engine.disk import in_words
from trainer_gui.engine.events import Event, LastWord, from_json
from trainer_gui.engine.line_record import new_lines
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.progress import Progress
from trainer_gui.engine.run_folder import RunFolder, progress_of

_LOOK_EVERY = 0.25  # seconds
Standing = TypeVar("Standing")  # a fold over events
Word = TypeVar("Word")  # an event


class Recorded(Protocol):
    """A folder with a record, and whether a process is writing it."""

    @property
    def path(self) -> Path: ...
    @property
    def is_live(self) -> bool: ...


def follow(folder: RunFolder, enough: Wish) -> Iterator[Progress | Event]:
    """The run as it stands, and then every event soon after it was written; as `follow_record`."""
    return follow_record(
        folder, enough, from_json, Progress, lambda: progress_of(folder, batches=True), LastWord
    )


def follow_record(
    folder: Recorded,
    enough: Wish,
    read: Callable[[bytes], Word],
    fold: Callable[[], Any],
    standing: Callable[[], Standing],
    last: Any,
) -> Iterator[Standing | Word]:
    """What was recorded as one fold, and then every event soon after it was written.

    `read` makes an event of a line, or raises ValueError; `fold` begins a fold, which takes events by `add`;
    `standing` is where all stands now; `last` are the types of last words. It goes on while a process works
    on it, until `enough` is set. Where that process ends without a last word, the last thing is where all
    stands then. Raises UserError where the record cannot be read.
    """
    live = folder.is_live
    if not live:
        yield standing()
        return
    begun = fold()
    try:
        with (folder.path / "events.jsonl").open("rb") as file:
            for event in _news(file, read):
                begun.add(event)
            is_over = begun.state.is_over
            yield begun
            while live and not enough.wait(_LOOK_EVERY):
                live = folder.is_live  # asked first, so that what it said last is read as well
                for event in _news(file, read):
                    is_over = isinstance(event, last)
                    yield event
    except OSError as error:
        raise UserError(in_words(error, folder.path)) from error
    if not live and not is_over:
        yield standing()


def _news(file: BinaryIO, read: Callable[[bytes], Word]) -> Iterator[Word]:
    for line in new_lines(file):
        with contextlib.suppress(ValueError):
            yield read(line)
