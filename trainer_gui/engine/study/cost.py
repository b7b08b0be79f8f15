"""How long the runs of a study take, by the way in which they are shared out among processes."""

from __future__ import annotations

import math

import psutil

from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.lesson import OWN_SETTINGS
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.study.crew import in_turn
from trainer_gui.engine.study.recipe import StudyRecipe
from trainer_gui.engine.study.starting_time import seconds_to_start

_MOST_TOGETHER = 16  # more gain little, and it is long until the first of them is done
_FIRST, _FURTHER = 0.8, 0.2  # of a run by itself, that a stack and each of its members cost


def seconds_of(study: StudyRecipe, runs: int) -> float:
    """The expected time of so many runs, the start of their processes included."""
    if not runs:
        return 0.0
    processes, members = _shared_out(study, runs)
    each = study.seconds_each * (_FIRST + _FURTHER * members if _can_stack(study) else members)
    rounds = math.ceil(processes / study.at_once)
    return rounds * (seconds_to_start() + each)


def together(wanted: int, at_once: int, memory: int) -> int:
    """How many runs a process has in hand at most; the members of a stack need their memory all at once."""
    room = psutil.virtual_memory().available // max(1, memory * at_once)
    return wanted or max(1, min(_MOST_TOGETHER, int(room)))


def too_large(study: StudyRecipe, runs: int) -> UserError:
    """The refusal of a grid that would never end."""
    return refuse(
        "study.grid_too_large",
        "The grid has {trials} points; its {runs} runs would take about {days} days.",
        "Name fewer values (…:3 takes three of a range), vary less, or choose bayes, which needs dozens.",
        field="vary",
        trials=f"{study.trials:,}",
        runs=f"{runs:,}",
        days=f"{seconds_of(study, runs) / 86_400:,.1f}",
    )


def _shared_out(study: StudyRecipe, runs: int) -> tuple[int, int]:
    """How many processes there will be, and how many runs each has."""
    if not _can_stack(study):
        members = min(study.together, in_turn(study), math.ceil(runs / study.at_once))
        return math.ceil(runs / members), members
    shapes = study.folds * math.prod(
        min(each.count or runs, runs) for each in study.space.axes if each.name not in OWN_SETTINGS
    )
    alike = max(1, runs // shapes)
    members = min(study.together, math.ceil(alike / study.at_once) if alike > 1 else 1)
    return math.ceil(runs / members), members


def _can_stack(study: StudyRecipe) -> bool:
    return study.together > 1 and all(FAMILIES[name].stacks for name in study.starts)
