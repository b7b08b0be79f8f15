"""Lets a slow step be left in its middle when a stop is wanted, as if it had not begun."""

from __future__ import annotations

import time
from typing import Any

import torch
from torch import Tensor, nn

from trainer_gui.engine.control import Control
from trainer_gui.engine.training.training import Training

_SLOW = 0.1  # seconds; quicker steps are waited for


class StepLeftError(Exception):
    """The step was left because a stop is wanted; `undo` makes it as if it had not begun."""


class WayOut:
    """Watches over steps on the CPU: once they turn out slow, a stop is heard between any two layers.

    What a step changes before it moves the weights, such as running means and the place in the draws of
    chance, is remembered, so that a run that goes on takes the whole step again and ends the same.
    """

    def __init__(self, training: Training, control: Control) -> None:
        self._training = training
        self._control = control
        self._possible = training.device.type == "cpu" and training.share.count == 1
        self._armed = False
        self._hung_in = False
        self._begin = 0.0
        self._buffers: list[Tensor] = []
        self._chance = torch.empty(0)

    def before(self) -> None:
        """A step begins."""
        self._begin = time.perf_counter()
        self._training.step.between = self._leave_if_wanted if self._armed else None
        if not self._armed:
            return
        if not self._hung_in:
            self._hang_in()
        self._buffers = [each.clone() for each in self._training.network.buffers()]
        self._chance = torch.get_rng_state()

    def after(self) -> None:
        """The step is taken; whether the next one is watched over follows from how long it took."""
        self._armed = self._possible and time.perf_counter() - self._begin > _SLOW

    def undo(self) -> None:
        """Takes back what the step that was left has changed."""
        for each, before in zip(self._training.network.buffers(), self._buffers, strict=True):
            each.copy_(before)
        torch.set_rng_state(self._chance)
        self._training.step.forget_gradients()

    def _hang_in(self) -> None:
        self._hung_in = True
        for each in self._training.network.modules():
            if not list(each.children()):
                each.register_forward_hook(self._on_layer)

    def _on_layer(self, module: nn.Module, given: Any, made: Any) -> None:
        if not self._armed or not module.training:
            return
        self._leave_if_wanted()
        if isinstance(made, Tensor) and made.requires_grad:
            made.register_hook(self._on_gradient)  # type: ignore[no-untyped-call]

    def _on_gradient(self, gradient: Tensor) -> None:
        self._leave_if_wanted()

    def _leave_if_wanted(self) -> None:
        if self._control.stop_wanted:
            raise StepLeftError
