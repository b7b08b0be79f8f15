"""Follows a study on the terminal, whoever asked for it."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Generator
from typing import Any, cast

from trainer_gui.cli.figures import counted, duration
from trainer_gui.cli.following import DONE, FAILED, STOPPED
from trainer_gui.cli.lines import print_event
from trainer_gui.cli.repeats import RepeatsMonitor
from trainer_gui.cli.stopping import stop_on_signal
from trainer_gui.cli.terminal import Terminal
from trainer_gui.cli.trials import TrialMonitor, say_study
from trainer_gui.engine.control import Control
from trainer_gui.engine.study.conduct import conduct
from trainer_gui.engine.study.events import StudyEvent
from trainer_gui.engine.study.folder import StudyFolder, study_progress_of
from trainer_gui.engine.study.plan import StudyPlan
from trainer_gui.engine.study.progress import StudyProgress, StudyState
from trainer_gui.engine.study.recipe import StudyRecipe
from trainer_gui.engine.study.strategies import STRATEGIES

_EXIT_CODES = {StudyState.FAILED: FAILED, StudyState.STOPPED: STOPPED}


def say_plan(terminal: Terminal, plan: StudyPlan) -> None:
    """What a study will try, and what that will cost."""
    study = plan.recipe
    if study.is_learning_curve:
        terminal.say("Learning curve: the same training with fewer and with all of the training rows")
    for axis in study.space.axes:
        terminal.say(f"Varying {axis.label}: {axis.text.partition('=')[2].replace('..', ' to ')}")
    most = "at most" if plan.at_most else "about"
    up_to = "" if STRATEGIES[study.how].count(study.space) is not None else "up to "
    what = f"{STRATEGIES[study.how].label}: {up_to}" if study.vary else ""
    terminal.say(
        f"{what}{counted(plan.runs, 'run')}{_for_each(study)}, {study.at_once} at once; "
        f"it will take {most} {duration(plan.seconds)}"
    )
    if study.folds > 1:
        teachers = "rows before it" if study.base.split.by_time else "others"
        terminal.say(
            f"Cross-validation: the rows that are not locked make {study.folds} folds, and each is checked "
            f"by what was learned from the {teachers}."
        )
    if study.repeats > 1:
        _say_chance(terminal, study)
    terminal.say("Judged by the loss on the validation rows; the test rows stay locked.")


def follow_study(terminal: Terminal, folder: StudyFolder, options: argparse.Namespace) -> int:
    """Reads the study's events to the end and shows them."""
    control = Control()
    progress = study_progress_of(folder)
    events: Any = conduct(folder, control, keep_awake=options.keep_awake)
    monitor = _monitor_of(terminal, folder.recipe, progress)
    lost: OSError | None = None
    with (
        contextlib.closing(cast("Generator[StudyEvent, None, None]", events)),
        stop_on_signal(control),
    ):
        for event in events:
            progress.add(event)
            if lost is not None:
                continue
            try:
                if options.json:
                    print_event(event)
                monitor.add(event)
            except OSError as error:  # nobody reads the output any more
                lost = error
                control.stop()
    if lost is not None:
        raise lost
    say_study(terminal, folder, progress)
    if progress.problem is not None:
        errors = Terminal(sys.stderr)
        errors.say()
        errors.say_problem(progress.problem)
    return _EXIT_CODES.get(progress.state, DONE)


def _monitor_of(
    terminal: Terminal, study: StudyRecipe, progress: StudyProgress
) -> TrialMonitor | RepeatsMonitor:
    if study.vary or study.runs_each == 1:
        return TrialMonitor(terminal, progress)
    return RepeatsMonitor(terminal, progress, study.epochs)


def _say_chance(terminal: Terminal, study: StudyRecipe) -> None:
    """What differs between seeds, and what does not."""
    terminal.say(
        "The seeds differ in the first weights, in the order of the rows and in what is hidden by chance; "
        "which rows are learned from, checked on and locked is the same for all."
    )
    if not study.base.settings["strict"]:
        terminal.say(
            "A seed gives the same digits again with as many threads, on a processor; otherwise the last "
            "ones can differ, and --strict keeps them."
        )


def _for_each(study: StudyRecipe) -> str:
    """How many runs one setting has: “, 5 folds and 3 seeds for each setting”."""
    counts = [(study.folds, "fold"), (study.repeats, "seed")]
    parts = [counted(count, word) for count, word in counts if count > 1]
    if not parts:
        return ""
    words = " with " if study.folds > 1 and study.repeats > 1 else ""
    return f", {words.join(parts)}" + (" for each setting" if study.vary else "")
