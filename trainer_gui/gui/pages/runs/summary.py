"""What the list says of a run, read away from the GUI thread and only where something changed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from trainer_gui.engine.problems import Problem, UserError
from trainer_gui.engine.progress import Interruption, Progress, State
from trainer_gui.gui.runner import Report

if TYPE_CHECKING:
    from trainer_gui.engine.recipe import Recipe
    from trainer_gui.engine.run_folder import RunFolder

_REST = 9  # times as long as a live run took to read, so that long ones take a tenth of a processor at most

Stamp = tuple[tuple[str, int, int], ...]


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
    can_resume: bool
    problem: Problem | None = None
    again_at: float = 0.0  # on the clock that never goes back: a live run is not read anew before

    @property
    def path(self) -> Path:
        """Where it lies; no two runs share it."""
        return self.folder.path

    @property
    def data(self) -> str:
        """The name of the data."""
        if self.recipe is None:
            return ""
        location = self.recipe.data.location.removeprefix("sample:")
        return Path(location).name or location


Known = dict[Path, RunSummary]


def read_summaries(known: Known, report: Report) -> list[RunSummary]:
    """Every run, the newest first. Those that have not changed are taken from `known`."""
    from trainer_gui.engine.store import remains, runs

    found = []
    for folder in sorted([*runs(), *remains()], key=_by_name, reverse=True):
        report("", None)
        stamp = _stamp(folder.path)
        old = known.get(folder.path)
        # A run whose process was killed changes nothing on disk, so what is live is always asked again.
        same = old is not None and old.is_live == folder.is_live
        if old is not None and same and (old.stamp == stamp or time.monotonic() < old.again_at):
            found.append(old)
        elif stamp:
            found.append(summary_of(folder, stamp))
    return found


def _by_name(folder: RunFolder) -> str:
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
    from trainer_gui.engine.run_folder import replay

    problem, recipe, model = None, None, ""
    progress = Progress()
    is_live = folder.is_live
    begin = time.monotonic()
    try:
        recipe = folder.recipe
        family = FAMILIES[recipe.family]
        model = f"{family.label} · {dict(family.sizes).get(recipe.size, recipe.size)}"
        for event in replay(folder, batches=False):
            progress.add(event)
    except UserError as error:
        problem = error.problem
    if not progress.state.is_over and not is_live and problem is None:
        progress.state, progress.interruption = State.STOPPED, Interruption.CUT_OFF
    can_resume = problem is None and not is_live and folder.can_resume
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
        was_interrupted=was_cut_off or (can_resume and bool(progress.interruption)),
        can_resume=can_resume,
        problem=problem,
        again_at=time.monotonic() + _REST * (time.monotonic() - begin) if is_live else 0.0,
    )
