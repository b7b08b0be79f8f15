"""What a start was worth, in a sentence that says harm as plainly as help."""

import pytest

from trainer_gui.engine.events import MetricInfo
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.sources import open_data
from trainer_gui.engine.start_settings import TrainPart
from trainer_gui.engine.starting_point import StartingPoint
from trainer_gui.engine.study.plan import plan_study
from trainer_gui.engine.study.recipe import StudyRecipe
from trainer_gui.engine.study.space import space_of
from trainer_gui.engine.study.start_worth import StartWorth, Way, start_worth

_ACCURACY = MetricInfo(name="accuracy", label="Accuracy", better="higher", percent=True)
_ERROR = MetricInfo(name="rmse", label="Typical error", better="lower")


def said(metric, scratch, frozen, tuned):
    ways = (Way("scratch", scratch), Way("frozen", frozen), Way("tuned", tuned))
    return StartWorth(metric, 200, ways).sentence


def test_that_help_harm_and_chance_are_told_apart_whichever_way_is_better():
    low, high, mixed = (0.70, 0.72, 0.71, 0.69), (0.90, 0.91, 0.92, 0.90), (0.5, 0.9, 0.6, 0.85)
    found = said(_ACCURACY, low, low, high)
    assert found.key == "start_worth.helps"
    assert found.message.startswith("With 200 training rows: accuracy 70.5 ± 1.3 % with the last layer alone")
    assert "90.8 ± 1.0 % fine-tuned, against 70.5 ± 1.3 % from scratch" in found.message
    assert said(_ACCURACY, high, low, low).key == "start_worth.harms"
    assert said(_ERROR, low, high, high).key == "start_worth.harms"
    assert said(_ERROR, high, high, low).key == "start_worth.helps"
    assert said(_ACCURACY, low, low, mixed).key == "start_worth.unsure"
    assert said(_ACCURACY, low[:1], low[:1], high[:1]).key == "start_worth.one"


def test_that_the_ways_differ_in_nothing_but_the_start():
    dataset = open_data("sample:iris")
    point = StartingPoint(kind="run", location="somewhere", fingerprint="abc")
    base = resolve(dataset, Choices(size="tiny", start=point))
    vary, limits = start_worth({})
    assert space_of(vary, base.family).points == 3
    study = StudyRecipe(
        name="x",
        how="grid",
        vary=vary,
        trials=3,
        minutes=60.0,
        repeats=limits["repeats"],
        at_once=1,
        seconds_each=1.0,
        base=base,
        starts={base.family: {base.size: base.settings}},
    )
    recipes = [study.recipe_of({"start": each}, 1) for each in ("scratch", "frozen", "tuned")]
    assert [each.start.kind for each in recipes] == ["scratch", "run", "run"]
    assert [each.start.settings.train_part for each in recipes[1:]] == [
        TrainPart.LAST_LAYER,
        TrainPart.EVERYTHING,
    ]
    varied = study.recipe_of({"rate_per_block": 0.5}, 1).start.settings
    assert (varied.rate_per_block, varied.train_part) == (0.5, TrainPart.EVERYTHING)
    assert len({each.model_copy(update={"start": point}).model_dump_json() for each in recipes}) == 1


def test_that_a_start_cannot_vary_where_there_is_none():
    with pytest.raises(UserError, match="no model to start from"):
        plan_study(open_data("sample:iris"), Choices(size="tiny"), ["start=scratch,tuned"], "grid", {})
    with pytest.raises(UserError, match="no model to start from"):
        plan_study(open_data("sample:iris"), Choices(size="tiny"), ["rate_per_block=0.1..1"], "random", {})
    with pytest.raises(UserError, match="cannot start"):
        space_of(["start=scratch,somehow"], "linear")
