"""A forecast where the memory is full."""

from __future__ import annotations

import pytest
import torch

from tests.engine.training.test_going_on import lesson
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.training.layers import TableInput

FAMILY = FAMILIES["neural_network"]


def limit(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Lets the memory hold so many rows at a time."""
    inner = TableInput.forward

    def short_of_memory(self, rows):
        if len(rows) > most:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return inner(self, rows)

    monkeypatch.setattr(TableInput, "forward", short_of_memory)


def test_that_a_batch_too_large_for_the_memory_is_forecast_in_parts(tmp_path, monkeypatch):
    plan = lesson(tmp_path, "neural_network", batch_size=64)
    limit(monkeypatch, 20)
    assert FAMILY.forecast(plan.shape, "tiny", plan.settings, "cpu", 10).seconds > 0


def test_that_a_model_too_large_for_the_memory_is_said_in_words(tmp_path, monkeypatch):
    plan = lesson(tmp_path, "neural_network", batch_size=64)
    limit(monkeypatch, 1)
    with pytest.raises(UserError, match="too small for this model"):
        FAMILY.forecast(plan.shape, "tiny", plan.settings, "cpu", 10)


def test_that_two_processes_are_forecast(tmp_path):
    plan = lesson(tmp_path, "neural_network", batch_size=64)
    assert FAMILY.forecast(plan.shape, "tiny", plan.settings, "cpu:2", 10).seconds > 0
