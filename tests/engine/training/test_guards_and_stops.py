"""What the guards did outlives a stop, and what is saved costs next to nothing."""

from __future__ import annotations

import ast
import contextlib
import errno
import inspect
import io
import itertools
from functools import partial

import pytest
import torch

from tests.engine.training.test_going_on import curve, lesson
from tests.stopping import StopsAfter
from trainer_gui.engine.control import Control
from trainer_gui.engine.events import EpochEnded, Noticed, RunFinished
from trainer_gui.engine.execution import Execution, Precision
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.training import checkpoint, loop, watch
from trainer_gui.engine.training.checkpoint import Saver, write_state
from trainer_gui.engine.training.layers import TableInput
from trainer_gui.engine.training.step import NotFiniteError
from trainer_gui.engine.training.training import Training

FAMILY = FAMILIES["neural_network"]
CALM = {"normalisation": "none", "dropout": 0.0}


@pytest.mark.parametrize("looks", [2, 6, 8, 9, 13, 16])
def test_that_a_rate_that_was_lowered_stays_so_after_a_stop(tmp_path, monkeypatch, looks):
    """The step 8, in the second epoch, is no number; it is stopped before, at and after that."""
    inner = Training.take

    def spoiled(self, rows):
        if self.step_number == 8 and not self.slowed:
            raise NotFiniteError
        inner(self, rows)

    monkeypatch.setattr(Training, "take", spoiled)
    expected = list(FAMILY.learn(lesson(tmp_path / "whole", "neural_network"), Control()))
    seen = list(FAMILY.learn(lesson(tmp_path / "parts", "neural_network"), StopsAfter(looks)))
    seen += FAMILY.learn(lesson(tmp_path / "parts", "neural_network", resume=True), Control())
    for told in (seen, expected):
        keys = [each.problem.key for each in told if isinstance(each, Noticed)]
        assert keys == ["training.slowed"]
        assert isinstance(told[-1], RunFinished)
    assert curve(seen) == curve(expected)
    assert [each[0] for each in curve(seen)] == [1, 2, 3]


@pytest.mark.parametrize("step", [1, 7])
def test_that_an_overflow_goes_on_in_float32_first(tmp_path, monkeypatch, step):
    inner = Training.take

    def spoiled(self, rows):
        if self.step_number >= step and self.execution.precision is Precision.BFLOAT16:
            raise NotFiniteError
        inner(self, rows)

    monkeypatch.setattr(Training, "take", spoiled)
    plan = lesson(tmp_path, "neural_network", precision="bfloat16")
    seen = list(FAMILY.learn(plan, Control()))
    (said,) = [each.problem for each in seen if isinstance(each, Noticed)]
    assert said.key == "training.overflowed"
    assert "bfloat16" in said.message
    assert isinstance(seen[-1], RunFinished)
    assert torch.load(plan.state, weights_only=True)["precision"] == "float32"


@pytest.mark.parametrize("step", [0, 4, 10])
@pytest.mark.parametrize("looks", [5, 14, 10**9])
def test_that_memory_that_is_full_at_any_step_changes_no_curve(tmp_path, monkeypatch, step, looks):
    """From a step on, only 5 rows fit at a time; the parts stay, also after a stop."""
    expected = list(FAMILY.learn(lesson(tmp_path / "whole", "neural_network", **CALM), Control()))
    inner, take, now = TableInput.forward, Training.take, 0

    def counted(self, rows):
        nonlocal now
        now = self.step_number
        take(self, rows)

    def short_of_memory(self, rows):
        if self.training and len(rows) > 5 and now >= step:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return inner(self, rows)

    monkeypatch.setattr(Training, "take", counted)
    monkeypatch.setattr(TableInput, "forward", short_of_memory)
    seen = list(FAMILY.learn(lesson(tmp_path / "parts", "neural_network", **CALM), StopsAfter(looks)))
    if not isinstance(seen[-1], RunFinished):
        seen += FAMILY.learn(lesson(tmp_path / "parts", "neural_network", resume=True, **CALM), Control())
    said = [each.problem.key for each in seen if isinstance(each, Noticed)]
    assert said == ["memory.divided"]
    assert isinstance(seen[-1], RunFinished)
    for ours, theirs in zip(curve(seen), curve(expected), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-4)


class Clock:
    """A clock that only goes on when something takes time, for a training and for a thread that writes."""

    now = ahead = 0.0

    def monotonic(self) -> float:
        return self.now + self.ahead


class Writer:
    """A thread that is busy until so many seconds of the clock are over."""

    def __init__(self, clock: Clock, seconds: float, target, args, name, daemon) -> None:
        self.clock, self.seconds, self.work, self.end = clock, seconds, lambda: target(*args), 0.0

    def start(self) -> None:
        self.end = self.clock.now + self.seconds
        self.work()
        self.clock.ahead = 0.0

    def is_alive(self) -> bool:
        return self.clock.now < self.end

    def join(self) -> None:
        self.clock.now = max(self.clock.now, self.end)


@pytest.mark.parametrize("epoch", [0.05, 0.3, 20.0, 400.0])
@pytest.mark.parametrize(("copy", "write"), [(0.001, 0.002), (0.1, 0.2), (0.4, 1.0), (1.0, 4.0), (0.1, 70.0)])
def test_that_states_are_never_rarer_than_every_half_minute(tmp_path, monkeypatch, epoch, copy, write):
    """Seconds of an epoch, of copying a state, and until the disk has it."""
    clock = Clock()
    taken: list[float] = []
    ends: list[float] = []

    def snapshot() -> dict[str, object]:
        taken.append(clock.now)
        clock.now += copy
        return {"counts": [1, 1, 1, 0], "best_weights": {}}

    def written(*anything: object) -> None:
        clock.ahead = write

    monkeypatch.setattr(checkpoint, "time", clock)
    monkeypatch.setattr(checkpoint.threading, "Thread", partial(Writer, clock, write))
    monkeypatch.setattr(checkpoint, "write_state", written)
    with Saver(tmp_path / "last.pt", tmp_path / "weights.safetensors", snapshot) as saver:
        while clock.now < max(300.0, 10 * epoch):
            for _ in range(10):
                clock.now += epoch / 10
                saver.within_epoch()
            ends.append(clock.now)
            saver.after_epoch()
        over = clock.now
    each_costs = copy + write / 2
    assert each_costs * len(taken) <= max(0.03, each_costs / 30) * over + each_costs  # but for the first
    gaps = [after - before for before, after in itertools.pairwise(taken)]
    look = epoch / 10 + copy
    assert max(gaps) <= max(30.0, copy + write) + look
    # An epoch that lasts long enough for it has its state.
    if epoch > max(1.0, each_costs / 0.03, copy + write):
        pairs = itertools.pairwise([0.0, *ends])
        assert all(any(begin < each <= end for each in taken) for begin, end in pairs)


def test_that_a_state_is_as_young_as_is_promised_after_a_pause_too(tmp_path, monkeypatch):
    clock = Clock()
    taken: list[float] = []

    def snapshot() -> dict[str, object]:
        taken.append(clock.now)
        return {"counts": [1, 1, 1, 0], "best_weights": {}}

    monkeypatch.setattr(checkpoint, "time", clock)
    with Saver(tmp_path / "last.pt", tmp_path / "weights.safetensors", snapshot) as saver:
        clock.now = 7.0
        saver.now()
        for _ in range(70):
            clock.now += 1.0
            saver.within_epoch()
            saver._finish()
    assert taken == [7.0, 37.0, 67.0]


@pytest.mark.parametrize("writes", range(0, 37, 6))
def test_that_a_disk_that_is_full_in_the_middle_of_a_state_is_told_as_that(tmp_path, monkeypatch, writes):
    class Full(io.BytesIO):
        left = writes

        def write(self, data) -> int:
            self.left -= 1
            if self.left < 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(data)

    @contextlib.contextmanager
    def replacing(path):
        yield Full()

    monkeypatch.setattr(checkpoint, "replacing", replacing)
    state = {str(number): torch.zeros(999) for number in range(6)}
    with pytest.raises(OSError, match="No space"):
        write_state(tmp_path / "last.pt", state)


def test_that_the_epoch_loop_fits_on_a_page_and_knows_no_device_and_no_format():
    for each in (loop.learn, loop._epochs):
        assert len(inspect.getsource(each).splitlines()) <= 45
    tree = ast.parse(inspect.getsource(loop))
    words = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)}
    words |= {each.attr for each in ast.walk(tree) if isinstance(each, ast.Attribute)}
    assert not words & {"torch", "autocast", "cuda", "Precision", "backward", "optimiser", "zero_grad"}
    assert "Guard" in words
    assert Execution.__name__ not in words


def test_that_rows_of_an_earlier_sitting_do_not_make_it_look_faster(tmp_path, monkeypatch):
    """Every step takes a second of a clock of its own, and has at most 16 rows."""

    class Clock:
        now = 0.0

        def monotonic(self) -> float:
            return self.now

    clock, inner = Clock(), Training.take

    def slow(self, rows):
        clock.now += 1.0
        inner(self, rows)

    monkeypatch.setattr(watch, "time", clock)
    monkeypatch.setattr(Training, "take", slow)
    seen = list(FAMILY.learn(lesson(tmp_path, "neural_network"), StopsAfter(4)))
    seen += FAMILY.learn(lesson(tmp_path, "neural_network", resume=True), Control())
    speeds = [each.rows_per_second for each in seen if isinstance(each, EpochEnded)]
    assert speeds == [13.0, 15.0, 15.0]  # 26 rows in two steps, then 90 in six
