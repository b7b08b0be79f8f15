"""What a study that goes on takes up again of what was begun before."""

from __future__ import annotations

import time
from collections.abc import Sequence

from trainer_gui.engine.control import Control
from trainer_gui.engine.problems import Problem, problem, refuse
from trainer_gui.engine.progress import Progress, State
from trainer_gui.engine.run_folder import RunFolder, progress_of
from trainer_gui.engine.run_folder import replay as replay_run
from trainer_gui.engine.study.events import TrialEnded, TrialReported, TrialStarted
from trainer_gui.engine.study.folder import StudyFolder, replay
from trainer_gui.engine.study.progress import StudyProgress, Trial
from trainer_gui.engine.study.recipe import StudyRecipe
from trainer_gui.engine.study.strategy import Search
from trainer_gui.engine.study.trial import TrialUnderWay

_LOOK_EVERY = 0.05  # seconds
_ORPHANS = 20.0  # seconds that runs of a study that was killed have to notice it


def must_be_free(folder: StudyFolder) -> None:
    """Raises UserError where another process works on the study."""
    if folder.is_live:
        raise refuse(
            "study.is_live",
            "The study in {path} is being carried out already, by another window or terminal.",
            "Wait until it is done, or stop it there.",
            path=str(folder.path),
        )


def must_have_minutes(study: StudyRecipe, before: StudyProgress) -> None:
    """Raises UserError where the time of a study is used up."""
    if before.seconds >= study.minutes * 60:
        raise refuse(
            "study.no_minutes_left",
            "The {minutes} minutes of the study are used up.",
            "Continue it with more minutes; those that were used count.",
            field="minutes",
            minutes=f"{study.minutes:g}",
        )


def tell_again(search: Search, folder: StudyFolder) -> None:
    """Tells a search what happened before, in the order in which it happened."""
    for event in replay(folder):
        match event:
            case TrialStarted(again=False):
                search.remember(event.number, event.values)
            case TrialReported(repeat=0):
                search.report(event.number, event.epoch, event.loss)
            case TrialEnded(outcome=outcome) if outcome != "stopped":
                search.tell(event.number, event.score, cut=outcome == "cut")


def wait_for_the_last(folder: StudyFolder, left: Sequence[Trial], control: Control) -> Problem | None:
    """Waits until the processes of these trials are gone; says so where they are not."""
    deadline = time.monotonic() + _ORPHANS
    while any(folder.run(name).is_live for each in left for name in each.runs):
        if time.monotonic() > deadline or control.stop_wanted:
            return problem(
                "study.runs_are_live",
                "Runs of this study are still being trained by processes of their own.",
                "Wait until they are done, or end them, then continue the study.",
            )
        time.sleep(_LOOK_EVERY)
    return None


def said_before(run: RunFolder) -> Progress:
    """What a run has said in earlier sittings; how it ended then is no news."""
    progress = Progress()
    for event in replay_run(run, batches=False):
        progress.add(event)
    progress.state, progress.problem = State.PREPARING, None
    return progress


def revived(folder: StudyFolder, old: Trial) -> TrialUnderWay:
    """A trial that was interrupted; those of its runs wait that are not finished."""
    trial = TrialUnderWay(old.number, old.values, old.runs)
    for repeat, name in enumerate(trial.runs):
        run = folder.run(name)
        progress = progress_of(run) if (run.path / "recipe.toml").exists() else Progress()
        if progress.state is State.FINISHED:
            trial.progresses[repeat] = progress
        else:
            trial.waiting.append(repeat)
    return trial
