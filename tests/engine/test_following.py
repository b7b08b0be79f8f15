"""A run is shown while another process trains it."""

import os
from pathlib import Path
from threading import Event as Wish

import pytest

from trainer_gui.engine.control import Control
from trainer_gui.engine.events import EpochEnded
from trainer_gui.engine.following import follow
from trainer_gui.engine.live_mark import mark_of
from trainer_gui.engine.progress import Interruption, Progress
from trainer_gui.engine.run import train
from trainer_gui.engine.run_folder import RunFolder


@pytest.fixture
def halfway(flowers, quick) -> tuple[RunFolder, list[bytes]]:
    """A run with the record of its first three epochs, and the lines that come after them."""
    folder, events = train(quick(flowers), Control(), dataset=flowers)
    for _ in events:
        pass
    record = folder.path / "events.jsonl"
    lines = record.read_bytes().splitlines(keepends=True)
    third = [number for number, line in enumerate(lines) if b'"EpochEnded"' in line][2]
    record.write_bytes(b"".join(lines[: third + 1]))
    (folder.path / "live.json").write_text(mark_of(os.getpid()), encoding="utf-8")
    return folder, lines[third + 1 :]


def write(folder: RunFolder, text: bytes) -> None:
    with (folder.path / "events.jsonl").open("ab") as file:
        file.write(text)


def ended(folder: RunFolder) -> None:
    Path(folder.path / "live.json").unlink()


def test_that_every_event_comes_once_also_where_a_line_is_read_half_written(halfway) -> None:
    folder, later = halfway
    news = follow(folder, Wish())
    progress = next(news)
    assert isinstance(progress, Progress)
    assert len(progress.curve) == 3
    text = b"".join(later)
    middle = text.index(b'"epoch":5')
    write(folder, text[:middle])
    epochs = [next(each for each in news if isinstance(each, EpochEnded)).epoch]
    write(folder, text[middle:])
    ended(folder)
    for each in news:
        assert not isinstance(each, Progress)
        epochs += [each.epoch] if isinstance(each, EpochEnded) else []
    assert epochs == [4, 5, 6]
    assert each.type == "RunFinished"


def test_that_a_process_that_dies_leaves_a_run_that_was_cut_off(halfway) -> None:
    folder, _ = halfway
    news = follow(folder, Wish())
    assert not next(news).state.is_over
    ended(folder)
    (last,) = news
    assert last.interruption is Interruption.CUT_OFF


def test_that_it_ends_where_nobody_looks_any_more(halfway) -> None:
    folder, _ = halfway
    enough = Wish()
    news = follow(folder, enough)
    next(news)
    enough.set()
    assert list(news) == []
