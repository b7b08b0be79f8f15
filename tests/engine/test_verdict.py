"""What curves say, tried on curves whose meaning is known."""

import numpy as np
import pytest

from trainer_gui.engine.events import EpochEnded, MetricInfo, RunFinished, RunStarted
from trainer_gui.engine.progress import Progress
from trainer_gui.engine.verdict import verdict


def progress_with(train, validation, *, baseline=1.1, finished=True, early=False):
    metric = MetricInfo(name="accuracy", label="Accuracy", better="higher")
    progress = Progress()
    progress.add(
        RunStarted(
            run="r",
            family="f",
            size="s",
            task="classification",
            epochs=len(train),
            parameters=1,
            device="CPU",
            threads=1,
            rows={},
            loss=MetricInfo(name="loss", label="Loss", better="lower"),
            metric=metric,
            baseline_loss=baseline,
        )
    )
    for epoch, (a, b) in enumerate(zip(train, validation, strict=True), 1):
        progress.add(EpochEnded(epoch=epoch, train_loss=a, validation_loss=b))
    if finished:
        progress.add(RunFinished(best_epoch=progress.curve.best_epoch, early=early))
    return progress


EPOCHS = np.arange(60)
FALLING = np.exp(-EPOCHS / 15)
TURNING = 0.3 + 0.7 * np.exp(-EPOCHS / 5) + 0.01 * np.maximum(0, EPOCHS - 20)


@pytest.mark.parametrize("finished", [False, True])
def test_that_over_fitting_is_named_with_its_epoch_and_more_dropout_is_offered(finished):
    found = verdict(progress_with(FALLING, TURNING, finished=finished), {"dropout": 0.1}, "small")
    assert found.kind == "over_fitting"
    best = int(np.argmin(TURNING)) + 1
    assert f"since epoch {best + 1}" in found.title
    assert found.suggestion.settings == {"dropout": 0.3}


def test_that_a_linear_model_is_offered_more_weight_decay_instead():
    found = verdict(progress_with(FALLING, TURNING), {"weight_decay": 0.01}, "tiny")
    assert found.suggestion.settings == {"weight_decay": 0.1}


def test_that_a_curve_that_still_falls_is_offered_more_epochs():
    line = np.linspace(1.0, 0.4, 60)
    found = verdict(progress_with(line, line + 0.02), {}, "small")
    assert found.kind == "still_falling"
    assert found.suggestion.settings == {"epochs": 120}


def test_that_guessing_is_called_guessing():
    flat = np.full(60, 1.1) + 0.001 * np.sin(EPOCHS)
    found = verdict(progress_with(flat, flat, early=True), {}, "tiny")
    assert found.kind == "no_better_than_baseline"
    assert found.suggestion.size == "small"


def test_that_a_settled_curve_is_done():
    settled = 0.2 + np.exp(-EPOCHS / 4)
    assert verdict(progress_with(settled, settled + 0.01), {}, "small").kind == "done"


def test_that_nothing_is_said_while_it_learns_well():
    assert verdict(progress_with(FALLING[:20], FALLING[:20] + 0.02, finished=False), {}, "small") is None


def test_that_noise_is_not_called_over_fitting():
    draw = np.random.default_rng(0)
    for _ in range(50):
        noisy = 0.3 + 0.7 * np.exp(-EPOCHS / 6) + draw.normal(0, 0.01, 60)
        found = verdict(progress_with(FALLING * 0.1 + 0.3, noisy, finished=False), {"dropout": 0.0}, "small")
        assert found is None or found.kind != "over_fitting"


def test_that_nothing_is_said_of_one_epoch():
    assert verdict(progress_with([1.0], [1.0]), {}, "small") is None


def test_that_a_restless_validation_loss_below_the_training_loss_is_not_called_over_fitting():
    draw = np.random.default_rng(3)
    for _ in range(50):
        train = 0.1 + 0.5 * np.exp(-EPOCHS / 2) + draw.normal(0, 0.03, 60)
        validation = 0.08 + 0.3 * np.exp(-EPOCHS / 2) + np.abs(draw.normal(0, 0.05, 60))
        found = verdict(progress_with(train, validation), {"dropout": 0.3}, "small")
        assert found.kind != "over_fitting"
