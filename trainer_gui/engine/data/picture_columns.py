"""Finds the columns of a table that say what pictures show, and whether they were split before."""

from __future__ import annotations

from collections.abc import Sequence

from trainer_gui.engine.data.dataset import Column, ColumnKind, Table
from trainer_gui.engine.data.picture_folder import TRAIN, part_of
from trainer_gui.engine.data.prepare import class_names

_CLASS_NAMES = ("class", "label", "target", "category", "species", "breed", "diagnosis", "type", "kind")
_MOST_CLASSES = 1000
_FEWEST_IN_CLASS = 2  # on average
_MOSTLY = 0.95  # of the cells of a column that says train, validation or test


def says_parts(table: Table, column: Column) -> bool:
    """Whether a column says train, validation or test of nearly every row."""
    if column.distinct not in (2, 3):
        return False
    values = class_names(table.frame[column.name])
    parts = [part_of(str(each)) for each in values]
    return sum(map(bool, parts)) >= _MOSTLY * len(parts) and TRAIN in parts and len(set(parts) - {""}) > 1


def class_column_of(columns: Sequence[Column], rows: int) -> str:
    """The column that is most likely the class: by its name, words before numbers, the last one first.

    Empty where none says something of several rows.
    """
    possible = [
        each
        for each in columns
        if each.distinct <= min(_MOST_CLASSES, rows / _FEWEST_IN_CLASS)
        and each.distinct > 1
        and each.kind is not ColumnKind.IDENTIFIER
    ]
    if not possible:
        return ""

    def worth(column: Column) -> tuple[bool, bool, int]:
        lower = column.name.lower()
        named = any(each in lower for each in _CLASS_NAMES)
        return named, not column.kind.is_number, columns.index(column)

    return max(possible, key=worth).name
