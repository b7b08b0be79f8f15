"""What the members of a model are worth one by one, beside what they are worth together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.prepare import TargetColumn
from trainer_gui.engine.model import Answers, in_order
from trainer_gui.engine.score_values import values_of_classes, values_of_numbers
from trainer_gui.engine.scores import Figure, limits_of
from trainer_gui.engine.statistics.repeats import Repeated, repeated

Apart = Literal["seeds", "folds", "models"]  # what sets members apart: nothing else, or more


@dataclass(frozen=True)
class Said:
    """What one member says of all rows, which of them it is asked about, and how many others it learned."""

    answers: Answers
    asked: NDArray[np.bool_]  # [rows]
    learned: int = 0


def are_folds(members: Sequence[Said]) -> bool:
    """Whether members are asked about different rows, each about those that it has not learned."""
    return any((each.asked != members[0].asked).any() for each in members[1:])


def with_members(
    figures: tuple[Figure, ...],
    members: Sequence[Said],
    truth: NDArray[Any],
    good: NDArray[np.bool_],
    target: TargetColumn,
) -> tuple[Figure, ...]:
    """The figures, each with what those of the members say together where there are several.

    `truth` holds class numbers or numbers, and `good` which rows count, both [rows]. Of folds each counts
    once, with the mean over the members that are asked about the same rows; the variance of their mean is
    corrected for the rows that they have all learned from, as `repeated` says.
    """
    if len(members) < 2:
        return figures
    folds: dict[bytes, list[dict[str, float]]] = {}
    for each in members:
        folds.setdefault(each.asked.tobytes(), []).append(_values(each, truth, good, target))
    apart, overlap = [group for group in folds.values() if len(folds) > 1], 0.0
    if apart:
        overlap = float(np.mean([each.asked.sum() / max(1, each.learned) for each in members]))
    groups = apart or [[each] for group in folds.values() for each in group]
    found = []
    for figure in figures:
        known = [[one[figure.name] for one in group if figure.name in one] for group in groups]
        means = [float(np.mean(each)) for each in known if each]
        spread = _possible(figure.name, repeated(np.array(means), overlap)) if means else None
        found.append(figure.model_copy(update={"members": spread}))
    return tuple(found)


def _possible(name: str, spread: Repeated) -> Repeated:
    """The same with its interval kept to values that the number can have."""
    if spread.low is None or spread.high is None:
        return spread
    least, most = limits_of(name)
    return replace(spread, low=max(least, spread.low), high=min(most, spread.high))


def _values(
    said: Said, truth: NDArray[Any], good: NDArray[np.bool_], target: TargetColumn
) -> dict[str, float]:
    """The figures of one member, on those of the rows about which it is asked."""
    rows = good & said.asked
    if not rows.any():
        return {}
    if target.task is Task.CLASSIFICATION:
        return values_of_classes(truth[rows], in_order(said.answers, target.classes)[rows])
    return values_of_numbers(truth[rows], said.answers.values[rows])
