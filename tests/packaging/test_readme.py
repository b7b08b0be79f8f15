"""What the README promises is so."""

import re
import types
from pathlib import Path

import numpy as np
import pytest
import torch

from trainer_gui.cli import WORDS
from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.prepare import DataShape
from trainer_gui.engine.family import NetworkFamily
from trainer_gui.engine.settings import accept
from trainer_gui.engine.sources import SOURCES

CHECKOUT = Path(__file__).resolve().parents[2]
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")


def test_that_the_family_of_the_readme_works_as_it_stands() -> None:
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert code is not None
    module = types.ModuleType("one_layer")
    exec(compile(code.group(1), "README.md", "exec"), module.__dict__)
    family = module.__dict__["ONE_LAYER"]
    assert isinstance(family, NetworkFamily)
    shape = DataShape(task=Task.CLASSIFICATION, rows=50, numbers=3, categories=(4,), outputs=2)
    for size, _ in family.sizes:
        settings = accept(family.settings, family.defaults(shape, size))
        network = family.build(shape, size, settings)
        answer = network(torch.zeros(5, 3), torch.from_numpy(np.zeros((5, 1), dtype=np.int64)))
        assert answer.shape == (5, 2)
        assert family.count_parameters(shape, size, settings) == sum(
            each.numel() for each in network.parameters()
        )


def test_that_every_word_of_the_command_line_is_in_the_readme() -> None:
    shown = set(re.findall(r"\.venv/bin/trainer-gui (\w+)", README))
    assert shown == set(WORDS)


@pytest.mark.parametrize("path", re.findall(r"(?:\]\(|src(?:set)?=\")([\w./-]+)", README))
def test_that_what_the_readme_points_at_exists(path: str) -> None:
    assert (CHECKOUT / path).exists()


def test_that_the_readme_names_every_kind_of_file_that_can_be_opened() -> None:
    for source in SOURCES:
        assert not source.endings or any(each in README for each in source.endings), source.name
