"""A trained model ready to answer: weights, preparation and family together."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.prepare import DataShape, Inputs, Preparation
from trainer_gui.engine.family import Family
from trainer_gui.engine.hyperparameters import TrainingSettings
from trainer_gui.engine.lesson import Score
from trainer_gui.engine.row_settings import StepSettings


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
class TrainedModel:
    """The best epoch of a run, with all that is needed to use it elsewhere."""

    name: str
    family: Family
    size: str
    settings: TrainingSettings
    shape: DataShape
    preparation: Preparation
    weights: Path
    score: Score
    steps: StepSettings = field(default_factory=StepSettings)  # which rows it was trained without

    def answer(self, inputs: Inputs) -> Answers:
        """The model's answers for prepared rows."""
        return answers(self.preparation, self.score(inputs))


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
