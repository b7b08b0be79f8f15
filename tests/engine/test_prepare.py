"""How rows become numbers, fitted on the training rows alone."""

import numpy as np
import pandas as pd
import pytest

from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.fitting import fit_preparation
from trainer_gui.engine.data.prepare import Preparation
from trainer_gui.engine.data.series import class_names
from trainer_gui.engine.problems import UserError


def fit(dataset, train, target="y", task=Task.REGRESSION, leave_out=()):
    return fit_preparation(dataset, target=target, task=task, leave_out=leave_out, train=np.array(train))


def test_that_nothing_is_learned_from_rows_outside_training(make_table):
    frame = pd.DataFrame(
        {"x": [1.0, 2.0, 3.0, 1e9], "place": ["a", "b", "a", "secret"], "y": [1.0, 2, 3, 1e6]}
    )
    prepared = fit(make_table(frame, "y"), [0, 1, 2])
    assert prepared.step("x").mean == 2.0
    assert prepared.step("place").values == ("a", "b")
    assert prepared.target.mean == 2.0


def test_that_gaps_are_filled_with_the_median_and_flagged(make_table):
    frame = pd.DataFrame({"x": [1.0, np.nan, 3.0, 100.0, np.inf], "y": np.arange(5.0)})
    prepared = fit(make_table(frame, "y"), range(5))
    assert prepared.step("x").fill == 3.0
    (numbers,) = prepared.table_inputs(frame)
    assert numbers.shape == (5, 2)
    assert numbers[:, 1].tolist() == [0, 1, 0, 0, 1]
    assert np.isfinite(numbers).all()
    assert numbers[1, 0] == numbers[2, 0] == numbers[4, 0]


def test_that_unknown_and_missing_categories_share_place_zero(make_table):
    frame = pd.DataFrame({"place": ["a", "b", "a"], "y": [1.0, 2.0, 3.0]})
    prepared = fit(make_table(frame, "y"), range(3))
    new = pd.DataFrame({"place": ["b", "never seen", None, "a"]})
    (places,) = prepared.table_inputs(new)
    assert places[:, 0].tolist() == [2, 0, 0, 1]


def test_that_a_constant_column_does_not_divide_by_zero(make_table):
    frame = pd.DataFrame({"x": [5.0] * 4, "y": [1.0, 2.0, 3.0, 4.0]})
    (numbers,) = fit(make_table(frame, "y"), range(4)).table_inputs(frame)
    assert numbers[:, 0].tolist() == [0, 0, 0, 0]


def test_that_large_numbers_keep_their_differences(make_table):
    frame = pd.DataFrame({"x": 1e9 + np.arange(4.0), "y": np.arange(4.0)})
    (numbers,) = fit(make_table(frame, "y"), range(4)).table_inputs(frame)
    assert np.allclose(np.diff(numbers[:, 0]), 1 / np.std(np.arange(4.0)))


def test_that_classes_are_ordered_as_people_order_them(make_table):
    frame = pd.DataFrame({"x": np.arange(4.0), "y": ["10", "9", "2", "10"]})
    prepared = fit(make_table(frame, "y"), range(4), task=Task.CLASSIFICATION)
    assert prepared.target.classes == ("2", "9", "10")
    assert prepared.targets(frame["y"], np.arange(4)).tolist() == [2, 1, 0, 2]


def test_that_a_class_that_was_not_trained_on_is_marked(make_table):
    frame = pd.DataFrame({"x": np.arange(4.0), "y": ["a", "b", "a", "new"]})
    prepared = fit(make_table(frame, "y"), [0, 1, 2], task=Task.CLASSIFICATION)
    assert prepared.targets(frame["y"], np.array([3, 0])).tolist() == [-1, 0]


def test_that_whole_numbers_read_as_floats_are_the_same_class_as_without_a_gap():
    assert class_names(pd.Series([1.0, np.nan, 2.0])).tolist() == ["1", "", "2"]
    assert class_names(pd.Series([1, 3, 2])).tolist() == ["1", "3", "2"]


def test_that_it_travels_as_json_without_a_change(make_table):
    frame = pd.DataFrame({"x": [0.1, np.nan, 0.3], "ort": ["größe", '"a"', "b,c"], "y": [1.0, 2, 3]})
    prepared = fit(make_table(frame, "y"), range(3))
    assert Preparation.model_validate_json(prepared.model_dump_json()) == prepared


def test_that_the_layout_of_earlier_runs_is_still_read(make_table):
    frame = pd.DataFrame({"x": [0.1, np.nan, 0.3], "place": ["a", "b", "a"], "y": [1.0, 2, 3]})
    prepared = fit(make_table(frame, "y"), range(3))
    x, place = prepared.step("x").model_dump(), prepared.step("place").model_dump()
    old = {
        "numbers": [{key: each for key, each in x.items() if key != "step"}],
        "categories": [{key: each for key, each in place.items() if key != "step"}],
        "picture": None,
        "target": prepared.target.model_dump(),
    }
    assert Preparation.model_validate(old) == prepared


def test_that_leaving_out_every_column_is_refused_in_words(make_table):
    frame = pd.DataFrame({"x": [0.1, 0.2], "y": [1.0, 2]})
    with pytest.raises(UserError, match="No column is left"):
        fit(make_table(frame, "y"), range(2), leave_out=("x",))
