"""The pieces of a step."""

import copy
from itertools import pairwise

import pytest
import torch
from torch import nn

from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.prepare import TargetColumn
from trainer_gui.engine.execution import Execution
from trainer_gui.engine.hyperparameters import TrainingSettings
from trainer_gui.engine.training.layers import FactorisationMachine, RandomShift, TableInput
from trainer_gui.engine.training.metrics import Loss, metrics_of
from trainer_gui.engine.training.optimisers import LearningRate, make_optimiser
from trainer_gui.engine.training.step import Step


@pytest.mark.parametrize("optimiser", ["adamw", "adam", "sgd"])
@pytest.mark.parametrize("most", [0.01, 1.0, 100.0])
def test_that_a_step_clips_as_torch_does(most, optimiser):
    torch.manual_seed(0)
    ours = nn.Linear(5, 1)
    theirs = copy.deepcopy(ours)
    settings = TrainingSettings(
        optimiser=optimiser, gradient_clipping=most, learning_rate=0.1, schedule="constant"
    )
    rows, targets = 10 * torch.randn(8, 5), torch.randn(8)
    loss = Loss(Task.REGRESSION, settings, targets, 1)
    step = Step(ours, loss, settings, Execution(), torch.device("cpu"))
    other = make_optimiser(settings, theirs)
    for _ in range(4):
        said, length = step.take([rows], targets, 0.1)
        other.zero_grad()
        expected = loss(theirs(rows), targets)
        expected.backward()
        long = nn.utils.clip_grad_norm_(theirs.parameters(), most)
        other.step()
        assert float(said) == pytest.approx(expected.item(), rel=1e-4)
        assert length == pytest.approx(float(long), rel=1e-5)
    for mine, his in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.allclose(mine, his, rtol=1e-4, atol=1e-6)


def test_that_cosine_warms_up_and_falls_to_almost_nothing():
    rate = LearningRate(TrainingSettings(learning_rate=0.1, schedule="cosine"), 1000)
    rates = [rate.at(step) for step in range(1000)]
    assert rates[0] < 0.005
    assert max(rates) == pytest.approx(0.1, rel=1e-3)
    assert rates.index(max(rates)) < 60
    assert rates[-1] < 0.002
    assert all(a >= b for a, b in pairwise(rates[60:]))


def test_that_plateau_halves_the_rate_only_when_nothing_improves():
    rate = LearningRate(TrainingSettings(learning_rate=0.1, schedule="plateau", patience=9), 100)
    for loss in (3.0, 2.0, 1.0):
        rate.observe(loss)
    assert rate.at(5) == 0.1
    for _ in range(3):
        rate.observe(1.0)
    assert rate.at(5) == 0.05


def test_that_a_constant_rate_stays():
    rate = LearningRate(TrainingSettings(learning_rate=0.1, schedule="constant"), 100)
    rate.observe(1.0)
    assert {rate.at(step) for step in range(100)} == {0.1}


@pytest.mark.parametrize("name", ["adamw", "adam", "sgd"])
def test_that_biases_are_not_decayed(name):
    optimiser = make_optimiser(TrainingSettings(optimiser=name, weight_decay=0.5), nn.Linear(3, 2))
    decays = {group["params"][0].ndim: group["weight_decay"] for group in optimiser.param_groups}
    assert decays == {2: 0.5, 1: 0.0}


def test_that_interactions_are_the_sum_over_all_pairs():
    machine = FactorisationMachine(4, 1, 3)
    row = torch.randn(2, 4)
    factors = machine.factors
    pairs = [
        (row[:, a] * row[:, b])[:, None] * (factors[a] * factors[b])
        for a in range(4)
        for b in range(a + 1, 4)
    ]
    expected = machine.linear(row) + machine.mix(sum(pairs))
    assert torch.allclose(machine(row), expected, atol=1e-6)


def test_that_one_hot_and_embedded_categories_join_the_numbers():
    numbers, places = torch.randn(5, 2), torch.tensor([[0, 1]] * 5)
    one_hot = TableInput(2, (3, 4), one_hot=True)
    assert one_hot(numbers, places).shape == (5, one_hot.width) == (5, 9)
    embedded = TableInput(2, (3, 4), one_hot=False)
    assert embedded(numbers, places).shape == (5, embedded.width)
    only = TableInput(0, (3,), one_hot=True)
    assert only(places[:, :1]).tolist() == [[1, 0, 0]] * 5


def test_that_random_shifts_move_pictures_only_while_training():
    shift = RandomShift(2)
    pictures = torch.arange(2 * 3 * 6 * 6, dtype=torch.uint8).reshape(2, 3, 6, 6)
    torch.manual_seed(0)
    moved = shift(pictures)
    assert moved.shape == pictures.shape
    assert not torch.equal(moved, pictures)
    centre = pictures[0, :, 2:4, 2:4]
    assert any(torch.equal(moved[0, :, y : y + 2, x : x + 2], centre) for y in range(5) for x in range(5))
    assert torch.equal(shift.eval()(pictures), pictures)


def test_that_metrics_agree_with_scikit_learn():
    from sklearn import metrics

    draw = torch.Generator().manual_seed(1)
    outputs, targets = torch.randn(200, 4, generator=draw), torch.randint(0, 4, (200,), generator=draw)
    ours = metrics_of(Task.CLASSIFICATION, outputs, targets, TargetColumn(name="y", task=Task.CLASSIFICATION))
    said = outputs.argmax(1)
    assert ours["accuracy"] == pytest.approx(metrics.accuracy_score(targets, said))
    assert ours["balanced_accuracy"] == pytest.approx(metrics.balanced_accuracy_score(targets, said))
    numbers = torch.randn(200, generator=draw)
    guess = numbers + 0.3 * torch.randn(200, generator=draw)
    ours = metrics_of(
        Task.REGRESSION, guess[:, None], numbers, TargetColumn(name="y", task=Task.REGRESSION, deviation=2.0)
    )
    assert ours["r2"] == pytest.approx(metrics.r2_score(numbers, guess), abs=1e-5)
    assert ours["rmse"] == pytest.approx(2 * metrics.root_mean_squared_error(numbers, guess), rel=1e-5)
    assert ours["mae"] == pytest.approx(2 * metrics.mean_absolute_error(numbers, guess), rel=1e-5)
