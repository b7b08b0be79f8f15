"""A network while it learns: one step, one check, and the state from which it can go on exactly."""

from __future__ import annotations

import io
import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from trainer_gui.engine.disk import write_atomically
from trainer_gui.engine.lesson import Examples, Lesson
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.training.metrics import Loss, baseline_of, metrics_of
from trainer_gui.engine.training.optimisers import LearningRate, make_optimiser
from trainer_gui.engine.training.weights import Build, save_weights

_ROWS_PER_CHECK = 1024
_SHARE_OF_MEMORY = 0.6  # of a GPU that the data may fill before it is sent batch by batch
_STATE_VERSION = 1


class Training:
    """Everything that changes while a network learns. The same lesson gives the same numbers.

    All chance is drawn from torch's generators, seeded here, so a training must not share its process's
    global generator with other users of chance.
    """

    def __init__(self, build: Build, lesson: Lesson) -> None:
        settings = lesson.settings
        torch.manual_seed(settings.seed)
        self.lesson = lesson
        self.device = torch.device(lesson.device)
        # Apple's GPUs know no float64.
        self.exact = torch.float32 if self.device.type == "mps" else torch.float64
        self.network = build().to(self.device)
        self.parameters = [each for each in self.network.parameters() if each.requires_grad]
        self.optimiser = make_optimiser(settings, self.network)
        self.shuffler = torch.Generator().manual_seed(settings.seed)
        self.inputs, self.targets = self._on_device(lesson.train)
        self.check_inputs, self.check_targets = self._on_device(lesson.validation)
        every_target = torch.from_numpy(lesson.train.targets)
        self.loss = Loss(lesson.shape.task, settings, every_target, lesson.shape.outputs).to(self.device)
        if self.loss.weight is not None:
            self.loss.weight = self.loss.weight.to(self.device)
        self.steps_per_epoch = max(1, len(self._starts()))
        self.learning_rate = LearningRate(settings, settings.epochs * self.steps_per_epoch)
        self.epoch = 0
        self.step_number = 0
        self.best_loss = math.inf
        self.best_epoch = 0
        self.best_weights: dict[str, Tensor] = self._weights()

    def _on_device(self, examples: Examples) -> tuple[list[Tensor], Tensor]:
        tensors = [torch.from_numpy(np.ascontiguousarray(each)) for each in examples.inputs]
        targets = torch.from_numpy(np.ascontiguousarray(examples.targets))
        if self.device.type == "cuda":
            free, _ = torch.cuda.mem_get_info(self.device)
            if sum(each.nbytes for each in tensors) > _SHARE_OF_MEMORY * free:
                return tensors, targets
        return [each.to(self.device) for each in tensors], targets.to(self.device)

    def _starts(self) -> list[int]:
        rows, batch = len(self.lesson.train), self.lesson.settings.batch_size
        starts = list(range(0, rows, batch))
        # A last batch of a single row cannot be normalised over the batch; it waits for the next shuffle.
        if len(starts) > 1 and rows - starts[-1] == 1:
            starts.pop()
        return starts

    def batches(self) -> list[Tensor]:
        """The row numbers of every batch of the next epoch, freshly shuffled."""
        order = torch.randperm(len(self.lesson.train), generator=self.shuffler).to(self.targets.device)
        size = self.lesson.settings.batch_size
        return [order[start : start + size] for start in self._starts()]

    def step(self, rows: Tensor) -> Tensor:
        """One step on these rows; gives their mean loss before the step, without waiting for it."""
        inputs = [each[rows].to(self.device, non_blocking=True) for each in self.inputs]
        loss: Tensor = self.loss(self.network(*inputs), self.targets[rows].to(self.device, non_blocking=True))
        rate = self.learning_rate.at(self.step_number)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        if self.lesson.settings.gradient_clipping:
            clip_gradients(self.parameters, self.lesson.settings.gradient_clipping)
        self.optimiser.step()
        self.step_number += 1
        return loss.detach()

    def check(self) -> tuple[float, dict[str, float]]:
        """Loss and metrics on the validation rows."""
        self.network.eval()
        with torch.no_grad():
            rows = len(self.check_targets)
            outputs = torch.cat(
                [
                    self.network(
                        *(each[at : at + _ROWS_PER_CHECK].to(self.device) for each in self.check_inputs)
                    )
                    for at in range(0, rows, _ROWS_PER_CHECK)
                ]
            )
            targets = self.check_targets.to(self.device)
            loss = float(self.loss(outputs, targets))
            metrics = metrics_of(self.lesson.shape.task, outputs, targets, self.lesson.target)
        self.network.train()
        return loss, metrics

    def baseline(self) -> tuple[float, dict[str, float]]:
        """Loss and metrics of the simplest guess."""
        lesson = self.lesson
        with torch.no_grad():
            return baseline_of(
                lesson.shape.task,
                self.loss,
                self.targets.to(self.device),
                self.check_targets.to(self.device),
                lesson.shape.outputs,
                lesson.target,
            )

    def end_epoch(self, validation_loss: float) -> bool:
        """Counts the epoch, keeps the weights where they are the best so far, and says whether they are."""
        self.epoch += 1
        self.learning_rate.observe(validation_loss)
        is_best = validation_loss < self.best_loss
        if is_best:
            self.best_loss, self.best_epoch = validation_loss, self.epoch
            self.best_weights = self._weights()
        return is_best

    @property
    def is_patient(self) -> bool:
        """Whether early stopping lets it go on."""
        settings = self.lesson.settings
        return not settings.early_stopping or self.epoch - self.best_epoch < settings.patience

    def _weights(self) -> dict[str, Tensor]:
        return {name: each.detach().clone() for name, each in self.network.state_dict().items()}

    def save(self, *, between_epochs: bool) -> None:
        """Writes the best weights, and between epochs also the state from which it can go on exactly.

        In the middle of an epoch the state on disk stays that of an earlier epoch's end.
        """
        if not self.best_epoch:
            self.best_weights = self._weights()
        save_weights(self.lesson.weights, self.best_weights)
        if not between_epochs:
            return
        state: dict[str, Any] = {
            "version": _STATE_VERSION,
            "network": self.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "learning_rate": self.learning_rate.state(),
            "best_weights": self.best_weights,
            "counts": [self.epoch, self.step_number, self.best_epoch],
            "best_loss": self.best_loss,
            "shuffler": self.shuffler.get_state(),
            "chance": torch.get_rng_state(),
            "threads": torch.get_num_threads(),
        }
        if self.device.type == "cuda":
            state["device_chance"] = torch.cuda.get_rng_state(self.device)
        buffer = io.BytesIO()
        torch.save(state, buffer)
        write_atomically(self.lesson.state, buffer.getvalue())

    def restore(self) -> None:
        """Goes back to the saved state; raises UserError where there is none or it is damaged."""
        try:
            state = torch.load(self.lesson.state, map_location="cpu", weights_only=True)
            self.network.load_state_dict(state["network"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.learning_rate.restore(state["learning_rate"])
            self.epoch, self.step_number, self.best_epoch = state["counts"]
            self.best_loss = state["best_loss"]
            self.shuffler.set_state(state["shuffler"])
            self.best_weights = {name: each.to(self.device) for name, each in state["best_weights"].items()}
        except FileNotFoundError:
            raise refuse(
                "run.no_state",
                "This run has no saved state from which it could go on.",
                "Repeat it from the start instead: the same seed gives the same curve.",
            ) from None
        except Exception as error:  # a damaged archive can raise anything while it is unpacked
            raise refuse(
                "run.state_damaged",
                "The saved state of this run is damaged, so it cannot go on from there.",
                "Repeat it from the start instead; the best model that was kept can still be used.",
            ) from error
        torch.set_num_threads(state["threads"])
        torch.set_rng_state(state["chance"])
        if "device_chance" in state and self.device.type == "cuda":
            torch.cuda.set_rng_state(state["device_chance"], self.device)


def clip_gradients(parameters: list[torch.nn.Parameter], most: float) -> None:
    """Shortens all gradients together to the length `most` where they are longer.

    The same as torch's own function, at half its cost for small networks, and without waiting for a GPU.
    """
    gradients = [each.grad for each in parameters if each.grad is not None]
    length = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients)))
    torch._foreach_mul_(gradients, (most / (length + 1e-6)).clamp(max=1.0))
