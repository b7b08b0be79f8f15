"""A folder for every run, and what becomes of it when things go wrong."""

import errno
import itertools
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from trainer_gui.engine.control import Control
from trainer_gui.engine.events import EpochEnded, RunFailed
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.progress import Interruption, State
from trainer_gui.engine.resumption import why_not_resumed
from trainer_gui.engine.run import resume, train
from trainer_gui.engine.run_folder import progress_of, replay
from trainer_gui.engine.store import create, move_to_bin, open_run, record, runs, runs_root, take_from_bin

LAST_WORDS = ("RunFinished", "RunStopped", "RunFailed")


@pytest.fixture
def finished(flowers, quick):
    folder, events = train(quick(flowers), Control(), dataset=flowers)
    list(events)
    return folder


def test_that_a_run_folder_holds_all_that_is_needed_to_repeat_it(finished, flowers, quick):
    assert finished.recipe.execution is not None
    assert finished.recipe.model_copy(update={"execution": None}) == quick(flowers)
    assert finished.environment["packages"]["torch"]
    assert finished.preparation.columns == ("length", "width", "place")
    assert (finished.path / "recipe.toml").read_text(encoding="utf-8").startswith("# ")


def test_that_nothing_temporary_is_left_behind(finished):
    left = [each.name for each in finished.path.rglob("*") if each.is_file()]
    assert sorted(left) == [
        "about.json",
        "environment.json",
        "events.jsonl",
        "last.pt",
        "preparation.json",
        "recipe.toml",
        "weights.safetensors",
    ]


def test_that_runs_are_listed_newest_first_and_can_be_renamed(flowers, quick):
    folders = [create(quick(flowers)) for _ in range(3)]
    assert {each.path for each in runs()} == {each.path for each in folders}
    folders[0].rename("  Größe \n 🌱 ")
    assert open_run(folders[0].path).name == "Größe 🌱"
    with pytest.raises(UserError, match="needs a name"):
        folders[0].rename("  ")


def test_that_a_deleted_run_can_be_brought_back(finished):
    place = move_to_bin(finished)
    assert runs() == []
    back = take_from_bin(place)
    assert [each.path for each in runs()] == [back.path]
    assert back.recipe


def test_that_a_run_that_is_being_trained_cannot_be_deleted(flowers, quick):
    folder, events = train(quick(flowers), Control(), dataset=flowers)
    for event in events:
        if isinstance(event, EpochEnded) and event.epoch == 1:
            assert folder.is_live
            with pytest.raises(UserError, match="still training"):
                move_to_bin(folder)
    assert not folder.is_live


def test_that_a_folder_in_use_is_not_written_over(tmp_path, flowers, quick):
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(UserError, match="not empty"):
        create(quick(flowers), tmp_path)
    assert (tmp_path / "thesis.docx").read_text() == "years of work"


def test_that_a_place_that_cannot_be_written_to_is_said_in_words(tmp_path, flowers, quick):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(UserError) as raised:
        create(quick(flowers), blocked / "run")
    assert raised.value.problem.advice


@pytest.mark.skipif(sys.platform != "linux", reason="needs a place that refuses even the superuser")
def test_that_a_folder_without_permission_is_said_in_words(flowers, quick):
    with pytest.raises(UserError, match="may not write") as raised:
        create(quick(flowers), Path("/sys/kernel/run"))
    assert "Choose another folder" in raised.value.problem.advice


@pytest.mark.parametrize(
    "content", [None, "", "garbage = [", 'version = 1\ndata = "x.csv"\n', "version = 99\n"]
)
def test_that_a_missing_or_damaged_recipe_is_said_in_words(finished, content):
    path = finished.path / "recipe.toml"
    if content is None:
        path.unlink()
        with pytest.raises(UserError, match="no run in"):
            open_run(finished.path)
        return
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError) as raised:
        _ = open_run(finished.path).recipe
    assert raised.value.problem.advice


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff\xfe\x00"])
def test_that_a_missing_or_damaged_preparation_is_said_in_words(finished, content):
    path = finished.path / "model" / "preparation.json"
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(UserError, match=r"preparation\.json"):
        _ = finished.preparation


def test_that_damaged_about_and_environment_do_not_hide_a_run(finished):
    for name in ("about.json", "environment.json"):
        (finished.path / name).write_bytes(b"\x00\x01")
    (found,) = runs()
    assert found.name == finished.path.name
    assert found.created
    assert found.environment == {}
    assert found.test_openings == []


def test_that_a_line_cut_off_by_a_crash_is_passed_over(finished):
    events = finished.path / "events.jsonl"
    lines = events.read_bytes().splitlines(keepends=True)
    events.write_bytes(b"".join(lines[:6]) + lines[6][:20])
    progress = progress_of(finished)
    assert progress.state is State.STOPPED
    assert progress.started is not None


def test_that_a_line_cut_off_by_a_crash_takes_no_later_word_with_it(flowers, quick, control):
    folder, events = train(quick(flowers), control, dataset=flowers)
    for event in events:
        if isinstance(event, EpochEnded) and event.epoch == 3:
            control.stop()
    record = folder.path / "events.jsonl"
    record.write_bytes(record.read_bytes()[:-20])
    before = list(replay(folder))
    assert progress_of(folder).interruption is Interruption.CUT_OFF
    after = list(resume(folder, Control(), flowers))
    assert list(replay(folder)) == [*before, *after]


def test_that_opening_the_test_set_is_counted_for_ever(finished):
    assert finished.test_openings == []
    assert finished.count_test_opening() == 1
    assert open_run(finished.path).count_test_opening() == 2
    finished.rename("another name")
    assert len(finished.test_openings) == 2


def test_that_a_disk_that_fills_up_becomes_a_last_word_on_disk(tmp_path: Path):
    """The largest file that the process may write is limited, which fails like a full disk."""
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "import numpy as np, pandas as pd\n"
        "from trainer_gui.engine.control import Control\n"
        "from trainer_gui.engine.data.dataset import *\n"
        "from trainer_gui.engine.events import EpochEnded\n"
        "from trainer_gui.engine.recipe import Choices, resolve\n"
        "from trainer_gui.engine.run import train\n"
        "frame = pd.DataFrame({'x': np.arange(90.0), 'y': ['a', 'b', 'c'] * 30})\n"
        "columns = (Column('x', ColumnKind.NUMBER, 0, 90), Column('y', ColumnKind.CATEGORY, 0, 3))\n"
        "reference = DataReference(source='sample', location='sample:handmade')\n"
        "data = Table(reference, 'handmade', 90, columns, 'y', 'blake2b:x', frame=frame)\n"
        "settings = (('epochs', 4000), ('early_stopping', False))\n"
        "recipe = resolve(data, Choices(size='tiny', settings=settings))\n"
        f"folder, events = train(recipe, Control(), path=Path({str(tmp_path / 'run')!r}), dataset=data)\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "for event in events:\n"
        "    if isinstance(event, EpochEnded) and event.epoch == 3:\n"
        "        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))\n"
        "print(event.type)\n"
        "print(event.problem.message)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[0] == "RunFailed", done.stdout + done.stderr
    folder = open_run(tmp_path / "run")
    progress = progress_of(folder)
    assert progress.epoch > 3
    assert folder.weights.exists()
    assert why_not_resumed(folder) is None


def test_that_the_room_set_aside_takes_the_last_word_on_a_full_disk(tmp_path, flowers, quick, monkeypatch):
    folder = create(quick(flowers), tmp_path / "run")
    real, calls = os.write, []

    def full(file: int, data: bytes) -> int:
        if (folder.path / "reserve").exists() and len(calls) >= 2:
            raise OSError(28, "No space left on device")
        calls.append(data)
        return real(file, data)

    monkeypatch.setattr("trainer_gui.engine.recorder.os.write", full)
    events = (EpochEnded(epoch=epoch, train_loss=1.0, validation_loss=1.0) for epoch in range(1, 100))
    seen = list(record(folder, events))
    assert isinstance(seen[-1], RunFailed)
    assert seen[-1].problem.key == "disk.full"
    progress = progress_of(folder)
    assert progress.state is State.FAILED
    assert progress.problem is not None
    assert progress.problem.key == "disk.full"
    assert progress.epoch == 2


def test_that_two_copies_of_the_app_make_two_folders(flowers, quick):
    paths = {create(quick(flowers)).path for _ in range(5)}
    assert len(paths) == 5
    assert all(each.parent == runs_root() for each in paths)


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be deleted there")
def test_that_a_folder_deleted_while_training_comes_back_whole(flowers, quick, control, monkeypatch):
    recipe = quick(flowers, epochs=30)
    whole, undisturbed = train(recipe, Control(), dataset=flowers)
    list(undisturbed)
    monkeypatch.setattr("trainer_gui.engine.recorder._SYNC_EVERY", 0.0)  # seconds
    folder, events = train(recipe, control, dataset=flowers)
    seen = []
    for event in events:
        seen.append(event)
        if event.type == "EpochEnded" and event.epoch == 10:
            shutil.rmtree(folder.path)
        if event.type == "EpochEnded" and event.epoch == 20:
            assert folder.is_live
            control.stop()
    assert seen[-1].type == "RunStopped"
    assert not folder.is_live
    said = [each.problem.key for each in seen if each.type == "Noticed"]
    assert said.count("run.folder_vanished") == 1
    assert [each.type for each in replay(folder)] == [each.type for each in seen]
    assert folder.recipe.settings == recipe.settings
    assert folder.preparation.columns == ("length", "width", "place")
    assert folder in runs()
    assert list(resume(folder, Control(), flowers))[-1].type == "RunFinished"
    assert folder.weights.read_bytes() == whole.weights.read_bytes()


def test_that_a_clock_that_jumps_moves_no_duration(flowers, quick, control, monkeypatch):
    real, jumps = time.time, itertools.cycle([0.0, 3.2e7, -3.2e7, 86_400.0])  # seconds, a year at most
    monkeypatch.setattr("time.time", lambda: real() + next(jumps))
    folder, events = train(quick(flowers, epochs=20), control, dataset=flowers)
    seen = []
    for event in events:
        seen.append(event.seconds)
        assert event.type in LAST_WORDS or folder.is_live
    assert len(seen) > 20
    assert seen == sorted(seen)
    assert seen[-1] < 80_000  # seconds: it has heard of no jump
    assert 0 <= progress_of(folder).seconds < 80_000


def test_that_a_run_whose_record_cannot_be_written_any_more_is_refused_in_words(flowers, quick, monkeypatch):
    control = Control()
    folder, events = train(quick(flowers), control, dataset=flowers)
    for event in events:
        if event.type == "EpochEnded" and event.epoch == 2:
            control.stop()
    inner = Path.open

    def read_only(self, mode="r", *others, **more):
        if mode != "rb" and mode != "r":
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(self))
        return inner(self, mode, *others, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", read_only)
        with pytest.raises(UserError, match="may not write to"):
            list(resume(folder, Control(), flowers))
    assert list(resume(folder, Control(), flowers))[-1].type == "RunFinished"
