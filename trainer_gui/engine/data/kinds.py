"""What a column holds: yes or no, dates, free text, names of the rows, categories or numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.dataset import ColumnKind
from trainer_gui.engine.data.dates import take_apart
from trainer_gui.engine.data.instants import Instants, find_order, instants_in, instants_of
from trainer_gui.engine.data.numerals import find_marks, read_dressed_number
from trainer_gui.engine.data.yes_and_no import is_yes_or_no

ENOUGH_ROWS = 20  # fewer rows say too little about what a column is
BINS = 10
_UNIQUE_SHARE = 0.95  # texts of which more than this are different name the rows
_DATE_SHARE = 0.95  # of the values that must be dates
_FEWEST_DATES = 3
_FEWEST_TEXTS = 10
_TEXT_WORDS = 3.0  # on average, for values that hardly ever repeat to be free text
_LONG_TEXT_WORDS = 8.0  # on average, also where values repeat now and then
_SAMPLE = 2000
_WORD = re.compile(r"\S*[^\W\d_]\S*")
_DENSE = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # written without blanks


@dataclass(frozen=True)
class Understood:
    """What the values of a column were taken for; `counts` are the bins of dates."""

    kind: ColumnKind
    date_order: str = ""
    date_unclear: bool = False
    counts: tuple[int, ...] = ()


def kind_of_words(values: Sequence[str], times: NDArray[np.int64], rows: int) -> Understood:
    """What different values [values] are, each coming up so many `times`, in a column of so many rows."""
    distinct, known = len(values), int(times.sum())
    if distinct == 0 or (distinct == 1 and known == rows):
        return Understood(ColumnKind.CONSTANT)
    if distinct == 2 and is_yes_or_no(values):
        return Understood(ColumnKind.YES_NO)
    dates = _dates_in(values, times)
    if dates is not None:
        return dates
    words = words_in(values)
    rarely_repeats, hardly_repeats = distinct > 0.05 * known, distinct > 0.5 * known
    if distinct >= _FEWEST_TEXTS and (
        (words >= _TEXT_WORDS and hardly_repeats) or (words >= _LONG_TEXT_WORDS and rarely_repeats)
    ):
        return Understood(ColumnKind.TEXT)
    if rows >= ENOUGH_ROWS and distinct > max(_UNIQUE_SHARE * known, ENOUGH_ROWS // 2):
        return Understood(ColumnKind.IDENTIFIER)
    return Understood(ColumnKind.CATEGORY)


def kind_of_numbers(values: NDArray[Any]) -> Understood:
    """What different numbers [values] are, beside names of the rows."""
    if len(values) <= 1:
        return Understood(ColumnKind.CONSTANT)
    if len(values) == 2 and set(values.tolist()) == {0, 1}:
        return Understood(ColumnKind.YES_NO)
    if values.dtype.kind == "f" and (values != np.floor(values)).any():
        return Understood(ColumnKind.NUMBER)
    packed = (values >= 19_000_101) & (values <= 21_001_231)  # such as 20240131
    if len(values) >= 2 * _FEWEST_DATES and packed.all():
        instants = instants_of(values.astype(np.float64), None, "year")
        if not np.isnat(instants).any():
            return Understood(ColumnKind.DATE, "year")
    return Understood(ColumnKind.WHOLE)


def words_in(values: Sequence[str]) -> float:
    """How many words with letters a value has on average; where blanks are not usual, two signs are one."""
    some = values[:: 1 + len(values) // _SAMPLE]
    if not some:
        return 0.0
    dense = [len(_DENSE.findall(each)) for each in some]
    plain = [len(_WORD.findall(_DENSE.sub(" ", each))) for each in some]
    return float(np.mean([many / 2 + few for many, few in zip(dense, plain, strict=True)]))


def _dates_in(values: Sequence[str], times: NDArray[np.int64]) -> Understood | None:
    """The dates that these values are, None where they are none."""
    if len(values) < _FEWEST_DATES or take_apart(values[:BINS]).share < 0.8:
        return None
    written = take_apart(values)
    order, unclear = find_order(written)
    instants = instants_in(written, order)
    good = ~np.isnat(instants)
    if times[good].sum() < _DATE_SHARE * times.sum():
        return None
    return Understood(ColumnKind.DATE, order, unclear, bins_of(instants[good], times[good]))


def bins_of(instants: Instants, times: NDArray[np.int64]) -> tuple[int, ...]:
    """A histogram of instants, each coming up so many times."""
    seconds = instants.astype(np.int64).astype(np.float64)
    low, high = float(seconds.min()), float(seconds.max())
    places = np.minimum((seconds - low) / max(1.0, high - low) * BINS, BINS - 1).astype(np.int64)
    return tuple(int(each) for each in np.bincount(places, weights=times, minlength=BINS))


def can_be_dates(values: Sequence[str]) -> bool:
    """Whether at least half of some of these values can be read as dates."""
    written = take_apart(values[:: 1 + len(values) // _SAMPLE])
    found = instants_in(written, find_order(written)[0])
    return bool(len(found)) and float((~np.isnat(found)).mean()) >= 0.5


def can_be_numbers(values: Sequence[str]) -> bool:
    """Whether at least half of some of these values can be read as numbers."""
    some = values[:: 1 + len(values) // _SAMPLE]
    decimal, thousands = find_marks([some])
    numbers = sum(read_dressed_number(each, decimal, thousands) is not None for each in some)
    return bool(some) and numbers >= 0.5 * len(some)
