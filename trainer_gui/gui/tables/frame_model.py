"""The rows of a data frame, read cell by cell when they come into sight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from trainer_gui.engine.data.columns import number_in_words
from trainer_gui.gui.theme import colours

if TYPE_CHECKING:
    import pandas as pd

_Index = QModelIndex | QPersistentModelIndex
GAP = "–"  # stands where there is no value
_LONGEST = 200  # characters of one cell; the rest is in its tooltip
_ROOT = QModelIndex()


class FrameModel(QAbstractTableModel):
    """A frame as a table model. Columns are touched when they are first seen, so size costs nothing.

    `rows` chooses some rows by number, in that order; None shows all. The vertical header counts from 1, as
    a spreadsheet does. Columns named in `quiet` are shown in the colour of what is not used.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._frame: pd.DataFrame | None = None
        self._rows: NDArray[np.int64] | None = None
        self._titles: tuple[str, ...] = ()
        self._columns: dict[int, Any] = {}
        self._quiet: frozenset[str] = frozenset()

    def show_frame(self, frame: pd.DataFrame | None, rows: NDArray[np.int64] | None = None) -> None:
        """Shows another frame, or none."""
        self.beginResetModel()
        self._frame, self._rows = frame, rows
        self._titles = tuple(str(each) for each in frame.columns) if frame is not None else ()
        self._columns = {}
        self.endResetModel()

    def show_quietly(self, names: Sequence[str]) -> None:
        """Says which columns are not used."""
        self._quiet = frozenset(names)
        if self.rowCount() and self.columnCount():
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last, [Qt.ItemDataRole.ForegroundRole])

    def row_number(self, row: int) -> int:
        """The number of a row in the frame, from 0."""
        return row if self._rows is None else int(self._rows[row])

    def columns_touched(self) -> int:
        """How many columns were read so far."""
        return len(self._columns)

    def text(self, row: int, column: int) -> str:
        """A cell as it is written; empty where there is no value."""
        assert self._frame is not None
        cells = self._columns.get(column)
        if cells is None:
            cells = self._columns[column] = self._frame.iloc[:, column].array
        value = cells[self.row_number(row)]
        if isinstance(value, str):
            return value
        if value is None or value != value:
            return ""
        if isinstance(value, (int, float, np.integer, np.floating)):
            return number_in_words(value)
        return str(value)

    def shown_text(self, row: int, column: int) -> str:
        """A cell as it is shown: on one line, not endless, a dash where there is no value."""
        text = self.text(row, column)
        return " ".join(text[:_LONGEST].split()) or GAP

    def is_quiet(self, column: int) -> bool:
        """Whether a column is not used."""
        return self._titles[column] in self._quiet

    def rowCount(self, parent: _Index = _ROOT) -> int:
        if parent.isValid() or self._frame is None:
            return 0
        return len(self._frame) if self._rows is None else len(self._rows)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._titles)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.ForegroundRole:
            if self.is_quiet(index.column()):
                return QColor(colours().muted)
            return QColor(colours().faint) if not self.text(index.row(), index.column()) else None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            if role == Qt.ItemDataRole.ToolTipRole:
                text = self.text(index.row(), index.column())
                return text if len(text) > 18 else None
            return self.shown_text(index.row(), index.column())
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self._titles[section] if section < len(self._titles) else None
        return f"{self.row_number(section) + 1:,}"
