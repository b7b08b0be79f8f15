"""Dropout and its masks."""

import pytest
import torch

from trainer_gui.engine.training.dropout import Dropout


@pytest.mark.parametrize("share", [0.1, 0.25, 1 / 3, 0.9])
def test_that_dropout_hides_its_share_and_keeps_the_mean(share):
    torch.manual_seed(0)
    hidden = Dropout(share)(torch.ones(499, 401))
    assert (hidden == 0).float().mean().item() == pytest.approx(share, abs=0.005)
    assert hidden.max().item() == pytest.approx(1 / (1 - share))
    columns, rows = (hidden == 0).float().mean(0), (hidden == 0).float().mean(1)
    spread = (share * (1 - share)) ** 0.5
    assert columns.std().item() == pytest.approx(spread / 499**0.5, rel=0.2)  # as independent units have it
    assert rows.std().item() == pytest.approx(spread / 401**0.5, rel=0.2)


def test_that_dropout_does_nothing_when_not_training():
    values = torch.randn(5, 3)
    assert Dropout(0.5).eval()(values) is values


def test_that_dropout_repeats_with_its_seed_and_differs_from_step_to_step():
    values, dropout = torch.ones(64, 64), Dropout(0.5)
    torch.manual_seed(3)
    first, second = dropout(values), dropout(values)
    torch.manual_seed(3)
    assert torch.equal(dropout(values), first)
    same = (first == second).float().mean().item()
    assert same == pytest.approx(0.5, abs=0.05)


def test_that_the_gradient_goes_through_the_units_that_stayed():
    values = torch.ones(7, 5, requires_grad=True)
    hidden = Dropout(0.5)(values)
    hidden.sum().backward()
    assert torch.equal(values.grad, hidden.detach())
