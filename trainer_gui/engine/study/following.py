"""Reads the record of a study while another process may be carrying it out."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event as Wish

from trainer_gui.engine.following import follow_record
from trainer_gui.engine.study.events import StudyEnded, StudyEvent, from_json
from trainer_gui.engine.study.folder import StudyFolder, study_progress_of
from trainer_gui.engine.study.progress import StudyProgress


def follow_study(folder: StudyFolder, enough: Wish) -> Iterator[StudyProgress | StudyEvent]:
    """The study as it stands, and then every event soon after it was written; as `follow_record`."""
    return follow_record(
        folder, enough, from_json, StudyProgress, lambda: study_progress_of(folder), StudyEnded
    )
