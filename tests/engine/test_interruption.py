"""Runs that end although nobody wanted it: each is found again and goes on as if nothing had happened."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from trainer_gui.engine.control import Control
from trainer_gui.engine.progress import Interruption, State
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.resumption import why_not_resumed
from trainer_gui.engine.run import resume, train
from trainer_gui.engine.run_folder import RunFolder, interruption_of, progress_of
from trainer_gui.engine.sources import open_data
from trainer_gui.engine.store import interrupted
from trainer_gui.engine.training.checkpoint import write_state
from trainer_gui.engine.training.step import Step

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


@pytest.mark.parametrize("where", ["state", "events", "both"])
@pytest.mark.parametrize(
    ("number", "key"),
    [(errno.ENOSPC, "disk.full"), (errno.EROFS, "disk.no_permission")],
    ids=["full", "locked"],
)
def test_that_a_run_cut_off_by_its_disk_goes_on_to_the_same_weights(
    whole, flowers, quick, monkeypatch, where, number, key
):
    """The disk is full, or can only be read any more; later it can be written to again."""

    def refused(*anything: object, **more: object) -> int:
        raise OSError(number, os.strerror(number))

    folder, events = train(whole.recipe, Control(), dataset=flowers)
    with monkeypatch.context() as patch:
        for event in events:
            if event.type == "EpochEnded" and event.epoch == 7:
                if where != "events":
                    patch.setattr("trainer_gui.engine.training.checkpoint.replacing", refused)
                    patch.setattr("trainer_gui.engine.training.checkpoint._AT_LEAST", 0.0)
                    patch.setattr("trainer_gui.engine.training.checkpoint._SHARE", 1e9)
                if where != "state":
                    patch.setattr("trainer_gui.engine.recorder.os.write", refused)
                    if number == errno.EROFS:  # then nothing can be deleted to make room either
                        patch.setattr(Path, "unlink", refused)
    assert event.type == "RunFailed"
    assert event.problem.key == key
    (folder.path / "live.json").unlink(missing_ok=True)  # as with any process that has ended
    # With no room for the last word either it is the record that breaks off.
    expected = Interruption.DISK if where == "state" else Interruption.CUT_OFF
    assert interruption_of(folder) is expected
    assert progress_of(folder).interruption is expected
    assert [each.path for each in interrupted()] == [folder.path]
    goes_on_to(folder, whole, flowers)
    assert list(interrupted()) == []


class KilledError(BaseException):
    """What is left on the disk is as after kill -9: nothing is tidied up on the way out."""


def killed(*anything: object, **more: object) -> None:
    """The process ends here."""
    raise KilledError


@pytest.mark.parametrize("step", [0, 1, 5])
def test_that_a_program_ended_in_the_middle_of_a_step_goes_on_to_the_same_weights(
    whole, flowers, monkeypatch, step
):
    """A second Ctrl+C comes when the weights have moved and the batch is not counted yet."""
    folder, events = train(whole.recipe, Control(), dataset=flowers)
    inner, left = Step.take, step

    def ended(*given: object) -> object:
        nonlocal left
        done = inner(*given)
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        return done

    monkeypatch.setattr("trainer_gui.engine.training.checkpoint._AT_LEAST", 0.0)
    monkeypatch.setattr("trainer_gui.engine.training.checkpoint._SHARE", 1e9)
    while (event := next(events)).type != "EpochEnded" or event.epoch < 7:
        pass
    with monkeypatch.context() as patch:
        patch.setattr(Step, "take", ended)
        with pytest.raises(KeyboardInterrupt):
            list(events)
    assert interruption_of(folder) is Interruption.CUT_OFF
    goes_on_to(folder, whole, flowers)


@pytest.mark.parametrize("moment", ["before the first rename", "between the two", "while it is written"])
def test_that_a_program_killed_while_it_saves_goes_on_to_the_same_weights(
    whole, flowers, monkeypatch, moment
):
    control = Control()
    folder, events = train(whole.recipe, control, dataset=flowers)
    for event in events:
        if event.type == "EpochEnded" and event.epoch == 7:
            control.stop()
    state = torch.load(folder.state, weights_only=True)
    with monkeypatch.context() as patch:
        if moment == "before the first rename":
            patch.setattr(Path, "replace", killed)
        elif moment == "between the two":
            patch.setattr("trainer_gui.engine.training.checkpoint.replacing", killed)
        else:
            patch.setattr("trainer_gui.engine.disk.os.fsync", killed)
            patch.setattr(Path, "unlink", killed)
        with pytest.raises(KilledError):
            write_state(folder.state, {**state, "counts": [99, 99, 99, 99]})
    assert folder.state.exists() == (moment == "before the first rename")
    assert why_not_resumed(folder) is None
    goes_on_to(folder, whole, flowers)
    assert [each.name for each in folder.state.parent.iterdir()] == ["last.pt"]  # nor what was half written


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
