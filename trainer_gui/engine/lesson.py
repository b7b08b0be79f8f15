"""One training as a family sees it: what to learn, how, where to keep it, and what it will cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.prepare import DataShape, Inputs, TargetColumn
from trainer_gui.engine.events import MetricInfo
from trainer_gui.engine.execution import Execution
from trainer_gui.engine.hyperparameters import TrainingSettings

Score = Callable[[Inputs], NDArray[np.float32]]  # raw outputs, [rows, outputs]


@dataclass(frozen=True)
class Examples:
    """Rows ready to learn from: arrays as `Preparation` gives them, and the targets in the same order."""

    inputs: Inputs
    targets: NDArray[Any]

    def __len__(self) -> int:
        return len(self.targets)


@dataclass(frozen=True)
class Lesson:
    """One training as a family sees it: what to learn, how, on which device, and where to keep the state."""

    train: Examples
    validation: Examples
    shape: DataShape
    size: str
    settings: TrainingSettings
    target: TargetColumn  # of a number, to report errors in its own unit
    device: str  # "cpu", "cuda", "cuda:1", "mps"
    weights: Path  # file for the best weights
    state: Path  # file for the last state, from which the run can go on
    resume: bool  # whether to go on from `state`
    execution: Execution | None = None  # how it is carried out; None finds it out
    number_names: tuple[str, ...] = ()  # the columns of the number inputs, as far as they are known


@dataclass(frozen=True)
class Forecast:
    """What a training will cost, known before it starts."""

    parameters: int
    seconds: float  # all epochs, on the device asked for
    memory_bytes: int  # weights, gradients, optimiser state, activations and data
    disk_bytes: int = 0  # the run folder in the end
    disk_bytes_meanwhile: int = 0  # at most, while states are exchanged


@dataclass(frozen=True)
class Reports:
    """What a family reports per epoch."""

    loss: MetricInfo
    metrics: tuple[MetricInfo, ...]  # the main one first
    baseline: str  # the simplest guess, in words
