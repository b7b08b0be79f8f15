"""Which column is probably to be predicted, and whether that means naming a class or a number."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from trainer_gui.engine.data.dataset import Column, ColumnKind, Dataset, Pictures, Table, Task

# In the order of how surely such a column is the one to be predicted.
_NAMES = (
    ("target", "label", "labels", "class", "klasse", "classe", "clase", "y"),
    ("species", "outcome", "diagnosis", "response", "result", "survived", "churn", "default", "quality"),
    (
        "category",
        "type",
        "group",
        "status",
        "grade",
        "score",
        "price",
        "sales",
        "income",
        "ziel",
        "zielvariable",
    ),
)
_MANY_CLASSES = 20
_FEW_WHOLE_NUMBERS = 10
_FEWEST_COUNTS = 6  # different numbers that follow each other, to be taken as counts
_ROWS_A_CLASS = 5  # on average, for whole numbers to be taken as classes


def guess_target(columns: Sequence[Column]) -> str:
    """The name of the column that is probably to be predicted; empty where there is none.

    A telling name decides; else it is the last column that can be learned, unless that is a category with a
    great many values while another one has few.
    """
    possible = [e for e in columns if e.is_input and e.distinct > 1 and _can_be_target(e)]
    if not possible:
        return ""
    plain = {each.name: re.sub(r"[^a-zà-ÿ]+", " ", each.name.lower()).strip() for each in possible}
    for place, names in enumerate(_NAMES):
        for each in reversed(possible):
            if plain[each.name] in names:
                return each.name
        if place == 0:
            for each in reversed(possible):
                words = plain[each.name].split()
                if words and (words[-1] in ("target", "label", "class") or words[0] in ("target", "label")):
                    return each.name
    last = possible[-1]
    if last.kind is ColumnKind.CATEGORY and last.distinct > 50:
        named = [e for e in possible if e.kind in (ColumnKind.CATEGORY, ColumnKind.YES_NO)]
        few = [e for e in named if 2 <= e.distinct <= _MANY_CLASSES]
        numbers = [e for e in possible if e.kind.is_number]
        return (few or numbers or [last])[-1].name
    return last.name


def _can_be_target(column: Column) -> bool:
    return not (column.kind.is_date or column.kind in (ColumnKind.TEXT, ColumnKind.PICTURE))


def guess_task(dataset: Dataset, target: str) -> Task:
    """Whether a target names classes or numbers.

    Words are classes. Whole numbers are classes where there are at most ten different ones and plenty of rows
    for each; counts, which run from one number to the next and of which the far ones are rare, are numbers.
    Raises UserError where the dataset has no such column.
    """
    column = dataset.column(target)
    if isinstance(dataset, Pictures):
        return Task.CLASSIFICATION
    assert isinstance(dataset, Table)
    values = dataset.frame[target]
    if values.dtype.kind not in "iuf":
        return Task.CLASSIFICATION
    known = dataset.rows - column.missing
    if column.distinct > _FEW_WHOLE_NUMBERS or known < _ROWS_A_CLASS * column.distinct:
        return Task.REGRESSION
    counts = values.value_counts()
    different = counts.index.to_numpy(dtype=np.float64)
    whole = bool(np.all(different == np.floor(different)))
    counted = len(counts) >= _FEWEST_COUNTS and np.ptp(different) == len(counts) - 1
    rare = counted and int(counts.min()) < _ROWS_A_CLASS
    return Task.CLASSIFICATION if whole and not rare else Task.REGRESSION
