"""Instants from dates that were taken apart, in the order in which day, month and year were written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.dates import SHORT, SURE, YEAR_LAST, Written, full_year, take_apart
from trainer_gui.engine.data.split import Rows

if TYPE_CHECKING:
    import pandas as pd

Instants = NDArray[np.datetime64]  # datetime64[s], by the clock of the place; NaT where there is none

ORDERS = ("year", "day", "month")  # which of them comes first
_VALID_SHARE = 0.98  # of the values that must be dates in an order for that to be the order
_SECONDS_A_DAY = 86_400


def instants_in(written: Written, order: str) -> Instants:
    """The instants [texts] when the numbers are read in this order, one of ORDERS."""
    sure, short = written.form == SURE, written.form == SHORT
    one, two, three = written.one, written.two, written.three
    year = np.where(short, full_year(three), three)
    day, month = (two, one) if order == "month" else (one, two)
    if order == "year":
        year = np.where(short, full_year(one), year)
        day = np.where(short, three, day)
    year, month, day = np.where(sure, one, year), np.where(sure, two, month), np.where(sure, three, day)
    good = (
        (written.form > 0) & (month >= 1) & (month <= 12) & (day >= 1) & (written.seconds >= 0) & (year > 0)
    )
    months = (np.where(good, year, 1970) - 1970) * 12 + np.where(good, month, 1) - 1
    start = months.astype("datetime64[M]")
    length = ((start + 1).astype("datetime64[D]") - start.astype("datetime64[D]")).astype(np.int64)
    good &= day <= length
    days = start.astype("datetime64[D]").astype(np.int64) + day - 1
    found = (days * _SECONDS_A_DAY + written.seconds).astype("datetime64[s]")
    return np.where(good, found, np.datetime64("NaT", "s"))


def find_order(written: Written) -> tuple[str, bool]:
    """The order in which dates are written, and whether another one is as possible.

    Where both day and month may come first, the column of numbers that changes less is taken for the day, as
    in a series of months.
    """
    open_ones = (written.form == YEAR_LAST) | (written.form == SHORT)
    if not open_ones.any():
        return "year", False
    possible: dict[str, float] = {}
    for order in ORDERS:
        if order == "year" and not (written.form[open_ones] == SHORT).all():
            continue
        found = instants_in(written, order)[open_ones]
        known = found[~np.isnat(found)]
        if len(known) and len(known) >= _VALID_SHARE * open_ones.sum():
            possible[order] = float((known.max() - known.min()).astype(np.int64))
    if "year" in possible and len(possible) > 1:
        others = min(span for order, span in possible.items() if order != "year")
        if 3 * possible["year"] < others:  # 24-01-31 and 24-02-01 lie years apart in any other order
            return "year", False
        del possible["year"]
    if len(possible) == 1:
        return next(iter(possible)), False
    if not possible or written.dotted[open_ones].all():  # nobody writes the month first with points
        return "day", False
    one, two = (len(np.unique(each[open_ones])) for each in (written.one, written.two))
    same = bool((written.one[open_ones] == written.two[open_ones]).all())
    return ("month" if two < one else "day"), not same


def instants_of(values: Any, rows: Rows | None, order: str) -> Instants:
    """The instants of these rows (all where None), however they are held; what is no date becomes NaT.

    Texts are read in this order, one of ORDERS. Of numbers, 2024 is a year, 202401 a month, 20240131 a day,
    45322 the day of a spreadsheet, and very large ones are seconds or milliseconds since 1970.
    """
    import pandas as pd

    series = values if isinstance(values, pd.Series) else pd.Series(values)
    if rows is not None:
        series = series.iloc[rows]
    if series.dtype.kind == "M":
        plain = series.dt.tz_localize(None) if getattr(series.dtype, "tz", None) is not None else series
        return plain.to_numpy().astype("datetime64[s]")
    if series.dtype.kind in "fiu":
        return _instants_in_numbers(series.to_numpy(dtype=np.float64, na_value=np.nan))
    if isinstance(series.dtype, pd.StringDtype) and _hardly_repeats(series):
        return instants_in(take_apart(series.tolist()), order)
    codes, different = pd.factorize(series)
    found = instants_in(take_apart([str(each) for each in different]), order)
    return np.append(found, np.datetime64("NaT", "s"))[codes]


def _hardly_repeats(series: pd.Series[Any]) -> bool:
    """Whether looking for equal values would cost more than it saves."""
    some = series.iloc[:: 1 + len(series) // 1000]
    return bool(some.nunique() > 0.5 * len(some)) and not series.isna().any()


def _instants_in_numbers(numbers: NDArray[np.float64]) -> Instants:
    whole = np.where(np.isfinite(numbers), numbers, 0)
    found = np.full(len(numbers), np.datetime64("NaT", "s"))
    even = whole % 1 == 0
    for least, most, scale in ((1000, 3000, 0), (100_000, 300_000, 1), (10_000_000, 30_000_000, 100)):
        packed = even & (whole >= least) & (whole < most)
        values = whole[packed].astype(np.int64)
        ones = np.ones_like(values)
        year = values // (100 * scale) if scale else values
        month = values // scale % 100 if scale else ones
        day = values % scale if scale > 1 else ones
        written = Written(ones * SURE, year, month, day, ones * 0, ones * 0)
        found[packed] = instants_in(written, "year")
    serial = (whole >= 3000) & (whole < 100_000)  # days since the end of 1899, as spreadsheets count
    seconds = np.round((whole[serial] - 25_569) * _SECONDS_A_DAY).astype(np.int64)
    found[serial] = seconds.astype("datetime64[s]")
    for lowest, highest, divisor in ((1e8, 1e11, 1), (1e11, 1e14, 1000)):
        unix = (whole >= lowest) & (whole < highest)
        found[unix] = (whole[unix] // divisor).astype(np.int64).astype("datetime64[s]")
    return found
