"""`evaluate`, `predict`, `export`, `examine` and `selfcheck`, in this process."""

import csv
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from trainer_gui.engine.exporter import Samples
from trainer_gui.engine.reopening import HIDDEN_WORD, answer_from
from trainer_gui.engine.store import open_run

MAIN = "import sys; from trainer_gui.cli import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture
def run(give, flowers):
    """A small run that has ended."""
    said = give("train", flowers, "--family", "linear", "--size", "tiny", "--epochs", "20", "--out", "run")
    assert said.code == 0, said.err
    return open_run(Path("run"))


def rows_of(path):
    """The rows of a CSV file by column."""
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_that_a_model_is_judged_on_validation_rows_unless_something_else_is_said(give, run):
    said = give("evaluate", "run")
    assert said.code == 0
    for words in ("validation", "Accuracy", "95 % interval", "Baseline", "Recall", "True, and said to be:"):
        assert words in said.out
    assert run.test_openings == []


def test_that_each_opening_of_the_test_rows_is_counted_and_said(give, run):
    first, second = give("evaluate", "run", "--test"), give("evaluate", "run", "--test", "--json")
    assert "for the first time" in first.out
    assert "have now been opened 2 times" in second.err
    (line,) = second.lines
    assert (line["type"], line["part"], line["test_openings"]) == ("Evaluated", "test", 2)
    assert len(run.test_openings) == 2


def test_that_new_data_is_judged_and_options_say_how_it_is_read(give, run, flowers):
    text = flowers.read_text(encoding="utf-8").replace(",", ";")
    Path("new.csv").write_text(text, encoding="utf-8")
    said = give("evaluate", "run", "--data", "new.csv", "--separator", "semicolon", "--json")
    assert said.code == 0, said.err
    (line,) = said.lines
    assert (line["part"], line["rows"]) == ("new data", 120)
    assert sum(sum(row) for row in line["confusion"]) == 120


def test_that_answers_that_are_numbers_are_judged_too(give, flowers):
    give("train", flowers, "--target", "length", "--family", "linear", "--epochs", "3", "--out", "run")
    said = give("evaluate", "run")
    assert said.code == 0
    for words in ("R²", "RMSE", "MAE", "Most wrong"):
        assert words in said.out


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--test", "--data", "flowers.csv"], "Leave one of them out"),
        (["--separator", "comma"], "Name the data with --data"),
        (["--data", "missing.csv"], "There is no file at"),
        (["--data", "part.csv"], "has no column “kind”"),
    ],
)
def test_that_a_mistake_in_judging_is_a_sentence(give, run, flowers, words, reason):
    rows = [line.rpartition(",")[0] for line in flowers.read_text(encoding="utf-8").splitlines()]
    Path("part.csv").write_text("\n".join(rows), encoding="utf-8")
    said = give("evaluate", "run", *words)
    assert said.code == 2
    assert reason in said.err
    assert run.test_openings == []


def test_that_predictions_stand_beside_the_rows_in_their_order(give, run, flowers):
    said = give("predict", "run", flowers, "--out", "answers.csv", "--json")
    assert said.code == 0, said.err
    answers, data = rows_of("answers.csv"), rows_of(flowers)
    header = ["length", "width", "place", "kind", "prediction", *(f"probability_{each}" for each in "abc")]
    assert list(answers[0]) == header
    assert len(answers) == len(data) == said.lines[0]["rows"] == 120
    assert [float(row["length"]) for row in answers] == [float(row["length"]) for row in data]
    for row in answers:
        likely = {each: float(row[f"probability_{each}"]) for each in "abc"}
        assert row["prediction"] == max(likely, key=likely.__getitem__)
    assert "evaluate run --data" in said.err


def test_that_a_missing_column_is_named_and_can_be_taken_as_empty(give, run):
    Path("new.csv").write_text("length,width\n1.0,2\n3.0,\n", encoding="utf-8")
    refused = give("predict", "run", "new.csv", "--out", "answers.csv")
    assert refused.code == 2
    assert "place" in refused.err
    assert "--fill-missing" in refused.err
    assert not Path("answers.csv").exists()
    assert give("predict", "run", "new.csv", "--out", "answers.csv", "--fill-missing").code == 0
    assert len(rows_of("answers.csv")) == 2


@pytest.mark.parametrize(
    ("out", "reason"),
    [
        ("flowers.csv", "is the data itself"),
        ("no/such/folder/x.csv", "There is no folder"),
        ("run", "is a folder"),
        ("flowers.csv/x.csv", "There is no folder"),
    ],
)
def test_that_a_place_that_cannot_be_written_to_is_a_sentence(give, run, flowers, out, reason):
    before = flowers.read_bytes()
    for words in (["predict", "run", flowers, "--out", out], ["examine", flowers, "--write-table", out]):
        said = give(*words)
        assert said.code == 2
        assert reason in said.err
    assert flowers.read_bytes() == before


def test_that_pictures_are_predicted_one_by_one_or_from_a_folder(give, tmp_path):
    from PIL import Image

    for place in range(40):
        folder = Path("shades") / ("dark", "light")[place % 2]
        folder.mkdir(parents=True, exist_ok=True)
        Image.new("L", (8, 8), 40 + 150 * (place % 2) + place).save(folder / f"{place}.png")
    loose = Path("new")
    loose.mkdir()
    Image.new("L", (8, 8), 30).save(loose / "b.png")
    Image.new("L", (8, 8), 240).save(loose / "a.png")
    (loose / "broken.png").write_bytes(b"no picture")
    said = give("train", "shades", "--size", "tiny", "--epochs", "12", "--out", "run")
    assert said.code == 0, said.err
    folder = give("predict", "run", "new", "--out", "folder.csv")
    assert folder.code == 0, folder.err
    assert [row["picture"] for row in rows_of("folder.csv")] == ["a.png", "b.png", "broken.png"]
    assert [row["prediction"] for row in rows_of("folder.csv")] == ["light", "dark", ""]
    assert "broken.png" in folder.out
    assert give("predict", "run", "new/a.png", "new/b.png", "--out", "named.csv").code == 0
    assert [row["prediction"] for row in rows_of("named.csv")] == ["light", "dark"]
    assert give("predict", "run", "shades", "--out", "all.csv").code == 0
    assert len(rows_of("all.csv")) == 40


def test_that_an_export_is_compared_before_it_is_called_one(give, run):
    said = give("export", "run", "--format", "Safetensors", "--out", "model", "--json")
    assert said.code == 0, said.err
    (line,) = said.lines
    assert (line["type"], line["format"], line["path"]) == ("Exported", "safetensors", "model.safetensors")
    assert line["largest_difference"] < 1e-4
    assert Path("model.safetensors").stat().st_size == line["size"]
    assert "largest difference" in said.err


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--format", "excel", "--out", "x"], "There is no format named “excel”"),
        (["--format", "safetensors", "--out", "."], "is a folder"),
        (["--format", "safetensors", "--out", "no/such/folder/x"], "there is no such folder"),
        (["--format", "safetensors"], "--out is missing"),
    ],
)
def test_that_a_mistake_in_exporting_is_a_sentence(give, run, words, reason):
    said = give("export", "run", *words)
    assert said.code == 2
    assert reason in said.err


def test_that_a_run_with_a_damaged_model_says_so(give, run, flowers):
    run.weights.write_bytes(b"not weights")
    for words in (
        ["evaluate", "run"],
        ["predict", "run", flowers, "--out", "x.csv"],
        ["export", "run", "--format", "safetensors", "--out", "x"],
    ):
        said = give(*words)
        assert said.code == 2
        assert "damaged" in said.err
        assert "Traceback" not in said.err


def test_that_the_program_can_be_its_own_fresh_process(give, run):
    give("export", "run", "--format", "safetensors", "--out", "model")
    samples = Samples(
        {
            "length": np.array([0.0, 4.0]),
            "width": np.array([0.0, np.nan]),
            "place": np.array(["wood", "shore"]),
        }
    )
    again = answer_from(
        "safetensors",
        Path("model.safetensors"),
        samples,
        lambda: None,
        command=[sys.executable, "-c", MAIN, HIDDEN_WORD],
    )
    assert list(again.together.values) == ["a", "c"]


def test_that_data_is_shown_as_it_was_understood(give, flowers):
    said = give("examine", flowers, "--write-table", "table.csv")
    assert said.code == 0
    assert "To predict: kind (classification)" in said.out
    assert "Note:" in said.out  # of the gaps
    assert f"train {flowers}" in said.out
    assert [row["kind"] for row in rows_of("table.csv")] == [row["kind"] for row in rows_of(flowers)]
    (line,) = give("examine", flowers, "--target", "length", "--json").lines
    assert (line["target"], line["task"], line["rows"]) == ("length", "regression", 120)
    assert [each["name"] for each in line["columns"]] == ["length", "width", "place", "kind"]
    assert next(each for each in line["columns"] if each["name"] == "width")["missing"] > 0


def test_that_pictures_are_examined_too(give):
    said = give("examine", "sample:digits", "--json", "--write-table", "digits.csv")
    assert said.code == 0
    assert said.lines[0]["kind"] == "pictures"
    assert len(rows_of("digits.csv")) == said.lines[0]["rows"]


def test_that_the_selfcheck_tries_everything_and_says_so(give):
    said = give("selfcheck", "--json")
    assert said.code == 0, said.err
    marks = {each["what"]: each["mark"] for each in said.lines}
    assert {
        marks[what] for what in ("Training", "Repeating", "Predicting", "Place for runs", "Device cpu")
    } == {"ok"}
    assert "Everything works." in said.err


def test_that_the_selfcheck_fails_where_nothing_can_be_kept(give, flowers, monkeypatch):
    monkeypatch.setenv("TRAINER_GUI_HOME", str(flowers / "home"))
    said = give("selfcheck", "--json")
    assert said.code == 1
    (bad,) = [each for each in said.lines if each["mark"] == "not ok"]
    assert bad["what"] == "Place for runs"
    assert json.dumps(str(flowers))[1:-1] in json.dumps(bad["detail"])
