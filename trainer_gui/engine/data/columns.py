"""How a raw column becomes a column of a table, and what each column is taken for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.dataset import Column, ColumnKind, DataReference, Table
from trainer_gui.engine.data.kinds import (
    BINS,
    ENOUGH_ROWS,
    can_be_dates,
    can_be_numbers,
    kind_of_numbers,
    kind_of_words,
)
from trainer_gui.engine.data.mending import Mending
from trainer_gui.engine.data.mending_notes import notes_on
from trainer_gui.engine.data.parsed_pieces import threads
from trainer_gui.engine.data.target import guess_target
from trainer_gui.engine.data.values import settled
from trainer_gui.engine.problems import Problem, refuse

if TYPE_CHECKING:
    import pandas as pd

Report = Callable[[str, float | None], None]

_LOOKED_AT = 5_000  # values, to say what a column could be
_MANY_ROWS = 50_000  # from which on several columns are understood at once
_FIRST_ROWS = 1_000  # from which examples are taken
_LARGE_TABLE = 5_000_000  # cells; from here on numbers are kept in half the memory
_ROW_NAME = re.compile(
    r"(?:.*[\s_.\-])?(?:id|ids|uuid|guid|index|idx|key|nr|no|row|rowid|row_?number|record)\.?"
    r"|unnamed.*|column 1"
    r"|[a-z]+(?:Id|ID)",
)


def make_table(
    reference: DataReference,
    name: str,
    raw: Mapping[str, pd.Series[Any]],
    *,
    fingerprint: str,
    mending: Mending,
    notes: Sequence[Problem] = (),
    how: str = "",
    typed: bool = False,
    report: Report | None = None,
) -> Table:
    """A Table of raw columns of equal length, with each column's kind and the target guessed.

    In the frame of the result, number columns are int or float (NaN for gaps; float32 in tables of more than
    five million cells where that loses nothing that matters), all others are pandas categories or strings
    (NaN for gaps). `typed` says that the file itself knows text from numbers, so that digits in a text column
    stay text. Raises UserError where there are fewer than two columns or no rows.
    """
    import pandas as pd

    rows = _rows_of(raw, name)
    large = rows * len(raw) > _LARGE_TABLE
    frame: dict[str, pd.Series[Any]] = {}
    columns: list[Column] = []
    with ThreadPoolExecutor(threads(), "understand") as pool:
        do = pool.map if rows >= _MANY_ROWS else map
        for title, values in raw.items():
            if report is not None:
                report("Understanding the columns", len(frame) / len(raw) / 2)
            frame[title] = settled(title, values, mending, typed=typed, compact=large)
        for understood in do(understand, frame, frame.values()):
            if report is not None:
                report("Understanding the columns", 0.5 + len(columns) / len(raw) / 2)
            columns.append(understood)
    used = _with_inputs(columns, frame)
    return Table(
        reference=reference,
        name=name,
        rows=rows,
        columns=used,
        target=guess_target(used),
        fingerprint=fingerprint,
        notes=(*notes, *notes_on(mending)),
        repairs=tuple(mending.repairs),
        how=how,
        frame=pd.DataFrame(frame, copy=False),
    )


def _rows_of(raw: Mapping[str, pd.Series[Any]], name: str) -> int:
    """How many rows there are; raises UserError where nothing could be learned from the table."""
    rows = len(next(iter(raw.values()))) if raw else 0
    if not rows:
        raise refuse(
            "table.no_rows",
            "{name} has no rows of data.",
            "Add rows under the heading, or choose another file or sheet.",
            field="data",
            name=name,
            names="\n".join(raw),
        )
    if len(raw) < 2:
        raise refuse(
            "table.one_column",
            "{name} has only one column, “{column}”; to learn, one column to predict and one to predict it "
            "from are needed.",
            "If it should have more, choose the separator under import options.",
            field="data",
            name=name,
            column=next(iter(raw)),
        )
    return rows


def understand(name: str, values: pd.Series[Any]) -> Column:
    """What a settled column is, with how many gaps and different values, examples and a small histogram."""
    import pandas as pd

    rows = len(values)
    if pd.api.types.is_numeric_dtype(values.dtype):
        return _understand_numbers(name, values.to_numpy(), rows)
    counts = values.value_counts(sort=True)
    counts = counts[counts > 0]
    times = counts.to_numpy().astype(np.int64)
    texts = [str(each) for each in counts.index]
    found = kind_of_words(texts, times, rows)
    return Column(
        name=name,
        kind=found.kind,
        missing=rows - int(times.sum()),
        distinct=len(texts),
        examples=tuple(" ".join(text.split())[:60] for text in texts[:5]),
        counts=found.counts or tuple(int(each) for each in times[:BINS]),
        date_order=found.date_order,
        date_unclear=found.date_unclear,
    )


def kinds_for(column: Column, values: pd.Series[Any]) -> tuple[ColumnKind, ...]:
    """How a settled column can be used, the natural way first; a form offers these beside leaving it out.

    Quick enough to be asked when a menu opens: it looks at some of the values only.
    """
    known = values.iloc[:: 1 + len(values) // _LOOKED_AT].dropna().unique()
    two = (ColumnKind.YES_NO,) if column.distinct <= 2 else ()
    if values.dtype.kind in "iuf":
        whole = bool((known == np.floor(known)).all())
        number = ColumnKind.WHOLE if whole else ColumnKind.NUMBER
        return (number, ColumnKind.CATEGORY, *two, *((ColumnKind.DATE,) if whole else ()))
    texts = [str(each) for each in known]
    dates = (ColumnKind.DATE, ColumnKind.DATE_DAY_FIRST, ColumnKind.DATE_MONTH_FIRST)
    return (
        ColumnKind.CATEGORY,
        *two,
        ColumnKind.TEXT,
        *(dates if can_be_dates(texts) else ()),
        *((ColumnKind.NUMBER,) if can_be_numbers(texts) else ()),
    )


def _understand_numbers(name: str, numbers: NDArray[Any], rows: int) -> Column:
    import pandas as pd

    known = numbers if numbers.dtype.kind in "iu" else numbers[~np.isnan(numbers)]
    first = pd.unique(known[:_FIRST_ROWS])
    different = first if len(known) <= _FIRST_ROWS else _different(known)
    if len(first) < 5 and len(first) < len(different):
        first = pd.unique(known)
    examples = tuple(number_in_words(each) for each in first[:5])
    counts: tuple[int, ...] = ()
    found = kind_of_numbers(different)
    kind = found.kind
    if len(different) <= 1:
        counts = (len(known),) if len(known) else ()
    else:
        low, high = float(known.min()), float(known.max())
        scaled = (known.astype(np.float64, copy=False) / BINS - low / BINS) / (high / BINS - low / BINS)
        bins = np.minimum((scaled * BINS).astype(np.int64), BINS - 1)
        counts = tuple(int(each) for each in np.bincount(bins, minlength=BINS))
        if _numbers_the_rows(name, known, len(different), rows):
            kind = ColumnKind.IDENTIFIER
    return Column(
        name=name,
        kind=kind,
        missing=rows - len(known),
        distinct=len(different),
        examples=examples,
        counts=counts,
        date_order=found.date_order,
    )


def _different(known: NDArray[Any]) -> NDArray[Any]:
    """The different ones of these numbers, in any order; whole numbers are quicker to hash than to sort."""
    import pandas as pd

    if known.dtype.kind in "iu":
        return np.asarray(pd.unique(known))
    ascending = np.sort(known)
    return np.asarray(ascending[np.append(True, ascending[1:] != ascending[:-1])])


def _numbers_the_rows(name: str, known: NDArray[Any], distinct: int, rows: int) -> bool:
    if distinct != rows or rows < 5 or (known.dtype.kind == "f" and (known != np.floor(known)).any()):
        return False
    if _ROW_NAME.fullmatch(name) or _ROW_NAME.fullmatch(name.lower()):
        return True
    return rows >= ENOUGH_ROWS and float(known.max()) - float(known.min()) == rows - 1


def number_in_words(value: Any) -> str:
    """A number as short as it can be told: 3 for 3.0, 0.1 for a float32 of 0.1."""
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else format(number, ".6g")


def _with_inputs(columns: list[Column], frame: Mapping[str, pd.Series[Any]]) -> tuple[Column, ...]:
    """The columns; where fewer than two would be used, whole numbers that follow each other are numbers."""
    if sum(each.is_input for each in columns) >= 2:
        return tuple(columns)
    return tuple(
        replace(each, kind=ColumnKind.WHOLE)
        if each.kind is ColumnKind.IDENTIFIER and frame[each.name].dtype.kind in "iuf"
        else each
        for each in columns
    )
