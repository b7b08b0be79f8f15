"""Starting from a model of another table: columns by name, values by value, nothing forgotten, all said."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import ColumnKind
from trainer_gui.engine.events import Noticed, RunFailed, RunFinished
from trainer_gui.engine.model import Answers
from trainer_gui.engine.predict import open_model, predict
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.recipe_file import draft_from_toml
from trainer_gui.engine.run import train
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.sources import open_data
from trainer_gui.engine.starting.opening import kept_line, open_start, opened

_FAMILIES = [("neural_network", "small"), ("linear", "tiny"), ("linear", "small")]


def table(rows: int, seed: int) -> pd.DataFrame:
    """Plants: numbers, one with gaps, a category, a date and a class that follows from them."""
    draw = np.random.default_rng(seed)
    height = draw.normal(50, 10, rows)
    colour = draw.choice(["red", "green", "blue"], rows)
    frame = pd.DataFrame(
        {
            "height": height.round(2),
            "width": draw.normal(5, 2, rows).round(3),
            "colour": colour,
            "found": pd.Timestamp("2020-01-01") + pd.to_timedelta(draw.integers(0, 900, rows), unit="D"),
            "kind": np.where(height + 12 * (colour == "red") > 55, "tall", "low"),
        }
    )
    frame.loc[::9, "width"] = np.nan
    return frame


def trained(frame: pd.DataFrame, path: Path, **choices: object) -> RunFolder:
    """A finished run on this table."""
    file = path.with_suffix(".csv")
    frame.to_csv(file, index=False)
    dataset = open_data(str(file))
    recipe = resolve(dataset, Choices(target="kind", device="cpu", **choices))
    folder, events = train(recipe, Control(), path=path, dataset=dataset)
    said = list(events)
    assert isinstance(said[-1], RunFinished), said[-1]
    folder_notes[folder.path] = [each.problem for each in said if isinstance(each, Noticed)]
    return folder


folder_notes: dict[Path, list] = {}


def started(frame: pd.DataFrame, path: Path, before: RunFolder, epochs: int = 0, **how: object) -> RunFolder:
    """A run on this table that starts from another one."""
    return trained(
        frame,
        path,
        start=open_start(before.path),
        start_settings=tuple(how.items()),
        settings=(("epochs", epochs), ("threads", 1)),
    )


def answers(folder: RunFolder, frame: pd.DataFrame) -> Answers:
    return predict(open_model(folder), frame)


def model(path: Path, family: str, size: str) -> RunFolder:
    settings = (("epochs", 4), ("threads", 1))
    return trained(table(160, 0), path, family=family, size=size, settings=settings)


@pytest.mark.parametrize(("family", "size"), _FAMILIES)
def test_that_no_epoch_on_other_rows_answers_exactly_as_the_model(family, size, tmp_path):
    before = model(tmp_path / "before", family, size)
    after = started(table(90, 5), tmp_path / "after", before)
    rows = table(40, 9)
    ours, theirs = answers(after, rows), answers(before, rows)
    assert ours.classes == theirs.classes
    assert np.array_equal(ours.probabilities, theirs.probabilities)
    assert after.preparation.step("height") == before.preparation.step("height").model_copy(
        update={
            "low": after.preparation.step("height").low,
            "high": after.preparation.step("height").high,
        }
    )
    assert [each.run for each in kept_line(after)] == ["before"]


@pytest.mark.parametrize(("family", "size"), _FAMILIES)
def test_that_other_columns_values_and_orders_change_no_answer_before_anything_is_learned(
    family, size, tmp_path
):
    before = model(tmp_path / "before", family, size)
    frame = table(120, 5)
    frame["colour"] = np.where(np.arange(120) % 5 == 0, "violet", frame["colour"])  # a new value
    frame["weight"] = np.arange(120) * 0.7  # new columns
    frame["place"] = np.where(np.arange(120) % 2, "here", "there")
    frame.loc[::7, "height"] = np.nan  # gaps where there were none
    frame = frame.drop(columns=["width"])  # and one that is gone
    frame = frame[["place", "weight", "found", "colour", "kind", "height"]]
    after = started(frame, tmp_path / "after", before)
    rows = frame.drop(columns="kind").head(50)
    as_before = rows.assign(width=np.nan)[["height", "width", "colour", "found"]]
    ours, theirs = answers(after, rows), answers(before, as_before)
    assert ours.probabilities == pytest.approx(theirs.probabilities, abs=2e-6)
    said = {each.key for each in folder_notes[after.path]}
    assert said >= {"start.new_columns", "start.missing_columns", "start.new_values", "start.taken"}
    assert "width" not in after.preparation.columns


def test_that_a_second_text_changes_no_answer_before_anything_is_learned(tmp_path):
    words = np.array(["warm", "cold", "wet", "dry"])
    draw = np.random.default_rng(0)
    said = [" ".join(draw.choice(words, 6)) for _ in range(120)]
    kind = ["low" if each.count("cold") > 1 else "tall" for each in said]
    settings = (("epochs", 3), ("threads", 1), ("buckets", 1024))
    one = pd.DataFrame({"report": said, "kind": kind})
    kinds = (("report", ColumnKind.TEXT),)
    before = trained(one, tmp_path / "before", family="text_network", settings=settings, kinds=kinds)
    two = one.assign(remark=said[::-1])[["remark", "report", "kind"]]
    more = {"start": open_start(before.path), "kinds": (*kinds, ("remark", ColumnKind.TEXT))}
    after = trained(two, tmp_path / "after", settings=(("epochs", 0), ("threads", 1)), **more)
    ours, theirs = answers(after, two), answers(before, one)
    assert ours.probabilities == pytest.approx(theirs.probabilities, abs=2e-6)


def test_that_a_new_column_gains_influence_once_it_is_learned_from(tmp_path):
    before = model(tmp_path / "before", "neural_network", "small")
    frame = table(200, 5)
    frame["kind"] = np.where(np.arange(200) % 2, "tall", "low")
    frame["sign"] = np.where(frame["kind"] == "tall", 1.0, -1.0) + np.random.default_rng(0).normal(
        0, 0.1, 200
    )
    after = started(frame, tmp_path / "after", before, epochs=12)
    rows = frame.head(100)
    assert (answers(after, rows).values == rows["kind"]).mean() > 0.9


def test_that_other_classes_replace_the_last_layer_and_keeping_it_is_refused(tmp_path):
    before = model(tmp_path / "before", "neural_network", "small")
    frame = table(90, 5)
    frame["kind"] = np.where(frame["width"] > 5, "wide", frame["kind"])
    after = started(frame, tmp_path / "after", before, epochs=1)
    (taken,) = [each for each in folder_notes[after.path] if each.key == "start.taken"]
    assert "Last layer: replaced" in taken.message
    file = tmp_path / "again.csv"
    frame.to_csv(file, index=False)
    dataset = open_data(str(file))
    choices = Choices(target="kind", start=open_start(before.path), start_settings=(("last_layer", "keep"),))
    _, events = train(resolve(dataset, choices), Control(), path=tmp_path / "again", dataset=dataset)
    last = list(events)[-1]
    assert isinstance(last, RunFailed)
    assert last.problem.key == "start.other_answers"
    assert "wide" in last.problem.message


def test_that_a_linear_model_has_nothing_to_hand_on_to_a_new_task(tmp_path):
    before = model(tmp_path / "before", "linear", "tiny")
    frame = table(90, 5)
    frame["kind"] = frame["kind"].map({"tall": "x", "low": "y"})
    with pytest.raises(AssertionError, match="nothing_left"):
        started(frame, tmp_path / "after", before)


def test_that_a_run_repeats_and_starts_others_after_its_model_was_deleted(tmp_path):
    before = model(tmp_path / "before", "neural_network", "small")
    frame = table(90, 5)
    first = started(frame, tmp_path / "first", before, epochs=2)
    shutil.rmtree(before.path)
    text = (first.path / "recipe.toml").read_text(encoding="utf-8")
    _, choices = draft_from_toml(text, "recipe.toml", first.path)
    dataset = open_data(str(tmp_path / "first.csv"))
    folder, events = train(
        resolve(dataset, opened(choices)), Control(), path=tmp_path / "second", dataset=dataset
    )
    assert isinstance(list(events)[-1], RunFinished)
    assert folder.weights.read_bytes() == first.weights.read_bytes()
    third = started(frame, tmp_path / "third", folder)
    assert [each.run for each in kept_line(third)] == ["before", "second"]
    with pytest.raises(UserError, match="There is no"):
        open_start(before.path)
