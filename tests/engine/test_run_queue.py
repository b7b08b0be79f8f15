"""Runs that wait for their turn, on disk."""

import os

import pytest

from trainer_gui.engine.control import Control
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.run_queue import add, begin, move_up, queue_root, remove, waiting
from trainer_gui.engine.store import runs


@pytest.fixture
def three(flowers, quick):
    """Three recipes in the row."""
    return [add(quick(flowers, learning_rate=rate, epochs=2)) for rate in (0.01, 0.02, 0.03)]


def names() -> list[str]:
    return [each.name for each in waiting()]


def test_that_they_wait_in_the_order_in_which_they_came_and_say_how_they_differ(three):
    assert waiting() == three
    assert names() == ["handmade · tiny", *(f"handmade · tiny, learning rate 0.0{n}" for n in (2, 3))]


def test_that_any_of_them_can_be_moved_up_again_and_again_and_removed(three):
    first, second, third = (each.key for each in three)
    for _ in range(25):  # more often than there is room between two places
        move_up(waiting()[2].key)
        move_up(waiting()[1].key)
    move_up(third)
    move_up(third)
    move_up(third)
    assert waiting()[0].key == third
    remove(first)
    remove(first)
    assert [each.key for each in waiting()] == [third, second]
    assert [each.recipe for each in waiting()] == [three[2].recipe, three[1].recipe]


def test_that_each_is_begun_once_however_many_are_at_it(three, flowers):
    mine, theirs = waiting()[0], waiting()[0]
    folder, events = begin(mine, Control(), flowers)
    assert [each.type for each in events][-1] == "RunFinished"
    assert folder.name == mine.name
    with pytest.raises(UserError, match="any more"):
        begin(theirs, Control(), flowers)
    assert len(runs()) == 1
    assert [each.key for each in waiting()] == [each.key for each in three[1:]]


def test_that_one_that_could_not_begin_waits_on(three, flowers, monkeypatch):
    (queue_root().parent / "runs").write_text("in the way")
    with pytest.raises(UserError):
        begin(waiting()[0], Control(), flowers)
    assert waiting() == three


def test_that_one_whose_process_was_killed_in_between_waits_again(three):
    path = three[0].path
    path.rename(path.with_name(f"{path.name}.taken-{2**22 - 3}"))
    assert waiting() == three
    path.rename(path.with_name(f"{path.name}.taken-{os.getpid()}"))
    assert waiting() == three[1:]


def test_that_a_damaged_file_hides_no_other(three):
    three[1].path.write_bytes(b"\xff{")
    assert waiting() == [three[0], three[2]]
