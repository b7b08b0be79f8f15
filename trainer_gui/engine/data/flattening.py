"""Turns nested values into the columns of a table, a bounded number of rows at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.data.heading import named
from trainer_gui.engine.data.loose_column import LooseColumn, storable, text_of
from trainer_gui.engine.problems import refuse

if TYPE_CHECKING:
    import pandas as pd

DEEPEST = 6  # levels that get columns of their own
_MOST_COLUMNS = 100_000
_MOST_CELLS_AT_ONCE = 1_000_000
_MOST_ROWS_AT_ONCE = 2_000


class Flattener:
    """Takes rows, gives columns. What lies inside another value gets a dotted name.

    Lists of plain values become one text; what is nested deeper, or is a list of objects, is left out and
    counted.
    """

    def __init__(self, gaps: frozenset[str] = frozenset()) -> None:
        self.rows = 0
        self.joined: set[str] = set()  # columns of lists that became one text
        self.left_out: set[str] = set()  # columns that are nested too deeply
        self.odd = 0  # values that are no rows, such as a number among objects
        self._names: list[str] = []  # for rows that are lists
        self._gaps = gaps
        self._columns: dict[str, LooseColumn] = {}
        self._waiting: list[dict[str, Any]] = []

    @property
    def started(self) -> bool:
        """Whether there is a row."""
        return bool(self.rows or self._waiting)

    def name(self, names: Sequence[str]) -> None:
        """Names the columns of rows that are lists; to be called before the first row."""
        self._names, _ = named([storable(each) for each in names], len(names))

    def add(self, row: Any) -> bool:
        """Takes one row, an object or a list; whether some were just put into columns."""
        flat: dict[str, Any] = {}
        if isinstance(row, dict):
            self._flatten(row, "", flat, 1)
        elif isinstance(row, (list, tuple)):
            while len(row) > len(self._names):
                self._names.append(f"column {len(self._names) + 1}")
            self._flatten(dict(zip(self._names, row, strict=False)), "", flat, 1)
        else:
            self.odd += 1
            return False
        self._waiting.append(flat)
        most = max(20, min(_MOST_ROWS_AT_ONCE, _MOST_CELLS_AT_ONCE // max(1, len(self._columns))))
        if len(self._waiting) < most:
            return False
        self._put_away()
        return True

    def columns(self) -> dict[str, pd.Series[Any]]:
        """The columns in the order in which they were met."""
        self._put_away()
        return {name: column.series() for name, column in self._columns.items() if name not in self.left_out}

    def _flatten(self, value: dict[str, Any], prefix: str, flat: dict[str, Any], depth: int) -> None:
        for key, each in value.items():
            name = prefix + storable(key)
            if isinstance(each, dict):
                if depth >= DEEPEST:
                    self.left_out.add(name)
                else:
                    self._flatten(each, name + ".", flat, depth + 1)
            elif isinstance(each, (list, tuple)):
                self._put_list(name, each, flat)
            else:
                flat[f"{name} (2)" if name in flat else name] = each

    def _put_list(self, name: str, values: Sequence[Any], flat: dict[str, Any]) -> None:
        if any(isinstance(each, (dict, list, tuple)) for each in values):
            self.left_out.add(name)
        elif values:
            self.joined.add(name)
            flat[name] = ", ".join(filter(None, map(text_of, values)))

    def _put_away(self) -> None:
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        for flat in waiting:
            for name in flat:
                if name not in self._columns:
                    self._columns[name] = column = LooseColumn()
                    column.add_gaps(self.rows)
        if len(self._columns) > _MOST_COLUMNS:
            raise refuse(
                "json.too_many_names",
                "After {rows} rows there are {names} different names, so these are no columns of a table.",
                "Write the data as a list of objects that all have the same names.",
                field="data",
                rows=f"{self.rows + len(waiting):,}",
                names=f"{len(self._columns):,}",
            )
        self.rows += len(waiting)
        if len(waiting) == 1:
            for name, column in self._columns.items():
                column.add([waiting[0].get(name)], self._gaps)
            return
        met = set().union(*waiting)
        for name, column in self._columns.items():
            if name in met:
                column.add([flat.get(name) for flat in waiting], self._gaps)
            else:
                column.add_gaps(len(waiting))
