"""What people type, as values."""

import pytest

from trainer_gui.cli.values import name_and_value, shares_of, value_of, with_point
from trainer_gui.engine.hyperparameters import TrainingSettings
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.settings import accept, declared_in

SETTINGS = {each.name: each for each in declared_in(TrainingSettings)}


def accepted(name, text):
    """The value that a typed text becomes in the end."""
    return getattr(accept(TrainingSettings, {name: value_of(SETTINGS[name], text)}), name)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("learning_rate", "0,01", 0.01),
        ("learning_rate", "0.01", 0.01),
        ("learning_rate", "1e-3", 0.001),
        ("weight_decay", "0,125", 0.125),
        ("epochs", "12", 12),
        ("early_stopping", "no", False),
        ("early_stopping", "On", True),
        ("optimiser", "SGD", "sgd"),
    ],
)
def test_that_a_typed_text_becomes_the_value_of_its_setting(name, text, value):
    assert accepted(name, text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("epochs", "1,000"),
        ("epochs", "2.5"),
        ("epochs", "ten"),
        ("learning_rate", "-1"),
        ("learning_rate", "nan"),
    ],
)
def test_that_what_a_setting_cannot_be_is_refused_in_its_own_words(name, text):
    with pytest.raises(UserError, match=f"{SETTINGS[name].label} cannot be {text}"):
        accepted(name, text)


def test_that_a_comma_that_could_mean_a_thousand_is_asked_about():
    with pytest.raises(UserError, match=r"1000, or 1\.000 with a point"):
        with_point("1,000", "Weight decay")
    assert with_point("0,001", "Weight decay") == "0.001"


@pytest.mark.parametrize(
    ("text", "validation", "test"),
    [
        ("70/15/15", 0.15, 0.15),
        ("80/20", 0.2, 0.0),
        ("66,7/33,3", 0.333, 0.0),
        ("70 % / 20 % / 10 %", 0.2, 0.1),
        ("62.5/25/12.5", 0.25, 0.125),
    ],
)
def test_that_a_split_is_read_in_per_cent(text, validation, test):
    assert shares_of(text) == pytest.approx({"validation_share": validation, "test_share": test})


@pytest.mark.parametrize(
    "text", ["70/15/10", "50/60", "100", "a/b/c", "70/15/15/0", "-10/55/55", "", "70/nan/30"]
)
def test_that_a_split_that_does_not_add_up_is_refused_with_an_example(text):
    with pytest.raises(UserError, match="70/15/15"):
        shares_of(text)


def test_that_a_name_and_its_value_are_told_apart():
    assert name_and_value("learning-rate=0.01") == ("learning_rate", "0.01")
    assert name_and_value("missing=a=b") == ("missing", "a=b")
    with pytest.raises(UserError, match="NAME=VALUE"):
        name_and_value("learning_rate")
