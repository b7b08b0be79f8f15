"""Gradients by formula are those of autograd, whatever the families with formulas are made of."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from tests.engine.training.test_going_on import curve, lesson
from tests.stopping import StopsAfter
from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.prepare import DataShape
from trainer_gui.engine.events import Adapted, RunFinished
from trainer_gui.engine.execution import Execution, Precision
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.settings import accept
from trainer_gui.engine.training.direct import direct
from trainer_gui.engine.training.metrics import Loss
from trainer_gui.engine.training.step import Step

CPU = torch.device("cpu")
NET = {"width": 24, "layers": 3, "dropout": 0.4}
CASES = [
    ("neural_network", NET),
    ("neural_network", {**NET, "normalisation": "layer", "label_smoothing": 0.2}),
    ("neural_network", {**NET, "normalisation": "none", "class_weights": "balanced"}),
    ("neural_network", {**NET, "dropout": 0.0, "class_weights": "balanced", "label_smoothing": 0.1}),
    ("linear", {"factors": 0}),
    ("linear", {"factors": 3, "label_smoothing": 0.3}),
]


class Twice:
    """One network twice, with a loss and a batch: one for autograd, one for formulas."""

    def __init__(self, family: str, wanted: dict[str, Any], task: Task, numbers: int = 4) -> None:
        outputs = 3 if task is Task.CLASSIFICATION else 1
        shape = DataShape(task=task, rows=19, numbers=numbers, categories=(3, 9), outputs=outputs)
        kind = FAMILIES[family]
        self.settings = accept(kind.settings, wanted)
        torch.manual_seed(1)
        self.theirs = kind.build(shape, "small", self.settings)
        for each in self.theirs.parameters():  # none stays zero or one, where a wrong formula would not show
            if each.requires_grad:
                nn.init.normal_(each, 0.3, 0.5)
        self.ours = kind.build(shape, "small", self.settings)
        self.ours.load_state_dict(self.theirs.state_dict())
        self.inputs: list[Tensor] = [torch.randn(19, numbers)] if numbers else []
        self.inputs.append(torch.stack([torch.randint(0, each, (19,)) for each in shape.categories], 1))
        self.targets = torch.randint(0, 3, (19,)) if outputs > 1 else torch.randn(19)
        self.loss = Loss(task, self.settings, self.targets, outputs)


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize(("family", "wanted"), CASES)
def test_that_formulas_find_what_autograd_finds(family, wanted, task):
    both = Twice(family, wanted, task, numbers=0 if "class_weights" in wanted else 4)
    found = direct(both.ours, both.loss)
    assert found is not None
    for number in range(3):  # running means and chance go on alike too
        torch.manual_seed(number)
        both.theirs.zero_grad()
        expected = both.loss(both.theirs(*both.inputs), both.targets)
        expected.backward()
        drawn = torch.get_rng_state()
        torch.manual_seed(number)
        said = found.descend(both.inputs, both.targets)
        assert torch.equal(torch.get_rng_state(), drawn)
        torch.testing.assert_close(said, expected.detach(), rtol=1e-5, atol=1e-6)
        pairs = zip(both.ours.named_parameters(), both.theirs.parameters(), strict=True)
        for (name, mine), his in pairs:
            assert (mine.grad is None) == (his.grad is None), name
            if his.grad is not None:
                assert his.grad.abs().max() > 0, name
                torch.testing.assert_close(mine.grad, his.grad, rtol=1e-4, atol=1e-6, msg=name)
    torch.testing.assert_close(both.ours.state_dict(), both.theirs.state_dict())
    gathered = [each.grad.flatten() for each in both.ours.parameters() if each.grad is not None]
    torch.testing.assert_close(torch.cat(gathered).norm(), found.gradients.norm())


@pytest.mark.parametrize("optimiser", ["adamw", "sgd"])
@pytest.mark.parametrize("most", [0.0, 0.05])
def test_that_steps_by_formula_lead_where_those_of_autograd_lead(optimiser, most):
    changes = {**NET, "optimiser": optimiser, "gradient_clipping": most}
    both = Twice("neural_network", changes, Task.CLASSIFICATION)
    steps = [
        Step(network, both.loss, both.settings, Execution(direct=way), CPU)
        for network, way in ((both.ours, True), (both.theirs, False))
    ]
    for number in range(6):
        said = []
        for step in steps:
            step.parts = 2 if number == 3 else 1  # where memory was short for a while
            torch.manual_seed(number)
            said.append(step.take(both.inputs, both.targets, 0.01))
        (loss, length), (expected, long) = said
        assert float(loss) == pytest.approx(float(expected), rel=1e-4)
        assert (length is None) == (long is None) == (not most)
        assert float(length or 0.0) == pytest.approx(float(long or 0.0), rel=1e-4)
    torch.testing.assert_close(both.ours.state_dict(), both.theirs.state_dict(), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("family", "changes"), [("neural_network", {}), ("neural_network", {"normalisation": "layer"})]
)
def test_that_a_run_says_that_it_computes_so_and_leaves_a_slow_step_exactly(
    family, changes, tmp_path, monkeypatch
):
    changes = {"layers": 2, **changes}
    kind = FAMILIES[family]
    expected = list(kind.learn(lesson(tmp_path / "whole", family, **changes), Control()))
    way = next(each.execution for each in expected if isinstance(each, Adapted))
    assert way.direct
    assert "gradients by formula" in way.in_words
    assert "formula" not in way.model_copy(update={"precision": Precision.BFLOAT16}).in_words
    monkeypatch.setattr("trainer_gui.engine.training.way_out._SLOW", -1.0)
    seen: list[Any] = []
    left = 0
    for number, looks in enumerate([9, 40, 23, 77, 10**9]):
        control = StopsAfter(looks)
        again = lesson(tmp_path / "parts", family, resume=number > 0, **changes)
        seen += kind.learn(again, control)
        left += not isinstance(seen[-1], RunFinished)
    assert left == 4
    assert curve(seen) == curve(expected)


@pytest.mark.parametrize("kept", ["frozen", "as when it is used"])
def test_that_a_network_that_learns_in_part_is_left_to_autograd(kept):
    both = Twice("neural_network", NET, Task.CLASSIFICATION)
    assert direct(both.ours, both.loss) is not None
    layer = next(each for each in both.ours if isinstance(each, nn.BatchNorm1d))
    layer.train(kept == "frozen")
    layer.requires_grad_(kept != "frozen")
    assert direct(both.ours, both.loss) is None


def test_that_what_has_no_formula_is_left_to_autograd():
    shape = DataShape(task=Task.CLASSIFICATION, rows=9, numbers=2, texts=(5,), outputs=2)
    for name in ("neural_network", "linear"):
        kind = FAMILIES[name]
        settings = accept(kind.settings, {})
        network = kind.build(shape, "tiny", settings)
        loss = Loss(shape.task, settings, torch.zeros(9, dtype=torch.int64), 2)
        assert direct(network, loss) is None
        step = Step(network, loss, settings, Execution(direct=True), CPU)
        inputs = [torch.randn(9, 2), torch.randint(0, 99, (9, 5))]
        step.take(inputs, torch.zeros(9, dtype=torch.int64), 0.1)
        assert all(each.grad is not None for each in step.parameters)
