"""When a row happened, as a number that can be put in order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.dataset import Table
from trainer_gui.engine.data.dates import take_apart
from trainer_gui.engine.data.instants import instants_in
from trainer_gui.engine.problems import UserError, refuse

if TYPE_CHECKING:
    import pandas as pd

_ISO = re.compile(r"\s*\d{4}(?:-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2}|-\d{2}\s*$)")
_PARTS = re.compile(
    r"\s*(\d{1,2})([./-])(\d{1,2})[./-](\d{4}|\d{2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}).*)?)?\s*"
)
_NAME = re.compile(
    r"(?:.*[\s_.\-])?(?:date|datum|day|time|zeit|timestamp|datetime|year|jahr|année|año|month|week|epoch)"
)
_FEWEST_MOMENTS = 3
_CENTURY = 70  # 69 is 2069, 70 is 1970, as POSIX has it


def times_of(values: pd.Series[Any], order: str = "") -> NDArray[np.float64]:
    """When each row happened, float64 [rows], larger for later; NaN where that cannot be read.

    A column of numbers, such as years, is taken as it is; dates become seconds. `order` says whether the day
    or the month stands first where that was chosen; else raises UserError where it cannot be told.
    """
    import pandas as pd

    if values.dtype.kind in "iuf":
        return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)
    if values.dtype.kind == "M":
        return _since_1970(pd.to_datetime(values, utc=True))
    codes, different = pd.factorize(values.astype(object))
    texts = [str(each) for each in different]
    known = np.append(_seconds(texts, str(values.name), order), np.nan)  # the last one for gaps
    return np.asarray(known[codes], dtype=np.float64)


def are_times(values: pd.Series[Any]) -> bool:
    """Whether nearly all texts or dates of a column can be put in order of time; numbers are not asked."""
    if values.dtype.kind == "M":
        return True
    if values.dtype.kind in "iufb":
        return False
    some = values.dropna()
    if not len(some):
        return False
    if len(some) > 500:
        some = some.iloc[np.linspace(0, len(some) - 1, 500).astype(int)]
    try:
        return bool(np.isfinite(times_of(some)).mean() > 0.9)
    except UserError:
        return False


def time_columns(table: Table) -> list[str]:
    """The columns by which rows can be split by time: dates, and numbers with the name of a time."""
    found = []
    for each in table.columns:
        if each.distinct < _FEWEST_MOMENTS:
            continue
        values = table.frame[each.name]
        if are_times(values) or (values.dtype.kind in "iuf" and _NAME.fullmatch(each.name.lower())):
            found.append(each.name)
    return found


def _seconds(texts: list[str], name: str, order: str) -> NDArray[np.float64]:
    """Seconds since 1970 of each text; NaN where it is no date."""
    import pandas as pd

    iso = [text.strip().replace("/", "-") if _ISO.match(text) else None for text in texts]
    seconds = _since_1970(
        pd.to_datetime(pd.Series(iso, dtype=object), format="ISO8601", errors="coerce", utc=True)
    )
    parts = {place: match for place, text in enumerate(texts) if (match := _PARTS.fullmatch(text))}
    if not parts:
        return _with_names(texts, seconds)
    day_first = order == "day" if order else _day_first(list(parts.values()), name)
    for place, match in parts.items():
        first, _, second, year, hour, minute, second_of = match.groups()
        day, month = (first, second) if day_first else (second, first)
        whole = int(year) if len(year) == 4 else int(year) + (1900 if int(year) >= _CENTURY else 2000)
        try:
            moment = np.datetime64(f"{whole:04}-{int(month):02}-{int(day):02}", "s").astype(np.int64)
        except ValueError:
            continue
        clock = int(hour or 0) * 3600 + int(minute or 0) * 60 + int(second_of or 0)
        seconds[place] = float(moment) + clock
    return _with_names(texts, seconds)


def _with_names(texts: list[str], seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """The seconds, where there are none also from dates with names of months and other writings."""
    strange = np.flatnonzero(np.isnan(seconds))
    found = instants_in(take_apart([texts[place] for place in strange]), "day")
    seconds[strange] = np.where(np.isnat(found), np.nan, found.astype(np.int64))
    return seconds


def _since_1970(moments: pd.Series[Any]) -> NDArray[np.float64]:
    """Seconds of moments in UTC, as float64; NaN where there is none."""
    microseconds = moments.dt.tz_convert(None).to_numpy().astype("datetime64[us]")
    seconds = microseconds.astype(np.int64) / 1e6
    return np.asarray(np.where(np.isnat(microseconds), np.nan, seconds), dtype=np.float64)


def _day_first(matches: list[re.Match[str]], name: str) -> bool:
    """Whether 01/02/03 begins with the day; raises UserError where nothing in the column tells."""
    if any(int(match.group(1)) > 12 for match in matches):
        return True
    if any(int(match.group(3)) > 12 for match in matches):
        return False
    if all(match.group(2) == "." for match in matches):
        return True
    raise refuse(
        "split.date_order",
        "In “{name}” it cannot be told whether {example} begins with the day or with the month.",
        "Choose for the column whether it is a date with the day or with the month first, or write its dates "
        "as year-month-day, such as 2024-12-31.",
        field="by_time",
        name=name,
        example=matches[0].group(0).strip(),
    )
