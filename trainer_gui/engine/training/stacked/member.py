"""One member of a stack: where it stands, and its own chance, order, rate and patience."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn

from trainer_gui.engine.lesson import Lesson
from trainer_gui.engine.problems import Problem
from trainer_gui.engine.training.checkpoint import damaged
from trainer_gui.engine.training.making import loss_of
from trainer_gui.engine.training.optimisers import LearningRate
from trainer_gui.engine.training.tally import Tally
from trainer_gui.engine.training.weights import Build


class Member:
    """Everything of one member but its weights. It draws its own chance, in the order of its run alone."""

    def __init__(self, number: int, build: Build, lesson: Lesson, steps: int, device: torch.device) -> None:
        settings = lesson.settings
        torch.manual_seed(settings.seed)
        self.first: nn.Module | None = build()  # until its weights are in the stack
        # What the first weights have drawn is drawn; the run alone goes on with the same generator.
        self.chance = torch.Generator(device).manual_seed(settings.seed)
        if device.type == "cpu":
            self.chance.set_state(torch.get_rng_state())
        self.number = number
        self.lesson = lesson
        self.shuffler = torch.Generator().manual_seed(settings.seed)
        self.loss = loss_of(lesson, device)
        self.learning_rate = LearningRate(settings, settings.epochs * steps)
        self.tally = Tally()
        self.epoch = 0  # complete ones
        self.step_number = 0
        self.moves = 0  # of its optimiser
        self.best_loss = math.inf
        self.best_epoch = 0
        self.slowed = False
        self.rests = False  # until the others begin an epoch: its weights are to be set back by then
        self.ended = False
        self.problem: Problem | None = None  # why it could not go on
        self.baseline_loss = math.inf
        self.order = self.shuffler.get_state()  # before the epoch under way was shuffled

    @property
    def goes_on(self) -> bool:
        """Whether there are epochs left and early stopping lets it go on."""
        settings = self.lesson.settings
        patient = not settings.early_stopping or self.epoch - self.best_epoch < settings.patience
        return not self.ended and self.epoch < settings.epochs and patient

    def shuffled(self) -> Tensor:
        """The order of its rows in the next epoch."""
        self.order = self.shuffler.get_state()
        return torch.randperm(len(self.lesson.train), generator=self.shuffler)

    def go_back(self) -> None:
        """Waits for the next epoch, which it begins with its best weights and an empty optimiser."""
        self.rests = True
        self.moves = 0
        self.tally = Tally()

    def end_epoch(self, validation_loss: float) -> bool:
        """Counts the epoch and says whether it was the best so far."""
        self.epoch += 1
        self.tally = Tally()
        self.learning_rate.observe(validation_loss)
        if validation_loss >= self.best_loss or math.isnan(validation_loss):
            return False
        self.best_loss, self.best_epoch = validation_loss, self.epoch
        return True

    def state(self, *, within_epoch: bool) -> dict[str, Any]:
        """What a resume needs, without the weights."""
        return {
            "counts": [self.epoch, self.step_number, self.best_epoch, self.moves],
            "flags": [self.slowed, self.rests, self.ended],
            "best_loss": self.best_loss,
            "learning_rate": self.learning_rate.state(),
            "tally": self.tally.state(),
            "shuffler": self.order if within_epoch else self.shuffler.get_state(),
            "chance": self.chance.get_state(),
            "problem": "" if self.problem is None else self.problem.model_dump_json(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Goes back to what `state` gave; raises UserError where it does not fit."""
        try:
            self.epoch, self.step_number, self.best_epoch, self.moves = state["counts"]
            self.slowed, self.rests, self.ended = state["flags"]
            self.best_loss = state["best_loss"]
            self.learning_rate.restore(state["learning_rate"])
            self.tally.restore(state["tally"])
            self.shuffler.set_state(state["shuffler"])
            self.chance.set_state(state["chance"])
            self.problem = Problem.model_validate_json(state["problem"]) if state["problem"] else None
        except (KeyError, ValueError, RuntimeError, TypeError) as error:
            raise damaged() from error
