"""The samples that come with the app."""

import pytest

from trainer_gui.engine.data.dataset import ColumnKind, Pictures, Table, Task
from trainer_gui.engine.data.examine import examine, guess_task
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.sources import open_data


@pytest.mark.parametrize(
    ("name", "rows", "columns", "target", "task"),
    [
        ("iris", 150, 5, "species", Task.CLASSIFICATION),
        ("wine", 178, 14, "cultivar", Task.CLASSIFICATION),
        ("breast_cancer", 569, 31, "diagnosis", Task.CLASSIFICATION),
        ("diabetes", 442, 11, "disease progression", Task.REGRESSION),
        ("moons", 400, 3, "moon", Task.CLASSIFICATION),
        ("circles", 400, 3, "ring", Task.CLASSIFICATION),
        ("blobs", 400, 3, "cloud", Task.CLASSIFICATION),
        ("swiss_roll", 600, 4, "place on the sheet", Task.REGRESSION),
        ("friedman", 600, 11, "answer", Task.REGRESSION),
    ],
)
def test_that_each_table_is_ready_with_names_that_a_person_can_read(name, rows, columns, target, task):
    table = open_data(f"sample:{name}")
    assert isinstance(table, Table)
    assert (table.rows, len(table.columns)) == (rows, columns)
    assert table.target == target
    assert guess_task(table, target) is task
    assert all(each.is_input for each in table.columns)
    assert not examine(table, target, task)
    assert not table.notes


def test_that_classes_are_words():
    iris = open_data("sample:iris")
    assert set(iris.target_values("species")) == {"setosa", "versicolor", "virginica"}
    assert iris.column("species").kind is ColumnKind.CATEGORY


def test_that_ages_are_years():
    ages = open_data("sample:diabetes").target_values("age")
    assert 18 < min(ages) < max(ages) < 90


def test_that_the_digits_are_small_grey_pictures():
    digits = open_data("sample:digits")
    assert isinstance(digits, Pictures)
    assert digits.rows == 1797
    assert digits.grey
    assert digits.median_size == (8, 8)
    picture = digits.open_picture(0)
    assert (picture.mode, picture.size) == ("L", (8, 8))
    assert picture.getextrema()[1] > 200
    assert digits.labels[:3] == ("0", "1", "2")


def test_that_of_several_targets_one_is_chosen_and_the_others_are_named():
    men = open_data("sample:linnerud")
    assert (men.rows, len(men.columns), men.target) == (20, 6, "waist")
    assert list(men.target_values("waist"))[:3] == [36, 37, 38]
    assert [each.key for each in men.notes] == ["sample.several_targets"]


def test_that_an_unknown_sample_is_refused_with_the_names():
    with pytest.raises(UserError) as refusal:
        open_data("sample:tulips")
    assert "tulips" in refusal.value.problem.message
    assert "iris" in refusal.value.problem.advice
    assert "moons" in refusal.value.problem.advice
