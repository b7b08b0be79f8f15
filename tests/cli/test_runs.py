"""`runs`, and how a run is found by its name."""

import shutil
from pathlib import Path

import pytest

from trainer_gui.cli.finding import find_run
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.store import runs

QUICK = ("--family", "linear", "--size", "tiny", "--epochs", "2")


@pytest.fixture
def three(give, flowers):
    """Three runs, made after one another; the newest first."""
    for name in ("apple", "apricot", "pear"):
        assert give("train", flowers, *QUICK, "--name", name).code == 0
    return runs()


def test_that_there_is_a_word_for_no_runs_yet(give):
    said = give("runs")
    assert said.code == 0
    assert "train sample:iris" in said.out
    assert give("runs", "--json").out == ""


def test_that_runs_are_listed_newest_first_also_a_damaged_one(give, three):
    newest, damaged, oldest = three
    (damaged.path / "recipe.toml").write_text("broken [", encoding="utf-8")
    shutil.rmtree(oldest.path / "model")
    said = give("runs")
    assert said.code == 0
    rows = said.out.splitlines()[1:4]
    assert [row.split()[0] for row in rows] == ["pear", "apricot", "apple"]
    assert [row.split()[1] for row in rows] == ["finished", "damaged", "finished"]
    assert newest.path.name in rows[0]
    assert "flowers.csv" in rows[0]
    assert "2/2" in rows[0]


def test_that_json_gives_one_run_a_line(give, three):
    lines = give("runs", "--json").lines
    assert [each["name"] for each in lines] == ["pear", "apricot", "apple"]
    assert {each["state"] for each in lines} == {"finished"}
    assert lines[0]["folder"] == str(three[0].path)
    assert lines[0]["best_epoch"] > 0
    assert lines[0]["metric"] == "accuracy"


def test_that_json_tells_the_verdict_and_the_flags_that_follow_it(give, flowers):
    slow = ("--size", "tiny", "--epochs", "12", "--learning-rate", "1e-6", "--threads", "1")
    assert give("train", flowers, *slow, "--out", "run").code == 0
    assert "The learning rate is too low." in give("train", "run/recipe.toml").out
    line = give("runs", "--json").lines[0]
    assert line["verdict"]["kind"] == "rate_too_low"
    assert line["verdict"]["flags"] == ["--learning-rate", "0.003"]


def test_that_an_interrupted_run_is_named_with_the_command_that_goes_on_with_it(give, three):
    events = three[1].path / "events.jsonl"
    kept = events.read_text(encoding="utf-8").splitlines(keepends=True)
    events.write_text("".join(kept[:-1]), encoding="utf-8")
    said = give("runs")
    assert [row.split()[1] for row in said.out.splitlines()[1:4]] == ["finished", "interrupted", "finished"]
    line = next(line for line in said.out.splitlines() if "was interrupted" in line)
    assert "“apricot”" in line
    assert line.endswith(f"resume {three[1].path.name}")
    assert [each["interruption"] for each in give("runs", "--json").lines] == [None, "cut off", None]


def test_that_a_run_is_found_by_folder_by_name_and_by_a_beginning_that_is_clear(three):
    pear = three[0]
    for text in (str(pear.path), pear.path.name, "pear", "pe"):
        assert find_run(text).path == pear.path
    assert find_run("apr").name == "apricot"


def test_that_an_unclear_or_unknown_name_says_what_there_is(three):
    with pytest.raises(UserError, match="could be any of 2 runs") as unclear:
        find_run("ap")
    assert three[1].path.name in str(unclear.value)
    with pytest.raises(UserError, match="Did you mean apricot"):
        find_run("aprikot")
    with pytest.raises(UserError, match="There is no run"):
        find_run("")
    Path("empty").mkdir()
    with pytest.raises(UserError, match="There is no run in"):
        find_run("empty")


def test_that_the_curve_of_a_run_is_written_as_a_table(give, three, tmp_path):
    out = tmp_path / "curve.csv"
    said = give("runs", "--curve", "pear", "--out", str(out))
    assert said.code == 0
    assert "2 epochs" in said.out
    head, *rows = out.read_text(encoding="utf-8").splitlines()
    assert head.startswith("epoch,train_loss,validation_loss,accuracy,")
    assert head.endswith("learning_rate,gradient_length")
    assert [row.split(",")[0] for row in rows] == ["1", "2"]


@pytest.mark.parametrize(
    "words", [["--curve", "pear"], ["--out", "x.csv"], ["--curve", "pear", "--out", "x.png"]]
)
def test_that_a_curve_needs_a_run_and_a_table_to_write(give, words):
    said = give("runs", *words)
    assert said.code == 2
    assert "Error:" in said.err


def test_that_two_runs_are_compared_in_a_sentence_and_as_json(give, flowers):
    for name, rate in (("quick", "0.05"), ("slow", "1e-6")):
        words = ("--family", "linear", "--size", "tiny", "--epochs", "15", "--learning-rate", rate)
        assert give("train", flowers, *words, "--name", name).code == 0
    said = give("runs", "--compare", "quick", "slow")
    assert said.code == 0
    assert said.out.startswith("“quick” is better than “slow”: accuracy is ")
    assert "measured on the same 18 validation rows." in said.out
    assert "McNemar" in said.out
    line = give("runs", "--compare", "slow", "quick", "--json").lines[0]
    assert (line["type"], line["winner"], line["test_openings"]) == ("Compared", "quick", 0)
    assert line["metrics"][0]["low"] < line["metrics"][0]["difference"] < line["metrics"][0]["high"] < 0
    assert give("runs", "--compare", "slow", "quick", "--test", "--json").lines[0]["test_openings"] == 1
    assert [len(each.test_openings) for each in runs()] == [1, 1]


def test_that_a_comparison_of_one_run_is_refused(give, three):
    assert "It takes two runs" in give("runs", "--compare", "pear").err
    assert "It takes two runs" in give("runs", "--test").err
    said = give("runs", "--compare", "pear", "apple", "--curve", "pear")
    assert said.code != 0
    assert "at once" in said.err
