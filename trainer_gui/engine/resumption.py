"""Whether a run that ended before its time can go on, and in words why not."""

from __future__ import annotations

import contextlib
from pathlib import Path

from trainer_gui.engine.problems import Problem, UserError, problem
from trainer_gui.engine.progress import Progress, State, comes_again
from trainer_gui.engine.run_folder import RunFolder, progress_of


def data_is_gone(folder: RunFolder) -> bool:
    """Whether there is nothing any more where a run's data lay, as when a drive is not connected."""
    with contextlib.suppress(UserError, OSError, ValueError):
        place = Path(folder.recipe.data.location)
        return place.is_absolute() and not place.exists()  # a sample has a name only
    return False


def why_not_resumed(folder: RunFolder, progress: Progress | None = None) -> Problem | None:
    """Why a run cannot go on, or would end again at once if it did; None where it can.

    `progress` spares reading its record again.
    """
    if folder.is_live:
        return problem(
            "run.is_live",
            "“{name}” is being trained already, by another window or terminal.",
            "Wait until it is done, or stop it there.",
            name=folder.name,
        )
    progress = progress_of(folder) if progress is None and folder.has_state else progress
    if progress is None or not folder.has_state or progress.state is State.FINISHED:
        return problem(
            "run.cannot_resume",
            "“{name}” cannot be resumed: it is finished, or was stopped before its first epoch.",
            "Repeat it instead.",
            name=folder.name,
        )
    last = progress.problem
    if last is not None and comes_again(last):
        return problem(
            "run.ends_again",
            "“{name}” would end again where it did. {what}",
            "{remedy}",
            name=folder.name,
            what=last.message,
            remedy=last.advice,
        )
    if data_is_gone(folder):
        return problem(
            "run.data_gone",
            "“{name}” cannot go on: its data is no longer at {place}.",
            "Bring the data back there, or connect the drive that it is on, and resume the run then.",
            field="data",
            name=folder.name,
            place=folder.recipe.data.location,
        )
    return None
