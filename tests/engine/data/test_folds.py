"""Folds take turns, hold what they promise about groups, time and classes, and leave the test rows alone."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.folds import dealt, dealt_by_group, dealt_by_time, fold_in, nested_share
from trainer_gui.engine.data.parts import split_of
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.recipe import Choices, outline_of, resolve
from trainer_gui.engine.row_settings import SplitSettings, StepSettings
from trainer_gui.engine.run import train

modestly = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@modestly
@given(
    some.lists(some.sampled_from("aaaabbbcd"), min_size=20, max_size=200),
    some.integers(2, 10),
    some.integers(0, 99),
)
def test_that_folds_are_equal_in_rows_and_in_classes_and_a_lone_row_is_always_learned(labels, folds, seed):
    classes = np.array(labels)
    names, counts = np.unique(classes, return_counts=True)
    numbers = dealt(len(labels), classes, folds, (seed, 0), field="fold")
    assert np.ptp(np.bincount(numbers, minlength=folds + 1)[1:]) <= 1
    for name, count in zip(names, counts, strict=True):
        of_class = np.bincount(numbers[classes == name], minlength=folds + 1)
        assert np.ptp(of_class[1:]) <= 1
        assert of_class[0] == (count == 1)


@modestly
@given(some.lists(some.integers(0, 30), min_size=40, max_size=300), some.integers(2, 6), some.integers(0, 99))
def test_that_no_group_is_in_two_folds_and_no_fold_is_empty(groups, folds, seed):
    codes = np.array(groups)
    strata = np.array(list("ab"))[codes % 2]
    if len(set(groups)) < folds:
        with pytest.raises(UserError, match="too few"):
            dealt_by_group(codes, None, folds, (seed, 0), what="patient", field="fold")
        return
    numbers = dealt_by_group(codes, strata, folds, (seed, 0), what="patient", field="fold")
    assert set(numbers) == set(range(1, folds + 1))
    assert all(len(set(numbers[codes == code])) == 1 for code in set(groups))


@modestly
@given(some.lists(some.integers(0, 40), min_size=30, max_size=300), some.integers(2, 6))
def test_that_a_fold_in_time_is_checked_by_what_was_before_it_alone(days, folds):
    times = np.array(days, dtype=np.float64)
    times[::11] = np.nan
    if len(np.unique(times[np.isfinite(times)])) <= folds:
        with pytest.raises(UserError, match="too few"):
            dealt_by_time(times, folds, what="day", field="fold")
        return
    numbers = dealt_by_time(times, folds, what="day", field="fold")
    assert set(numbers) == set(range(folds + 1))
    for fold in range(1, folds + 1):
        assert np.nanmin(times[numbers == fold]) > np.nanmax(times[numbers < fold])
    assert (numbers[~np.isfinite(times)] == 0).all()


def test_that_blocks_in_time_are_about_equally_large():
    sizes = np.bincount(dealt_by_time(np.arange(120.0), 5, what="day", field="fold"))
    assert sizes.tolist() == [20] * 6


@modestly
@given(some.integers(20, 300), some.integers(0, 99), some.booleans())
def test_that_a_smaller_share_lies_within_a_larger_one(count, seed, grouped):
    rows = np.arange(count) * 2
    labels = np.where(np.arange(count) % 4 == 0, "rare", "usual")
    groups = np.arange(count) // 3 if grouped else None
    shares = [nested_share(rows, groups, labels, share, (seed, 1)) for share in (0.1, 0.25, 0.5, 1.0)]
    for smaller, larger in itertools.pairwise(shares):
        assert set(smaller.tolist()) <= set(larger.tolist())
    assert shares[-1].tolist() == rows.tolist()
    if not grouped:
        assert [len(each) for each in shares[:3]] == [round(count * share) for share in (0.1, 0.25, 0.5)]
        rare = (labels[shares[2] // 2] == "rare").sum()
        assert abs(rare - 0.25 * len(shares[2])) <= 1
    else:
        assert all(len(set((each // 2 // 3).tolist())) * 3 - len(each) <= 2 for each in shares)


@pytest.mark.parametrize("text", ["0/5", "6/5", "1/1", "2", "a/b", "2/500", "-1/5", "1.5/5"])
def test_that_what_is_no_fold_is_refused_in_words(text):
    with pytest.raises(UserError, match="not a fold"):
        fold_in(text, "fold")


def _frame(rows: int = 120) -> pd.DataFrame:
    draw = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "x": draw.normal(0, 1, rows),
            "who": [f"p{each // 4}" for each in range(rows)],
            "year": 1900 + np.arange(rows),
            "kind": np.where(np.arange(rows) % 3 == 0, "a", "b"),
        }
    )


@pytest.mark.parametrize("way", [{}, {"keep_together": "who"}, {"by_time": "year"}], ids=str)
def test_that_every_fold_leaves_the_same_test_rows_locked_and_all_others_take_turns(make_table, way):
    data = make_table(_frame(), "kind")
    plain = split_of(data, "kind", Task.CLASSIFICATION, SplitSettings(**way))
    splits = [
        split_of(data, "kind", Task.CLASSIFICATION, SplitSettings(**way, fold=f"{number}/5"))
        for number in range(1, 6)
    ]
    checked = np.concatenate([each.validation for each in splits])
    for each in splits:
        assert each.test.tolist() == plain.test.tolist()
        assert not set(each.train) & set(each.validation)
        assert not set(each.test) & {*each.train, *each.validation}
    assert len(set(checked)) == len(checked)
    development = {*plain.train.tolist(), *plain.validation.tolist()}
    if "by_time" not in way:
        assert set(checked.tolist()) == development
        assert all({*each.train, *each.validation} == development for each in splits)
    if way.get("keep_together"):
        who = data.frame["who"].to_numpy()
        assert all(not set(who[each.train]) & set(who[each.validation]) for each in splits)


@pytest.mark.parametrize("way", [{}, {"keep_together": "who"}, {"by_time": "year"}], ids=str)
def test_that_a_held_out_fold_is_the_test_part_and_the_locked_rows_are_left_alone(make_table, way):
    data = make_table(_frame(), "kind")
    locked = set(split_of(data, "kind", Task.CLASSIFICATION, SplitSettings(**way)).test.tolist())
    for extra in ({}, {"fold": "1/3"}):
        splits = [
            split_of(data, "kind", Task.CLASSIFICATION, SplitSettings(**way, held_out=f"{number}/4", **extra))
            for number in range(1, 5)
        ]
        outside = np.concatenate([each.test for each in splits])
        assert len(set(outside.tolist())) == len(outside)
        for each in splits:
            assert len(each.train)
            assert len(each.validation)
            assert not locked & {*each.train.tolist(), *each.validation.tolist(), *each.test.tolist()}
            assert not set(each.test) & {*each.train, *each.validation}


def test_that_the_outline_knows_how_many_rows_a_fold_and_a_share_train(make_table):
    data = make_table(_frame(400), "kind")
    for way in (
        {},
        {"fold": "2/5"},
        {"held_out": "1/4"},
        {"held_out": "1/4", "fold": "2/5", "train_share": 0.5},
        {"by_time": "year", "fold": "3/5"},
    ):
        split = SplitSettings(**way)
        rows = len(split_of(data, "kind", Task.CLASSIFICATION, split).train)
        assert outline_of(data, "kind", Task.CLASSIFICATION, (), split).rows == pytest.approx(rows, abs=4)


def test_that_what_is_prepared_is_learned_from_the_training_rows_of_the_fold_alone(make_table, control):
    frame = _frame().drop(columns=["who", "year"])
    data = make_table(frame, "kind")
    middles = []
    for number in range(1, 4):
        fold = (("fold", f"{number}/3"),)
        recipe = resolve(data, Choices(family="linear", size="tiny", split=fold, settings=(("epochs", 2),)))
        folder, events = train(recipe, control, dataset=data)
        assert list(events)[-1].type == "RunFinished"
        rows = split_of(data, "kind", Task.CLASSIFICATION, recipe.split).train
        numbers = folder.preparation.inputs(data, rows)[0]
        assert float(np.abs(numbers.mean(axis=0)).max()) < 1e-5
        middles.append(folder.preparation.model_dump_json())
    assert len(set(middles)) == 3


def test_that_extremes_are_told_by_the_rows_that_are_used(make_table):
    frame = _frame(400)
    data = make_table(frame, "kind")
    split = SplitSettings(train_share=0.1)
    with_steps = split_of(
        data, "kind", Task.CLASSIFICATION, split, StepSettings(leave_out_extremes=True), ("who", "year")
    )
    without = split_of(data, "kind", Task.CLASSIFICATION, split)
    assert set(with_steps.train.tolist()) <= set(without.train.tolist())


def test_that_another_draw_takes_other_rows_and_leaves_validation_and_test_alone(make_table):
    data = make_table(_frame(400), "kind")
    one, other = (
        split_of(data, "kind", Task.CLASSIFICATION, SplitSettings(train_share=0.3), draw=draw)
        for draw in (0, 1)
    )
    assert one.train.tolist() != other.train.tolist()
    assert one.validation.tolist() == other.validation.tolist()
    assert one.test.tolist() == other.test.tolist()


def test_that_folds_of_a_few_rows_are_refused_with_what_would_do(make_table):
    data = make_table(_frame(12), "kind")
    with pytest.raises(UserError) as raised:
        split_of(data, "kind", Task.CLASSIFICATION, SplitSettings(fold="1/20"))
    assert raised.value.problem.field == "fold"
    assert "20" in raised.value.problem.advice
