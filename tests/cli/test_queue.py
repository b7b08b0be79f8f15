"""Runs that are lined up on the command line."""

from trainer_gui.engine.store import runs

QUICK = ("--family", "linear", "--size", "tiny", "--epochs", "2")


def test_that_runs_are_lined_up_listed_moved_and_removed(give, flowers):
    assert "Nothing waits" in give("queue").out
    for name in ("apple", "pear", "plum"):
        assert "queue start" in give("train", flowers, *QUICK, "--name", name, "--queue").out
    assert runs() == []
    assert [each["name"] for each in give("queue", "up", 3, "--json").lines] == ["apple", "plum", "pear"]
    assert [each["name"] for each in give("queue", "remove", 1, "--json").lines] == ["plum", "pear"]
    assert give("queue", "remove", 3).code == 2
    assert give("train", flowers, "--queue", "--out", "here").code == 2


def test_that_the_queue_is_trained_in_turn_also_where_one_fails(give, flowers):
    for name in ("apple", "pear"):
        give("train", flowers, *QUICK, "--name", name, "--queue")
    other = flowers.with_name("gone.csv")
    other.write_bytes(flowers.read_bytes())
    give("train", other, *QUICK, "--name", "lost", "--queue")
    give("queue", "up", 3)
    other.unlink()
    said = give("queue", "start")
    assert said.code == 1
    assert "gone.csv" in said.err
    states = {each["name"]: each["state"] for each in give("runs", "--json").lines}
    assert states == {"apple": "finished", "lost": "failed", "pear": "finished"}
    assert "Nothing waits" in give("queue").out
