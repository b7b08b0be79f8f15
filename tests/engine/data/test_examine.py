"""The list of what is right and wrong with data, and the guesses that are made about it."""

import numpy as np
import pandas as pd
import pytest

from trainer_gui.engine.data.columns import make_table
from trainer_gui.engine.data.dataset import Column, ColumnKind, DataReference, Table, Task
from trainer_gui.engine.data.examine import examine, guess_task
from trainer_gui.engine.data.mending import Mending
from trainer_gui.engine.data.target import guess_target
from trainer_gui.engine.problems import UserError

RANDOM = np.random.default_rng(0)


def table(rows: int = 200, **columns) -> Table:
    """A table with two plain number columns and what is given."""
    raw = {"x": RANDOM.normal(size=rows), "z": RANDOM.normal(size=rows), **columns}
    return make_table(
        DataReference(source="test", location="/here"),
        "here",
        {name: pd.Series(values) for name, values in raw.items()},
        fingerprint="blake2b:0",
        mending=Mending(),
    )


def found(data: Table, target: str, task: Task | None = None) -> dict[str, str]:
    """The problems by key, each as severity and text."""
    problems = examine(data, target, task or guess_task(data, target))
    severities = [each.severity for each in problems]
    assert severities == sorted(severities, key=["error", "caution", "note"].index)
    return {each.key: f"{each.severity}: {each}" for each in problems}


def halves(rows: int = 200) -> list[str]:
    return [["no", "yes"][place % 2] for place in range(rows)]


def test_that_good_data_has_no_problems():
    assert found(table(y=halves()), "y") == {}


def test_that_rows_without_a_target_are_counted():
    y: list[str | None] = [*halves(190), *[None] * 10]
    assert found(table(y=y), "y")["target.missing"].startswith(
        "note: “y” has no value in 10 rows, 5 % of all"
    )


def test_that_a_target_without_any_value_is_an_error():
    assert found(table(y=[np.nan] * 200), "y") == {
        "target.all_missing": "error: “y” has no value in any row, so there is nothing to learn. "
        "Choose another target, or fill the column in."
    }


@pytest.mark.parametrize("value", ["yes", 3.0])
def test_that_one_class_is_an_error(value):
    assert found(table(y=[value] * 200), "y")["target.one_class"].startswith("error")


def test_that_too_few_rows_are_an_error_and_few_a_caution():
    assert found(table(8, y=halves(8)), "y")["examine.too_few_rows"].startswith(
        "error: There are only 8 rows"
    )
    assert found(table(60, y=halves(60)), "y")["examine.few_rows"].startswith(
        "caution: There are only 60 rows"
    )


def test_that_rare_and_uneven_classes_are_named():
    problems = found(table(y=["rare", "rare", *["often"] * 198]), "y")
    assert "“rare”" in problems["target.rare_classes"]
    assert "198 times" in problems["target.uneven"]


def test_that_a_class_for_nearly_every_row_is_an_error():
    y = [f"name {place}" for place in range(200)]
    assert found(table(y=y), "y", Task.CLASSIFICATION)["target.too_many_classes"].startswith("error")


def test_that_words_cannot_be_predicted_as_numbers():
    assert found(table(y=halves()), "y", Task.REGRESSION)["target.words"].startswith("error")


def test_that_missing_values_are_counted_in_cells_and_rows():
    a, b = np.ones(200) * np.arange(200) ** 2, np.arange(200) ** 3.0
    a[:10], b[5:20] = np.nan, np.nan
    text = found(table(a=a, b=b, y=halves()), "y")["examine.missing_values"]
    assert "25 cells" in text
    assert "20 rows" in text


def test_that_a_mostly_empty_column_is_a_caution():
    a = np.arange(200) ** 2.0
    a[:150] = np.nan
    assert "“a”" in found(table(a=a, y=halves()), "y")["examine.mostly_missing"]


def test_that_left_out_columns_are_named():
    problems = found(
        table(
            number=np.arange(200),
            name=[f"row {place}" for place in range(200)],
            same=["x"] * 200,
            empty=[np.nan] * 200,
            y=halves(),
        ),
        "y",
    )
    assert "“number” and “name”" in problems["examine.identifiers"]
    assert "“same”" in problems["examine.constants"]
    assert "“empty” has no value in any of" in problems["examine.empty_columns"]


def test_that_nothing_to_predict_from_is_an_error():
    data = table(y=halves())
    problems = examine(data, "y", Task.CLASSIFICATION, leave_out=("x", "z"))
    assert [(each.key, each.severity) for each in problems] == [("examine.no_inputs", "error")]


def test_that_fifty_thousand_categories_and_wide_tables_are_cautions():
    many = [f"c{place % 50_000}" for place in range(110_000)]
    assert "50,000" in found(table(110_000, many=many, y=halves(110_000)), "y")["examine.many_values"]
    wide = {f"w{n}": RANDOM.normal(size=50) for n in range(150)}
    assert found(table(50, **wide, y=halves(50)), "y")["examine.wide"].startswith("caution")


def test_that_an_unknown_target_is_refused():
    with pytest.raises(UserError):
        examine(table(y=halves()), "u", Task.CLASSIFICATION)


@pytest.mark.parametrize(
    ("values", "task"),
    [
        (halves(), Task.CLASSIFICATION),
        ([place % 3 for place in range(200)], Task.CLASSIFICATION),
        ([float(place % 3) if place else np.nan for place in range(200)], Task.CLASSIFICATION),
        ([place % 3 / 2 for place in range(200)], Task.REGRESSION),
        ([place % 40 for place in range(200)], Task.REGRESSION),
        (RANDOM.normal(size=200), Task.REGRESSION),
        ([place % 2 == 0 for place in range(200)], Task.CLASSIFICATION),
    ],
)
def test_that_the_task_follows_from_the_target(values, task):
    assert guess_task(table(y=values), "y") is task


def column(name: str, kind: ColumnKind = ColumnKind.NUMBER, distinct: int = 30) -> Column:
    return Column(name, kind, missing=0, distinct=distinct)


@pytest.mark.parametrize(
    ("columns", "target"),
    [
        ([column("a"), column("b")], "b"),
        ([column("Class"), column("b")], "Class"),
        ([column("a"), column("species"), column("b")], "species"),
        ([column("is_target"), column("b")], "is_target"),
        ([column("y"), column("x1"), column("x2")], "y"),
        ([column("a"), column("id", ColumnKind.IDENTIFIER)], "a"),
        ([column("target", ColumnKind.CONSTANT, 1), column("a")], "a"),
        (
            [column("few", ColumnKind.CATEGORY, 3), column("city", ColumnKind.CATEGORY, 900)],
            "few",
        ),
        ([column("a"), column("city", ColumnKind.CATEGORY, 900)], "a"),
        ([column("id", ColumnKind.IDENTIFIER)], ""),
    ],
)
def test_that_the_target_is_guessed_from_names_and_places(columns, target):
    assert guess_target(columns) == target


def test_that_identifiers_are_used_where_nothing_else_is_left():
    steps = pd.Series(np.arange(60))
    data = make_table(
        DataReference(source="test", location="/here"),
        "here",
        {"x": steps, "y": steps * 1},
        fingerprint="blake2b:0",
        mending=Mending(),
    )
    assert [each.kind for each in data.columns] == [ColumnKind.WHOLE, ColumnKind.WHOLE]


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("customer_id", RANDOM.permutation(10_000)[:200], ColumnKind.IDENTIFIER),
        ("userId", RANDOM.permutation(10_000)[:200], ColumnKind.IDENTIFIER),
        ("count", RANDOM.permutation(10_000)[:200], ColumnKind.WHOLE),
        ("halves", RANDOM.permutation(10_000)[:200] + 0.0, ColumnKind.WHOLE),
        ("bought", RANDOM.integers(0, 2, 200), ColumnKind.YES_NO),
        ("rained", [("Ja", "Nein")[p % 2] for p in range(200)], ColumnKind.YES_NO),
        ("side", [("left", "right")[p % 2] for p in range(200)], ColumnKind.CATEGORY),
        ("packed", [20240100 + p % 28 + 1 for p in range(200)], ColumnKind.DATE),
        ("review", [f"it was number {p} and fine" for p in range(200)], ColumnKind.TEXT),
        ("評価", ["とても良い部屋でした" + chr(0x4E00 + p) for p in range(200)], ColumnKind.TEXT),
        ("paid", np.round(np.arange(200) * 1.5, 1), ColumnKind.NUMBER),
        ("order", RANDOM.permutation(200), ColumnKind.IDENTIFIER),
        ("day", [f"2024-{1 + p // 28 % 12:02}-{1 + p % 28:02}" for p in range(200)], ColumnKind.DATE),
        ("remark", [f"text {p}" for p in range(200)], ColumnKind.IDENTIFIER),
        ("town", [f"town {p % 150}" for p in range(200)], ColumnKind.CATEGORY),
        ("flag", ["x" if p % 2 else None for p in range(200)], ColumnKind.CATEGORY),
        ("unit", ["cm"] * 200, ColumnKind.CONSTANT),
    ],
)
def test_that_kinds_are_told_apart(name, values, kind):
    assert table(**{name: values}, y=halves()).column(name).kind is kind


def test_that_histograms_count_every_value():
    data = table(h=np.append(np.linspace(-5, 5, 199), np.nan), c=list("aab" * 66 + "ab"))
    assert sum(data.column("h").counts) == 199
    assert len(data.column("h").counts) == 10
    assert data.column("c").counts == (133, 67)
    assert data.column("c").examples == ("a", "b")
