"""Runs that end although nobody wanted it: each is found again and goes on as if nothing had happened."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from trainer_gui.engine.control import Control
from trainer_gui.engine.progress import Interruption, State
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.run import resume, train
from trainer_gui.engine.run_folder import RunFolder, interruption_of, progress_of
from trainer_gui.engine.sources import open_data
from trainer_gui.engine.store import interrupted

CALM = {"epochs": 30, "early_stopping": False, "threads": 1}


@pytest.fixture
def whole(flowers, quick):
    """An undisturbed run."""
    folder, events = train(quick(flowers, **CALM), Control(), dataset=flowers)
    list(events)
    return folder


def curve(folder: RunFolder) -> list[list[float]]:
    """Every epoch and its losses, to the last bit."""
    found = progress_of(folder).curve
    return [found.epochs.tolist(), found.train_loss.tolist(), found.validation_loss.tolist()]


def goes_on_to(folder: RunFolder, whole: RunFolder, dataset: object = None) -> None:
    """Resumes a run and holds it against the undisturbed one."""
    list(resume(folder, Control(), dataset))
    holds_against(folder, whole)


def holds_against(folder: RunFolder, whole: RunFolder) -> None:
    """The two have come to the same end, to the last bit."""
    assert progress_of(folder).state is State.FINISHED
    assert curve(folder) == curve(whole)
    assert folder.weights.read_bytes() == whole.weights.read_bytes()
    assert interruption_of(folder) is Interruption.NONE


def full(*anything: object) -> int:
    """What the system says when the disk is full."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("where", ["state", "events", "both"])
def test_that_a_run_cut_off_by_a_full_disk_goes_on_to_the_same_weights(
    whole, flowers, quick, monkeypatch, where
):
    folder, events = train(whole.recipe, Control(), dataset=flowers)
    with monkeypatch.context() as patch:
        for event in events:
            if event.type == "EpochEnded" and event.epoch == 7:
                if where != "events":
                    patch.setattr("trainer_gui.engine.training.checkpoint.write_atomically", full)
                    patch.setattr("trainer_gui.engine.training.checkpoint._AT_LEAST", 0.0)
                    patch.setattr("trainer_gui.engine.training.checkpoint._SHARE", 1e9)
                if where != "state":
                    patch.setattr("trainer_gui.engine.store.os.write", full)
    assert event.type == "RunFailed"
    assert event.problem.key == "disk.full"
    # With no room for the last word either it is the record that breaks off.
    expected = Interruption.DISK if where == "state" else Interruption.CUT_OFF
    assert interruption_of(folder) is expected
    assert progress_of(folder).interruption is expected
    assert [each.path for each in interrupted()] == [folder.path]
    goes_on_to(folder, whole, flowers)
    assert list(interrupted()) == []


def test_that_a_stop_counts_as_an_interruption_only_where_nobody_wanted_it(flowers, quick):
    for on_purpose, expected in ((True, Interruption.NONE), (False, Interruption.CLOSED)):
        control = Control()
        folder, events = train(quick(flowers, **CALM), control, dataset=flowers)
        for event in events:
            if event.type == "EpochEnded" and event.epoch == 2:
                control.stop(on_purpose=on_purpose)
                control.stop(on_purpose=not on_purpose)  # the first word counts
        assert interruption_of(folder) is progress_of(folder).interruption is expected


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_that_a_killed_run_goes_on_to_the_same_weights(tmp_path: Path):
    program = [sys.executable, "-m", "trainer_gui"]
    settings = {"epochs": 40, "early_stopping": False, "batch_size": 4, "threads": 1}
    recipe = resolve(open_data("sample:iris"), Choices(size="tiny", settings=tuple(settings.items())))
    whole, events = train(recipe, Control())
    list(events)
    folder = RunFolder(tmp_path / "run")
    words = ["train", str(whole.path / "recipe.toml"), "--out", str(folder.path)]
    process = subprocess.Popen([*program, *words, "--json"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout as lines:
        assert any('"EpochEnded"' in line and '"epoch":5,' in line for line in lines)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not folder.is_live
    assert interruption_of(folder) is Interruption.CUT_OFF
    with subprocess.Popen([*program, "resume", str(folder.path)], stdout=subprocess.DEVNULL) as again:
        assert again.wait(120) == 0
    holds_against(folder, whole)
