"""A training that is interrupted anywhere goes on as if nothing had happened."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stopping import StopsAfter
from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.prepare import DataShape, TargetColumn
from trainer_gui.engine.events import BatchesDone, EpochEnded, Noticed, RunFinished, RunResumed
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.lesson import Examples, Lesson
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.settings import accept
from trainer_gui.engine.training import checkpoint
from trainer_gui.engine.training.checkpoint import earlier
from trainer_gui.engine.training.layers import TableInput
from trainer_gui.engine.training.metrics import Loss

_ROWS = 90


def lesson(folder: Path, name: str, *, resume: bool = False, **changes: object) -> Lesson:
    """Three epochs of six batches with all that draws by chance: dropout, shifts, shuffles."""
    draw = np.random.default_rng(5)
    family = FAMILIES[name]
    if name == "image_network":
        inputs = draw.integers(0, 256, (_ROWS, 1, 8, 8), dtype=np.uint8)
        shape = DataShape(
            task=Task.CLASSIFICATION,
            rows=_ROWS,
            picture=(1, 8, 8),
            picture_mean=(0.5,),
            picture_deviation=(0.3,),
            outputs=3,
        )
    else:
        inputs = draw.normal(size=(_ROWS, 4)).astype(np.float32)
        shape = DataShape(task=Task.CLASSIFICATION, rows=_ROWS, numbers=4, outputs=3)
    targets = draw.integers(0, 3, _ROWS)
    wanted = {"epochs": 3, "batch_size": 16, "dropout": 0.3, "threads": 1, "learning_rate": 0.01} | changes
    return Lesson(
        train=Examples((inputs,), targets),
        validation=Examples((inputs[:30],), targets[:30]),
        shape=shape,
        size="tiny",
        settings=accept(family.settings, wanted),
        target=TargetColumn(name="y", task=Task.CLASSIFICATION),
        device="cpu",
        weights=folder / "model" / "weights.safetensors",
        state=folder / "checkpoints" / "last.pt",
        resume=resume,
    )


def curve(events: list[object]) -> list[tuple[int, float, float]]:
    """Epoch, training loss and validation loss, every digit."""
    ended = [each for each in events if isinstance(each, EpochEnded)]
    return [(each.epoch, each.train_loss, each.validation_loss) for each in ended]


@settings(max_examples=12, deadline=None, derandomize=True)
@given(stops=st.lists(st.integers(0, 150), min_size=1, max_size=4))
def test_that_a_slow_step_is_left_in_its_middle_and_taken_again_exactly(tmp_path_factory, stops):
    """A stop is wanted between any two layers, on the way forward and backward."""
    whole, parts = tmp_path_factory.mktemp("whole"), tmp_path_factory.mktemp("parts")
    family = FAMILIES["image_network"]
    expected = list(family.learn(lesson(whole, "image_network"), Control()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trainer_gui.engine.training.way_out._SLOW", -1.0)
        seen: list[object] = []
        for number, looks in enumerate([*stops, 10**9]):
            again = lesson(parts, "image_network", resume=number > 0)
            seen += family.learn(again, StopsAfter(looks))
            if isinstance(seen[-1], RunFinished):
                break
    assert curve(seen) == curve(expected)
    ours, theirs = lesson(parts, "image_network"), lesson(whole, "image_network")
    assert ours.weights.read_bytes() == theirs.weights.read_bytes()


def test_that_a_damaged_state_gives_way_to_the_one_before(tmp_path):
    family = FAMILIES["neural_network"]
    list(family.learn(lesson(tmp_path, "neural_network"), StopsAfter(8)))
    again = lesson(tmp_path, "neural_network", resume=True)
    list(family.learn(again, StopsAfter(2)))
    assert earlier(again.state).exists()
    again.state.write_bytes(b"half of it")
    assert isinstance(list(family.learn(again, Control()))[-1], RunFinished)


def test_that_two_damaged_states_are_said_in_words(tmp_path):
    family = FAMILIES["neural_network"]
    list(family.learn(lesson(tmp_path, "neural_network"), StopsAfter(8)))
    again = lesson(tmp_path, "neural_network", resume=True)
    again.state.write_bytes(b"half of it")
    earlier(again.state).write_bytes(b"")
    with pytest.raises(UserError, match="damaged"):
        list(family.learn(again, Control()))


def test_that_a_batch_too_large_for_the_memory_is_divided_and_learns_the_same(tmp_path, monkeypatch):
    family = FAMILIES["neural_network"]
    calm = {"normalisation": "none", "dropout": 0.0}
    expected = list(family.learn(lesson(tmp_path / "whole", "neural_network", **calm), Control()))
    inner = TableInput.forward

    def short_of_memory(self, rows):
        if self.training and len(rows) > 5:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return inner(self, rows)

    monkeypatch.setattr(TableInput, "forward", short_of_memory)
    seen = list(family.learn(lesson(tmp_path / "parts", "neural_network", **calm), Control()))
    said = [each.problem for each in seen if isinstance(each, Noticed)]
    assert [each.key for each in said] == ["memory.divided"]
    assert "4 parts" in said[0].message
    assert "stay the same" in said[0].advice  # with batch normalisation they do not quite, which is said
    assert [each[0] for each in curve(seen)] == [1, 2, 3]
    for ours, theirs in zip(curve(seen), curve(expected), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-4)


def test_that_a_check_too_large_for_the_memory_is_done_in_parts(tmp_path, monkeypatch):
    family = FAMILIES["neural_network"]
    expected = list(family.learn(lesson(tmp_path / "whole", "neural_network"), Control()))
    inner = TableInput.forward

    def short_of_memory(self, rows):
        if not self.training and len(rows) > 5:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return inner(self, rows)

    monkeypatch.setattr(TableInput, "forward", short_of_memory)
    seen = list(family.learn(lesson(tmp_path / "parts", "neural_network"), Control()))
    assert isinstance(seen[-1], RunFinished)
    for ours, theirs in zip(curve(seen), curve(expected), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-5)


def test_that_a_row_too_large_for_the_memory_ends_in_the_error_itself(tmp_path, monkeypatch):
    def full(*anything: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    monkeypatch.setattr("trainer_gui.engine.training.step.Step.take", full)
    with pytest.raises(torch.OutOfMemoryError):
        list(FAMILIES["neural_network"].learn(lesson(tmp_path, "neural_network"), Control()))


@pytest.mark.parametrize("step", [0, 3, 8])
def test_that_a_loss_that_is_no_number_never_reaches_the_weights(tmp_path, monkeypatch, step):
    inner = Loss.descent
    count = 0

    def spoiled(self, outputs, targets):
        nonlocal count
        count += 1
        loss, given = inner(self, outputs, targets)
        return loss * float("nan") if count == step + 1 else loss, given

    monkeypatch.setattr(Loss, "descent", spoiled)
    seen = list(FAMILIES["neural_network"].learn(lesson(tmp_path, "neural_network"), Control()))
    said = [each.problem for each in seen if isinstance(each, Noticed)]
    assert [each.key for each in said] == ["training.slowed"]
    assert f"epoch {step // 6 + 1}" in said[0].message
    assert isinstance(seen[-1], RunFinished)
    assert [each[0] for each in curve(seen)] == [1, 2, 3]
    assert np.isfinite([each[1:] for each in curve(seen)]).all()


def test_that_an_infinite_input_is_named(tmp_path):
    plan = lesson(tmp_path, "neural_network")
    plan.train.inputs[0][17, 2] = np.inf
    plan = type(plan)(**{**vars(plan), "number_names": ("a", "b", "height", "c")})
    with pytest.raises(UserError, match="height"):
        list(FAMILIES["neural_network"].learn(plan, Control()))


def test_that_a_full_disk_is_an_error_and_the_state_before_stays(tmp_path, monkeypatch):
    import errno

    family = FAMILIES["neural_network"]
    list(family.learn(lesson(tmp_path, "neural_network"), StopsAfter(8)))
    again = lesson(tmp_path, "neural_network", resume=True)
    before = again.state.read_bytes()

    def full(*anything: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("trainer_gui.engine.disk.os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            list(family.learn(again, Control()))
    assert before in (
        again.state.read_bytes() if again.state.exists() else b"",
        earlier(again.state).read_bytes(),
    )
    assert isinstance(list(family.learn(again, Control()))[-1], RunFinished)


class AtOnce:
    """A thread that is done when it has been started."""

    def __init__(self, target, args, name, daemon) -> None:
        self.start = lambda: target(*args)
        self.join = lambda: None
        self.is_alive = lambda: False


def test_that_a_state_from_within_an_epoch_goes_on_to_the_same_end(tmp_path, monkeypatch):
    """As after kill -9: only what was written by itself in the middle of an epoch is left."""
    monkeypatch.setattr("trainer_gui.engine.training.watch._SAY_EVERY", 0.0)
    monkeypatch.setattr(checkpoint, "_AT_MOST", 0.0)
    monkeypatch.setattr(checkpoint.threading, "Thread", AtOnce)
    family = FAMILIES["neural_network"]
    plan = lesson(tmp_path, "neural_network")
    states: list[bytes] = []
    expected: list[object] = []
    for event in family.learn(plan, Control()):
        expected.append(event)
        if isinstance(event, BatchesDone | EpochEnded) and plan.state.exists():
            states.append(plan.state.read_bytes())
    within = [each for each in dict.fromkeys(states) if _batch_of(each)]
    assert {_batch_of(each) for each in within} == {1, 2, 3, 4, 5, 6}  # the last while the epoch is checked
    for state in within[2::5]:
        plan.state.write_bytes(state)
        seen = list(family.learn(lesson(tmp_path, "neural_network", resume=True), Control()))
        resumed = next(each for each in seen if isinstance(each, RunResumed))
        assert curve(seen) == curve(expected)[resumed.epoch :]


def _batch_of(state: bytes) -> int:
    """How many batches of its epoch are done in a saved state."""
    return int(torch.load(io.BytesIO(state), weights_only=True)["counts"][3])
