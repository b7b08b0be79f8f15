"""The command line as a whole: words, help, mistakes and faults."""

import io
import subprocess
import sys
import time
from pathlib import Path

import pytest

from trainer_gui.cli import WORDS, is_command, main


def test_that_the_help_names_every_word_and_the_exit_codes(give):
    said = give("--help")
    assert said.code == 0
    assert all(word in said.out for word in WORDS)
    assert "130 stopped" in said.out


@pytest.mark.parametrize("word", WORDS)
def test_that_every_word_explains_itself(give, word):
    said = give(word, "--help")
    assert said.code == 0
    assert f"trainer-gui {word}" in said.out
    assert "--debug" in said.out


def test_that_the_help_is_there_before_heavy_libraries_are_read():
    code = (
        "import sys; from trainer_gui.cli import main; main(['--help'])\n"
        "heavy = {'torch', 'sklearn', 'pandas', 'numpy', 'pydantic', 'PySide6'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) if heavy else 0)"
    )
    begin = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - begin < 5.0  # far above the usual 0.2 s, as other work may hold the machine


def test_that_words_and_things_to_open_are_told_apart():
    Path("data.csv").touch()
    assert is_command(["train"])
    assert is_command(["--help"])
    assert is_command(["no-such-file.csv"])
    assert not is_command([])
    assert not is_command(["data.csv"])
    assert not is_command(["sample:iris"])


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["tarin"], "Did you mean train?"),
        (["train"], "trainer-gui train: DATA is missing"),
        (["predict"], "RUN_DIR, DATA and --out are missing"),
        (["runs", "--compare"], "It takes two runs to compare"),
        (["train", "sample:iris", "--epochs"], "--epochs needs a value"),
        (["queue", "fly"], "cannot be “fly”; it is one of list, start, remove or up"),
        (["queue", "remove", "x"], "N needs a number, and “x” is none"),
        (["train", "x.csv", "--learning-rat", "1"], "Did you mean --learning-rate"),
        (["train", "missing.csv"], "There is no file at"),
        (["train", "missing.toml"], "There is no recipe"),
        (["train", "sample:irs"], "There is no sample"),
        (["train", "sample:iris", "--target", "colour"], "no column named “colour”"),
        (["train", "sample:iris", "--leave-out", "colour"], "no column named “colour”"),
        (["train", "sample:iris", "--family", "forest"], "There is no family named “forest”"),
        (["train", "sample:iris", "--family", "image-network"], "cannot learn"),
        (["train", "sample:iris", "--size", "huge"], "no size “huge”"),
        (["train", "sample:iris", "--task", "guessing"], "is not a task"),
        (["train", "sample:iris", "--device", "cuda:99"], "no device “cuda:99”"),
        (["train", "sample:iris", "--split", "70/15/10"], "add up to 95 %"),
        (["train", "sample:iris", "--split", "0/100/0"], "Validation share cannot be 1.0"),
        (["train", "sample:iris", "--split", "70/30", "--test-share", "0.2"], "set the same thing"),
        (["train", "sample:iris", "--set", "learning_rat=1"], "Did you mean learning_rate"),
        (["train", "sample:iris", "--set", "epochs"], "NAME=VALUE"),
        (["train", "sample:iris", "--set", "epochs=3", "--epochs", "4"], "set the same thing"),
        (["train", "sample:iris", "--epochs", "none"], "Epochs cannot be none"),
        (["train", "sample:iris", "--family", "linear", "--width", "12"], "no setting named “width”"),
        (["train", "sample:iris", "--separator", "comma"], "no setting named “separator”"),
        (["examine", "missing.csv"], "There is no file at"),
        (["examine", "sample:iris", "--target", "colour"], "no column named “colour”"),
        (["examine", "sample:iris", "--write-table", "no/such/folder/x.csv"], "There is no folder"),
        (["resume", "missing"], "There is no run “missing”"),
    ],
)
def test_that_a_mistake_is_told_in_a_sentence_with_exit_code_2(give, own_home, words, reason):
    said = give(*words)
    assert said.code == 2
    assert reason in said.err
    assert "Traceback" not in said.err
    assert said.err.count("\n") <= 2
    assert not (own_home / "runs").exists()


def test_that_a_fault_of_the_program_writes_a_report_and_says_where(give, own_home, monkeypatch):
    def broken():
        raise ZeroDivisionError("a fault made by hand")

    monkeypatch.setattr("trainer_gui.cli.runs.runs", broken)
    said = give("runs")
    assert said.code == 1
    assert "Traceback" not in said.err
    (report,) = (own_home / "reports").iterdir()
    assert str(report) in said.err
    text = report.read_text(encoding="utf-8")
    assert "a fault made by hand" in text
    assert '["runs"]' in text


def test_that_debug_shows_the_details_of_a_fault(give, monkeypatch):
    monkeypatch.setattr("trainer_gui.cli.runs.runs", lambda: 1 / 0)
    assert "Traceback" in give("runs", "--debug").err


def test_that_nothing_to_do_shows_the_help_as_a_mistake(capsys):
    assert main([]) == 2
    assert "words:" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_that_output_that_cannot_be_written_is_a_sentence_with_exit_code_1():
    code = "import sys; from trainer_gui.cli import main; sys.exit(main(['runs']))"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", code], stdout=full, stderr=subprocess.PIPE, encoding="utf-8", check=False
        )
    assert done.returncode == 1
    assert "The disk is full, so the output could not be written." in done.stderr
    assert "Exception ignored" not in done.stderr


def test_that_a_table_can_come_from_standard_input(give, flowers, own_home, monkeypatch):
    for word, more in (("examine", ()), ("train", ("--epochs", "1", "--out", "piped"))):
        with flowers.open("rb") as file:
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(file))
            said = give(word, "-", *more)
        assert said.code == 0, said.err
        [kept] = (own_home / "pasted").iterdir()
        assert kept.read_bytes() == flowers.read_bytes()
        assert kept.name in said.out
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
    said = give("examine", "-")
    assert said.code == 2
    assert "Nothing came in" in said.err


def test_that_only_a_fix_that_is_sure_is_part_of_the_next_command(give, own_home):
    rows = [f"{-999 if n % 6 == 0 else n * 1.5},{n % 7},{'xy'[n % 2]}" for n in range(120)]
    Path("codes.csv").write_text("\n".join(["size,leaves,kind", *rows]) + "\n", encoding="utf-8")
    said = give("examine", "codes.csv")
    assert "--fix codes.are_values: " in said.out
    assert "train codes.csv" in said.out
    assert "train codes.csv --fix codes" not in said.out
