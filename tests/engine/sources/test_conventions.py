"""Codes for missing numbers, and dates of which the order is not known."""

import pytest

from trainer_gui.engine.data.columns import ColumnKind
from trainer_gui.engine.data.timeline import times_of
from trainer_gui.engine.sources import open_data

ROWS = 60


def lines(row, heading="temp;count;day") -> str:
    return "\n".join([heading, *(row(place) for place in range(ROWS))]) + "\n"


def keys(table) -> list[str]:
    return [each.key for each in table.notes]


@pytest.mark.parametrize("code", ["-999", "-9999.0", "9999", "-99", "1e+20"])
def test_that_a_number_far_from_all_others_that_comes_often_is_a_gap_and_said(read, code):
    table = read(lines(lambda p: f"{code if p % 10 == 3 else p / 4};{p % 7};x{p % 3}"))
    assert table.column("temp").missing == 6
    [note] = [each for each in table.notes if each.key == "table.missing_codes"]
    assert "6 cells" in note.message
    assert "temp" in note.message


def test_that_the_code_travels_with_the_reference(read):
    table = read(lines(lambda p: f"{-999 if p % 10 == 3 else p / 4};{p % 7};x{p % 3}"))
    assert table.reference.options["missing_words"] == "-999"
    again = open_data(table.reference)
    assert again.fingerprint == table.fingerprint
    assert again.frame.equals(table.frame)


def test_that_a_code_is_a_value_where_a_person_says_so_by_the_button(read):
    text = lines(lambda p: f"{-999 if p % 10 == 3 else p / 4};{p % 7};x{p % 3}")
    [note] = [each for each in read(text).notes if each.key == "table.missing_codes"]
    table = read(text, **note.fixes[0].change.reading)
    assert table.column("temp").missing == 0
    assert "table.missing_codes" not in keys(table)


@pytest.mark.parametrize(
    "value",
    [
        lambda p: -999 if p == 3 else p / 4,  # once may be a slip, which the check of extremes names
        lambda p: -999 if p % 10 == 3 else -1000 + p * 30,  # not far from the others
        lambda p: (-99, 0, 1)[p % 3] if p < 3 else -100 + p,
        lambda p: p * 999,
    ],
)
def test_that_a_number_that_may_be_real_stays(read, value):
    table = read(lines(lambda p: f"{value(p)};{p % 7};x{p % 3}"))
    assert table.column("temp").missing == 0


def test_that_a_code_that_is_real_in_another_column_stays(read):
    table = read(lines(lambda p: f"{-999 if p % 10 == 3 else p / 4};{-1009 + p};x{p % 3}"))
    assert table.column("temp").missing == table.column("count").missing == 0


def test_that_the_order_of_unclear_dates_is_asked(read):
    table = read(lines(lambda p: f"{p / 4};{p % 7};{1 + p % 12:02}/{1 + p % 9:02}/{20 + p % 5}"))
    [note] = [each for each in table.notes if each.key == "table.date_order"]
    assert note.field == "date_order"
    assert "01/01/20" in note.message
    assert [each.change.reading for each in note.fixes] == [
        {"date_order": "day"},
        {"date_order": "month"},
        {"date_order": "year"},
    ]


@pytest.mark.parametrize(
    ("order", "meant"), [("day", "2022-03-01"), ("month", "2022-01-03"), ("year", "2001-03-22")]
)
def test_that_dates_are_read_as_a_person_says(read, order, meant):
    text = lines(lambda p: f"{p / 4};{p % 7};{1 + p % 12:02}/{3 if p == 0 else 1 + p % 9:02}/22")
    table = read(text, date_order=order)
    assert table.frame["day"].iloc[0] == meant
    assert "table.date_order" not in keys(table)
    assert times_of(table.frame["day"])[0] > 0
    assert open_data(table.reference).frame.equals(table.frame)


@pytest.mark.parametrize(
    "day",
    [
        lambda p: f"{1 + p % 28}/{1 + p % 12}/2024",
        lambda p: f"2024-{1 + p % 12}-{1 + p % 28}",
        "{}.5.2024".format,
    ],
)
def test_that_dates_that_tell_their_order_are_not_asked_for(read, day):
    table = read(lines(lambda p: f"{p / 4};{p % 7};{day(1 + p % 28)}"))
    assert "table.date_order" not in keys(table)
    assert table.column("day").kind is not ColumnKind.NUMBER
