"""Declared once: bounds, words and defaults come from one place."""

import pytest

from trainer_gui.engine.hyperparameters import TrainingSettings
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.row_settings import SplitSettings
from trainer_gui.engine.settings import accept, declared_in, problems_in


@pytest.mark.parametrize("group", [TrainingSettings, SplitSettings])
def test_that_every_setting_can_be_shown(group):
    for each in declared_in(group):
        assert each.label
        assert each.help
        assert each.flag.startswith("--")
        if each.kind in (int, float):
            assert each.minimum is not None
            assert each.maximum is not None
            assert each.minimum <= each.default <= each.maximum
        if each.choices:
            assert each.default in [value for value, _ in each.choices]
            assert all(label for _, label in each.choices)


def test_that_the_defaults_are_accepted():
    assert problems_in(TrainingSettings, {}) == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("epochs", -1, "a whole number from 0"),
        ("epochs", "many", "a whole number"),
        ("learning_rate", float("nan"), "a number from"),
        ("learning_rate", -1, "a number from"),
        ("optimiser", "newton", "one of adamw, adam, sgd"),
        ("early_stopping", "perhaps", "true or false"),
    ],
)
def test_that_a_wrong_value_is_refused_with_what_would_be_right(name, value, words):
    (found,) = problems_in(TrainingSettings, {name: value})
    assert found.field == name
    assert words in found.advice
    with pytest.raises(UserError, match=str(value)):
        accept(TrainingSettings, {name: value})


def test_that_an_unknown_setting_is_refused_with_the_known_ones():
    (found,) = problems_in(TrainingSettings, {"learnig_rate": 0.1})
    assert "learnig_rate" in found.message
    assert "learning_rate" in found.advice


def test_that_all_problems_are_said_at_once():
    assert len(problems_in(TrainingSettings, {"epochs": -1, "batch_size": 0})) == 2
    with pytest.raises(UserError, match=r"Epochs.*Batch size"):
        accept(TrainingSettings, {"epochs": -1, "batch_size": 0})


def test_that_bounds_are_plain_numbers():
    said = [str(each) for each in problems_in(TrainingSettings, {"batch_size": 0, "learning_rate": -1.0})]
    assert "from 1 to 1048576" in " ".join(said)
    assert "from 0.0000001 to 10." in " ".join(said)
