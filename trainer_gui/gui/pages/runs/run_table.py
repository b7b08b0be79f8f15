"""The list of runs: one line each, with its curve."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from trainer_gui.gui.pages.runs.columns import SUMMARY, TONE, Column
from trainer_gui.gui.pages.runs.run_model import RunFilter, RunModel
from trainer_gui.gui.pages.runs.study_summary import StudySummary
from trainer_gui.gui.pages.runs.summary import Row, RunSummary
from trainer_gui.gui.plots.spark import Line, draw_spark
from trainer_gui.gui.theme import FIELD_HEIGHT, colours, font

_Index = QModelIndex | QPersistentModelIndex
_ROW = 48
_SHARES = {  # of the width, and the least that is needed
    Column.NAME: (0.24, 172),  # runs that were lined up are told apart by the end of their names
    Column.CURVE: (0.13, 96),
    Column.DATA: (0.13, 90),
    Column.MODEL: (0.16, 146),
    Column.BEST: (0.13, 110),
    Column.STATE: (0.12, 116),
    Column.WHEN: (0.09, 100),
}


class _Cells(QStyledItemDelegate):
    """Paints a cell of the list; the name can be edited in place."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        palette = colours()
        rect = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(palette.accent_soft))
        painter.setPen(QColor(palette.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        inner = rect.adjusted(10, 0, -8, 0)
        run = index.data(SUMMARY)
        if index.column() == Column.CURVE and isinstance(run, RunSummary):
            curve = run.progress.curve
            area = QRectF(inner.adjusted(0, 9, -6, -9))
            lines = (Line(curve.train_loss, "training", width=1.3), Line(curve.validation_loss, "validation"))
            draw_spark(painter, area, lines, curve.best_epoch - 1)
        elif index.column() == Column.CURVE and isinstance(run, StudySummary):
            best = run.best_so_far
            area = QRectF(inner.adjusted(0, 9, -6, -9))
            draw_spark(painter, area, (Line(best, "validation"),), int(best.argmin()) if len(best) else -1)
        else:
            name = index.column() == Column.NAME
            painter.setFont(font("strong" if name else "small", tabular=not name))
            painter.setPen(QColor(str(getattr(palette, index.data(TONE)))))
            text = painter.fontMetrics().elidedText(
                str(index.data() or ""), Qt.TextElideMode.ElideRight, inner.width()
            )
            painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        field = QLineEdit(parent)
        field.setObjectName("runNameField")
        field.setFont(font("strong"))
        field.setMaxLength(120)
        return field

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: _Index) -> None:
        rect = option.rect
        top = rect.top() + (rect.height() - FIELD_HEIGHT) // 2
        editor.setGeometry(rect.left() + 2, top, rect.width() - 4, FIELD_HEIGHT)


class RunTable(QTableView):
    """Rows of runs. Enter or a double click opens one, F2 renames it, Delete moves it to the bin."""

    chosen_changed = Signal()
    open_requested = Signal()
    delete_requested = Signal()
    menu_requested = Signal(object)  # the place on the screen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runTable")
        self.setAccessibleName(self.tr("Runs"))
        self.runs = RunModel(self)
        self.shown = RunFilter(self)
        self.shown.setSourceModel(self.runs)
        self.setModel(self.shown)
        self.setItemDelegate(_Cells(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setFont(font("small"))
        header.setFixedHeight(34)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(80)
        header.setSortIndicatorClearable(True)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.doubleClicked.connect(self._on_double_clicked)
        self.selectionModel().selectionChanged.connect(self.chosen_changed)

    def chosen(self) -> list[Row]:
        """The runs and studies that are selected, from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.shown.index(row, 0).data(SUMMARY) for row in rows]

    def show_runs(self, runs: list[Row]) -> None:
        """Shows these runs; what was selected stays selected."""
        paths = {each.path for each in self.chosen()}
        self.runs.show_runs(runs)
        if {each.path for each in self.chosen()} != paths:
            self.choose(paths)

    def choose(self, paths: Collection[Path]) -> None:
        """Selects the runs in these folders."""
        self.clearSelection()
        flags = self.selectionModel().SelectionFlag
        for row in range(self.shown.rowCount()):
            index = self.shown.index(row, 0)
            if index.data(SUMMARY).path in paths:
                self.selectionModel().select(index, flags.Select | flags.Rows)
                self.selectionModel().setCurrentIndex(index, flags.NoUpdate)

    def rename_current(self) -> None:
        """Opens the name of the selected run for typing."""
        rows = self.selectionModel().selectedRows()
        if rows:
            self.edit(self.shown.index(rows[0].row(), Column.NAME))

    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.open_requested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        editing = self.state() == QAbstractItemView.State.EditingState
        if not editing and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_requested.emit()
        elif not editing and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_requested.emit()
        elif event.key() == Qt.Key.Key_F2 and not editing:
            self.rename_current()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.chosen():
            self.menu_requested.emit(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.viewport().width()
        least = sum(minimum for _, minimum in _SHARES.values())
        spare = max(0, room - least)
        for column, (share, minimum) in _SHARES.items():
            self.setColumnWidth(column, minimum + int(spare * share))
