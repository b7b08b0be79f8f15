"""What a file means by numbers such as -999, which may be no value, and by dates such as 01/02/03."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from trainer_gui.engine.data.defusing import MARKED, as_meant
from trainer_gui.engine.data.mending import Mending

if TYPE_CHECKING:
    import pandas as pd

Columns = MutableMapping[str, "pd.Series[Any]"]

_CODES = frozenset(
    (
        *(-9.0, -99.0, -999.0, -9999.0, -99999.0, -999999.0, 999.0, 9999.0, 99999.0, 999999.0),
        *(-99.9, -999.9, -999.99, -32768.0, -2147483648.0, 1e20, -1e20, 1e30, -1e30, 1e35, -1e35),
    )
)
_FEWEST_TIMES = 2  # that a code is met in a column
_FEWEST_OTHERS = 5
_DATE = re.compile(r"\s*(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})((?:[ T].*)?)", re.DOTALL)
_DATES_SHARE = 0.95
_MOST_TEXTS = 20_000  # different ones that are looked at
_CENTURY = 70  # 69 is 2069, 70 is 1970, as POSIX has it


class Said(Protocol):
    """What a person says of numbers and dates; what is empty is found out."""

    missing_codes: Any  # "values" where no code stands for “no value”
    date_order: Any  # "day", "month" or "year"

    @property
    def gaps(self) -> list[str]:
        """Further words for “no value”."""


def settle(columns: Columns, chosen: Said, mending: Mending) -> dict[str, Any]:
    """Takes codes for gaps and writes dates as year-month-day where that is known; says what was found.

    The result are the options with which the same is read again. `columns` are changed in place.
    """
    _undo_apostrophes(columns)
    found: tuple[str, ...] = ()
    if chosen.missing_codes != "values":
        found = _codes_in(columns)
        for code in found:
            _take_out(columns, code, mending)
    _settle_dates(columns, chosen.date_order, mending)
    words = [*chosen.gaps, *(code for code in found if code not in chosen.gaps)]
    return {
        "missing_words": ", ".join(words),
        "missing_codes": str(chosen.missing_codes),
        "date_order": str(chosen.date_order),
    }


def _undo_apostrophes(columns: Columns) -> None:
    """Takes the apostrophe away that stands before a text so that a spreadsheet runs no formula."""
    import pandas as pd

    for name, values in columns.items():
        if values.dtype.kind in "iufbM":
            continue
        if not isinstance(values.dtype, pd.CategoricalDtype):
            marked = values.str.match(MARKED).fillna(False).astype(bool)
            if marked.any():
                columns[name] = values.where(~marked, values[marked].map(as_meant).reindex(values.index))
        elif any(str(each).startswith("'") for each in values.cat.categories):
            columns[name] = _recoded(values, [as_meant(str(each)) for each in values.cat.categories])


def _recoded(values: pd.Series[Any], texts: list[Any]) -> pd.Series[Any]:
    """Categories with other texts, of which several may now be the same."""
    import pandas as pd

    moved, kept = pd.factorize(pd.Series(texts, dtype=object))
    codes = np.append(moved, -1)[values.cat.codes.to_numpy()]
    return pd.Series(pd.Categorical.from_codes(codes, categories=pd.Index(kept.astype(str))))


def _codes_in(columns: Mapping[str, pd.Series[Any]]) -> tuple[str, ...]:
    """The numbers that clearly stand for “no value”, in every column in which they are met."""
    clear: set[float] = set()
    doubtful: set[float] = set()
    for values in columns.values():
        if values.dtype.kind not in "iuf":
            continue
        numbers = values.to_numpy(dtype=np.float64)
        for code, times in _far_codes(numbers):
            if times >= _FEWEST_TIMES:
                clear.add(code)
    for values in columns.values():
        if values.dtype.kind in "iuf" and clear:
            numbers = values.to_numpy(dtype=np.float64)
            apart = {code for code, _ in _far_codes(numbers)}
            doubtful |= {code for code in clear - apart if (numbers == code).any()}
    return tuple(sorted(map(_word, clear - doubtful)))


def _far_codes(numbers: np.ndarray[Any, np.dtype[np.float64]]) -> list[tuple[float, int]]:
    """Codes that lie far from all other numbers of a column, and how often they are met."""
    found = []
    rest = numbers[np.isfinite(numbers)]
    while len(rest):
        low, high = float(rest.min()), float(rest.max())
        code = next((each for each in (low, high) if each in _CODES), None)
        if code is None:
            break
        others = rest[rest != code]
        if len(others) < _FEWEST_OTHERS:
            break
        # A second code among the others is no reason to doubt the first one.
        plain = others[~np.isin(others, list(_CODES))]
        if len(plain) < _FEWEST_OTHERS:
            break
        spread = float(plain.max()) - float(plain.min())
        gap = min(abs(code - float(plain.max())), abs(code - float(plain.min())))
        same_sign = code > 0 and float(plain.min()) < 0
        if not spread or gap <= spread * (2 if abs(code) < 10 else 1) or same_sign:
            break
        found.append((code, len(rest) - len(others)))
        rest = others
    return found


def _word(code: float) -> str:
    return str(int(code)) if abs(code) < 1e15 and code == int(code) else repr(code)


def _take_out(columns: Columns, code: str, mending: Mending) -> None:
    import pandas as pd

    for name, values in columns.items():
        if values.dtype.kind in "iuf":
            held = values.to_numpy(dtype=np.float64) == float(code)
            if held.any():
                columns[name] = pd.Series(np.where(held, np.nan, values.to_numpy(dtype=np.float64)))
                mending.codes.setdefault(code, {})[name] = int(held.sum())
        elif isinstance(values.dtype, pd.CategoricalDtype):
            if code in values.cat.categories:
                columns[name] = values.cat.remove_categories([code])
        else:
            columns[name] = values.where(values != code)


def _settle_dates(columns: Columns, order: str, mending: Mending) -> None:
    for name, values in columns.items():
        if values.dtype.kind in "iufbM":
            continue
        texts = _different(values)
        parts = [match for text in texts if (match := _DATE.fullmatch(text))]
        if not parts or len(parts) < _DATES_SHARE * len(texts):
            continue
        possible = _orders(parts)
        if order in possible:
            columns[name] = _rewritten(values, order)
        elif len(possible) > 1 and not order:
            mending.unclear_dates[name] = parts[0].group().strip()


def _different(values: pd.Series[Any]) -> list[str]:
    import pandas as pd

    if isinstance(values.dtype, pd.CategoricalDtype):
        found = list(values.cat.categories[:_MOST_TEXTS])
    else:
        found = list(values.iloc[:_MOST_TEXTS].dropna().unique())
    return [str(each) for each in found if str(each).strip()]


def _orders(parts: list[re.Match[str]]) -> tuple[str, ...]:
    """What may stand first in all of these dates."""
    first = [int(match.group(1)) for match in parts]
    second = [int(match.group(3)) for match in parts]
    third = [int(match.group(4)) for match in parts]
    found = []
    if all(1 <= each <= 31 for each in first) and all(1 <= each <= 12 for each in second):
        found.append("day")
    if all(match.group(2) == "." for match in parts) and found:
        return ("day",)  # with points nobody begins with the month
    if all(1 <= each <= 12 for each in first) and all(1 <= each <= 31 for each in second):
        found.append("month")
    short = all(len(match.group(4)) == 2 and len(match.group(1)) == 2 for match in parts)
    if short and all(1 <= each <= 12 for each in second) and all(1 <= each <= 31 for each in third):
        found.append("year")
    return tuple(found)


def _rewritten(values: pd.Series[Any], order: str) -> pd.Series[Any]:
    """The dates as year-month-day; what is none stays as it is."""
    import pandas as pd

    def written(text: Any) -> Any:
        match = _DATE.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            return text
        first, _, second, third, clock = match.groups()
        day, month, year = {
            "day": (first, second, third),
            "month": (second, first, third),
            "year": (third, second, first),
        }[order]
        whole = int(year) if len(year) == 4 else int(year) + (1900 if int(year) >= _CENTURY else 2000)
        return f"{whole:04}-{int(month):02}-{int(day):02}{clock.rstrip()}"

    if not isinstance(values.dtype, pd.CategoricalDtype):
        return values.map(written, na_action="ignore")
    return _recoded(values, [written(text) for text in values.cat.categories])
