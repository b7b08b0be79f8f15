"""The cells of a column as numbers or as texts, however they were read."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.split import Rows

_EXACT = 2.0**53  # below it every whole number has a float of its own


def numbers_of(values: Any, rows: Rows | None) -> NDArray[np.float64]:
    """The values of these rows as float64 [rows]; what is no number or infinite becomes NaN."""
    import pandas as pd

    series = values if isinstance(values, pd.Series) else pd.Series(list(values))
    if isinstance(series.dtype, np.dtype) and series.dtype.kind in "fiu":  # as most are: much the quickest
        plain = series.to_numpy() if rows is None else series.to_numpy()[rows]
        found = plain.astype(np.float64)
        if plain.dtype.kind == "f":
            found[~np.isfinite(found)] = np.nan
        return found
    if rows is not None:
        series = series.iloc[rows]
    if series.dtype.kind not in "fiub":
        series = pd.to_numeric(series.astype(object), errors="coerce")
    numbers = series.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def class_names(values: Any) -> NDArray[np.str_]:
    """The values as texts [rows]; a missing one becomes the empty text, 2.0 becomes “2”.

    A value's text does not depend on the other values, so a part of a column is named as the whole is.
    """
    import pandas as pd

    series = values if isinstance(values, pd.Series) else pd.Series(list(values))
    if isinstance(series.dtype, pd.CategoricalDtype):  # each different value is written once
        different = np.asarray(series.cat.categories.astype(str), dtype=str)
        return np.append(different, "")[series.cat.codes.to_numpy()]
    missing = series.isna().to_numpy()
    texts = series.astype(str).to_numpy(dtype=str, na_value="")
    if series.dtype.kind == "f":
        numbers = series.to_numpy(dtype=np.float64, na_value=np.nan)
        whole = (numbers % 1 == 0) & (np.abs(numbers) < _EXACT)
        named = np.where(whole, numbers, 0).astype(np.int64).astype(str)
        texts = np.where(whole, named, texts)
    return np.where(missing, "", texts)


def deviation_of(numbers: NDArray[np.float64]) -> float:
    """The standard deviation without gaps; 1 where there is none, so that it can be divided by."""
    deviation = float(np.nanstd(numbers))
    return deviation if np.isfinite(deviation) and deviation > 0 else 1.0
