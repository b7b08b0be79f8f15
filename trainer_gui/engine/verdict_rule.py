"""What a rule about curves must offer, what it is shown, and what it may say."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from trainer_gui.engine.fix import Change
from trainer_gui.engine.hyperparameters import TrainingSettings
from trainer_gui.engine.progress import Floats, Progress, State

Tone = Literal["good", "caution", "note"]

_SIZES = {"tiny": "Tiny", "small": "Small", "medium": "Medium", "large": "Large"}
_HOLDING_BACK = ("dropout", "weight_decay")
_MUCH_DROPOUT = 0.5
_SGD = 10.0  # times the rate that Adam wants: its steps are not divided by the gradient's usual length


@dataclass(frozen=True)
class Suggestion:
    """The sensible next try: what the button says, and what it changes in the recipe of the run."""

    label: str
    change: Change


@dataclass(frozen=True)
class Verdict:
    """One finding about a curve. `kind` names it for programs and tests."""

    kind: str
    title: str
    text: str
    tone: Tone
    suggestion: Suggestion | None = None


@dataclass(frozen=True)
class Sight:
    """What a rule looks at: a run so far, with at least one epoch, and what was chosen for it.

    What takes time is worked out once.
    """

    progress: Progress
    settings: Mapping[str, Any]
    size: str
    validation_share: float

    @property
    def train(self) -> Floats:
        """Training loss, shape [epochs]."""
        return self.progress.curve.train_loss

    @property
    def validation(self) -> Floats:
        """Validation loss, shape [epochs]."""
        return self.progress.curve.validation_loss

    @property
    def epochs(self) -> int:
        """The number of epochs that are complete."""
        return len(self.progress.curve)

    @property
    def is_finished(self) -> bool:
        """Whether it came to its own end, and was not stopped."""
        return self.progress.state is State.FINISHED

    @property
    def baseline(self) -> float:
        """The validation loss of the simplest guess, or what there was to begin with."""
        assert self.progress.started is not None
        known = self.progress.started.baseline_loss
        return float(self.validation[0]) if known is None else known

    @property
    def guess(self) -> float:
        """The training loss of the simplest guess: of a number, its own spread, which is the loss's unit."""
        assert self.progress.started is not None
        return 1.0 if self.progress.started.task == "regression" else self.baseline

    @property
    def drop(self) -> float:
        """By how much the validation loss is better at its best than the simplest guess."""
        return self.baseline - self.progress.curve.best_loss

    @property
    def rows(self) -> int:
        """How many rows it learns from; 0 where that is unknown."""
        assert self.progress.started is not None
        return self.progress.started.rows.get("training", 0)

    @property
    def validation_rows(self) -> int:
        """How many rows it is checked on; 0 where that is unknown."""
        assert self.progress.started is not None
        return self.progress.started.rows.get("validation", 0)

    @cached_property
    def level(self) -> float:
        """The training loss of late."""
        return float(np.median(self.train[-self.window :]))

    @property
    def window(self) -> int:
        """How many epochs “of late” are."""
        return min(self.epochs, max(5, self.epochs // 10))

    @cached_property
    def train_jitter(self) -> float:
        """How much the training loss jumps from epoch to epoch."""
        return jitter(self.train[-60:])

    @cached_property
    def validation_jitter(self) -> float:
        """How much the validation loss jumps from epoch to epoch."""
        return jitter(self.validation[-60:])

    @property
    def learning_rate(self) -> float:
        """The learning rate that was asked for; 0 where the family has none."""
        return float(self.settings.get("learning_rate", 0.0))

    @property
    def usual_rate(self) -> float:
        """A learning rate with which almost everything learns something."""
        usual = float(TrainingSettings.model_fields["learning_rate"].default)
        return usual * _SGD if self.settings.get("optimiser") == "sgd" else usual


class Rule(ABC):
    """One thing that a curve can tell. The instance in the rule's module is found by the registry.

    It rests on a number, which its words state, and says nothing rather than guess. Of several rules that
    have something to say, the one with the lowest `position` is heard.
    """

    name: str
    kind: str  # of its verdicts
    label: str  # what it looks for, in a few words
    position: int = 100

    @abstractmethod
    def verdict(self, sight: Sight) -> Verdict | None:
        """What it has to say of a run as it stands; all losses are finite."""


def jitter(losses: Floats) -> float:
    """The standard deviation of what is not trend, robust against single jumps; 0 for less than six."""
    if len(losses) < 6:
        return 0.0
    bends = np.diff(losses, 2)
    return float(1.4826 * np.median(np.abs(bends)) / 6**0.5)


def smooth(losses: Floats, window: int) -> Floats:
    """Means of so many neighbours, shape [len - window + 1]."""
    sums = np.cumsum(np.concatenate([[0.0], losses]))
    return np.asarray((sums[window:] - sums[:-window]) / window)


def with_rate(rate: float) -> Suggestion:
    """Another learning rate, kept within the declared bounds and short enough to be read."""
    rate = float(f"{min(10.0, max(1e-7, rate)):.2g}")
    return Suggestion(f"Try again with learning rate {rate:g}", Change(settings={"learning_rate": rate}))


def with_setting(label: str, name: str, value: float | bool) -> Suggestion:
    """Another value of one setting; `label` is how it reads behind “with”."""
    return Suggestion(f"Try again with {label}", Change(settings={name: value}))


def larger(sight: Sight) -> Suggestion | None:
    """The next rung up the size ladder, or None at its end."""
    return _another_size(sight.size, 1, {})


def smaller(sight: Sight) -> Suggestion | None:
    """The next rung down the size ladder, held back as much as before, or None at its end."""
    held_back = {name: sight.settings[name] for name in _HOLDING_BACK if name in sight.settings}
    return _another_size(sight.size, -1, held_back)


def _another_size(size: str, steps: int, settings: dict[str, Any]) -> Suggestion | None:
    names = list(_SIZES)
    place = names.index(size) + steps if size in names else -1
    if not 0 <= place < len(names):
        return None
    change = Change(size=names[place], settings=settings)
    return Suggestion(f"Try again with size {_SIZES[names[place]]}", change)


def more_regularisation(sight: Sight, *, much: bool = False) -> Suggestion | None:
    """More of what keeps a model from learning rows by heart: dropout, then weight decay, then less size."""
    settings = sight.settings
    dropout = settings.get("dropout")
    if dropout is not None and dropout < 0.5:
        more = _MUCH_DROPOUT if much and dropout < 0.3 else _more_dropout(dropout)
        return with_setting(f"dropout {more:g}", "dropout", more)
    decay = settings.get("weight_decay")
    if decay is not None and decay < 1:
        more = float(f"{min(1.0, max(0.1, decay * 10)):.2g}")
        return with_setting(f"weight decay {more:g}", "weight_decay", more)
    return smaller(sight)


def _more_dropout(dropout: float) -> float:
    return 0.3 if dropout < 0.1 else min(0.6, round(dropout + 0.2, 2))
