"""Decoded pictures on disk: never wrong, never needed, safe to delete."""

import errno
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trainer_gui.engine.data import picture_arrays, picture_cache, picture_pack, picture_reading
from trainer_gui.engine.data.column_steps.picture import PictureColumn, fitted_picture
from trainer_gui.engine.data.picture_cache import cache_folder, cache_size, free_cache
from trainer_gui.engine.data.picture_files import PictureFiles
from trainer_gui.engine.home import home
from trainer_gui.engine.problems import UserError

COLUMN = PictureColumn(height=16, width=16, channels=3, mean=(0.0,) * 3, deviation=(1.0,) * 3)
COUNT = 30


@pytest.fixture(autouse=True)
def _old_files(monkeypatch):
    """Takes files that were made a moment ago for old ones."""
    monkeypatch.setattr(picture_cache, "_YOUNG", -(10**12))


@pytest.fixture
def files(tmp_path) -> PictureFiles:
    noise = np.random.default_rng(0)
    paths = []
    for place in range(COUNT):
        path = tmp_path / "pictures" / f"{place:02}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(noise.integers(0, 255, (20, 24, 3), dtype=np.uint8)).save(path)
        paths.append(str(path))
    return PictureFiles(str(tmp_path / "pictures"), tuple(paths))


@pytest.fixture
def decoded(monkeypatch) -> list[int]:
    """The rows that are decoded from now on."""
    seen: list[int] = []
    whole = PictureFiles.__call__

    def counting(self, index):
        seen.append(index)
        return whole(self, index)

    monkeypatch.setattr(PictureFiles, "__call__", counting)
    return seen


def read(files, rows=None):
    reading = picture_arrays.read_pictures(files, range(COUNT) if rows is None else rows, COLUMN)
    shares = []
    while True:
        try:
            shares.append(next(reading))
        except StopIteration as end:
            assert shares == sorted(shares)
            return end.value


def plain(files, rows=None) -> np.ndarray:
    return np.stack([fitted_picture(files(int(row)), COLUMN) for row in (rows or range(COUNT))])


def packs() -> list[Path]:
    return sorted(cache_folder().rglob("*.pixels"))


@pytest.fixture(params=["memory", "disk"])
def way(request, monkeypatch) -> str:
    """Where all pictures of a part lie."""
    monkeypatch.setattr(picture_arrays, "MOST_IN_MEMORY", 0 if request.param == "disk" else 10**9)
    return request.param


def test_that_a_second_reading_decodes_nothing_and_gives_the_same(files, decoded, way):
    expected = plain(files)
    decoded.clear()
    assert np.array_equal(read(files).pixels, expected)
    assert sorted(decoded) == list(range(COUNT))
    decoded.clear()
    assert np.array_equal(read(files).pixels, expected)
    order = [7, 3, 21, 4, 5, 6]
    assert np.array_equal(read(files, order).pixels, expected[order])
    assert decoded == []
    assert cache_size() > expected.nbytes


def test_that_several_threads_give_the_same_as_one(files, monkeypatch):
    monkeypatch.setenv("TRAINER_GUI_CACHE_GB", "0")
    expected = plain(files)
    monkeypatch.setattr(picture_reading, "_WORTH_A_THREAD", -1.0)
    monkeypatch.setattr(picture_reading, "threads", lambda: 4)
    assert np.array_equal(read(files).pixels, expected)
    assert packs() == []


def test_that_a_changed_file_is_decoded_again(files, decoded, way):
    first = read(files).pixels.copy()
    about = Path(files.paths[4]).stat()
    whole = Path(files.paths[4]).read_bytes()
    other = Image.fromarray(np.full((20, 24, 3), 77, dtype=np.uint8))
    other.save(files.paths[4])
    padded = Path(files.paths[4]).read_bytes().ljust(len(whole), b"\0")
    Path(files.paths[4]).write_bytes(padded)
    os.utime(files.paths[4], ns=(about.st_atime_ns, about.st_mtime_ns))  # as long and as old as before
    decoded.clear()
    second = read(files).pixels
    assert decoded == [4]
    assert (second[4] == 77).all()
    assert np.array_equal(np.delete(second, 4, 0), np.delete(first, 4, 0))


def test_that_a_file_that_has_just_been_written_is_not_kept(files, decoded, monkeypatch):
    monkeypatch.setattr(picture_cache, "_YOUNG", 10**12)
    read(files)
    decoded.clear()
    read(files)
    assert len(decoded) == COUNT
    assert packs() == []


def test_that_another_size_or_colour_is_not_taken_for_this_one(files):
    read(files)
    for change in ({"height": 8}, {"channels": 1, "mean": (0.0,), "deviation": (1.0,)}):
        column = COLUMN.model_copy(update=change)
        [*blocks] = picture_reading.read_blocks(files, range(COUNT), column)
        assert all(all(each.fresh) for each in blocks)


@pytest.mark.parametrize("damage", ["cut", "bit", "index", "empty"])
def test_that_a_damaged_pack_is_decoded_again(files, decoded, way, damage):
    expected = read(files).pixels.copy()
    [path] = packs()
    content = bytearray(path.read_bytes())
    if damage == "cut":
        content = content[: len(content) // 2]
    elif damage == "bit":
        content[1000] ^= 4
    elif damage == "index":
        content[expected.nbytes + 3] ^= 4
    else:
        content = bytearray()
    path.unlink()
    path.write_bytes(content)
    decoded.clear()
    assert np.array_equal(read(files).pixels, expected)
    assert len(decoded) == (1 if damage == "bit" else COUNT)


def test_that_it_may_be_deleted_while_it_is_in_use(files, way):
    expected = plain(files)
    kept = read(files)
    assert free_cache() > 0
    assert cache_size() == 0
    assert np.array_equal(kept.pixels, expected)
    reading = picture_reading.read_blocks(files, range(COUNT), COLUMN)
    read(files)
    first = next(reading)
    shutil.rmtree(cache_folder())
    rest = list(reading)
    assert np.array_equal(np.concatenate([first.pixels, *(each.pixels for each in rest)]), expected)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("after", [0, 2])
def test_that_a_full_disk_is_said_and_changes_nothing(files, way, monkeypatch, number, after):
    expected = plain(files)
    whole = picture_pack.PackWriter._write
    calls = []

    def failing(self, content):
        calls.append(1)
        if len(calls) > after:
            raise OSError(number, os.strerror(number))
        whole(self, content)

    monkeypatch.setattr(picture_pack.PackWriter, "_write", failing)
    found = read(files)
    assert np.array_equal(found.pixels, expected)
    [note] = found.notes
    assert note.key == "pictures.not_kept"
    assert os.strerror(number).lower() in note.message
    assert packs() == []


def test_that_a_folder_that_may_not_be_written_is_said(files, way):
    home().mkdir(parents=True, exist_ok=True)
    (home() / "cache").write_text("a file where the folder should be")
    found = read(files)
    assert np.array_equal(found.pixels, plain(files))
    assert [each.key for each in found.notes] == ["pictures.not_kept"]


def test_that_no_room_anywhere_is_refused(files, monkeypatch):
    monkeypatch.setattr(picture_arrays, "MOST_IN_MEMORY", 0)
    monkeypatch.setattr(picture_arrays, "_SHARE_OF_MEMORY", 0.0)
    monkeypatch.setattr(picture_cache, "_RESERVE", 10**18)
    with pytest.raises(UserError) as refusal:
        read(files)
    assert refusal.value.problem.key == "pictures.no_room"


def test_that_what_was_not_used_for_longest_makes_room(files, monkeypatch):
    one = 10 * COLUMN.height * COLUMN.width * 3
    for start in range(0, COUNT, 10):
        read(files, range(start, start + 10))
    assert len(packs()) == 3
    for age, path in enumerate(reversed(packs())):
        os.utime(path, (10**9 - age, 10**9 - age))
    monkeypatch.setattr(picture_cache, "_FORGOTTEN", 10**10)
    newest = packs()[2]
    read(files, range(20, 30))  # used again, so it stays
    monkeypatch.setenv("TRAINER_GUI_CACHE_GB", str(2.5 * one / 1e9))
    picture_cache.make_room(one)
    assert packs() == [newest]


def test_that_more_than_the_limit_is_trained_from_disk_and_not_kept(files, monkeypatch):
    monkeypatch.setattr(picture_arrays, "MOST_IN_MEMORY", 0)
    monkeypatch.setenv("TRAINER_GUI_CACHE_GB", "0.000001")
    found = read(files)
    assert np.array_equal(found.pixels, plain(files))
    assert found.notes == ()
    assert packs() == []


def test_that_broken_pictures_are_left_out_and_named(files, way):
    Path(files.paths[3]).write_bytes(b"no picture")
    Path(files.paths[8]).unlink()
    found = read(files)
    assert found.good.tolist() == [place for place in range(COUNT) if place not in (3, 8)]
    assert found.pixels.shape == (COUNT - 2, 3, 16, 16)
    assert {each.values["name"] for each in found.broken} == {"03.png", "08.png"}
    assert np.array_equal(read(files).pixels, found.pixels)


def test_that_a_reading_that_is_given_up_leaves_nothing(files, way, monkeypatch):
    monkeypatch.setattr(picture_reading, "_WORTH_A_THREAD", -1.0)
    monkeypatch.setattr(picture_reading, "threads", lambda: 3)
    before = threading.active_count()
    reading = picture_arrays.read_pictures(files, range(COUNT), COLUMN)
    next(reading)
    next(reading)
    reading.close()
    assert packs() == []
    assert threading.active_count() == before


def test_that_two_processes_may_use_it_at_once(files):
    script = (
        "import sys, numpy as np\n"
        "from trainer_gui.engine.data import picture_arrays, picture_cache\n"
        "from trainer_gui.engine.data.picture_files import PictureFiles\n"
        "from trainer_gui.engine.data.column_steps.picture import PictureColumn\n"
        "picture_cache._YOUNG = -10**12\n"
        "column = PictureColumn(height=16, width=16, channels=3, mean=(0,)*3, deviation=(1,)*3)\n"
        "files = PictureFiles(sys.argv[1], tuple(sys.argv[2:]))\n"
        "for turn in range(6):\n"
        "    reading = picture_arrays.read_pictures(files, range(len(files.paths)), column)\n"
        "    while True:\n"
        "        try: next(reading)\n"
        "        except StopIteration as end:\n"
        "            found = end.value\n"
        "            break\n"
        "    if turn % 2: picture_cache.free_cache()\n"
        "print(int(found.pixels.astype(np.int64).sum()))\n"
    )
    command = [sys.executable, "-c", script, files.root, *files.paths]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    sums = [int(each.communicate(timeout=120)[0]) for each in both]
    assert [each.returncode for each in both] == [0, 0]
    assert set(sums) == {int(plain(files).astype(np.int64).sum())}


def test_that_remains_of_a_killed_run_are_taken_away(files):
    left = picture_pack.PackWriter(cache_folder() / "x" / "dead.pixels", (3, 16, 16))
    left.add([b"k" * 16], np.zeros((1, 3, 16, 16), dtype=np.uint8))
    left._file.close()
    read(files)
    assert (cache_folder() / "x" / "dead.pixels").exists()  # somebody may be writing it
    os.utime(cache_folder() / "x" / "dead.pixels", (10**9, 10**9))
    picture_cache.make_room(0)
    assert not (cache_folder() / "x" / "dead.pixels").exists()
    assert len(packs()) == 1
