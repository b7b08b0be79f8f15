"""How far a study goes, each setting declared here and nowhere else."""

from __future__ import annotations

import os

from trainer_gui.engine.data.folds import MOST_FOLDS
from trainer_gui.engine.settings import Settings, setting


class Limits(Settings):
    """What a study may cost; the first limit that is reached ends it."""

    trials: int = setting(
        20,
        label="Trials",
        help="How many settings are tried at most. More find better ones, and flatter more: the best of many "
        "is partly luck.",
        minimum=1,
        maximum=10_000,
        scale="log",
    )
    minutes: float = setting(
        10_080.0,
        label="Minutes",
        help="After how many minutes of work the study stops by itself, those before it was continued "
        "included. What is under way then is kept, and goes on when it is continued with more.",
        minimum=0.01,
        maximum=525_600.0,
        scale="log",
        unit="minutes",
        advanced=True,
    )
    repeats: int = setting(
        1,
        label="Repeats",
        help="With how many seeds each setting is trained; the score is the mean. More tell luck from merit, "
        "and cost as many times the time.",
        minimum=1,
        maximum=100,
    )
    folds: int = setting(
        1,
        label="Folds",
        help="Cross-validation: makes so many equal parts of all rows that are not locked, and trains once "
        "for each, checking on it. Choose 5 or 10 when there are few rows; it costs as many times the time.",
        minimum=1,
        maximum=MOST_FOLDS,
    )
    at_once: int = setting(
        0,
        label="At once",
        help="How many processes train at the same time, each on one thread. 0 takes as many as the "
        "processor has cores and the memory has room.",
        minimum=0,
        maximum=1024,
        unit="processes",
        advanced=True,
    )
    together: int = setting(
        0,
        label="Together",
        help="How many runs one process trains. Those whose networks have the same shape are computed as "
        "one, which takes a fraction of the time. 0 takes up to 16 where the memory has room, 1 keeps "
        "them apart.",
        minimum=0,
        maximum=256,
        unit="runs",
        advanced=True,
    )


def cores() -> int:
    """How many cores of this machine the program may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
