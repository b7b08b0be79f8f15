"""Rows that say the same as others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.dataset import Column, ColumnKind, Table

if TYPE_CHECKING:
    import pandas as pd

_FACTOR = np.uint64(0x9E3779B97F4A7C15)


def row_marks(frame: pd.DataFrame, names: Sequence[str]) -> NDArray[np.uint64]:
    """A number for every row, uint64 [rows], that is the same for rows that agree in all these columns.

    2 and 2.0 agree, and so do two gaps. Two rows that differ share a number by chance about once in 10¹⁹.
    """
    marks = np.zeros(len(frame), dtype=np.uint64)
    for name in names:
        marks *= _FACTOR
        marks ^= column_marks(frame[name])
        marks ^= marks >> np.uint64(29)
    return marks


def column_marks(values: pd.Series[Any]) -> NDArray[np.uint64]:
    """The same for the cells of one column."""
    import pandas as pd

    if isinstance(values.dtype, pd.CategoricalDtype):
        texts = np.asarray(values.cat.categories.astype(str), dtype=object)
        return _taken(texts, values.cat.codes.to_numpy())
    if values.dtype.kind in "iufb":
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan) + 0.0  # -0.0 becomes 0.0
        numbers[np.isnan(numbers)] = np.nan  # one kind of gap, whatever its bits were
        return pd.util.hash_array(numbers)
    if values.dtype.kind == "M":
        return pd.util.hash_array(values.to_numpy().astype(np.int64))
    codes, different = pd.factorize(values)
    return _taken(np.asarray([str(each) for each in different], dtype=object), codes)


def _taken(texts: NDArray[Any], codes: NDArray[Any]) -> NDArray[np.uint64]:
    import pandas as pd

    hashes = np.append(pd.util.hash_array(texts, categorize=False), np.uint64(1))  # the last one for gaps
    return np.asarray(hashes[codes], dtype=np.uint64)


def telling_columns(columns: Sequence[Column]) -> list[str]:
    """The columns in which a file says something of a row, rather than naming it."""
    return [each.name for each in columns if each.kind not in (ColumnKind.IDENTIFIER, ColumnKind.CONSTANT)]


def repeats(marks: NDArray[np.uint64], *, all_of_them: bool = False) -> NDArray[np.bool_]:
    """Which rows, bool [rows], repeat an earlier one; with `all_of_them` also those that are repeated."""
    import pandas as pd

    found = pd.Series(marks).duplicated(keep=False if all_of_them else "first")
    return np.asarray(found.to_numpy(), dtype=bool)


def repeat_groups(table: Table) -> NDArray[np.int64]:
    """A group number for each row; rows that agree in everything the file says share one.

    It goes by the columns as they were read, not by those that are used, so that a row never changes side
    when a column is left out.
    """
    import pandas as pd

    codes, _ = pd.factorize(row_marks(table.frame, telling_columns(table.read_columns)))
    return np.asarray(codes, dtype=np.int64)
