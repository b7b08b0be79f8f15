"""Several processes that train together learn what one learns."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
import torch
from torch import Tensor, nn

from tests.engine.training.test_going_on import curve, lesson
from trainer_gui.engine.control import Control
from trainer_gui.engine.events import EpochEnded, Event, Noticed, Paused, RunStarted, RunStopped
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.training.checkpoint import read_state
from trainer_gui.engine.training.device import choose
from trainer_gui.engine.training.loop import learn
from trainer_gui.engine.training.together import learn_together

FAMILY = FAMILIES["neural_network"]
CALM = {"normalisation": "none", "dropout": 0.0, "class_weights": "balanced", "optimiser": "adamw"}
LONG = {"epochs": 200_000, "early_stopping": False}


def shared(folder: Path, **changes: object):
    """The same lesson by two processes on the CPU."""
    return replace(lesson(folder, "neural_network", **changes), device="cpu:2")


def test_that_two_processes_learn_the_same_as_one(tmp_path):
    # 90 rows in batches of 16: the last one has 10.
    expected = list(FAMILY.learn(lesson(tmp_path / "one", "neural_network", **CALM), Control()))
    control, seen = Control(), []
    for event in FAMILY.learn(shared(tmp_path / "two", **CALM), control):
        seen.append(event)
        if isinstance(event, RunStarted):
            control.pause()
        if isinstance(event, Paused):
            control.resume()
    assert isinstance(seen[0], RunStarted)
    assert seen[0].device == "2 × CPU, 1 thread"
    assert [each[0] for each in curve(seen)] == [1, 2, 3]
    for ours, theirs in zip(curve(seen), curve(expected), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-4)
    assert seen[-1] == expected[-1]
    assert not list((tmp_path / "two" / "checkpoints").glob("together-*"))


def test_that_what_was_stopped_goes_on_exactly_with_chance_and_all(tmp_path):
    expected = list(FAMILY.learn(shared(tmp_path / "whole"), Control()))
    said = [each.problem.key for each in expected if isinstance(each, Noticed)]
    assert said == ["training.measured_apart"]
    control, seen = Control(), []
    for event in FAMILY.learn(shared(tmp_path / "parts", epochs=3), control):
        seen.append(event)
        if isinstance(event, EpochEnded):
            control.pause()
            control.stop()
    assert isinstance(seen[-1], RunStopped)
    seen += list(FAMILY.learn(replace(shared(tmp_path / "parts"), resume=True), Control()))
    assert curve(seen) == curve(expected)
    ours, theirs = shared(tmp_path / "parts"), shared(tmp_path / "whole")
    assert ours.weights.read_bytes() == theirs.weights.read_bytes()


def processes_of(folder: Path) -> list[psutil.Process]:
    """Everyone who was given this folder: the launcher and those that train."""
    found = []
    for each in psutil.process_iter():
        try:
            words = each.cmdline()
        except psutil.Error:
            continue
        if any(str(folder) in word for word in words) and "trainer_gui.engine.training.worker" in words:
            found.append(each)
    return found


def kill_one_in_its_third_epoch(events: Iterator[Event], folder: Path) -> None:
    """Reads them all; the one that is killed is not the one that speaks."""
    for event in events:
        if isinstance(event, EpochEnded) and event.epoch == 3:
            trains = [each for each in processes_of(folder) if "--standalone" not in each.cmdline()]
            assert len(trains) == 2
            trains[-1].kill()


def test_that_the_death_of_one_ends_the_run_in_words_and_the_state_stays(tmp_path):
    events = FAMILY.learn(shared(tmp_path, **LONG), Control())
    with pytest.raises(UserError, match="ended from outside"):
        kill_one_in_its_third_epoch(events, tmp_path)
    assert not processes_of(tmp_path)
    assert read_state(shared(tmp_path).state)["counts"][0] >= 1


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_that_nobody_is_left_when_the_program_is_killed(tmp_path):
    script = (
        "from pathlib import Path\nimport sys\n"
        "from tests.engine.training.test_together import FAMILY, LONG, shared\n"
        "from trainer_gui.engine.control import Control\n"
        "for event in FAMILY.learn(shared(Path(sys.argv[1]), **LONG), Control()):\n"
        "    print(type(event).__name__, flush=True)\n"
    )
    paths = os.pathsep.join([str(Path(__file__).parents[3]), os.environ.get("PYTHONPATH", "")])
    program = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert program.stdout is not None
    for line in program.stdout:
        if line.strip() == b"EpochEnded":
            break
    left = processes_of(tmp_path)
    assert len(left) == 3
    program.send_signal(signal.SIGKILL)
    program.wait()
    program.stdout.close()
    _, alive = psutil.wait_procs(left, timeout=30)
    assert not alive


class ShortOfMemory(nn.Module):
    """A layer that a GPU has room for with five rows at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Linear(4, 3)

    def forward(self, rows: Tensor) -> Tensor:
        if self.training and len(rows) > 5:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        found: Tensor = self.inner(rows)
        return found


def test_that_a_share_too_large_for_the_memory_is_divided_by_all(tmp_path):
    seen = list(learn_together(ShortOfMemory, shared(tmp_path / "two", **CALM), Control()))
    said = [each.problem for each in seen if isinstance(each, Noticed)]
    assert [each.key for each in said] == ["memory.divided_together"]
    assert "2 parts" in said[0].message
    assert len([each for each in seen if isinstance(each, RunStarted)]) == 1
    plain = list(learn(lambda: nn.Sequential(OrderedDict(inner=nn.Linear(4, 3))), one(tmp_path), Control()))
    for ours, theirs in zip(curve(seen), curve(plain), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-4)


def one(folder: Path):
    """The lesson of a single process."""
    return lesson(folder / "one", "neural_network", **CALM)


def test_that_too_many_processes_are_refused_in_words():
    with pytest.raises(UserError, match="processor cores"):
        choose("cpu:100000")
    with pytest.raises(UserError, match="no device"):
        choose("cuda:all")


def test_that_all_gpus_are_offered_where_there_are_several(monkeypatch):
    about = SimpleNamespace(name="NVIDIA A4000", total_memory=16_000_000_000)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 4)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda number: about)
    found = choose("cuda:all")
    assert (str(found), found.processes, found.torch_name) == ("All 4 GPUs, 64 GB together", 4, "cuda")
    assert choose("auto").name == "cuda"
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(UserError, match="only one GPU"):
        choose("cuda:all")
