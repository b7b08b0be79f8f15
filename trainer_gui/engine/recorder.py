"""Writes what a run says into its folder, before anyone sees it."""

from __future__ import annotations

import contextlib
import os
import time
from types import TracebackType
from typing import BinaryIO, Self

from trainer_gui.engine.disk import in_words, write_atomically
from trainer_gui.engine.events import Event, LastWord, Noticed, RunFailed, RunStarted, to_json
from trainer_gui.engine.line_record import end_line, write_line
from trainer_gui.engine.live_mark import mark_of
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.rescue import Rescue
from trainer_gui.engine.run_folder import RunFolder, progress_of

_RESERVE = 262_144  # bytes set aside, so that a full disk still takes the last word
_SYNC_EVERY = 1.0  # seconds between two forced writes to the disk itself


class Recorder:
    """Adds a run's events to its record, with the seconds that go on from what is there already.

    Exactly one last word is written, also on a full disk, for which some room is set aside. Leave it with
    `with`. Raises UserError where the record cannot be opened for writing.
    """

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder
        self._offset = progress_of(folder).seconds
        self._begin = self._synced = time.monotonic()
        self._reserve = folder.path / "reserve"
        self._file = _record_of(folder)
        self._rescue = Rescue(folder.path)
        self.last: Event | None = None  # the last word, once it was said
        self._set_aside()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def tell(self, event: Event) -> list[Event]:
        """Writes an event; gives what there is to be seen now, in order.

        Where it cannot be written that is RunFailed, the last word.
        """
        assert self.last is None
        told: list[Event] = []
        event = event.model_copy(update={"seconds": round(self._offset + time.monotonic() - self._begin, 4)})
        try:
            due = isinstance(event, LastWord) or time.monotonic() - self._synced > _SYNC_EVERY
            if due and not (self._folder.path / "events.jsonl").exists():
                self._file, found = self._rescue.bring_back(self._file)
                self._set_aside()
                told.append(Noticed(problem=found, seconds=event.seconds))
                write_line(self._file.fileno(), to_json(told[0]))
            if due or isinstance(event, RunStarted):
                self._rescue.remember()
            write_line(self._file.fileno(), to_json(event))
            if due:
                os.fsync(self._file.fileno())
                self._synced = time.monotonic()
        except OSError as error:
            event = RunFailed(problem=in_words(error, self._folder.path), seconds=event.seconds)
            with contextlib.suppress(OSError):  # where nothing can be written any more it is shown at least
                self._reserve.unlink(missing_ok=True)
                write_line(self._file.fileno(), to_json(event))
        if isinstance(event, LastWord):
            self.last = event
            self.close()
        return [*told, event]

    def close(self) -> None:
        """Gives back what it held; nothing happens the second time."""
        if self._file.closed:
            return
        self._file.close()
        for each in (self._reserve, self._folder.path / "live.json"):
            with contextlib.suppress(OSError):
                each.unlink(missing_ok=True)

    def _set_aside(self) -> None:
        with contextlib.suppress(OSError):  # where there is no room even for that, the first write says so
            self._reserve.write_bytes(b"\0" * _RESERVE)
            write_atomically(self._folder.path / "live.json", mark_of(os.getpid()))


def _record_of(folder: RunFolder) -> BinaryIO:
    try:
        file = (folder.path / "events.jsonl").open("a+b", buffering=0)
        end_line(file.fileno())
        return file
    except OSError as error:
        raise UserError(in_words(error, folder.path)) from error
