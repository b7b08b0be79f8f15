"""What the list says of a run, read away from the GUI thread and only where something changed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from trainer_gui.engine.problems import Problem, UserError
from trainer_gui.engine.progress import Interruption, Progress, State
from trainer_gui.gui.pages.runs.study_summary import REST, Stamp, StudySummary, study_summary_of
from trainer_gui.gui.runner import Report

if TYPE_CHECKING:
    from trainer_gui.engine.recipe import Recipe
    from trainer_gui.engine.run_folder import RunFolder
    from trainer_gui.engine.study.folder import StudyFolder


@dataclass(frozen=True)
class RunSummary:
    """One run of the list. A damaged one has a `problem` and no recipe."""

    folder: RunFolder
    stamp: Stamp
    name: str
    created: datetime
    recipe: Recipe | None
    model: str  # family and size, in words
    progress: Progress
    is_live: bool
    was_interrupted: bool
    why_not: Problem | None  # why it cannot be resumed
    is_data_gone: bool
    problem: Problem | None = None
    again_at: float = 0.0  # on the clock that never goes back: a live run is not read anew before

    @property
    def path(self) -> Path:
        """Where it lies; no two runs share it."""
        return self.folder.path

    @property
    def is_finished(self) -> bool:
        """Whether it went to its end."""
        return self.progress.state is State.FINISHED

    @property
    def can_resume(self) -> bool:
        """Whether it ended before its time and can go on."""
        return self.why_not is None

    @property
    def is_of_several(self) -> bool:
        """Whether it was put together from other runs."""
        return self.recipe is not None and self.recipe.members is not None

    @property
    def can_repeat(self) -> bool:
        """Whether its recipe can be trained once more."""
        return self.problem is None and self.recipe is not None and not self.is_of_several

    @property
    def data(self) -> str:
        """The name of the data."""
        if self.recipe is None:
            return ""
        location = self.recipe.data.location.removeprefix("sample:")
        return Path(location).name or location


Row = RunSummary | StudySummary
Known = dict[Path, Row]


def read_summaries(known: Known, report: Report) -> list[Row]:
    """Every run and study, the newest first. Those that have not changed are taken from `known`."""
    from trainer_gui.engine.run_folder import RunFolder
    from trainer_gui.engine.store import remains, runs
    from trainer_gui.engine.study.folder import studies

    found: list[Row] = []
    folders: list[RunFolder | StudyFolder] = [*runs(), *remains(), *studies()]
    for folder in sorted(folders, key=_by_name, reverse=True):
        report("", None)
        stamp = _stamp(folder.path)
        old = known.get(folder.path)
        if old is not None and _is_same(old, folder, stamp):
            found.append(old)
        elif stamp:
            if isinstance(folder, RunFolder):
                found.append(summary_of(folder, stamp))
            else:
                found.append(study_summary_of(folder, stamp))
    return found


def _is_same(old: Row, folder: RunFolder | StudyFolder, stamp: Stamp) -> bool:
    """Whether what was read before still holds."""
    from trainer_gui.engine.resumption import data_is_gone

    # What is killed changes nothing on disk, so what is live is always asked again.
    if old.is_live != folder.is_live:
        return False
    # Nor does a drive that was taken away, or is connected again.
    if isinstance(old, RunSummary) and not old.is_finished and old.is_data_gone != data_is_gone(old.folder):
        return False
    return old.stamp == stamp or time.monotonic() < old.again_at


def _by_name(folder: RunFolder | StudyFolder) -> str:
    return folder.path.name


def _stamp(path: Path) -> Stamp:
    """Changes with every file at the top of the folder; empty where the folder has gone."""
    try:
        files = [(each, each.stat()) for each in path.iterdir()]
    except OSError:
        return ()
    return tuple(sorted((each.name, stat.st_mtime_ns, stat.st_size) for each, stat in files)) or (("", 0, 0),)


def summary_of(folder: RunFolder, stamp: Stamp = ()) -> RunSummary:
    """Reads one run; what is wrong with it is in the answer."""
    from trainer_gui.engine.families import FAMILIES
    from trainer_gui.engine.resumption import data_is_gone, why_not_resumed
    from trainer_gui.engine.run_folder import replay

    problem, recipe, model = None, None, ""
    progress = Progress()
    is_live = folder.is_live
    begin = time.monotonic()
    try:
        recipe = folder.recipe
        family = FAMILIES[recipe.family]
        model = f"{family.label} · {dict(family.sizes).get(recipe.size, recipe.size)}"
        if recipe.members is not None:
            words = QCoreApplication.translate("RunsPage", "{count} models together")
            model = words.format(count=recipe.members)
        for event in replay(folder, batches=False):
            progress.add(event)
    except UserError as error:
        problem = error.problem
    if not progress.state.is_over and not is_live and problem is None:
        progress.state, progress.interruption = State.STOPPED, Interruption.CUT_OFF
    why_not = problem or why_not_resumed(folder, progress)
    was_cut_off = progress.interruption is Interruption.CUT_OFF
    return RunSummary(
        folder=folder,
        stamp=stamp,
        name=folder.name,
        created=folder.created,
        recipe=recipe,
        model=model,
        progress=progress,
        is_live=is_live,
        was_interrupted=was_cut_off or (why_not is None and bool(progress.interruption)),
        why_not=why_not,
        is_data_gone=data_is_gone(folder),
        problem=problem,
        again_at=time.monotonic() + REST * (time.monotonic() - begin) if is_live else 0.0,
    )
