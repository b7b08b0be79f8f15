"""Who is trained on, who checks, who stays locked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from trainer_gui.engine.data.split import share_out, share_out_by_time, share_out_groups
from trainer_gui.engine.problems import UserError

_LABELS = some.lists(some.sampled_from("aaabbc"), min_size=12, max_size=300)


@given(_LABELS, some.integers(0, 1000), some.floats(0.1, 0.4), some.floats(0.0, 0.4))
def test_that_every_row_is_in_exactly_one_part(labels, seed, validation, test):
    rows = np.arange(len(labels)) * 3
    try:
        split = share_out(rows, labels, validation_share=validation, test_share=test, seed=seed)
    except UserError:
        return
    together = np.sort(np.concatenate([split.train, split.validation, split.test]))
    assert together.tolist() == rows.tolist()


@given(_LABELS, some.integers(0, 1000))
def test_that_every_class_can_be_learned(labels, seed):
    split = share_out(np.arange(len(labels)), labels, validation_share=0.2, test_share=0.2, seed=seed)
    assert {labels[row] for row in split.train} == set(labels)


@given(some.integers(30, 500), some.integers(0, 1000))
def test_that_the_shares_are_what_was_asked_for(rows, seed):
    split = share_out(np.arange(rows), None, validation_share=0.2, test_share=0.1, seed=seed)
    assert abs(len(split.validation) - 0.2 * rows) <= 1
    assert abs(len(split.test) - 0.1 * rows) <= 1


def test_that_classes_keep_their_shares_when_stratified():
    labels = ["rare"] * 20 + ["usual"] * 180
    split = share_out(np.arange(200), labels, validation_share=0.2, test_share=0.1, seed=0)
    assert sum(labels[row] == "rare" for row in split.validation) == 4
    assert sum(labels[row] == "rare" for row in split.test) == 2


def test_that_the_same_seed_gives_the_same_split_and_another_one_does_not():
    splits = [
        share_out(np.arange(100), None, validation_share=0.2, test_share=0.2, seed=seed) for seed in (3, 3, 4)
    ]
    assert splits[0].train.tolist() == splits[1].train.tolist()
    assert splits[0].train.tolist() != splits[2].train.tolist()


@pytest.mark.parametrize(("rows", "validation", "test"), [(1, 0.15, 0.15), (2, 0.1, 0.1), (100, 0.6, 0.5)])
def test_that_a_split_without_room_is_refused_in_words(rows, validation, test):
    with pytest.raises(UserError) as raised:
        share_out(np.arange(rows), None, validation_share=validation, test_share=test, seed=0)
    assert raised.value.problem.advice


_GROUPS = some.lists(some.integers(0, 40), min_size=30, max_size=300).filter(lambda all_: len(set(all_)) > 4)


@given(_GROUPS, some.integers(0, 1000), some.booleans())
def test_that_no_group_stands_on_two_sides_and_every_row_on_one(groups, seed, stratified):
    rows = np.arange(len(groups)) * 2
    labels = [str(each % 3) for each in groups] if stratified else None
    split = share_out_groups(
        rows, np.array(groups), labels, validation_share=0.2, test_share=0.2, seed=seed, what="who"
    )
    sides = [{groups[row // 2] for row in part} for part in (split.train, split.validation, split.test)]
    assert not sides[0] & sides[1]
    assert not sides[0] & sides[2]
    assert not sides[1] & sides[2]
    together = np.sort(np.concatenate([split.train, split.validation, split.test]))
    assert together.tolist() == rows.tolist()


@pytest.mark.parametrize("count", [200, 20_000])
def test_that_the_shares_come_out_with_many_groups(count):
    groups = np.repeat(np.arange(count), 3)
    split = share_out_groups(
        np.arange(len(groups)), groups, None, validation_share=0.15, test_share=0.15, seed=0, what="who"
    )
    assert len(split.validation) / len(groups) == pytest.approx(0.15, abs=0.01)
    assert len(split.test) / len(groups) == pytest.approx(0.15, abs=0.01)


def test_that_classes_keep_their_shares_when_groups_are_kept_together():
    groups = np.repeat(np.arange(100), 5)
    labels = np.where(groups % 5 == 0, "rare", "usual")
    split = share_out_groups(
        np.arange(500), groups, labels, validation_share=0.2, test_share=0.2, seed=3, what="who"
    )
    for part in (split.train, split.validation, split.test):
        assert (labels[part] == "rare").mean() == pytest.approx(0.2, abs=0.03)


@given(some.lists(some.integers(0, 60), min_size=20, max_size=300).filter(lambda all_: len(set(all_)) > 3))
def test_that_training_is_older_than_validation_and_validation_than_test(times):
    moments = np.array(times, dtype=float)
    split = share_out_by_time(
        np.arange(len(times)), moments, validation_share=0.2, test_share=0.2, what="day"
    )
    assert moments[split.train].max() < moments[split.validation].min()
    assert moments[split.validation].max() < moments[split.test].min()


def test_that_rows_without_a_time_are_trained_on():
    moments = np.where(np.arange(100) < 10, np.nan, np.arange(100.0))
    split = share_out_by_time(np.arange(100), moments, validation_share=0.2, test_share=0.2, what="day")
    assert set(range(10)) <= set(split.train.tolist())
    assert split.counts == {"training": 60, "validation": 20, "test": 20}


def test_that_too_few_groups_or_moments_are_refused_in_words():
    with pytest.raises(UserError, match="only 2 different values, too few to share out between 3 parts"):
        share_out_groups(
            np.arange(40), np.arange(40) % 2, None, validation_share=0.2, test_share=0.2, seed=0, what="who"
        )
    with pytest.raises(UserError, match="“day” has only 1 different value"):
        share_out_by_time(np.arange(40), np.zeros(40), validation_share=0.2, test_share=0.0, what="day")
    times = np.full(40, np.nan)
    times[0] = 1.0
    with pytest.raises(UserError, match="says of 1 of 40 rows"):
        share_out_by_time(np.arange(40), times, validation_share=0.2, test_share=0.0, what="day")
