"""Gradients of a stack by formula are those of autograd for every member's own network."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.prepare import DataShape
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.settings import accept
from trainer_gui.engine.training.layers import Chain, FactorisationMachine, TableInput
from trainer_gui.engine.training.metrics import Loss
from trainer_gui.engine.training.stacked.descent import Descent
from trainer_gui.engine.training.stacked.losses import Losses
from trainer_gui.engine.training.stacked.masks import Masks
from trainer_gui.engine.training.stacked.network import DECAYED, PLAIN, Rows, StackedNetwork, parsed

CPU = torch.device("cpu")
NET = {"width": 24, "layers": 3}
DRAWS = ({"dropout": 0.0}, {"dropout": 0.4}, {"dropout": 0.2})
WEIGHS = ({}, {"class_weights": "balanced"}, {"label_smoothing": 0.3})
BOTH = ({"class_weights": "balanced", "label_smoothing": 0.2}, {"label_smoothing": 0.1}, {})
CASES = [
    pytest.param("neural_network", NET, DRAWS, id="batch norm"),
    pytest.param("neural_network", {**NET, "normalisation": "layer"}, DRAWS, id="layer norm"),
    pytest.param("neural_network", {**NET, "normalisation": "none"}, WEIGHS, id="plain, weights"),
    pytest.param("neural_network", {**NET, "dropout": 0.0}, BOTH, id="weights and smoothing"),
    pytest.param("linear", {"factors": 0}, ({},) * 3, id="linear"),
    pytest.param("linear", {"factors": 3}, ({}, {"label_smoothing": 0.3}, {}), id="factors"),
]


def stir(network: nn.Module) -> None:
    """No weight stays zero or one, where a wrong formula would not show."""
    for each in network.parameters():
        if each.requires_grad:
            nn.init.normal_(each, 0.3, 0.5)


class Members:
    """Three networks, each for itself and as a stack, with their batches."""

    def __init__(self, networks: list[nn.Module], losses: list[Loss], inputs: list[list[Tensor]]) -> None:
        self.networks, self.losses, self.inputs = networks, losses, inputs
        self.stack = StackedNetwork(networks)
        self.rows: Rows = self.stack.rows_of(networks)
        chances = [torch.Generator().manual_seed(each) for each in range(len(networks))]
        self.chances = [each.get_state() for each in chances]
        masks = Masks(self.stack.shares, chances, CPU)
        self.descent = Descent(self.stack, self.rows, masks, Losses(losses, CPU))

    def hold(self, targets: Tensor) -> None:
        """Holds losses, gradients and running means of a step against each network's own."""
        several = [torch.stack(each) for each in zip(*self.inputs, strict=True)]
        said = self.descent.descend(several, targets)
        gradients = {**self.rows, **self.descent.gradients}
        for at, (network, loss, inputs) in enumerate(
            zip(self.networks, self.losses, self.inputs, strict=True)
        ):
            network.zero_grad()
            network.train()
            torch.set_rng_state(self.chances[at])
            expected = loss(network(*inputs), targets[at])
            expected.backward()
            self.chances[at] = torch.get_rng_state()
            torch.testing.assert_close(said[at], expected.detach(), rtol=1e-5, atol=1e-6)
            mine = self.stack.state_of(gradients, at, at)
            for name, each in network.named_parameters():
                if each.requires_grad:
                    most = float(each.grad.abs().max())
                    assert most > 0, name
                    torch.testing.assert_close(mine[name], each.grad, rtol=1e-4, atol=1e-5 * most, msg=name)
            torch.testing.assert_close(self.stack.state_of(self.rows, at, at), network.state_dict())
        answers = self.descent.answers(several)
        for at, (network, inputs) in enumerate(zip(self.networks, self.inputs, strict=True)):
            with torch.no_grad():
                torch.testing.assert_close(answers[at], network.eval()(*inputs), rtol=1e-4, atol=1e-5)


def inputs_of(rows: int, places: tuple[int, ...]) -> list[Tensor]:
    """Four numbers and some categories."""
    return [torch.randn(rows, 4), torch.stack([torch.randint(0, each, (rows,)) for each in places], 1)]


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize(("family", "wanted", "own"), CASES)
def test_that_formulas_find_for_every_member_what_autograd_finds(family, wanted, own, task):
    outputs = 3 if task is Task.CLASSIFICATION else 1
    shape = DataShape(task=task, rows=19, numbers=4, categories=(3, 9), outputs=outputs)
    kind: Any = FAMILIES[family]
    torch.manual_seed(1)
    settings = [accept(kind.settings, {**wanted, **each}) for each in own]
    networks = [kind.build(shape, "small", each) for each in settings]
    for each in networks:
        stir(each)
    targets = torch.randint(0, 3, (3, 19)) if outputs > 1 else torch.randn(3, 19)
    losses = [Loss(task, each, targets[at], outputs) for at, each in enumerate(settings)]
    members = Members(networks, losses, [inputs_of(19, shape.categories) for _ in range(3)])
    assert set(members.descent.gradients) <= {DECAYED, PLAIN}
    for _ in range(3):  # running means and chance go on alike too
        members.hold(targets)
    members.inputs = [[each[:7] for each in inputs] for inputs in members.inputs]
    members.hold(targets[:, :7])  # a last batch of other size


def test_that_factors_behind_learned_categories_are_learned_through():
    torch.manual_seed(3)
    networks = []
    for _ in range(2):
        entrance = TableInput(4, (3, 9), one_hot=False)
        networks.append(Chain(entrance, FactorisationMachine(entrance.width, 1, 3)))
        stir(networks[-1])
    settings = accept(FAMILIES["linear"].settings, {})
    targets = torch.randn(2, 11)
    losses = [Loss(Task.REGRESSION, settings, each, 1) for each in targets]
    members = Members(networks, losses, [inputs_of(11, (3, 9)) for _ in range(2)])
    members.hold(targets)


def test_that_a_network_whose_second_piece_would_write_over_its_rows_is_not_stacked():
    entrance = TableInput(4, (), one_hot=True)
    assert parsed(Chain(entrance, nn.Linear(4, 2))) is not None
    assert parsed(Chain(entrance, nn.ReLU(), nn.Linear(4, 2))) is None
