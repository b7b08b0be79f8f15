"""A network while it learns: where it stands, one step further, and the state to go on from exactly."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from trainer_gui.engine.execution import Execution, Precision
from trainer_gui.engine.lesson import Lesson
from trainer_gui.engine.training.checkpoint import Snapshot, damaged, frozen
from trainer_gui.engine.training.course import Course, begin_from
from trainer_gui.engine.training.device import entered
from trainer_gui.engine.training.making import loss_of, placed, rate_in, step_of
from trainer_gui.engine.training.memory import on_device
from trainer_gui.engine.training.share import ALONE, Share, synchronised
from trainer_gui.engine.training.tally import Tally
from trainer_gui.engine.training.validation import Validation
from trainer_gui.engine.training.weights import Build

STATE_VERSION = 2


class Training:
    """Everything that changes while a network learns. The same lesson and execution give the same numbers.

    All chance is drawn from torch's generators, seeded here, so a training must not share its process's
    global generator with other users of chance.
    """

    def __init__(self, build: Build, lesson: Lesson, execution: Execution, share: Share = ALONE) -> None:
        settings = lesson.settings
        torch.manual_seed(settings.seed)
        self.lesson = lesson
        self.share = share
        self.execution = execution
        self.device = entered(lesson.device)
        self.network = placed(synchronised(build(), share, self.device), execution, self.device)
        begin_from(self.network, lesson.start)
        self.shuffler = torch.Generator().manual_seed(settings.seed)
        self.inputs, self.targets = on_device(lesson.train, self.device)
        check_inputs, check_targets = on_device(lesson.validation, self.device)
        rows = (self.inputs, check_inputs)
        self.course = Course(self.network, lesson, rows, self.device, keeps=share.count == 1)
        self.loss = loss_of(lesson, self.device)
        self.validation = Validation(self.course, lesson, check_targets, self.loss, share, self.device)
        self.tally = Tally()
        self.epoch = 0  # complete ones
        self.batch = 0  # complete ones of the epoch under way
        self.step_number = 0
        self.best_loss = math.inf
        self.best_epoch = 0
        self.best_weights: dict[str, Tensor] = self._weights()
        self.slowed = False  # whether the learning rate was lowered to save the run
        self._batches: list[Tensor] = []
        self._order = self.shuffler.get_state()  # before the epoch under way was shuffled
        self._enter()

    def _enter(self) -> None:
        """Begins the phase of the epoch under way: what learns, at which rates, and what is computed once."""
        self.course.enter(self.epoch)
        self._learner = self.share.learner(self.course.pieces)
        self.learning_rate = rate_in(self.course.phase, self.lesson, self.batches, self.step_number)
        self._make_step()

    def make_ready(self) -> Iterator[float]:
        """Computes once what the epoch needs of the frozen part; hands over with the share that is done."""
        return self.course.make_ready(self.epoch)

    def close(self) -> None:
        """Lets go of what was kept on the disk for this training alone."""
        self.course.close()

    @property
    def parameters(self) -> int:
        """The number of parameters that learn in the end."""
        return self.course.parameters

    @property
    def batches(self) -> int:
        """The number of batches in an epoch."""
        return len(self._starts())

    @property
    def goes_on(self) -> bool:
        """Whether there are epochs left and early stopping lets it go on."""
        settings = self.lesson.settings
        # The patience counts from the best epoch, but not in a phase that only makes ready for the next one.
        since = max(self.best_epoch, self.course.phase.begin)
        last = self.course.phase is self.course.phases[-1]
        patient = not settings.early_stopping or not last or self.epoch - since < settings.patience
        return self.epoch < settings.epochs and patient

    def _starts(self) -> range:
        rows, batch = len(self.lesson.train), self.lesson.settings.batch_size
        starts = range(0, rows, batch)
        # A last batch of a single row cannot be normalised over the batch; it waits for the next shuffle.
        return starts[:-1] if len(starts) > 1 and rows - starts[-1] == 1 else starts

    def next_batch(self) -> Tensor | None:
        """The row numbers of the next batch of the epoch, which is shuffled first; None at its end."""
        if not self._batches:
            self._shuffle()
        return self._batches[self.batch] if self.batch < len(self._batches) else None

    def _shuffle(self) -> None:
        self._order = self.shuffler.get_state()
        order = torch.randperm(len(self.lesson.train), generator=self.shuffler).to(self.targets.device)
        size = self.lesson.settings.batch_size
        self._batches = [order[start : start + size] for start in self._starts()]

    def take(self, rows: Tensor) -> None:
        """One step on these rows. Raises NotFiniteError where it was not taken."""
        mine = self.share.of(rows)
        given = self.course.learned_from(self.epoch)
        # Where rows are large, as pictures are, this is many times as fast as indexing.
        inputs = [each.index_select(0, mine).to(self.device, non_blocking=True) for each in given]
        targets = self.targets.index_select(0, mine).to(self.device, non_blocking=True)
        rate = self.learning_rate.at(self.step_number)
        whole = self.share.whole(self._mass_of, self.targets[rows]) if self.share.count > 1 else None
        self.share.draw_anew(self.lesson.settings.seed, self.step_number)
        loss, length = self.step.take(inputs, targets, rate, whole)
        self.tally.add(loss, length, len(rows))
        self.step_number += 1
        self.batch += 1

    def _mass_of(self, targets: Tensor) -> Tensor:
        return self.loss.mass(targets.to(self.device))

    def end_epoch(self, validation_loss: float) -> bool:
        """Counts the epoch, keeps the weights where they are the best so far, and says whether they are."""
        self.epoch += 1
        told = self.tally
        self._begin_anew()
        self.tally.go_on_telling(told)
        self.learning_rate.observe(validation_loss)
        is_best = validation_loss < self.best_loss
        if is_best:
            self.best_loss, self.best_epoch = validation_loss, self.epoch
            self.best_weights = self._weights()
        if self.course.changes_at(self.epoch):
            parts, slowed = self.step.parts, self.learning_rate.slowed
            self._enter()
            self.step.parts = parts
            self.learning_rate.slow_down(slowed)
        return is_best

    def _begin_anew(self) -> None:
        self.batch, self.tally, self._batches = 0, Tally(), []

    def go_back(self) -> None:
        """Takes up the best weights so far with a fresh optimiser; the epoch begins anew."""
        self.network.load_state_dict(self.best_weights)
        self._make_step_anew()
        self._begin_anew()

    def compute_in(self, precision: Precision) -> None:
        """Changes the number format from the next step on; the optimiser is made anew."""
        self.execution = self.execution.model_copy(update={"precision": precision})
        self._make_step_anew()

    def _make_step(self) -> None:
        self.step = step_of(
            self._learner,
            self.loss,
            self.lesson.settings,
            self.execution,
            self.device,
            self.share,
            self.course.share_of,
        )

    def _make_step_anew(self) -> None:
        parts = self.step.parts
        self._make_step()
        self.step.parts = parts

    def _weights(self) -> dict[str, Tensor]:
        return {name: each.detach().clone() for name, each in self.network.state_dict().items()}

    def snapshot(self) -> Snapshot:
        """All from which it can go on exactly, between any two batches. Later steps do not change it."""
        state: dict[str, Any] = {
            "version": STATE_VERSION,
            "network": self.network.state_dict(),
            "optimiser": self.step.optimiser.state_dict(),
            "scaler": self.step.scaler.state_dict() if self.step.scaler is not None else {},
            "learning_rate": self.learning_rate.state(),
            "counts": [self.epoch, self.step_number, self.best_epoch, self.batch],
            "precision": self.execution.precision.value,
            "slowed": self.slowed,
            "parts": self.step.parts,
            "best_loss": self.best_loss,
            "tally": self.tally.state(),
            # Within an epoch its order is drawn again, and the batches that are done are passed over.
            "shuffler": self._order if self._batches else self.shuffler.get_state(),
            "chance": torch.get_rng_state(),
        }
        if self.device.type == "cuda":
            state["device_chance"] = torch.cuda.get_rng_state(self.device)
        if self.device.type == "mps":
            state["device_chance"] = torch.mps.get_rng_state()
        kept: Snapshot = frozen(state)
        kept["best_weights"] = {name: each.cpu() for name, each in self.best_weights.items()}
        return kept

    def restore(self, state: Snapshot) -> None:
        """Goes back to a snapshot; raises UserError where it does not fit."""
        try:
            self.network.load_state_dict(state["network"])
            self.epoch, self.step_number, self.best_epoch, self.batch = state["counts"]
            self._enter()
            if state["precision"] != self.execution.precision:
                self.compute_in(Precision(state["precision"]))
            self.step.restore_optimiser(state["optimiser"])
            if self.step.scaler is not None and state["scaler"]:
                self.step.scaler.load_state_dict(state["scaler"])
            self.learning_rate.restore(state["learning_rate"])
            self.slowed, self.step.parts = state["slowed"], max(state["parts"], self.share.parts)
            self.best_loss = state["best_loss"]
            self.best_weights = {name: each.to(self.device) for name, each in state["best_weights"].items()}
            self.tally.restore(state["tally"])
            self.shuffler.set_state(state["shuffler"])
            if self.batch:
                self._shuffle()
            torch.set_rng_state(state["chance"])
            if "device_chance" in state and self.device.type == "cuda":
                torch.cuda.set_rng_state(state["device_chance"], self.device)
            if "device_chance" in state and self.device.type == "mps":
                torch.mps.set_rng_state(state["device_chance"])
        except (KeyError, ValueError, RuntimeError, TypeError) as error:
            raise damaged() from error
