"""Dates and times as people write them, and in which order they put day, month and year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.split import Rows

Instants = NDArray[np.datetime64]  # datetime64[s], by the clock of the place; NaT where there is none
Whole = NDArray[np.int64]

ORDERS = ("year", "day", "month")  # which of them comes first
_VALID_SHARE = 0.98  # of the values that must be dates in an order for that to be the order
_SECONDS_A_DAY = 86_400
# In these patterns # stands for a digit.
_TIME = (
    r"(?:(?:T|,?\s+)(?P<hour>##?)[:.h](?P<minute>##)(?:[:.](?P<second>##)(?:[.,]#+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?:Z|UTC|GMT|[+-]##:?##)?)?"
)
_BETWEEN = r"(?P<sep>[-/. ]|\. )"
_WORD = r"(?P<name>[^\W\d_]{3,10})\.?"
_DAY = r"(?P<day>##?)(?:st|nd|rd|th|er|\.|º)?"
_OF = r"[\s\-/,]*(?:de |of )?"
_SURE, _YEAR_LAST, _SHORT, _CLOCK = range(1, 5)
# What each form leaves open: nothing, or which of the first two is the month, or all three.
_FORMS = tuple(
    (kind, re.compile(pattern.replace("#", "[0-9]"), re.IGNORECASE))
    for kind, pattern in (
        (_SURE, rf"(?P<year>####){_BETWEEN}(?P<month>##?)(?P=sep)(?P<day>##?)\.?{_TIME}"),
        (_YEAR_LAST, rf"(?P<one>##?){_BETWEEN}(?P<two>##?)(?P=sep)(?P<year>####)\.?{_TIME}"),
        (_SHORT, rf"(?P<one>##?){_BETWEEN}(?P<two>##?)(?P=sep)(?P<three>##){_TIME}"),
        (_SURE, rf"(?P<year>####)(?P<month>##)(?P<day>##){_TIME}"),
        (_SURE, r"(?P<year>####)(?P<month>##)(?P<day>##)T(?P<hour>##)(?P<minute>##)(?P<second>##)?Z?"),
        (_SURE, r"(?P<year>####)[-/.](?P<month>##?)"),
        (_SURE, r"(?P<month>##?)[-/.](?P<year>####)"),
        (_CLOCK, r"(?P<hour>##?):(?P<minute>##)(?::(?P<second>##)(?:[.,]#+)?)?\s*(?P<half>[ap]\.?m\.?)?"),
        (_SURE, rf"(?:[^\W\d_]{{2,10}}[.,]*\s+)?{_DAY}{_OF}{_WORD}{_OF}(?P<year>####|##){_TIME}"),
        (_SURE, rf"(?:[^\W\d_]{{2,10}},\s+)?{_WORD}\s+{_DAY},?\s+(?P<year>####){_TIME}"),
        (_SURE, rf"(?P<year>####)[\s\-/]{_WORD}[\s\-/](?P<day>##?){_TIME}"),
        (_SURE, rf"{_WORD}[\s\-/,]+(?P<year>####)"),
    )
)
# Month names of several languages by their first letters; four are needed to tell juin from juillet.
_MONTHS = {
    name: month + 1
    for month, names in enumerate(
        (
            ("jan", "jän", "ene", "gen"),
            ("feb", "fév", "fev"),
            ("mar", "mär", "mrz", "maa", "mrt"),
            ("apr", "avr", "abr"),
            ("may", "mai", "mag", "mei"),
            ("jun", "juin", "giu"),
            ("jul", "juil", "lug"),
            ("aug", "aoû", "aou", "ago"),
            ("sep", "set"),
            ("oct", "okt", "ott", "out"),
            ("nov",),
            ("dec", "dez", "déc", "dic"),
        )
    )
    for name in names
}


@dataclass(frozen=True)
class Written:
    """Texts taken apart [texts]: their form (0 where one is no date), up to three numbers, and the clock.

    A form that is sure holds year, month and day; the others hold the numbers in the order of writing.
    """

    form: Whole
    one: Whole
    two: Whole
    three: Whole
    seconds: Whole  # since midnight; -1 where the clock is impossible
    dotted: Whole  # 1 where points stand between the numbers

    @property
    def share(self) -> float:
        """The share of the texts that have the form of a date or a time."""
        return float((self.form > 0).mean()) if len(self.form) else 0.0


def take_apart(texts: Sequence[str]) -> Written:
    """Takes dates apart; quick where all are written with the same number of digits."""
    found = _alike(texts) if len(texts) > 1 else None
    if found is None:
        found = np.array(_one_by_one(texts), dtype=np.int64).reshape(len(texts), 6)
    return Written(*found.T)


def _one_by_one(texts: Sequence[str]) -> list[tuple[int, ...]]:
    found = []
    forms = list(_FORMS)
    for text in texts:
        row: tuple[int, ...] = (0, 0, 0, 0, 0, 0)
        for place, (kind, pattern) in enumerate(forms):
            match = pattern.fullmatch(text.strip())
            if match is not None:
                row = _row(kind, match)
                if place:
                    forms.insert(0, forms.pop(place))  # the next one is probably written alike
                break
        found.append(row)
    return found


def _row(kind: int, match: re.Match[str]) -> tuple[int, ...]:
    parts = match.groupdict()
    clock = _clock(parts)
    dotted = int("." in (parts.get("sep") or ""))
    if kind == _CLOCK:
        return (_SURE, 1970, 1, 1, clock, 0)
    if kind == _SURE:
        month = _month(parts["name"]) if parts.get("name") else int(parts["month"])
        year = int(parts["year"])
        full = year if len(parts["year"]) == 4 else int(_full_year(np.array(year)))
        return (_SURE, full, month, int(parts.get("day") or 1), clock, 0)
    last = parts["year"] if kind == _YEAR_LAST else parts["three"]
    return (kind, int(parts["one"]), int(parts["two"]), int(last), clock, dotted)


def _month(name: str) -> int:
    name = name.lower()
    return _MONTHS.get(name[:4]) or _MONTHS.get(name[:3]) or 0


def _clock(parts: dict[str, str | None]) -> int:
    hour, minute, second = (int(parts.get(each) or 0) for each in ("hour", "minute", "second"))
    half = (parts.get("half") or "")[:1].lower()
    if half:
        if not 1 <= hour <= 12:
            return -1
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return -1
    return 3600 * hour + 60 * minute + second


def _alike(texts: Sequence[str]) -> Whole | None:
    """The same for texts that differ in nothing but their digits, all at once; None where they do not."""
    letters = np.array(texts, dtype=str)
    width = letters.dtype.itemsize // 4
    if not 4 <= width <= 40:
        return None
    codes = letters.view(np.uint32).reshape(len(texts), width)
    digits = codes.astype(np.int64) - ord("0")
    where = (digits >= 0) & (digits <= 9)
    if (where != where[0]).any() or (codes[:, ~where[0]] != codes[0, ~where[0]]).any():
        return None
    matches = ((kind, pattern.fullmatch(texts[0])) for kind, pattern in _FORMS)
    kind, match = next(((kind, match) for kind, match in matches if match is not None), (0, None))
    if match is None:
        return np.zeros((len(texts), 6), dtype=np.int64)
    parts = match.groupdict()
    if parts.get("half"):
        return None

    def number(name: str, missing: int = 0) -> Whole:
        if not parts.get(name):
            return np.full(len(texts), missing, dtype=np.int64)
        value = np.zeros(len(texts), dtype=np.int64)
        for place in range(*match.span(name)):
            value = 10 * value + digits[:, place]
        return value

    hour, minute, second = number("hour"), number("minute"), number("second")
    possible = (hour < 24) & (minute < 60) & (second < 60)
    clock = np.where(possible, 3600 * hour + 60 * minute + second, -1)
    always = np.ones(len(texts), dtype=np.int64)
    if kind == _CLOCK:
        columns = [always * _SURE, always * 1970, always, always, clock, always * 0]
    elif kind == _SURE:
        year = number("year") if len(parts["year"]) == 4 else _full_year(number("year"))
        month = always * _month(parts["name"]) if parts.get("name") else number("month")
        columns = [always * _SURE, year, month, number("day", 1), clock, always * 0]
    else:
        last = number("year") if kind == _YEAR_LAST else number("three")
        dotted = always * int("." in parts["sep"])
        columns = [always * kind, number("one"), number("two"), last, clock, dotted]
    return np.stack(columns, axis=1)


def _full_year(year: Whole) -> Whole:
    """2024 for 24, 1985 for 85: the century that POSIX takes."""
    return np.where(year < 69, 2000 + year, 1900 + year)


def instants_in(written: Written, order: str) -> Instants:
    """The instants [texts] when the numbers are read in this order, one of ORDERS."""
    sure, short = written.form == _SURE, written.form == _SHORT
    one, two, three = written.one, written.two, written.three
    year = np.where(short, _full_year(three), three)
    day, month = (two, one) if order == "month" else (one, two)
    if order == "year":
        year = np.where(short, _full_year(one), year)
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
    open_ones = (written.form == _YEAR_LAST) | (written.form == _SHORT)
    if not open_ones.any():
        return "year", False
    possible: dict[str, float] = {}
    for order in ORDERS:
        if order == "year" and not (written.form[open_ones] == _SHORT).all():
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
    codes, different = pd.factorize(series)
    found = instants_in(take_apart([str(each) for each in different]), order)
    return np.append(found, np.datetime64("NaT", "s"))[codes]


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
        written = Written(ones * _SURE, year, month, day, ones * 0, ones * 0)
        found[packed] = instants_in(written, "year")
    serial = (whole >= 3000) & (whole < 100_000)  # days since the end of 1899, as spreadsheets count
    seconds = np.round((whole[serial] - 25_569) * _SECONDS_A_DAY).astype(np.int64)
    found[serial] = seconds.astype("datetime64[s]")
    for lowest, highest, divisor in ((1e8, 1e11, 1), (1e11, 1e14, 1000)):
        unix = (whole >= lowest) & (whole < highest)
        found[unix] = (whole[unix] // divisor).astype(np.int64).astype("datetime64[s]")
    return found
