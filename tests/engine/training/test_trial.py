"""What a machine does fastest is found by trying, kept, and never at the price of what is learned."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.prepare import DataShape, TargetColumn
from trainer_gui.engine.execution import Execution, Precision
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.lesson import Examples, Lesson
from trainer_gui.engine.settings import accept
from trainer_gui.engine.training import trial
from trainer_gui.engine.training.found_ways import remembered
from trainer_gui.engine.training.trial import carried_out

_SLOW, _QUICK = 0.03, 0.002  # seconds


class Moody(nn.Module):
    """A network that is slow unless the machine is used in all the ways that it likes."""

    def __init__(self, *likes: str, lies: bool = False) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3)
        self.last = nn.Linear(3, 2)
        self.likes, self.lies = likes, lies

    def forward(self, pictures: Tensor) -> Tensor:
        rounded = torch.is_autocast_enabled("cpu")
        found = {
            "channels last": self.first.weight.is_contiguous(memory_format=torch.channels_last),
            "bfloat16": rounded,
            "1 thread": torch.get_num_threads() == 1,
        }
        self.take_time(len(pictures), all(found[each] for each in self.likes))
        # Too little for threads to be woken, so that a busy machine does not decide.
        answer = self.last(pictures[:, :, :2, :2].float().mean((2, 3)) / 255 + self.first.weight.mean())
        return answer * 50 + 9 if self.lies and rounded else answer

    def take_time(self, rows: int, liked: bool) -> None:
        """Lets a step last."""
        time.sleep(_QUICK if liked else _SLOW)


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lesson]:
    """A run of pictures that is long enough to be worth a trial."""
    threads = torch.get_num_threads()
    monkeypatch.setenv("TRAINER_GUI_HOME", str(tmp_path / "home"))
    # Every machine is taken for one with bfloat16 and, so that a busy one does not decide, a single core.
    monkeypatch.setattr(trial, "formats", lambda device: (Precision.FLOAT32, Precision.BFLOAT16))
    monkeypatch.setattr(trial, "cores", lambda: 1)
    monkeypatch.setattr(trial, "usual_threads", lambda *, pictures: 1)
    draw = np.random.default_rng(0)
    family = FAMILIES["image_network"]
    pictures = draw.integers(0, 256, (64, 3, 8, 8), dtype=np.uint8)
    yield Lesson(
        train=Examples((pictures,), draw.integers(0, 2, 64)),
        validation=Examples((pictures,), draw.integers(0, 2, 64)),
        shape=DataShape(
            task=Task.CLASSIFICATION,
            rows=64,
            picture=(3, 8, 8),
            picture_mean=(0.5,) * 3,
            picture_deviation=(0.3,) * 3,
            outputs=2,
        ),
        size="tiny",
        settings=accept(family.settings, {"epochs": 5000, "batch_size": 32}),
        target=TargetColumn(name="y", task=Task.CLASSIFICATION),
        device="cpu",
        weights=tmp_path / "weights.safetensors",
        state=tmp_path / "last.pt",
        resume=False,
    )
    torch.set_num_threads(threads)


@pytest.mark.parametrize("likes", ["channels last", "bfloat16", "1 thread"])
def test_that_what_the_machine_likes_is_chosen_and_said(plan, likes, monkeypatch):
    if likes == "1 thread":
        monkeypatch.setattr(trial, "cores", lambda: 2)
        monkeypatch.setattr(trial, "usual_threads", lambda *, pictures: 2)
    found = carried_out(lambda: Moody(likes), plan)
    assert likes in found.in_words
    assert found.gain > 1.15
    assert "times as fast" in found.why
    assert len(found.tried) > 1


@pytest.mark.parametrize("busy", [0, 4, 8])
def test_that_a_way_is_found_also_where_a_busy_moment_hit_it_once(plan, busy):
    """Only the order of the pixels and the format together are quick, and not in their first steps."""
    left = busy

    class Unlucky(Moody):
        def take_time(self, rows: int, liked: bool) -> None:
            nonlocal left
            left -= liked
            super().take_time(rows, liked and left < 0)

    found = carried_out(lambda: Unlucky("channels last", "bfloat16"), plan)
    assert left < 0
    assert found.channels_last
    assert found.precision is Precision.BFLOAT16
    assert found.gain > 1.15


class Clock:
    """A clock that only goes on when a network computes."""

    def __init__(self) -> None:
        self.now = 100.0

    def perf_counter(self) -> float:
        return self.now

    def process_time(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("seconds", "batch"),
    [(2.0**-13, 32), (2.0**-10, 32), (2.0**-8, 25), (2.0**-4, 4), (0.25, 4), (10.0, 4)],
)
def test_that_few_pictures_of_a_slow_network_are_tried_and_not_for_long(plan, monkeypatch, seconds, batch):
    clock, steps = Clock(), []
    monkeypatch.setattr(trial, "time", clock)

    class Timed(Moody):
        def take_time(self, rows: int, liked: bool) -> None:
            clock.now += rows * seconds
            steps.append(rows)

    begin = clock.now
    found = carried_out(lambda: Timed("channels last"), plan)
    assert steps[:2] == [4] * len(steps[:2])
    assert set(steps[2:]) <= {batch}
    assert (len(steps) == 1) == (seconds == 10.0)
    share = trial._SHARE * 5000 * 64 * seconds  # of the run's own time
    # A way's first step and its next may begin just before the end.
    assert clock.now - begin <= max(4 * seconds, min(trial._MOST, share) + 2 * batch * seconds)
    assert found.threads == 1


def test_that_a_format_that_learns_something_else_is_no_gain(plan):
    found = carried_out(lambda: Moody("bfloat16", lies=True), plan)
    assert found.precision is Precision.FLOAT32


def test_that_a_number_is_predicted_with_all_digits(plan):
    shape = plan.shape.model_copy(update={"task": Task.REGRESSION, "outputs": 1})
    targets = np.zeros(64, dtype=np.float32)
    plan = dataclasses.replace(
        plan,
        shape=shape,
        target=TargetColumn(name="y", task=Task.REGRESSION),
        train=Examples(plan.train.inputs, targets),
    )

    class Narrow(Moody):
        def forward(self, pictures: Tensor) -> Tensor:
            return super().forward(pictures)[:, :1]

    found = carried_out(lambda: Narrow("bfloat16"), plan)
    assert found.precision is Precision.FLOAT32


def test_that_a_short_run_is_not_held_up(plan):
    settings = plan.settings.model_copy(update={"epochs": 20})
    found = carried_out(lambda: Moody("bfloat16"), dataclasses.replace(plan, settings=settings))
    assert found.threads == 1
    assert not found.tried
    assert "too short" in found.why


def test_that_what_was_found_is_kept_for_the_same_kind_of_run(plan):
    def build() -> nn.Module:
        return Moody("channels last")

    found = carried_out(build, plan)
    assert remembered(build, plan.shape, plan.settings, "cpu") == found
    assert carried_out(lambda: Moody("bfloat16"), plan) == found
    other = plan.settings.model_copy(update={"batch_size": 16})
    assert remembered(build, plan.shape, other, "cpu") is None


def test_that_a_recipe_repeats_what_it_holds_and_only_for_the_same_kind_of_run(plan):
    found = carried_out(lambda: Moody("channels last"), plan)
    held = found.model_copy(update={"threads": 2, "why": "as the recipe says"})
    again = dataclasses.replace(plan, execution=held)
    assert carried_out(lambda: Moody("channels last"), again) == held
    assert torch.get_num_threads() == 2
    elsewhere = held.model_copy(update={"work": "another machine"})
    assert (
        carried_out(lambda: Moody("channels last"), dataclasses.replace(plan, execution=elsewhere)) == found
    )


def test_that_what_the_settings_say_is_left_alone(plan):
    settings = plan.settings.model_copy(update={"threads": 2, "precision": Precision.FLOAT32})
    found = carried_out(lambda: Moody("1 thread"), dataclasses.replace(plan, settings=settings))
    assert (found.threads, found.precision) == (2, Precision.FLOAT32)


def test_that_a_damaged_memory_of_findings_is_passed_over(plan, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "executions.json").write_text("[1, 2", encoding="utf-8")
    assert isinstance(carried_out(lambda: Moody("1 thread"), plan), Execution)
