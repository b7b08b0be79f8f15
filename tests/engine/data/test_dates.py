"""Dates in whatever writing, and in which order they put day, month and year."""

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer_gui.engine.data.dates import take_apart
from trainer_gui.engine.data.instants import find_order, instants_in, instants_of

NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
WRITINGS = {
    "year": ("{d:%Y-%m-%d}", "{d:%Y/%m/%d}", "{d:%Y%m%d}", "{d:%d} {name} {d:%Y}", "{name} {d:%d}, {d:%Y}"),
    "day": ("{d:%d.%m.%Y}", "{d.day}.{d.month}.{d.year}", "{d:%d/%m/%Y}", "{d:%d-%m-%Y}"),
    "month": ("{d:%m/%d/%Y}", "{d.month}/{d.day}/{d.year}", "{d:%m-%d-%Y}"),
}
CLOCKS = ("", " {d:%H:%M}", " {d:%H:%M:%S}", "T{d:%H:%M:%S}Z", " {d:%H:%M:%S}.123+02:00")


def read(texts: list[str]) -> tuple[list[object], str, bool]:
    written = take_apart(texts)
    order, unclear = find_order(written)
    return instants_in(written, order).astype(object).tolist(), order, unclear


@settings(max_examples=60, deadline=None)
@given(
    moments=st.lists(
        st.datetimes(datetime(1000, 1, 1), datetime(2999, 12, 31)), min_size=1, max_size=30, unique=True
    ),
    order=st.sampled_from(list(WRITINGS)),
    writing=st.integers(0, 4),
    clock=st.sampled_from(CLOCKS),
)
def test_that_what_was_written_is_read_back(moments, order, writing, clock):
    form = WRITINGS[order][writing % len(WRITINGS[order])]
    # One date that tells day and month apart is among them.
    moments = [datetime(2024, 1, 31), *(each.replace(microsecond=0) for each in moments)]
    texts = [(form + clock).format(d=each, name=NAMES[each.month - 1]) for each in moments]
    found, said, unclear = read(texts)
    kept = {"": ("hour", "minute", "second"), " {d:%H:%M}": ("second",)}.get(clock, ())
    assert found == [each.replace(**dict.fromkeys(kept, 0)) for each in moments]
    assert said == order
    assert not unclear


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet="0123456789/.-: TZapmJanuä", max_size=24), max_size=12))
def test_that_any_text_is_a_date_or_none_and_the_quick_way_agrees_with_the_slow_one(texts):
    together = take_apart(texts)
    one_by_one = [take_apart([each]) for each in texts]
    for order in ("year", "day", "month"):
        found = instants_in(together, order)
        alone = [instants_in(each, order)[0] for each in one_by_one]
        assert [str(each) for each in found] == [str(each) for each in alone]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("31. Januar 2024", "2024-01-31T00:00:00"),
        ("1 févr. 2024", "2024-02-01T00:00:00"),
        ("3 de mayo de 2021", "2021-05-03T00:00:00"),
        ("2 juillet 2020", "2020-07-02T00:00:00"),
        ("Mon, 31 Jan 2024 10:00:00 GMT", "2024-01-31T10:00:00"),
        ("2024-05", "2024-05-01T00:00:00"),
        ("05/2024", "2024-05-01T00:00:00"),
        ("Mar 2024", "2024-03-01T00:00:00"),
        ("12:30 am", "1970-01-01T00:30:00"),
        ("1:05:09 PM", "1970-01-01T13:05:09"),
        ("20240131T101500", "2024-01-31T10:15:00"),
        ("1.2.69", "1969-02-01T00:00:00"),
        ("1.2.68", "2068-02-01T00:00:00"),
        ("29.02.2023", "NaT"),
        ("2024-13-01", "NaT"),
        ("2024-01-01 25:00", "NaT"),
        ("1.2.3", "NaT"),
        ("10.15.7", "NaT"),
        ("192.168.1.10", "NaT"),
        ("Haus 3, 2024", "NaT"),
        ("", "NaT"),
    ],
)
def test_that_each_writing_is_understood(text, meant):
    assert str(instants_in(take_apart([text]), "day")[0]) == meant


@pytest.mark.parametrize(
    ("texts", "order", "unclear"),
    [
        (["01/02/03", "05/06/04"], "day", True),
        (["01/01/2024", "01/02/2024", "01/03/2024"], "day", True),
        (["01/01/2024", "02/01/2024", "03/01/2024"], "month", True),
        (["05/05/2024", "06/06/2024"], "day", False),
        (["01/02/2024", "13/02/2024"], "day", False),
        (["01/02/2024", "02/13/2024"], "month", False),
        (["01.02.2024", "03.04.2024"], "day", False),
        (["24-01-31", "24-02-03", "24-03-05"], "year", False),
        (["24-01-30", "24-01-29"], "year", False),
    ],
)
def test_that_an_order_is_found_or_said_to_be_unclear(texts, order, unclear):
    assert find_order(take_apart(texts)) == (order, unclear)


def test_that_numbers_are_dates_as_programs_write_them():
    numbers = pd.Series(
        [2024, 202401, 20240131, 45322, 45322.5, 1706659200, 1706659200000, np.nan, 5, -3, 20241301]
    )
    found = [str(each) for each in instants_of(numbers, None, "year")]
    assert found == [
        "2024-01-01T00:00:00",
        "2024-01-01T00:00:00",
        *["2024-01-31T00:00:00"] * 2,
        "2024-01-31T12:00:00",
        *["2024-01-31T00:00:00"] * 2,
        *["NaT"] * 4,
    ]


def test_that_moments_of_other_programs_keep_the_clock_that_they_show():
    local = pd.Series(pd.to_datetime(["2024-07-01 12:00"])).dt.tz_localize("Europe/Berlin")
    assert str(instants_of(local, None, "year")[0]) == "2024-07-01T12:00:00"
    objects = pd.Series([date(2024, 7, 1), None, datetime(2024, 7, 1, 3)], dtype=object)
    assert [str(each) for each in instants_of(objects, np.array([2, 1, 0]), "year")] == [
        "2024-07-01T03:00:00",
        "NaT",
        "2024-07-01T00:00:00",
    ]


def test_that_many_dates_are_read_at_once():
    start = datetime(2000, 1, 1)
    texts = [f"{start + timedelta(minutes=each):%Y-%m-%d %H:%M:%S}" for each in range(20_000)]
    found = instants_of(pd.Series(texts), None, "year")
    assert (np.diff(found) == np.timedelta64(60, "s")).all()
