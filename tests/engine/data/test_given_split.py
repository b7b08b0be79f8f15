"""Data that was split before it came here."""

import numpy as np
import pytest

from trainer_gui.engine.data.given_split import share_out_as_given

USABLE = np.arange(100, dtype=np.int64)
CLASSES = np.array(["a", "b"] * 50)


def shared(parts, validation_share=0.2, test_share=0.2, seed=0, usable=USABLE):
    return share_out_as_given(
        usable, parts, CLASSES[usable], validation_share=validation_share, test_share=test_share, seed=seed
    )


def test_that_parts_that_are_given_are_taken():
    parts = ["train"] * 60 + ["validation"] * 15 + ["test"] * 25
    split = shared(parts)
    assert split.train.tolist() == list(range(60))
    assert split.validation.tolist() == list(range(60, 75))
    assert split.test.tolist() == list(range(75, 100))


def test_that_validation_is_drawn_from_the_training_rows_where_none_is_given():
    split = shared(["train"] * 80 + ["test"] * 20)
    assert split.test.tolist() == list(range(80, 100))
    assert len(split.validation) == 16
    assert sorted([*split.train, *split.validation]) == list(range(80))
    assert (CLASSES[split.validation] == "a").sum() == 8
    assert np.array_equal(split.validation, shared(["train"] * 80 + ["test"] * 20).validation)
    assert not np.array_equal(split.validation, shared(["train"] * 80 + ["test"] * 20, seed=1).validation)


@pytest.mark.parametrize("share", [0.0, 0.25])
def test_that_test_rows_are_drawn_where_none_are_given(share):
    split = shared(["validation"] * 20 + ["train"] * 80, test_share=share)
    assert split.validation.tolist() == list(range(20))
    assert len(split.test) == 80 * share
    assert set(split.test) <= set(range(20, 100))
    assert not set(split.test) & set(split.train)


def test_that_rows_without_a_target_are_in_no_part():
    usable = USABLE[::2]
    parts = np.array(["train"] * 60 + ["validation"] * 15 + ["test"] * 25)[usable]
    split = shared(list(parts), usable=usable)
    assert sorted([*split.train, *split.validation, *split.test]) == usable.tolist()
