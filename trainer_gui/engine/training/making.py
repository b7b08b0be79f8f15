"""A lesson's network, loss, step and learning rate, made as an execution wants them."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from trainer_gui.engine.execution import Execution
from trainer_gui.engine.hyperparameters import TrainingSettings
from trainer_gui.engine.lesson import Lesson
from trainer_gui.engine.training.captured import CapturedStep
from trainer_gui.engine.training.course import Phase
from trainer_gui.engine.training.metrics import Loss
from trainer_gui.engine.training.optimisers import LearningRate
from trainer_gui.engine.training.share import ALONE, Share
from trainer_gui.engine.training.step import Step


def placed(network: nn.Module, execution: Execution, device: torch.device) -> nn.Module:
    """The network on its device, its filters in the memory order that the execution wants."""
    network = network.to(device)
    if execution.channels_last:
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network


def step_of(
    network: nn.Module,
    loss: Loss,
    settings: TrainingSettings,
    execution: Execution,
    device: torch.device,
    share: Share = ALONE,
    share_of: Callable[[Tensor], float] | None = None,
) -> Step:
    """The kind of step that the execution wants. One that is shared is never captured."""
    if execution.captured and device.type == "cuda" and share.count == 1:
        return CapturedStep(network, loss, settings, execution, device)
    step = Step(network, loss, settings, execution, device, share=share, share_of=share_of)
    step.parts = share.parts
    return step


def rate_in(phase: Phase, lesson: Lesson, batches: int, step: int) -> LearningRate:
    """The learning rate of a phase that begins at this step."""
    steps = (phase.end - phase.begin) * batches
    return LearningRate(lesson.settings, steps, share=phase.rate, begin=step)


def loss_of(lesson: Lesson, device: torch.device) -> Loss:
    """The loss of a lesson, its class weights counted from the training rows."""
    loss = Loss(
        lesson.shape.task, lesson.settings, torch.from_numpy(lesson.train.targets), lesson.shape.outputs
    )
    if loss.weight is not None:
        loss.weight = loss.weight.to(device)
    return loss.to(device)
