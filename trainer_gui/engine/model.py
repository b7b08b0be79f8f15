"""A trained model ready to answer: one member, or several whose answers are averaged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.prepare import DataShape, Inputs, Preparation, TargetColumn
from trainer_gui.engine.data.split import Rows
from trainer_gui.engine.family import Family
from trainer_gui.engine.hyperparameters import TrainingSettings
from trainer_gui.engine.lesson import Score
from trainer_gui.engine.row_settings import StepSettings

if TYPE_CHECKING:
    import pandas as pd

_ROWS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Answers:
    """What a model says of some rows.

    `values` are class names (texts, [rows]) or numbers in the target's unit (float64, [rows]);
    `probabilities` is float64 [rows, classes] in the order of `classes`, or None for numbers.
    """

    values: NDArray[Any]
    classes: tuple[str, ...] = ()
    probabilities: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class Member:
    """The best epoch of a run, with the preparation that was fitted for it."""

    family: Family
    size: str
    settings: TrainingSettings
    shape: DataShape
    preparation: Preparation
    weights: Path  # the file that holds its weights
    within: str  # what their names begin with in that file, before their own
    score: Score

    def answer(self, inputs: Inputs) -> Answers:
        """Its answers for prepared rows."""
        return answers(self.preparation, self.score(inputs))


@dataclass(frozen=True)
class TrainedModel:
    """A model with all that is needed to use it elsewhere; several members answer together.

    `preparation` says which columns it takes and what it answers; the arrays of each member are made by that
    member's own.
    """

    name: str
    members: tuple[Member, ...]
    preparation: Preparation
    steps: StepSettings = field(default_factory=StepSettings)  # which rows it was trained without

    def member_answers(
        self,
        frame: pd.DataFrame,
        rows: Rows | None = None,
        said: Callable[[float], object] = lambda _: None,
    ) -> tuple[Answers, ...]:
        """What each member says of these rows of a table (all where None) that has every input column.

        `said` is told the share that is done.
        """
        wanted = np.arange(len(frame)) if rows is None else rows
        parts: list[list[NDArray[np.float32]]] = [[] for _ in self.members]
        for start in range(0, len(wanted), _ROWS_AT_ONCE):
            said(start / len(wanted))
            some = wanted[start : start + _ROWS_AT_ONCE]
            for member, found in zip(self.members, parts, strict=True):
                found.append(member.score(member.preparation.table_inputs(frame, some)))
        return tuple(
            answers(member.preparation, np.concatenate(found))
            for member, found in zip(self.members, parts, strict=True)
        )

    def together(self, each: Sequence[Answers], counts: NDArray[np.bool_] | None = None) -> Answers:
        """What the members say together; see `averaged`."""
        return averaged(each, self.preparation.target, counts)


def answers(preparation: Preparation, outputs: NDArray[np.float32]) -> Answers:
    """Raw outputs [rows, outputs] in words: softmax over the classes, or the number in its unit."""
    target = preparation.target
    wide = outputs.astype(np.float64)
    if target.task is Task.CLASSIFICATION:
        shifted = np.exp(wide - wide.max(axis=1, keepdims=True, initial=-np.inf))
        probabilities = shifted / shifted.sum(axis=1, keepdims=True)
        chosen = probabilities.argmax(axis=1)
        return Answers(np.array(target.classes)[chosen], target.classes, probabilities)
    return Answers(target.in_unit(wide.reshape(-1)))


def averaged(
    each: Sequence[Answers], target: TargetColumn, counts: NDArray[np.bool_] | None = None
) -> Answers:
    """The mean of the probabilities, or of the numbers in the target's unit, of at least one member.

    `counts` [members, rows] says which members are asked about which rows, all where it is None. A class that
    a member never saw has no probability there. A row that a member could not answer has NaN, and "" where it
    is a class. One member alone says what it says.
    """
    if len(each) == 1 and each[0].classes == target.classes:
        return each[0]
    asked = np.ones((len(each), len(each[0].values)), dtype=bool) if counts is None else counts
    times = asked.sum(axis=0)
    if target.task is Task.REGRESSION:
        numbers = np.array([one.values for one in each])
        return Answers(np.where(asked, numbers, 0.0).sum(axis=0) / times)
    total = np.zeros((len(times), len(target.classes)))
    for one, rows in zip(each, asked, strict=True):
        total += np.where(rows[:, None], in_order(one, target.classes), 0.0)
    probabilities = total / times[:, None]
    known = np.asarray(np.isfinite(probabilities).all(axis=1))
    chosen = np.where(known[:, None], probabilities, 0.0).argmax(axis=1)
    return Answers(np.where(known, np.array(target.classes)[chosen], ""), target.classes, probabilities)


def in_order(said: Answers, classes: tuple[str, ...]) -> NDArray[np.float64]:
    """The probabilities of these classes, among which all of its own are; float64 [rows, classes]."""
    assert said.probabilities is not None
    if said.classes == classes:
        return said.probabilities
    found = np.zeros((len(said.values), len(classes)))
    found[:, [classes.index(name) for name in said.classes]] = said.probabilities
    return found
