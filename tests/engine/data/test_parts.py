"""Which rows a run uses and for what: stable sides, steps that leave rows out, test rows of their own."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.columns import make_table
from trainer_gui.engine.data.dataset import Column, ColumnKind, DataReference, Task
from trainer_gui.engine.data.mending import Mending
from trainer_gui.engine.data.parts import split_of, with_test_rows
from trainer_gui.engine.evaluate import evaluate
from trainer_gui.engine.events import Noticed, RunFinished, RunStarted
from trainer_gui.engine.own_test import with_test_data
from trainer_gui.engine.predict import open_model, predict
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.recipe import Choices, parts_of, resolve
from trainer_gui.engine.recipe_file import draft_from_toml, recipe_from_toml
from trainer_gui.engine.row_settings import SplitSettings, StepSettings
from trainer_gui.engine.run import resume, train
from trainer_gui.engine.sources import open_data


@pytest.fixture
def visits(tmp_path):
    """A file of 200 visits of 40 patients, the last 20 rows repeating the first."""
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "patient": [f"P{row % 40:02}" for row in range(180)],
            "day": [f"2024-{1 + row // 28:02}-{1 + row % 28:02}" for row in range(180)],
            "x": draw.normal(size=180).round(3),
            "z": draw.normal(size=180).round(3),
            "y": [["no", "yes"][row % 2] for row in range(180)],
        }
    )
    frame = pd.concat([frame, frame.iloc[:20]], ignore_index=True)
    frame.loc[[30, 31, 32], "z"] = np.nan
    path = tmp_path / "visits.csv"
    frame.to_csv(path, index=False)
    return path


def recipe_of(dataset, **choices):
    usual = {"target": "y", "size": "tiny", "settings": (("epochs", 2), ("early_stopping", False))}
    return resolve(dataset, Choices(**{**usual, **choices}))


def last_of(events):
    found = list(events)
    assert isinstance(found[-1], RunFinished), found[-1]
    return found


def sides(split):
    names = {}
    for side in ("train", "validation", "test"):
        names |= dict.fromkeys(getattr(split, side).tolist(), side)
    return names


@pytest.mark.parametrize(
    "split",
    [
        {},
        {"keep_together": "patient"},
        {"by_time": "day"},
        {"repeats_together": True},
        {"keep_together": "patient", "repeats_together": True},
    ],
)
def test_that_a_row_never_changes_side_when_a_column_or_rows_are_left_out(visits, split):
    dataset = open_data(visits)
    whole = sides(parts_of(dataset, recipe_of(dataset, split=tuple(split.items()))))
    fewer = recipe_of(
        dataset,
        split=tuple(split.items()),
        leave_out=("x",),
        steps=(("leave_out_repeated", True), ("leave_out_gaps", True)),
    )
    left = sides(parts_of(dataset, fewer))
    assert len(left) < len(whole)
    assert all(whole[row] == side for row, side in left.items())


@pytest.fixture(scope="module")
def answers():
    """A table of 120 rows with repeats, gaps, rare classes and far numbers."""
    draw = np.random.default_rng(4)
    far = draw.normal(size=120)
    far[[3, 50]] = 4e6
    columns = {
        "who": pd.Series([f"P{row % 23}" if row % 9 else None for row in range(120)]),
        "day": pd.Series([f"2024-{1 + row // 28:02}-{1 + row % 28:02}" for row in range(120)]),
        "code": pd.Series(draw.integers(0, 4, 120)),
        "x": pd.Series(np.where(draw.random(120) < 0.1, np.nan, draw.normal(size=120))),
        "far": pd.Series(far),
        "y": pd.Series(["often", "seldom"] * 58 + ["never"] * 4),
    }
    doubled = {name: pd.concat([each, each.iloc[:30]], ignore_index=True) for name, each in columns.items()}
    reference = DataReference(source="test", location="/here")
    return make_table(reference, "here", doubled, fingerprint="blake2b:0", mending=Mending())


_WAYS = some.sampled_from(
    [{}, {"keep_together": "who"}, {"by_time": "day"}, {"repeats_together": True}, {"stratified": False}]
)
_KINDS = some.dictionaries(
    some.sampled_from(["who", "day", "code", "x", "far"]),
    some.sampled_from([ColumnKind.CATEGORY, ColumnKind.TEXT, ColumnKind.IDENTIFIER, ColumnKind.YES_NO]),
)
_STEPS = some.sets(some.sampled_from(["repeated", "gaps", "extremes", "rare"]))


@given(_WAYS, _KINDS, _STEPS, some.sets(some.sampled_from(["who", "day", "code"])), some.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_that_no_kind_step_or_column_left_out_moves_a_row(answers, way, kinds, steps, leave_out, seed):
    split = SplitSettings(**way, split_seed=seed)
    before = sides(split_of(answers, "y", Task.CLASSIFICATION, split))
    taken = StepSettings(**{f"leave_out_{each}": True for each in steps})
    other = answers.with_kinds(kinds)
    after = sides(split_of(other, "y", Task.CLASSIFICATION, split, taken, tuple(leave_out)))
    assert set(after) <= set(before)
    assert {row: before[row] for row in after} == after
    if not steps:
        assert len(after) == len(before)


def test_that_rows_that_repeat_each_other_stand_on_one_side_when_asked(visits):
    dataset = open_data(visits)
    side = sides(split_of(dataset, "y", Task.CLASSIFICATION, recipe_of(dataset).split))
    assert any(side[row] != side[180 + row] for row in range(20))
    kept = recipe_of(dataset, split=(("repeats_together", True),))
    side = sides(parts_of(dataset, kept))
    assert all(side[row] == side[180 + row] for row in range(20))


@pytest.mark.parametrize(
    ("split", "words"),
    [
        ((("keep_together", "nobody"),), "no such column"),
        ((("by_time", "patient"),), "says of 0 of 200 rows"),
        ((("by_time", "day"), ("keep_together", "patient")), "at once"),
        ((("keep_together", "y"),), "only 2 different values"),
    ],
)
def test_that_an_impossible_split_is_refused_in_words(visits, split, words):
    dataset = open_data(visits)
    with pytest.raises(UserError, match=words) as raised:
        parts_of(dataset, recipe_of(dataset, split=split))
    assert raised.value.problem.advice


def test_that_dates_that_could_be_either_way_are_not_guessed(flowers):
    frame = flowers.frame.assign(day=[f"{1 + row % 12:02}/{1 + row // 12:02}/03" for row in range(120)])
    table = replace(flowers, frame=frame)
    split = recipe_of(flowers, target="kind").split.model_copy(update={"by_time": "day"})
    with pytest.raises(UserError, match="begins with the day or with the month"):
        split_of(table, "kind", Task.CLASSIFICATION, split)


def test_that_dates_are_split_in_the_order_that_was_chosen(flowers):
    days = [f"{1 + row % 12:02}/{1 + row // 12:02}/03" for row in range(120)]
    table = replace(
        flowers,
        frame=flowers.frame.assign(day=days),
        columns=(*flowers.columns, Column("day", ColumnKind.DATE_MONTH_FIRST, 0, 120)),
    )
    split = recipe_of(flowers, target="kind").split.model_copy(update={"by_time": "day"})
    newest = split_of(table, "kind", Task.CLASSIFICATION, split).test
    assert {days[row][:2] for row in newest} <= {"11", "12"}
    table = table.with_kinds({"day": ColumnKind.DATE_DAY_FIRST})
    newest = split_of(table, "kind", Task.CLASSIFICATION, split).test
    assert {days[row][3:5] for row in newest} <= {"09", "10"}


def test_that_steps_are_written_counted_and_never_drop_a_row_to_predict(visits):
    dataset = open_data(visits)
    recipe = recipe_of(dataset, steps=(("leave_out_repeated", True), ("leave_out_gaps", True)))
    folder, events = train(recipe, Control(), dataset=dataset)
    said = {each.problem.key: each.problem.message for each in last_of(events) if isinstance(each, Noticed)}
    assert said["steps.leave_out_repeated"].startswith("20 rows repeated")
    assert said["steps.leave_out_gaps"].startswith("3 rows had a missing value")
    assert folder.recipe.execution is not None
    found = recipe.model_copy(update={"execution": folder.recipe.execution})
    assert recipe_from_toml(folder.recipe.to_toml(), "recipe.toml") == found
    model = open_model(folder)
    assert model.steps.leave_out_gaps
    assert len(predict(model, dataset).values) == dataset.rows


def test_that_extreme_rows_are_left_out_of_training_alone(slope):
    frame = slope.frame.copy()
    frame.loc[[3, 50, 120, 160], "x"] = 1e6
    table = replace(slope, frame=frame)
    plain = split_of(table, "y", Task.REGRESSION, recipe_of(slope).split)
    steps = recipe_of(slope, steps=(("leave_out_extremes", True),)).steps
    after = split_of(table, "y", Task.REGRESSION, recipe_of(slope).split, steps)
    assert set(plain.train) - set(after.train) == {3, 50, 120, 160} & set(plain.train)
    assert after.validation.tolist() == plain.validation.tolist()
    assert after.test.tolist() == plain.test.tolist()


def test_that_rare_classes_are_left_out(flowers):
    frame = flowers.frame.copy()
    frame.loc[[0, 1, 2], "kind"] = "rare"
    table = replace(flowers, frame=frame)
    steps = recipe_of(flowers, target="kind", steps=(("leave_out_rare", True),)).steps
    split = split_of(table, "kind", Task.CLASSIFICATION, recipe_of(flowers, target="kind").split, steps)
    assert not {0, 1, 2} & set(sides(split))
    assert split.left_out == {"leave_out_rare": 3}


def test_that_a_run_is_judged_on_test_rows_from_a_file_of_their_own(visits, tmp_path):
    later = open_data(visits).frame.iloc[100:150].assign(z=lambda each: each.z + 1)
    later[["y", "z", "x", "day", "patient"]].to_csv(tmp_path / "later.csv", index=False)
    dataset = with_test_data(open_data(visits), tmp_path / "later.csv")
    recipe = recipe_of(dataset)
    folder, events = train(recipe, Control(), dataset=dataset)
    (started,) = [each for each in last_of(events) if isinstance(each, RunStarted)]
    assert started.rows["test"] == 50
    assert started.rows["training"] + started.rows["validation"] == 200
    assert folder.recipe.execution is not None
    found = recipe.model_copy(update={"execution": folder.recipe.execution})
    assert recipe_from_toml(folder.recipe.to_toml(), "recipe.toml") == found
    assert evaluate(folder, "test").rows == 50  # opened again from the recipe alone
    assert evaluate(folder, "validation").rows == started.rows["validation"]
    _, drafted = draft_from_toml(folder.recipe.to_toml(), "recipe.toml", tmp_path)
    assert drafted.test_data == recipe.test_data
    (tmp_path / "later.csv").write_text("y,z,x,day,patient\nno,1,2,2024-01-01,P1\n", encoding="utf-8")
    with pytest.raises(UserError, match="has changed since"):
        evaluate(folder, "test")
    assert evaluate(folder, "validation").rows == started.rows["validation"]


def test_that_a_run_goes_on_although_its_test_file_has_gone(visits, tmp_path):
    open_data(visits).frame.iloc[:40].to_csv(tmp_path / "later.csv", index=False)
    dataset = with_test_data(open_data(visits), tmp_path / "later.csv")
    control = Control()
    recipe = recipe_of(dataset, settings=(("epochs", 5), ("early_stopping", False)))
    folder, events = train(recipe, control, dataset=dataset)
    for event in events:
        if event.type == "EpochEnded":
            control.stop()
    (tmp_path / "later.csv").unlink()
    said = last_of(resume(folder, Control(), open_data(visits)))
    assert [each.epoch for each in said if each.type == "EpochEnded"] == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (lambda frame, path: frame.to_csv(path, index=False), "the very rows"),
        (lambda frame, path: frame[["x", "y"]].to_csv(path, index=False), "lacks .*“z”"),
    ],
)
def test_that_test_rows_that_make_no_sense_are_refused_in_words(visits, tmp_path, write, words):
    path = visits if words == "the very rows" else tmp_path / "later.csv"
    if path != visits:
        write(open_data(visits).frame, path)
    with pytest.raises(UserError, match=words) as raised:
        with_test_data(open_data(visits), path)
    assert raised.value.problem.advice


def test_that_test_rows_stand_behind_the_others_with_their_own_categories(visits, tmp_path):
    later = open_data(visits).frame.iloc[:30].assign(patient="somebody else")
    later.to_csv(tmp_path / "later.csv", index=False)
    dataset = with_test_data(open_data(visits), tmp_path / "later.csv")
    together = with_test_rows(dataset)
    assert together.rows == 230
    assert set(together.frame["patient"].iloc[200:]) == {"somebody else"}
    assert together.column("x").kind is ColumnKind.NUMBER
