"""All that is needed to repeat a run, as a file that people can read."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from trainer_gui.engine.data.dataset import DataReference, Task
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.plan import plan
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.recipe import (
    Choices,
    Recipe,
    choices_in,
    resolve,
)
from trainer_gui.engine.recipe_file import draft_from_toml, recipe_from_toml
from trainer_gui.engine.settings import declared_in


def test_that_a_resolved_recipe_leaves_nothing_to_a_default(flowers):
    recipe = resolve(flowers, Choices())
    names = {each.name for each in declared_in(FAMILIES[recipe.family].settings)}
    assert set(recipe.settings) == names
    assert recipe.target == "kind"
    assert recipe.task is Task.CLASSIFICATION


def test_that_a_recipe_survives_the_way_through_toml(flowers):
    recipe = resolve(flowers, Choices(leave_out=("place",), settings=(("learning_rate", 1e-5),)))
    assert recipe_from_toml(recipe.to_toml(), "recipe.toml") == recipe


@given(some.text(max_size=30), some.dictionaries(some.text(max_size=8), some.text(max_size=8), max_size=3))
def test_that_any_name_of_data_survives_the_way_through_toml(location, options):
    settings = {each.name: each.default for each in declared_in(FAMILIES["linear"].settings)}
    recipe = Recipe(
        data=DataReference(source="table_file", location=location, options=options),
        fingerprint="x",
        target=location,
        task=Task.REGRESSION,
        family="linear",
        size="tiny",
        settings=settings,
    )
    assert recipe_from_toml(recipe.to_toml(), "recipe.toml").data == recipe.data


def test_that_the_choices_in_a_recipe_resolve_to_it_again(flowers):
    recipe = resolve(flowers, Choices(size="large", settings=(("dropout", 0.4),)))
    assert resolve(flowers, choices_in(recipe)) == recipe


def test_that_a_recipe_written_by_hand_may_be_short(tmp_path):
    text = 'data = "my data.csv"\ntarget = "y"\n[settings]\nepochs = 3\n'
    data, choices = draft_from_toml(text, "mine.toml", tmp_path)
    assert data == str(tmp_path / "my data.csv")
    assert choices.target == "y"
    assert dict(choices.settings) == {"epochs": 3}


@pytest.mark.parametrize(
    "text", ["", "data = 3", "data = 'x'\nshoe_size = 4", "data = ", "version = 7\ndata = 'x'"]
)
def test_that_a_wrong_recipe_is_refused_in_words(text, tmp_path):
    with pytest.raises(UserError) as raised:
        draft_from_toml(text, "mine.toml", tmp_path)
    assert "mine.toml" in raised.value.problem.message
    assert raised.value.problem.advice


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        (Choices(target="nowhere"), "no column named “nowhere”"),
        (Choices(leave_out=("nowhere",)), "no column named “nowhere”"),
        (Choices(target="kind", leave_out=("kind",)), "predicted and left out"),
        (Choices(family="image_network"), "cannot learn classification from a table"),
        (Choices(family="oracle"), "no family named “oracle”"),
        (Choices(size="huge"), "no size “huge”"),
        (Choices(settings=(("epochs", 0),)), "Epochs cannot be 0"),
        (Choices(split=(("test_share", 2.0),)), "Test share cannot be 2"),
    ],
)
def test_that_choices_that_do_not_go_together_are_refused_in_words(flowers, choices, words):
    with pytest.raises(UserError, match=words) as raised:
        resolve(flowers, choices)
    assert raised.value.problem.advice


def test_that_a_plan_knows_the_exact_number_of_parameters(flowers, quick):
    from trainer_gui.engine.control import Control
    from trainer_gui.engine.events import RunStarted
    from trainer_gui.engine.run import train

    for family in ("linear", "neural_network"):
        made = plan(flowers, Choices(family=family, settings=(("epochs", 1),)))
        _, events = train(made.recipe, Control(), dataset=flowers)
        (started,) = [each for each in events if isinstance(each, RunStarted)]
        assert made.forecast.parameters == started.parameters
        assert made.counts == started.rows
