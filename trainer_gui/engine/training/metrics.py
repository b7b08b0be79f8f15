"""Loss, metrics and baseline of a task, computed where the outputs are."""

import numpy as np
import torch
from torch import Tensor, nn

from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.prepare import TargetColumn
from trainer_gui.engine.events import MetricInfo
from trainer_gui.engine.hyperparameters import ClassWeights, TrainingSettings
from trainer_gui.engine.lesson import Reports

_ACCURACY = MetricInfo(
    name="accuracy",
    label="Accuracy",
    better="higher",
    percent=True,
    help="The share of rows whose class is predicted right.",
)
_BALANCED = MetricInfo(
    name="balanced_accuracy",
    label="Balanced accuracy",
    better="higher",
    percent=True,
    help="The accuracy of each class, averaged, so that rare classes count as much as frequent ones.",
)
_R2 = MetricInfo(
    name="r2",
    label="R²",
    better="higher",
    help="How much of the variation is explained: 1 is perfect, 0 is no better than the mean.",
)
_RMSE = MetricInfo(
    name="rmse",
    label="RMSE",
    better="lower",
    help="The typical error in the unit of the target, large errors counting more.",
)
_MAE = MetricInfo(
    name="mae",
    label="MAE",
    better="lower",
    help="The average error in the unit of the target.",
)


def reports_of(task: Task) -> Reports:
    """What a network says per epoch for this task."""
    if task is Task.CLASSIFICATION:
        loss = MetricInfo(
            name="cross_entropy",
            label="Cross-entropy",
            better="lower",
            help="How surprised the model is by the right answers: 0 when it is always sure and right.",
        )
        return Reports(loss, (_ACCURACY, _BALANCED), "Baseline: always the most frequent class")
    loss = MetricInfo(
        name="squared_error",
        label="Squared error",
        better="lower",
        help="The average squared error, with the target's own spread as unit: 1 is no better than the mean.",
    )
    return Reports(loss, (_R2, _RMSE, _MAE), "Baseline: always the mean")


class Loss(nn.Module):
    """The loss of a task: cross-entropy, or squared error in standard deviations of the target.

    Takes outputs [rows, outputs] and targets (int64 [rows] or float32 [rows]); gives the mean.
    """

    def __init__(self, task: Task, settings: TrainingSettings, targets: Tensor, outputs: int) -> None:
        super().__init__()
        self.task = task
        self.smoothing = settings.label_smoothing
        self.weight: Tensor | None = None
        if task is Task.CLASSIFICATION and settings.class_weights is ClassWeights.BALANCED:
            counts = torch.bincount(targets, minlength=outputs).clamp(min=1).to(torch.float32)
            self.weight = len(targets) / (outputs * counts)

    def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """The mean loss of these rows."""
        if self.task is Task.CLASSIFICATION:
            return nn.functional.cross_entropy(
                outputs, targets, weight=self.weight, label_smoothing=self.smoothing
            )
        return nn.functional.mse_loss(outputs.squeeze(1), targets)

    def descent(self, outputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        """The mean loss of these rows and its gradient by the outputs, [rows, outputs], without autograd."""
        if self.task is not Task.CLASSIFICATION:
            error = outputs.squeeze(1) - targets
            return error.square().mean(), error.mul_(2 / len(targets)).unsqueeze(1)
        logs = torch.log_softmax(outputs, 1)
        kernels = torch.ops.aten
        loss, mass = kernels.nll_loss_forward(logs, targets, self.weight, 1, -100)
        given = kernels.nll_loss_backward(torch.ones(()), logs, targets, self.weight, 1, -100, mass)
        if self.smoothing:
            share = self.smoothing / (mass * outputs.shape[1])
            even = -share if self.weight is None else -share * self.weight
            loss = loss * (1 - self.smoothing) + (logs * even).sum()
            given = given * (1 - self.smoothing) + even
        return loss, kernels._log_softmax_backward_data(given, logs, 1, outputs.dtype)

    def mass(self, targets: Tensor) -> Tensor:
        """How much these rows count in a mean: their number, or the sum of their classes' weights."""
        if self.weight is None:
            return torch.full((), float(len(targets)), device=targets.device)  # without waiting for a GPU
        return self.weight[targets].sum()


def metrics_of(task: Task, outputs: Tensor, targets: Tensor, target: TargetColumn) -> dict[str, float]:
    """The metrics that `reports_of` announces; those of a number in its own unit."""
    if task is Task.CLASSIFICATION:
        right = (outputs.argmax(1) == targets).to(torch.float32)
        hits = torch.zeros(outputs.shape[1], device=outputs.device).index_add_(0, targets, right)
        counts = torch.bincount(targets, minlength=outputs.shape[1])
        there = counts > 0
        balanced = (hits[there] / counts[there]).mean()
        accuracy, balanced_accuracy = torch.stack([right.mean(), balanced]).tolist()
        return {"accuracy": accuracy, "balanced_accuracy": balanced_accuracy}
    outputs = outputs.squeeze(1)
    if target.logarithm is not None:
        outputs, targets = _in_deviations(outputs, target), _in_deviations(targets, target)
    error = outputs - targets
    squared = (error**2).mean()
    spread = ((targets - targets.mean()) ** 2).mean().clamp(min=1e-12)
    r2, rmse, mae = torch.stack([1 - squared / spread, squared.sqrt(), error.abs().mean()]).tolist()
    return {"r2": r2, "rmse": rmse * target.deviation, "mae": mae * target.deviation}


def _in_deviations(scaled: Tensor, target: TargetColumn) -> Tensor:
    """Numbers of the logarithmic scale in plain deviations; as doubles, which not every GPU knows."""
    numbers = target.in_unit(scaled.detach().cpu().numpy().astype(np.float64))
    return torch.from_numpy(numbers / target.deviation)


def baseline_of(
    task: Task, loss: Loss, train: Tensor, validation: Tensor, outputs: int, target: TargetColumn
) -> tuple[float, dict[str, float]]:
    """Loss and metrics on the validation rows of the simplest guess: the class shares, or the mean."""
    if task is Task.CLASSIFICATION:
        counts = torch.bincount(train, minlength=outputs).to(torch.float32)
        guess = torch.log(counts.clamp(min=0.5) / len(train)).expand(len(validation), outputs)
    else:
        guess = train.mean().expand(len(validation), 1)
    metrics = metrics_of(task, guess, validation, target)
    if target.logarithm is not None:  # the mean of the scale is not the mean: the errors are judged by that
        mean = np.full((len(validation), 1), target.mean)
        guess = torch.from_numpy(target.scaled(mean)).to(validation)
        metrics = metrics_of(task, guess, validation, target)
    return float(loss(guess, validation)), metrics
