"""How the target is spread over the parts of a split."""

import numpy as np
import pandas as pd
import pytest

from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.plan import plan
from trainer_gui.engine.recipe import Choices
from trainer_gui.engine.sources import open_data


@pytest.fixture
def visits(tmp_path):
    draw = np.random.default_rng(0)
    rows = 400
    frame = pd.DataFrame(
        {
            "patient": [f"P{each:02}" for each in draw.integers(0, 40, rows)],
            "day": pd.date_range("2021-01-01", periods=rows).strftime("%Y-%m-%d"),
            "weight": draw.normal(70, 9, rows).round(1),
            "state": np.where(draw.random(rows) < 0.25, "ill", "well"),
        }
    )
    path = tmp_path / "visits.csv"
    frame.to_csv(path, index=False)
    return open_data(path)


def test_that_classes_are_counted_in_each_part(visits):
    planned = plan(visits, Choices(target="state"))
    spread = planned.spread
    assert spread.labels == ("well", "ill")
    assert {part: sum(each) for part, each in spread.counts.items()} == planned.counts
    shares = [spread.share(part, 1) for part in ("training", "validation", "test")]
    assert max(shares) - min(shares) < 0.02, "the split is stratified"


def test_that_numbers_are_counted_on_one_scale(visits):
    spread = plan(visits, Choices(target="weight", task=Task.REGRESSION)).spread
    assert spread.labels == ()
    assert 40 < spread.low < spread.high < 110
    assert len({len(each) for each in spread.counts.values()}) == 1


def test_that_groups_and_times_of_each_part_are_told(visits):
    groups = plan(visits, Choices(target="state", split=(("keep_together", "patient"),))).spread.groups
    assert sum(groups.values()) == visits.frame["patient"].nunique(), "nobody is in two parts"
    times = plan(visits, Choices(target="state", split=(("by_time", "day"),))).spread.times
    assert times["training"][0] == "2021-01-01"
    assert times["training"][1] < times["validation"][0] <= times["validation"][1] < times["test"][0]


def test_that_many_classes_are_put_together(tmp_path):
    names = [f"kind {row % 30}" for row in range(900)]
    pd.DataFrame({"x": np.arange(900) % 17, "y": np.arange(900) % 5, "kind": names}).to_csv(
        tmp_path / "kinds.csv", index=False
    )
    spread = plan(open_data(tmp_path / "kinds.csv"), Choices(target="kind")).spread
    assert spread.others
    assert spread.labels[-1] == "23"
    assert sum(spread.counts["training"]) == 630
