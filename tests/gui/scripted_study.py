"""Studies that never took place: a recipe, and the events of its trials, to feed to real widgets."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from trainer_gui.engine.data.dataset import DataReference, Task
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.problems import Problem
from trainer_gui.engine.recipe import Recipe
from trainer_gui.engine.settings import accept
from trainer_gui.engine.study.axis import Value
from trainer_gui.engine.study.events import (
    StudyEnded,
    StudyEvent,
    StudyStarted,
    TrialEnded,
    TrialOutcome,
    TrialReported,
    TrialStarted,
)
from trainer_gui.engine.study.progress import StudyProgress
from trainer_gui.engine.study.recipe import StudyRecipe

LEARNING_RATE, DROPOUT, SIZE = "learning_rate=0.0001..0.1", "dropout=0..0.5", "size=tiny,small"


def study_of(
    *vary: str, how: str = "random", trials: int = 12, repeats: int = 1, epochs: int = 20
) -> StudyRecipe:
    """The recipe of a study of a neural network."""
    family = "neural_network"
    settings = accept(FAMILIES[family].settings, {"epochs": epochs}).model_dump(mode="json")
    base = Recipe(
        data=DataReference(source="sample", location="sample:iris"),
        fingerprint="0",
        target="species",
        task=Task.CLASSIFICATION,
        family=family,
        size="tiny",
        settings=settings,
    )
    return StudyRecipe(
        name="iris · random",
        how=how,
        vary=vary,
        trials=trials,
        minutes=60.0,
        repeats=repeats,
        at_once=2,
        seconds_each=1.0,
        base=base,
        starts={family: {"tiny": settings, "small": settings}},
    )


def begun(recipe: StudyRecipe) -> StudyStarted:
    """The first word of a study."""
    return StudyStarted(
        study=recipe.name, how=recipe.how, vary=recipe.vary, trials=recipe.trials, repeats=recipe.repeats
    )


def trial(
    number: int,
    values: dict[str, Value],
    *,
    lowest: float,
    epochs: int = 20,
    repeats: int = 1,
    outcome: TrialOutcome | None = "finished",
    seconds: float | None = None,
) -> list[StudyEvent]:
    """The events of one trial whose loss falls to `lowest`; repeats differ by a hundredth of it."""
    runs = tuple(
        f"trials/{number + 1:04d}" + (f"-{each + 1}" if repeats > 1 else "") for each in range(repeats)
    )
    events: list[StudyEvent] = [TrialStarted(number=number, values=values, runs=runs)]
    scores = [lowest * (1 + 0.01 * repeat) for repeat in range(repeats)]
    for repeat, score in enumerate(scores):
        events += [
            TrialReported(
                number=number,
                repeat=repeat,
                epoch=epoch,
                loss=score + math.exp(-epoch / 4) - math.exp(-epochs / 4),
            )
            for epoch in range(1, epochs + 1)
        ]
    if outcome is None:
        return events
    failed = outcome == "failed"
    reason = Problem(key="x", message="The loss was no number.", advice="Try a smaller learning rate.")
    ended = TrialEnded(
        number=number,
        outcome=outcome,
        score=None if failed else sum(scores) / repeats,
        scores=() if failed else tuple(scores),
        reason=reason if failed else None,
        seconds=float(number + 1) if seconds is None else seconds,
    )
    return [*events, ended]


def drawn_values(recipe: StudyRecipe, count: int, seed: int = 0) -> list[dict[str, Value]]:
    """So many points of the study's space, evenly by chance."""
    draw = np.random.default_rng(seed)
    axes = recipe.space.axes
    found: list[dict[str, Value]] = []
    for _ in range(count):
        point: dict[str, Value] = {}
        for axis in axes:
            point[axis.name] = (
                axis.at(draw.random()) if axis.is_range else axis.values[draw.integers(len(axis.values))]
            )
        found.append(point)
    return found


def loss_of(values: dict[str, Value]) -> float:
    """Lowest at a learning rate of 0.01; the dropout hardly matters."""
    rate = math.log10(float(values.get("learning_rate", 0.001)))
    return 0.1 + 0.2 * (rate + 2) ** 2 + 0.001 * float(values.get("dropout", 0.0))


def whole(recipe: StudyRecipe, outcomes: Sequence[TrialOutcome] = (), **changed: int) -> list[StudyEvent]:
    """A whole study: its first word, its trials (the first ones with these outcomes), its last word."""
    events: list[StudyEvent] = [begun(recipe)]
    for number, values in enumerate(drawn_values(recipe, recipe.trials)):
        outcome = outcomes[number] if number < len(outcomes) else "finished"
        events += trial(
            number, values, lowest=loss_of(values), outcome=outcome, repeats=recipe.repeats, **changed
        )
    return [*events, StudyEnded(outcome="finished", seconds=float(recipe.trials + 1))]


def progress_of(events: Sequence[StudyEvent]) -> StudyProgress:
    """A progress that has taken in these events."""
    made = StudyProgress()
    for each in events:
        made.add(each)
    return made
