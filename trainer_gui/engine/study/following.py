"""Reads the record of a study while another process may be carrying it out."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from threading import Event as Wish
from typing import BinaryIO

from trainer_gui.engine.disk import in_words
from trainer_gui.engine.line_record import new_lines
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.study.events import StudyEvent, from_json
from trainer_gui.engine.study.folder import StudyFolder, study_progress_of
from trainer_gui.engine.study.progress import StudyProgress

_LOOK_EVERY = 0.25  # seconds


def follow_study(folder: StudyFolder, enough: Wish) -> Iterator[StudyProgress | StudyEvent]:
    """The study as it stands, and then every event soon after it was written.

    The first thing is a StudyProgress with all that was recorded. It goes on while a process works on the
    study, until `enough` is set; the last thing is then a StudyProgress of where it stands. Raises UserError
    where the record cannot be read.
    """
    live = folder.is_live
    if not live:
        yield study_progress_of(folder)
        return
    progress = StudyProgress()
    try:
        with (folder.path / "events.jsonl").open("rb") as file:
            for event in _news(file):
                progress.add(event)
            yield progress
            while live and not enough.wait(_LOOK_EVERY):
                live = folder.is_live  # asked first, so that what it said last is read as well
                yield from _news(file)
    except OSError as error:
        raise UserError(in_words(error, folder.path)) from error
    if not live:
        yield study_progress_of(folder)


def _news(file: BinaryIO) -> Iterator[StudyEvent]:
    for line in new_lines(file):
        with contextlib.suppress(ValueError):
            yield from_json(line)
