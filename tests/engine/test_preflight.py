"""What deserves a look before a run, and how a fix for it is taken."""

import numpy as np
import pytest

from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.examine import examine_closely
from trainer_gui.engine.preflight import findings, fix_named, in_effect
from trainer_gui.engine.problems import Problem, UserError
from trainer_gui.engine.recipe import Choices, changed
from trainer_gui.engine.sources import open_data


@pytest.fixture
def leaky(flowers, make_table):
    code = flowers.frame["kind"].map({"a": 1.0, "b": 2.0, "c": 3.0}) + np.linspace(0, 0.5, 120)
    return make_table(flowers.frame.assign(code=code), "kind")


def test_that_a_fix_is_found_by_its_key_and_then_the_finding_is_gone(leaky):
    offered = findings(leaky, Choices())
    fix = fix_named("leak.leave_out", offered)
    after = changed(Choices(), fix.change)
    assert after.leave_out == ("code",)
    assert in_effect(fix.change, after)
    assert "examine.leak" not in [each.key for each in findings(leaky, after)]


def test_that_a_key_that_is_not_offered_is_refused_with_those_that_are(leaky):
    with pytest.raises(UserError, match=r"leak\.leave_out"):
        fix_named("nothing.here", findings(leaky, Choices()))


def test_that_columns_that_were_all_left_out_are_brought_back_by_their_fix(flowers):
    names = tuple(each.name for each in flowers.columns if each.name != flowers.target)
    none_left = Choices(leave_out=names)
    (refusal,) = [each for each in findings(flowers, none_left) if each.key == "examine.no_inputs"]
    assert refusal.severity == "error"
    after = changed(none_left, refusal.fixes[0].change)
    assert after.leave_out == ()
    assert "examine.no_inputs" not in [each.key for each in findings(flowers, after)]


def test_that_class_weights_that_are_set_are_not_advised_again(make_table, flowers):
    frame = flowers.frame.assign(kind=["rare"] * 8 + ["often"] * 112)
    table = make_table(frame, "kind")
    assert "target.uneven" in [each.key for each in findings(table, Choices())]
    weighted = Choices(settings=(("class_weights", "balanced"),))
    assert "target.uneven" not in [each.key for each in findings(table, weighted)]


def test_that_findings_stand_in_order_and_survive_the_way_through_json(leaky):
    found = findings(leaky, Choices())
    order = ["error", "caution", "note"]
    assert [each.severity for each in found] == sorted((e.severity for e in found), key=order.index)
    for each in found:
        assert Problem.model_validate_json(each.model_dump_json()) == each


@pytest.mark.parametrize("sample", ["iris", "wine", "breast_cancer", "diabetes"])
def test_that_no_sample_is_said_to_give_its_answer_away(sample):
    dataset = open_data(f"sample:{sample}")
    found = findings(dataset, Choices())
    assert not {"examine.leak", "examine.groups", "examine.time_order"} & {each.key for each in found}


def test_that_chance_gives_no_findings(make_table):
    import pandas as pd

    draw = np.random.default_rng(5)
    columns = {f"x{place}": draw.normal(size=400) for place in range(30)}
    table = make_table(pd.DataFrame({**columns, "y": draw.choice(["a", "b"], 400)}), "y")
    assert examine_closely(table, "y", Task.CLASSIFICATION) == []


def test_that_a_look_can_be_cancelled(leaky):
    class CancelledError(Exception):
        """Raised by the reader of the report."""

    def cancel(stage: str, share: float | None) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        findings(leaky, Choices(), cancel)
