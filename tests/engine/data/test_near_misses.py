"""Data that nearly has what a check looks for: of it nothing is said, and of the real thing something."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from trainer_gui.engine.data.columns import make_table
from trainer_gui.engine.data.dataset import DataReference, Table
from trainer_gui.engine.data.mending import Mending
from trainer_gui.engine.preflight import findings
from trainer_gui.engine.recipe import Choices
from trainer_gui.engine.sources import open_data

ROWS = 300
DRAW = np.random.default_rng(3)

Columns = dict[str, Any]


def base(**columns: Any) -> Columns:
    """Two numbers and a class that follows from one of them with much noise."""
    x = DRAW.normal(size=ROWS)
    y = np.where(x + DRAW.normal(size=ROWS) > 0, "up", "down")
    return {"x": x, "z": DRAW.normal(size=ROWS), "y": y, **columns}


def classes(**counts: int) -> Columns:
    y = np.repeat(list(counts), list(counts.values()))
    return {"x": DRAW.normal(size=len(y)), "z": DRAW.normal(size=len(y)), "y": y}


def gaps(count: int) -> Columns:
    columns = base()
    columns["y"] = np.where(np.arange(ROWS) < count, None, columns["y"])
    return columns


def copied(rows: int) -> Columns:
    return {
        name: np.append(values[: ROWS - rows], values[:rows]) for name, values in base(w=normal()).items()
    }


def normal() -> Any:
    return DRAW.normal(size=ROWS)


def near(noise: float) -> Columns:
    """A column that says the class, more or less."""
    columns = base()
    columns["told"] = (columns["y"] == "up") + DRAW.normal(0, noise, ROWS)
    return columns


def with_far(value: float) -> Columns:
    columns = base(weight=70 + 10 * normal())
    columns["weight"][5] = value
    return columns


def wide(count: int) -> Columns:
    return base() | {f"w{place}": normal() for place in range(count)}


def subjects(each: int) -> Columns:
    return base(patient_id=[f"P{row // each:03}" for row in range(ROWS)])


def days(times: int) -> Columns:
    dates = pd.date_range("2023-01-01", periods=times).strftime("%Y-%m-%d")
    return base(day=[dates[row % times] for row in range(ROWS)])


def towns(count: int) -> Columns:
    rows = 25_000
    town = [f"town {row % count}" for row in range(rows)]
    return {
        "x": DRAW.normal(size=rows),
        "z": DRAW.normal(size=rows),
        "town": town,
        "y": ["a", "b"] * (rows // 2),
    }


CASES: list[tuple[str, Callable[[], Columns], Callable[[], Columns]]] = [
    ("target.missing", lambda: gaps(12), lambda: gaps(0)),
    ("examine.identifiers", lambda: base(n=np.arange(ROWS)), lambda: base(n=np.arange(ROWS) // 2)),
    ("examine.row_numbers", lambda: base(n=np.arange(ROWS) * 3), lambda: base(n=DRAW.permutation(ROWS) * 3)),
    ("examine.constants", lambda: base(c=["m"] * ROWS), lambda: base(c=["m"] * (ROWS - 9) + ["k"] * 9)),
    (
        "examine.same_columns",
        lambda: (c := base()) | {"again": c["x"]},
        lambda: (c := base()) | {"t": 2 * c["x"]},
    ),
    ("examine.repeated_rows", lambda: copied(60), base),
    ("examine.leak", lambda: near(0.05), lambda: near(0.6)),
    ("target.rare_classes", lambda: classes(a=200, b=90, c=3), lambda: classes(a=200, b=90, c=24)),
    ("target.uneven", lambda: classes(a=270, b=20), lambda: classes(a=200, b=60)),
    ("examine.extreme_values", lambda: with_far(70_000.0), lambda: with_far(130.0)),
    ("examine.extreme_values", lambda: with_far(-900.0), lambda: base(pay=np.exp(8 + 1.5 * normal()))),
    ("target.skewed", lambda: base(y=np.exp(2 * normal())), lambda: base(y=DRAW.exponential(size=ROWS))),
    ("examine.wide", lambda: wide(ROWS + 50), lambda: wide(40)),
    ("examine.many_values", lambda: towns(12_000), lambda: towns(900)),
    ("examine.time_order", lambda: days(200), lambda: days(4)),
    ("examine.groups", lambda: subjects(6), lambda: subjects(1)),
    ("examine.few_rows", lambda: classes(a=20, b=20), lambda: classes(a=100, b=90)),
    (
        "examine.codes",
        lambda: base(zip=DRAW.integers(10, 30, ROWS)),
        lambda: base(size=DRAW.integers(10, 30, ROWS)),
    ),
]


def keys(columns: Columns) -> dict[str, str]:
    """What is said of a table, by key."""
    data = make_table(
        DataReference(source="test", location="/here"),
        "here",
        {name: pd.Series(values) for name, values in columns.items()},
        fingerprint="blake2b:0",
        mending=Mending(),
    )
    assert isinstance(data, Table)
    found = findings(data, Choices(target="y"))
    return {each.key: each.message for each in found}


@pytest.mark.parametrize(("key", "has", "misses"), CASES, ids=[f"{n} {e[0]}" for n, e in enumerate(CASES)])
def test_that_what_is_there_is_found_and_what_is_nearly_there_is_not(key, has, misses):
    said = keys(has())
    assert key in said
    assert any(letter.isdigit() for letter in said[key])
    quiet = keys(misses())
    assert key not in quiet, quiet


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "diabetes"])
def test_that_nothing_alarming_is_said_of_well_known_data(name):
    data = open_data(f"sample:{name}")
    found = [*data.notes, *findings(data, Choices())]
    assert [str(each) for each in found if each.severity != "note"] == []
