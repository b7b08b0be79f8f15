"""A user's path on the command line, in real processes: train, stop, go on, use, take away."""

import contextlib
import csv
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = (sys.executable, "-m", "trainer_gui")
EPOCHS = 300  # their lines are more than a pipe holds, so a process whose lines are not read cannot finish
LONG = ("--size", "tiny", "--epochs", str(EPOCHS), "--patience", str(EPOCHS), "--json")
posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals between processes")


@pytest.fixture
def work(tmp_path, monkeypatch):
    """An empty folder to work in, with a file of data; runs are kept beside it."""
    place = tmp_path / "work"
    place.mkdir()
    draw = random.Random(1)
    rows = ["length,width,place,kind"]
    for number in range(120):
        kind = number % 3
        where = ("wood", "field", "shore")[kind] if draw.random() < 0.8 else "town"
        rows.append(f"{draw.gauss(2 * kind, 0.6):.3f},{draw.gauss(0, 1):.3f},{where},{'abc'[kind]}")
    (place / "flowers.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    monkeypatch.setenv("TRAINER_GUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.chdir(place)
    return place


@contextlib.contextmanager
def started(*words):
    """A command whose lines are read one by one; it lives in a process group of its own."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as it is in a background job, and inherited
        signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [*PROGRAM, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        pipesize=4096,
        process_group=None if os.name == "nt" else 0,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdout, process.stderr):
            pipe.close()


def done(*words, **more):
    """A command that has ended."""
    return subprocess.run(
        [*PROGRAM, *map(str, words)], capture_output=True, encoding="utf-8", timeout=120, check=False, **more
    )


def read_until_epoch(process, epoch):
    """The events up to the end of an epoch."""
    events = []
    for line in process.stdout:
        events.append(json.loads(line))
        if events[-1]["type"] == "EpochEnded" and events[-1]["epoch"] == epoch:
            return events
    pytest.fail(f"there was no epoch {epoch}; on standard error: {process.stderr.read()}")


def finish(process):
    """The other events, the words on standard error (fewer than a pipe holds), and the exit code."""
    events = [json.loads(line) for line in process.stdout]
    return events, process.stderr.read(), process.wait(timeout=120)


def curve(events):
    """Every number of every epoch that does not depend on the clock."""
    return [
        (e["epoch"], e["train_loss"], e["validation_loss"], e["metrics"], e["learning_rate"])
        for e in events
        if e["type"] == "EpochEnded"
    ]


def stop_after_five_epochs(number):
    """A training of the data that was sent this signal: its events."""
    with started("train", "flowers.csv", *LONG, "--out", "run") as process:
        before = read_until_epoch(process, 5)
        process.send_signal(number)
        rest, words, code = finish(process)
    assert code == 130, words
    assert rest[-1]["type"] == "RunStopped"
    assert "Stopping at the next batch" in words
    assert "resume run" in words
    assert "Traceback" not in words
    return [*before, *rest]


@posix_only
def test_that_the_system_can_ask_for_a_stop_too(work):
    assert stop_after_five_epochs(signal.SIGTERM)[-1]["best_epoch"] > 0


@posix_only
def test_that_a_run_that_was_stopped_goes_on_to_the_very_curve_of_one_that_was_not(work):
    before = stop_after_five_epochs(signal.SIGINT)
    resumed = done("resume", "run", "--json")
    assert resumed.returncode == 0, resumed.stderr
    whole = done("train", "run/recipe.toml", "--json", "--out", "whole")
    expected = curve(json.loads(line) for line in whole.stdout.splitlines())
    assert len(expected) == EPOCHS
    after = [json.loads(line) for line in resumed.stdout.splitlines()]
    went_on = next(each["epoch"] for each in after if each["type"] == "RunResumed")
    assert curve(before)[:went_on] + curve(after) == expected


@posix_only
def test_that_a_second_request_ends_it_at_once_and_the_run_can_still_go_on(work):
    with started("train", "flowers.csv", *LONG, "--out", "run") as process:
        read_until_epoch(process, 5)
        # It does not get past its full pipe, so both requests arrive before the next batch.
        process.send_signal(signal.SIGINT)
        for line in process.stderr:
            if "Stopping at the next batch" in line:
                break
        process.send_signal(signal.SIGINT)
        _, words, code = finish(process)
    assert code == 130
    assert "Traceback" not in words
    assert not Path("run/live.json").exists()
    resumed = done("resume", "run", "--json", "--debug")
    assert resumed.returncode == 0, resumed.stderr


@posix_only
def test_that_a_suspended_training_waits_and_goes_on(work):
    with started("train", "flowers.csv", *LONG) as process:
        read_until_epoch(process, 3)
        process.send_signal(signal.SIGTSTP)
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        process.send_signal(signal.SIGCONT)
        rest, _, code = finish(process)
    assert code == 0
    assert rest[-1]["type"] == "RunFinished"


@posix_only
def test_that_a_reader_that_goes_away_stops_the_run_without_a_traceback(work):
    with started("train", "flowers.csv", *LONG, "--out", "run") as process:
        read_until_epoch(process, 2)
        process.stdout.close()
        words = process.stderr.read()
        assert process.wait(timeout=120) == 130
        assert "Traceback" not in words
        assert "Exception ignored" not in words
        last = json.loads(Path("run/events.jsonl").read_text(encoding="utf-8").splitlines()[-1])
        assert last["type"] == "RunStopped"


@posix_only
def test_that_a_terminal_shows_one_live_line_that_is_gone_in_the_end(work):
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "70", "NO_COLOR": "1"}
    process = subprocess.Popen(
        [*PROGRAM, "train", "flowers.csv", *LONG[:-1]], stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    pieces = []
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # the other end is closed, which is how a pseudo-terminal ends
            break
        if not piece:
            break
        pieces.append(piece)
    os.close(ours)
    assert process.wait(timeout=120) == 0
    text = b"".join(pieces).decode("utf-8")
    assert "\rEpoch " in text
    assert "\x1b" not in text
    kept = [line.rsplit("\r", 1)[-1] for line in text.replace("\r\n", "\n").split("\n")]
    assert not any("Training loss" in line or " left" in line for line in kept)
    drawn = [part for part in text.replace("\n", "\r").split("\r") if part.startswith("Epoch ")]
    assert drawn
    assert max(len(part) for part in drawn) <= 69


def test_that_a_console_of_few_letters_is_enough(work):
    Path("größen.csv").write_text(
        "Größe,花,kind\n" + "1.5,2,a\n2.5,3,b\n" * 20, encoding="utf-8", newline="\n"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252:strict", "PYTHONUTF8": "0"}
    said = subprocess.run(
        [*PROGRAM, "examine", "größen.csv"], capture_output=True, env=environment, timeout=60, check=False
    )
    assert said.returncode == 0, said.stderr
    assert "Größe" in said.stdout.decode("cp1252")
    lines = subprocess.run(
        [*PROGRAM, "examine", "größen.csv", "--json"],
        capture_output=True,
        env=environment,
        timeout=60,
        check=False,
    )
    assert json.loads(lines.stdout)["columns"][1]["name"] == "花"


def test_that_data_becomes_a_model_that_is_used_and_taken_away(work):
    examined = done("examine", "flowers.csv")
    assert (examined.returncode, "kind (classification)" in examined.stdout) == (0, True)
    trained = done("train", "flowers.csv", "--epochs", "30", "--name", "My flowers")
    assert trained.returncode == 0, trained.stderr
    listed = json.loads(done("runs", "--json").stdout)
    assert (listed["name"], listed["state"]) == ("My flowers", "finished")

    predicted = done("predict", "My flowers", "flowers.csv", "--out", "answers.csv")
    assert predicted.returncode == 0, predicted.stderr
    with Path("answers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 120
    assert list(rows[0])[:5] == ["length", "width", "place", "kind", "prediction"]
    assert sum(row["prediction"] == row["kind"] for row in rows) > 100
    assert sum(float(rows[0][f"probability_{name}"]) for name in "abc") == pytest.approx(1)

    evaluated = done("evaluate", "My flowers", "--json")
    assert evaluated.returncode == 0, evaluated.stderr
    exported = done("export", "My flowers", "--format", "safetensors", "--out", "model", "--json")
    assert exported.returncode == 0, exported.stderr
    assert json.loads(exported.stdout)["largest_difference"] < 1e-4
    assert Path("model.safetensors").exists()


@posix_only
def test_that_a_queue_that_is_stopped_leaves_the_others_waiting(work):
    for name in ("apple", "pear"):
        assert done("train", "flowers.csv", *LONG[:-1], "--name", name, "--queue").returncode == 0
    with started("queue", "start", "--json") as process:
        read_until_epoch(process, 3)
        process.send_signal(signal.SIGINT)
        rest, words, code = finish(process)
    assert code == 130, words
    assert rest[-1]["type"] == "RunStopped"
    assert [json.loads(each)["name"] for each in done("queue", "--json").stdout.splitlines()] == ["pear"]
    listed = [json.loads(each) for each in done("runs", "--json").stdout.splitlines()]
    assert [(each["name"], each["state"]) for each in listed] == [("apple", "stopped")]
