"""Dates and times as people write them, taken apart into numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]

_MOST_LETTERS = 40  # of a date
# In these patterns # stands for a digit.
_TIME = (
    r"(?:(?:T|,?\s+)(?P<hour>##?)[:.h](?P<minute>##)(?:[:.](?P<second>##)(?:[.,]#+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?:Z|UTC|GMT|[+-]##:?##)?)?"
)
_BETWEEN = r"(?P<sep>[-/. ]|\. )"
_WORD = r"(?P<name>[^\W\d_]{3,10})\.?"
_DAY = r"(?P<day>##?)(?:st|nd|rd|th|er|\.|º)?"
_OF = r"[\s\-/,]*(?:de |of )?"
SURE, YEAR_LAST, SHORT, _CLOCK = range(1, 5)
# What each form leaves open: nothing, or which of the first two is the month, or all three.
_FORMS = tuple(
    (kind, re.compile(pattern.replace("#", "[0-9]"), re.IGNORECASE))
    for kind, pattern in (
        (SURE, rf"(?P<year>####){_BETWEEN}(?P<month>##?)(?P=sep)(?P<day>##?)\.?{_TIME}"),
        (YEAR_LAST, rf"(?P<one>##?){_BETWEEN}(?P<two>##?)(?P=sep)(?P<year>####)\.?{_TIME}"),
        (SHORT, rf"(?P<one>##?){_BETWEEN}(?P<two>##?)(?P=sep)(?P<three>##){_TIME}"),
        (SURE, rf"(?P<year>####)(?P<month>##)(?P<day>##){_TIME}"),
        (SURE, r"(?P<year>####)(?P<month>##)(?P<day>##)T(?P<hour>##)(?P<minute>##)(?P<second>##)?Z?"),
        (SURE, r"(?P<year>####)[-/.](?P<month>##?)"),
        (SURE, r"(?P<month>##?)[-/.](?P<year>####)"),
        (_CLOCK, r"(?P<hour>##?):(?P<minute>##)(?::(?P<second>##)(?:[.,]#+)?)?\s*(?P<half>[ap]\.?m\.?)?"),
        (SURE, rf"(?:[^\W\d_]{{2,10}}[.,]*\s+)?{_DAY}{_OF}{_WORD}{_OF}(?P<year>####|##){_TIME}"),
        (SURE, rf"(?:[^\W\d_]{{2,10}},\s+)?{_WORD}\s+{_DAY},?\s+(?P<year>####){_TIME}"),
        (SURE, rf"(?P<year>####)[\s\-/]{_WORD}[\s\-/](?P<day>##?){_TIME}"),
        (SURE, rf"{_WORD}[\s\-/,]+(?P<year>####)"),
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
        return (SURE, 1970, 1, 1, clock, 0)
    if kind == SURE:
        month = _month(parts["name"]) if parts.get("name") else int(parts["month"])
        year = int(parts["year"])
        full = year if len(parts["year"]) == 4 else int(full_year(np.array(year)))
        return (SURE, full, month, int(parts.get("day") or 1), clock, 0)
    last = parts["year"] if kind == YEAR_LAST else parts["three"]
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
    try:
        letters = np.array(texts, dtype=np.bytes_)
    except UnicodeEncodeError:
        return None
    if not 4 <= letters.dtype.itemsize <= _MOST_LETTERS:
        return None
    codes = letters.view(np.uint8).reshape(len(texts), letters.dtype.itemsize)
    digits = codes - np.uint8(ord("0"))  # what lies below wraps round, and so is no digit either
    where = digits[0] <= 9
    if ((digits <= 9) != where).any() or (codes[:, ~where] != codes[0, ~where]).any():
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
        columns = [always * SURE, always * 1970, always, always, clock, always * 0]
    elif kind == SURE:
        year = number("year") if len(parts["year"]) == 4 else full_year(number("year"))
        month = always * _month(parts["name"]) if parts.get("name") else number("month")
        columns = [always * SURE, year, month, number("day", 1), clock, always * 0]
    else:
        last = number("year") if kind == YEAR_LAST else number("three")
        dotted = always * int("." in parts["sep"])
        columns = [always * kind, number("one"), number("two"), last, clock, dotted]
    return np.stack(columns, axis=1)


def full_year(year: Whole) -> Whole:
    """2024 for 24, 1985 for 85: the century that POSIX takes."""
    return np.where(year < 69, 2000 + year, 1900 + year)
