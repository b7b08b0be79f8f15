"""What is no plain file is refused at once, and a file that changes while it is read is noticed."""

import os
import socket
import threading
from pathlib import Path

import pytest

from trainer_gui.engine.problems import UserError
from trainer_gui.engine.source import Source
from trainer_gui.engine.sources import SOURCES, open_data

FILES = [each for each in SOURCES if each.endings]
TEXT = "a,b\n" + "".join(f"{n},{n % 3}\n" for n in range(200))

posix = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such things on this system")


def refusal(location: Path | str) -> UserError:
    """What open_data says; it is asked in a thread, so that a wait without an end fails and does not hang."""
    found: list[BaseException] = []

    def ask() -> None:
        try:
            open_data(location)
        except BaseException as error:  # noqa: BLE001 - the assertion below says what it was
            found.append(error)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(60)
    assert not asking.is_alive(), "it waits for what never comes"
    assert found, "it was opened"
    assert isinstance(found[0], UserError), found[0]
    return found[0]


@posix
@pytest.mark.parametrize("source", FILES, ids=lambda each: each.name)
def test_that_pipes_devices_and_sockets_are_refused_by_every_source(source: Source, tmp_path):
    ending = source.endings[0]
    pipe, plug, device = (tmp_path / f"{name}{ending}" for name in ("pipe", "plug", "device"))
    os.mkfifo(pipe)
    device.symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as plugged:
        before = Path.cwd()
        os.chdir(tmp_path)  # the name of a socket must be short
        try:
            plugged.bind(plug.name)
        finally:
            os.chdir(before)
        for location in (pipe, plug, device):
            assert refusal(location).problem.key == "data.special"
            with pytest.raises(UserError):
                source.open(str(location), source.options().model_dump(), lambda stage, share: None)


@posix
def test_that_pipes_without_an_ending_and_devices_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for location in (tmp_path / "pipe", "/dev/zero", "/dev/random", "/dev/stdin"):
        if Path(location).exists() and not Path(location).is_file():
            assert refusal(location).problem.key == "data.special"


@posix
def test_that_links_that_lead_nowhere_or_in_a_circle_are_refused(tmp_path):
    nowhere, circle, folder = tmp_path / "nowhere.csv", tmp_path / "circle.csv", tmp_path / "folder"
    nowhere.symlink_to(tmp_path / "gone.csv")
    circle.symlink_to(circle)
    folder.symlink_to(folder)
    for location in (nowhere, circle, folder, folder / "x.csv"):
        assert refusal(location).problem.key == "data.not_found"


@posix
@pytest.mark.parametrize("ending", [".txt", ".png"])
def test_that_pipes_and_circles_in_a_folder_are_left_out(tmp_path, ending):
    root = tmp_path / "root"
    for label in ("one", "two"):
        (root / label).mkdir(parents=True)
        for place in range(40):
            (root / label / f"back{place}").symlink_to(root)
        os.mkfifo(root / label / f"pipe{ending}")
        for place in range(4):
            file = root / label / f"{place}{ending}"
            if ending == ".txt":
                file.write_text(f"{label} {place} words")
            else:
                from PIL import Image as Pillow

                Pillow.new("L", (5, 5), place).save(file)
    done: list[int] = []
    opening = threading.Thread(target=lambda: done.append(open_data(root).rows), daemon=True)
    opening.start()
    opening.join(60)
    assert done == [8]


def test_that_very_deep_folders_are_gone_through(tmp_path):
    root = tmp_path / "root"
    (root / "two").mkdir(parents=True)
    (root / "two" / "x.txt").write_text("a word")
    deep = root / "one"
    before = Path.cwd()
    try:
        deep.mkdir()
        os.chdir(deep)
        for _ in range(1200):
            Path("d").mkdir()
            os.chdir("d")
        Path("x.txt").write_text("a word below")
        assert open_data(root).rows == 2
        Path("x.txt").unlink()
        for _ in range(1200):  # what clears away after tests does not get so deep
            os.chdir("..")
            Path("d").rmdir()
    finally:
        os.chdir(before)


@pytest.mark.parametrize("how", ["written", "replaced", "shortened", "deleted"])
@pytest.mark.parametrize("at", [0, 1, -1])
def test_that_a_file_that_changes_while_it_is_read_is_noticed(tmp_path, how, at):
    file = tmp_path / "t.csv"
    file.write_text(TEXT)
    stages: list[str] = []
    open_data(file, report=lambda stage, share: stages.append(stage))
    place = at % len(stages)
    seen = 0

    def change(stage: str, share: float | None) -> None:
        nonlocal seen
        seen += 1
        if seen != place + 1:
            return
        if how == "written":
            file.write_text(TEXT + "1,2\n")
        elif how == "shortened":
            os.truncate(file, 10)
        elif how == "replaced":
            (tmp_path / "other.csv").write_text(TEXT)
            (tmp_path / "other.csv").replace(file)
        else:
            file.unlink()

    with pytest.raises(UserError) as found:
        open_data(file, report=change)
    assert found.value.problem.key == ("data.vanished" if how == "deleted" else "data.changed")
