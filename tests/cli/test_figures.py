"""Numbers, times and tables as they are shown."""

import pytest

from trainer_gui.cli.figures import cut, duration, metric, number, size, table, width
from trainer_gui.engine.events import MetricInfo


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.05123456, "0.0512"),
        (1.0986123, "1.0986"),
        (-12.5, "-12.5000"),
        (1234.56, "1234.6"),
        (0.0000123, "1.23e-05"),
        (0.0, "0"),
        (float("inf"), "inf"),
        (float("nan"), "–"),
        (None, "–"),
    ],
)
def test_that_numbers_keep_the_digits_that_matter(value, text):
    assert number(value) == text


def test_that_shares_of_one_are_shown_as_per_cent_and_others_are_not():
    share = MetricInfo(name="accuracy", label="Accuracy", better="higher", percent=True)
    plain = MetricInfo(name="rmse", label="RMSE", better="lower")
    assert metric(share, 0.9567) == "95.7 %"
    assert metric(plain, 0.9567) == "0.9567"
    assert metric(share, None) == "–"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.84, "0.8 s"),
        (9.97, "10 s"),
        (75, "1 min 15 s"),
        (7500, "2 h 5 min"),
        (3 * 86_400 + 7200, "3 days 2 h"),
    ],
)
def test_that_times_are_told_as_people_tell_them(seconds, text):
    assert duration(seconds) == text


def test_that_sizes_have_a_fitting_unit():
    assert [size(each) for each in (1, 512, 3_400, 2_500_000_000)] == [
        "1 byte",
        "512 bytes",
        "3.4 kB",
        "2.5 GB",
    ]


def test_that_columns_line_up_also_with_wide_letters():
    lines = table(("Name", "Rows"), [("花", "1"), ("iris", "150")], right=".r")
    assert lines == ["Name  Rows", "花       1", "iris   150"]
    assert len({width(line) for line in lines}) == 1


def test_that_a_text_is_cut_to_its_room():
    assert cut("abcdef", 6) == "abcdef"
    assert cut("abcdef", 4) == "abc…"
    assert width(cut("花花花花", 5)) <= 5
