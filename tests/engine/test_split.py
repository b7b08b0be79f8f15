"""Who is trained on, who checks, who stays locked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from trainer_gui.engine.data.split import share_out
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
