"""Small tables and choices with which a training goes wrong in a known way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from trainer_gui.engine.control import Control
from trainer_gui.engine.fix import Change
from trainer_gui.engine.progress import Progress
from trainer_gui.engine.recipe import Choices, Recipe, changed, resolve
from trainer_gui.engine.run import train
from trainer_gui.engine.sources import open_data


@dataclass(frozen=True)
class Failing:
    """A run that is made to end in a certain verdict."""

    name: str
    kind: str  # the verdict that it must end in
    table: Callable[[], pd.DataFrame]  # with the target "y"
    family: str
    size: str
    settings: dict[str, Any]
    split: dict[str, Any]

    def train(self, folder: Path, change: Change | None = None) -> tuple[Recipe, Progress]:
        """Trains it in a folder of its own, with a change where one is given; the recipe and how it went."""
        path = folder / f"{self.name}.csv"
        self.table().to_csv(path, index=False)
        dataset = open_data(str(path))
        choices = Choices(
            target="y",
            family=self.family,
            size=self.size,
            settings=tuple(self.settings.items()),
            split=tuple(self.split.items()),
        )
        if change is not None:
            choices = changed(choices, change)
        recipe = resolve(dataset, choices)
        progress = Progress()
        _, events = train(recipe, Control(), dataset=dataset)
        for event in events:
            progress.add(event)
        return recipe, progress


def _named(inputs: np.ndarray, answers: np.ndarray) -> pd.DataFrame:
    frame = pd.DataFrame(inputs.round(4), columns=[f"x{place}" for place in range(inputs.shape[1])])
    return frame.assign(y=answers)


def blurred(rows: int, columns: int, wrong: float, seed: int = 0) -> Callable[[], pd.DataFrame]:
    """Two classes told by a few of the columns, with a share of the labels wrong."""

    def make() -> pd.DataFrame:
        draw = np.random.default_rng(seed)
        inputs = draw.normal(size=(rows, columns))
        right = inputs[:, :3].sum(1) + 0.3 * draw.normal(size=rows) > 0
        return _named(inputs, np.where(right ^ (draw.random(rows) < wrong), "yes", "no"))

    return make


def either_or(rows: int) -> Callable[[], pd.DataFrame]:
    """Two classes that no single column tells: the signs of the first two must be looked at together."""

    def make() -> pd.DataFrame:
        draw = np.random.default_rng(0)
        inputs = draw.normal(size=(rows, 4))
        return _named(inputs, np.where(inputs[:, 0] * inputs[:, 1] > 0, "same", "other"))

    return make


def sloped(rows: int, noise: float) -> Callable[[], pd.DataFrame]:
    """A number that is a sum of the columns and some noise."""

    def make() -> pd.DataFrame:
        draw = np.random.default_rng(0)
        inputs = draw.normal(size=(rows, 6))
        return _named(inputs, (inputs @ np.arange(1.0, 7.0) + noise * draw.normal(size=rows)).round(4))

    return make


_NO_BRAKES = {"dropout": 0.0, "weight_decay": 0.0}
_ONE_WAY = {"threads": 1, "precision": "float32"}  # so that nothing is tried out first


def _failing(
    name: str,
    kind: str,
    table: Callable[[], pd.DataFrame],
    family: str = "neural_network",
    size: str = "small",
    split: dict[str, Any] | None = None,
    **settings: Any,
) -> Failing:
    return Failing(name, kind, table, family, size, {**_ONE_WAY, **settings}, split or {})


FAILING = (
    _failing(
        "by_heart",
        "over_fitting",
        blurred(300, 20, 0.1),
        epochs=30,
        early_stopping=False,
        **_NO_BRAKES,
    ),
    _failing(
        "by_heart_wide",
        "over_fitting",
        blurred(160, 40, 0.05),
        size="medium",
        epochs=30,
        early_stopping=False,
        **_NO_BRAKES,
    ),
    _failing("either_or", "no_better_than_baseline", either_or(400), "linear", "tiny", epochs=100),
    _failing(
        "sgd_5",
        "rate_too_high",
        blurred(400, 10, 0.05),
        epochs=30,
        optimiser="sgd",
        learning_rate=5.0,
        schedule="constant",
    ),
    _failing(
        "ran_away",
        "rate_too_high",
        sloped(400, 1.0),
        "linear",
        "tiny",
        epochs=60,
        optimiser="sgd",
        learning_rate=5.0,
        gradient_clipping=0.0,
    ),
    _failing("adam_1", "rate_too_high", sloped(400, 1.0), learning_rate=1.0, schedule="constant"),
    _failing("rate_1e-6", "rate_too_low", blurred(400, 10, 0.05), epochs=30, learning_rate=1e-6),
    _failing("rate_1e-5", "rate_too_low", sloped(400, 1.0), epochs=30, learning_rate=1e-5),
    _failing("few_epochs", "still_falling", sloped(400, 1.0), epochs=8, learning_rate=0.0005),
    _failing(
        "few_epochs_constant",
        "still_falling",
        blurred(400, 10, 0.02),
        epochs=20,
        learning_rate=0.0002,
        schedule="constant",
    ),
    _failing(
        "few_rows",
        "too_little_data",
        blurred(60, 40, 0.15),
        size="medium",
        epochs=40,
        early_stopping=False,
        dropout=0.6,
        weight_decay=1.0,
    ),
    _failing(
        "few_checks",
        "noisy_validation",
        blurred(300, 12, 0.1),
        split={"validation_share": 0.04},
        epochs=40,
        learning_rate=0.02,
        schedule="constant",
        early_stopping=False,
    ),
    _failing(
        "settled",
        "plateau",
        sloped(200, 3.0),
        "linear",
        "tiny",
        epochs=160,
        early_stopping=False,
        schedule="constant",
    ),
    _failing("easy", "done", sloped(400, 0.1), epochs=40),
)
