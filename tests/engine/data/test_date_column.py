"""Dates as parts that a model can use, fitted on the training rows alone."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from trainer_gui.engine.data.column_steps.date import DateColumn
from trainer_gui.engine.data.columns import understand
from trainer_gui.engine.data.dataset import ColumnKind
from trainer_gui.engine.data.date_parts import parts_of
from trainer_gui.engine.data.prepare import Preparation

DAYS = pd.Series([f"{each:%d.%m.%Y}" for each in pd.date_range("2020-01-15", periods=900, freq="D")])


def fit(values: pd.Series, rows=None, **changed) -> DateColumn:
    column = replace(understand("day", values), **changed)
    return DateColumn.fit(column, values, np.arange(len(values)) if rows is None else np.array(rows))


def numbers_of(step: DateColumn, values: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    into = np.empty((len(values), step.numbers), dtype=np.float32)
    gaps = step.write(values, None, into)
    return into, gaps


def test_that_nothing_is_learned_from_rows_outside_training():
    step = fit(DAYS, range(100))
    assert step.first == "2020-01-15T00:00:00"
    assert step.days_mean == 49.5
    later = fit(DAYS, range(100, 200))
    assert later.first == "2020-04-24T00:00:00"
    assert later.days_mean == 49.5


def test_that_only_parts_that_differ_are_used():
    assert fit(DAYS).parts == ("year", "season", "weekday", "days")
    assert fit(DAYS, range(5)).parts == ("season", "weekday", "days")
    assert fit(pd.Series(["10:30", "11:45", "23:00"])).parts == ("time", "days")
    assert fit(pd.Series(["2020", "2021", "2023"]).astype(int), kind=ColumnKind.DATE).parts[0] == "year"
    same = fit(pd.Series(["2024-01-01"] * 3), kind=ColumnKind.DATE)
    assert same.parts == ("days",)
    assert not numbers_of(same, pd.Series(["2024-01-01"] * 3))[0].any()


def test_that_neighbours_in_time_are_neighbours_on_the_circle():
    moments = np.array(["2023-12-31T23:59", "2024-01-01T00:00", "2024-07-01T12:00"], dtype="datetime64[s]")
    parts = parts_of(moments, moments[0])
    for part in ("season", "time"):
        near, far = (
            np.linalg.norm(parts[part][0] - parts[part][1]),
            np.linalg.norm(parts[part][0] - parts[part][2]),
        )
        assert near < 0.1 * far
    assert parts["year"][:, 0].tolist() == [2023, 2024, 2024]
    sunday, monday = parts_of(np.array(["2024-03-03", "2024-03-04"], dtype="datetime64[s]"), moments[0])[
        "weekday"
    ]
    assert monday.tolist() == [0, 1]
    assert sunday[0] < 0 < sunday[1]


def test_that_gaps_and_what_is_no_date_are_nothing_and_flagged():
    values = DAYS.copy()
    values[3], values[4] = None, "unknown"
    step = fit(values)
    found, gaps = numbers_of(step, values)
    assert np.flatnonzero(gaps).tolist() == [3, 4]
    assert not found[3:5].any()
    assert step.flags == 1
    assert np.allclose(found.mean(axis=0)[[0, -1]], 0, atol=1e-2)
    assert np.isfinite(found).all()


def test_that_the_order_that_a_person_chose_holds():
    values = pd.Series([f"0{day}/0{month}/2024" for day in range(1, 9) for month in range(1, 9)])
    column = understand("day", values)
    assert column.kind is ColumnKind.DATE
    assert column.date_unclear
    orders = {
        kind: fit(values, kind=kind).order
        for kind in (ColumnKind.DATE, ColumnKind.DATE_DAY_FIRST, ColumnKind.DATE_MONTH_FIRST)
    }
    assert orders[ColumnKind.DATE_DAY_FIRST] == "day"
    assert orders[ColumnKind.DATE_MONTH_FIRST] == "month"
    assert orders[ColumnKind.DATE] == column.date_order


def test_that_new_rows_are_read_in_the_order_of_training_however_they_are_held():
    step = fit(DAYS)
    texts, said = step.matched(pd.Series(["05.02.2021", "2021-02-05", None, "n/a", "soon"], dtype=object))
    moments, none = step.matched(pd.Series(pd.to_datetime(["2021-02-05", "2021-02-05"])))
    assert [str(each)[:10] for each in texts] == ["2021-02-05", "2021-02-05", "NaT", "NaT", "NaT"]
    assert [str(each)[:10] for each in moments] == ["2021-02-05"] * 2
    assert none == []
    (problem,) = said
    assert problem.key == "match.dates"
    assert "1 row hold" in problem.message
    assert "“soon”" in problem.message


def test_that_a_form_starts_at_a_date_in_the_middle():
    field = fit(DAYS).field(None)
    assert field.kind is ColumnKind.DATE
    assert field.typical == "2021-04-09"
    assert fit(pd.Series(["2024-01-01 10:00", "2024-01-02 11:30", "2024-01-03 12:00"])).field(
        None
    ).typical == ("2024-01-02 11:30:00")


def test_that_it_travels_as_json_without_a_change():
    step = fit(DAYS)
    target = {"name": "y", "task": "regression"}
    saved = Preparation.model_validate({"steps": [step], "target": target}).model_dump_json()
    assert Preparation.model_validate_json(saved).steps == (step,)


@pytest.mark.parametrize("values", [pd.Series([None, None, None], dtype=object), pd.Series(["a", "b", "c"])])
def test_that_a_column_without_a_date_is_nothing_at_all(values):
    step = fit(values, kind=ColumnKind.DATE)
    found, gaps = numbers_of(step, values)
    assert gaps.all()
    assert not found.any()
