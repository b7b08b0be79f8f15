"""One training as a family sees it: what to learn, how, where to keep it, and what it will cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.prepare import DataShape, Inputs, TargetColumn
from trainer_gui.engine.events import MetricInfo
from trainer_gui.engine.execution import Execution
from trainer_gui.engine.hyperparameters import TrainingSettings
from trainer_gui.engine.start_settings import StartSettings, TrainPart

# What members of one stack may have each for itself.
OWN_SETTINGS = frozenset(
    {
        "seed",
        "epochs",
        "learning_rate",
        "weight_decay",
        "schedule",
        "early_stopping",
        "patience",
        "gradient_clipping",
        "class_weights",
        "label_smoothing",
        "dropout",
    }
)

Score = Callable[[Inputs], NDArray[np.float32]]  # raw outputs, [rows, outputs]


@dataclass(frozen=True)
class Examples:
    """Rows ready to learn from: arrays as `Preparation` gives them, and the targets in the same order."""

    inputs: Inputs
    targets: NDArray[Any]

    def __len__(self) -> int:
        return len(self.targets)


@dataclass(frozen=True)
class Block:
    """A part of a network by a name that people read; a block is frozen or trained as a whole.

    `keys` are the beginnings of the names of its weights.
    """

    name: str
    keys: tuple[str, ...]
    is_head: bool = False  # whether it gives the answer

    def holds(self, weight: str) -> bool:
        """Whether the weight of this name belongs to it."""
        return weight.startswith(self.keys)


def free_blocks(blocks: Sequence[Block], settings: StartSettings) -> frozenset[str]:
    """The names of the blocks that the settings let learn, the last layer among them."""
    count = {
        TrainPart.EVERYTHING: len(blocks),
        TrainPart.BLOCKS: settings.train_blocks + 1,
        TrainPart.LAST_LAYER: 1,
    }[settings.train_part]
    return frozenset(each.name for each in blocks[-count:])


@dataclass(frozen=True)
class HeadStart:
    """The weights that a training begins with, and how much of the network learns."""

    weights: Path  # safetensors, under the names of the network; those that are not there are fresh
    blocks: tuple[Block, ...]  # from the inputs to the answer, the head last
    fresh: frozenset[str]  # names of blocks with weights that the model did not have: never frozen
    settings: StartSettings

    @property
    def replaces_head(self) -> bool:
        """Whether the last layer begins anew."""
        return self.blocks[-1].name in self.fresh

    @property
    def free(self) -> frozenset[str]:
        """The names of the blocks that learn in the end."""
        return free_blocks(self.blocks, self.settings) | self.fresh

    def share_of(self, weight: str) -> float:
        """The share of the learning rate at which the weight of this name learns."""
        place = next((at for at, each in enumerate(self.blocks) if each.holds(weight)), len(self.blocks) - 1)
        return float(self.settings.rate_per_block ** (len(self.blocks) - 1 - place))


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
    start: HeadStart | None = None  # None from scratch
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
