"""What runs of one study know of each other's looks at the test rows, which are the same for all of them."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from trainer_gui.engine.disk import write_atomically

_RECORD = "test_openings.json"


def study_of(run: Path) -> Path | None:
    """The folder of the study that a run's folder belongs to; None where it belongs to none."""
    for folder in (run.parent, run.parent.parent):
        if (folder / "study.toml").is_file():
            return folder
    return None


def openings_by_others(run: Path) -> list[str]:
    """When other runs of the study opened the test rows, as ISO times; empty where there is no study."""
    study = study_of(run)
    if study is None:
        return []
    own = run.relative_to(study).as_posix()
    return [when for when, name in _record(study) if name != own]


def tell_the_study(run: Path, when: str) -> None:
    """Writes into the study that a run opens the test rows now; raises OSError where it cannot."""
    study = study_of(run)
    if study is not None:
        openings = [*_record(study), (when, run.relative_to(study).as_posix())]
        write_atomically(study / _RECORD, json.dumps(openings, indent=1))


def _record(study: Path) -> list[tuple[str, str]]:
    with contextlib.suppress(OSError, ValueError, TypeError):
        return [(str(when), str(name)) for when, name in json.loads((study / _RECORD).read_text("utf-8"))]
    return []
