"""The trials of a study as a table that sorts and filters itself."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from trainer_gui.engine.study.outline import StudyOutline, TrialOutline
from trainer_gui.gui.figures import number
from trainer_gui.gui.study_words import value_words
from trainer_gui.gui.theme import colours, current_theme, font
from trainer_gui.gui.trial_words import outcome_words, score_words

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_ROW = 26
_WIDEST = 12  # pixels of a letter; words that are shorter so have room for sure
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class TrialModel(QAbstractTableModel):
    """Rows of trials: sorted and filtered here, since asking for every cell of every row would be slow."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._outline = StudyOutline()
        self._rows: list[TrialOutline] = []
        self._written: dict[int, tuple[TrialOutline, object, tuple[str, ...]]] = {}  # the words of rows
        self._chosen: frozenset[int] | None = None
        self._column, self._order = -1, Qt.SortOrder.AscendingOrder

    def show_outline(self, outline: StudyOutline) -> None:
        """Shows these trials; where the rows stay the same, only what changed is told."""
        if outline.axes != self._outline.axes or (outline.together is None) != (
            self._outline.together is None
        ):
            self.beginResetModel()
            self._written.clear()
            self._outline, self._rows = outline, self._sorted(outline)
            self.endResetModel()
            return
        best = {self._outline.best, outline.best} if self._outline.best != outline.best else set()
        if self._outline.is_over != outline.is_over:
            best = {outline.best}
        self._outline = outline
        self._take(self._sorted(outline), best)

    def show_chosen(self, chosen: frozenset[int] | None) -> None:
        """Shows only these trials; None shows all."""
        self._chosen = chosen
        self._take(self._sorted(self._outline), set())

    def _take(self, rows: list[TrialOutline], told: set[int]) -> None:
        if [each.number for each in rows] == [each.number for each in self._rows]:
            before, self._rows = self._rows, rows
            last = self.columnCount() - 1
            for at, (old, new) in enumerate(zip(before, rows, strict=True)):
                if old is not new or new.number in told:
                    self.dataChanged.emit(self.index(at, 0), self.index(at, last))
            return
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        numbers = [self._rows[each.row()].number for each in held]
        self._rows = rows
        place = {each.number: at for at, each in enumerate(rows)}
        moved = [
            self.index(place[name], each.column()) if name in place else QModelIndex()
            for each, name in zip(held, numbers, strict=True)
        ]
        self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()

    def _sorted(self, outline: StudyOutline) -> list[TrialOutline]:
        rows = [each for each in outline.trials if self._chosen is None or each.number in self._chosen]
        if self._column < 0:
            return rows
        backwards = self._order == Qt.SortOrder.DescendingOrder
        known = [each for each in rows if self._key(each) is not None]
        unknown = [each for each in rows if self._key(each) is None]  # at the end either way
        return sorted(known, key=lambda each: self._key(each), reverse=backwards) + unknown

    def _key(self, each: TrialOutline) -> Any:
        axes = self._outline.axes
        if self._column == 0:
            return each.number
        if self._column <= len(axes):
            share = each.shares[self._column - 1]
            return share if math.isfinite(share) else None
        what = self._column - len(axes)
        if what == 1:
            return each.score if math.isfinite(each.score) else None
        return outcome_words(each, self._outline) if what == 2 else len(each.curve.epochs)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._column, self._order = column, order
        self._take(self._sorted(self._outline), set())

    def trial_at(self, row: int) -> TrialOutline:
        """The trial of a row."""
        return self._rows[row]

    def row_of(self, number: int) -> int:
        """The row of a trial; -1 where it is not shown."""
        return next((at for at, each in enumerate(self._rows) if each.number == number), -1)

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._outline.axes) + 4

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT if self.is_words(section) else _RIGHT
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        first = self.tr("Trial")
        if self._outline.together is not None:
            first = self.tr("Seed") if self._outline.folds == 1 else self.tr("Run")
        names = [first, *(axis.label for axis in self._outline.axes)]
        names += [self.tr("Validation loss"), self.tr("Result"), self.tr("Epochs")]
        return names[section] if section < len(names) else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        each, column, axes = self._rows[index.row()], index.column(), self._outline.axes
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(each, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and not self.is_words(column):
            return _RIGHT
        if role == Qt.ItemDataRole.ToolTipRole and column == len(axes) + 2:
            return str(each.trial.reason) if each.trial.reason is not None else None
        return None

    def cell(self, row: int, column: int) -> tuple[str, str, bool]:
        """The words of a cell, the name of their colour, and whether it is of the best trial."""
        each, result = self._rows[row], len(self._outline.axes) + 2
        best = each.number == self._outline.best
        key = (best, self._outline.is_over)
        known = self._written.get(each.number)
        if known is None or known[0] is not each or known[1] != key:
            words = tuple(self._words(each, at) for at in range(result + 2))
            known = self._written[each.number] = (each, key, words)
        tone = "text"
        if column == result and not best:
            tone = "error" if each.kind == "failed" else "muted"
        return known[2][column], tone, best

    def widest_score(self) -> str:
        """A score that needs as much room as any, unless it is very large or very small."""
        return "0.0000 ± 0.0000" if self._outline.repeats > 1 else ""

    def is_words(self, column: int) -> bool:
        """Whether words stand in it, which begin at the left; numbers end at the right."""
        axes = self._outline.axes
        if 1 <= column <= len(axes):
            axis = axes[column - 1]
            return any(isinstance(each, str) for each in axis.values)
        return column == len(axes) + 2

    def _words(self, each: TrialOutline, column: int) -> str:
        axes = self._outline.axes
        if column == 0:
            return number(each.number + 1)
        if column <= len(axes):
            value = each.trial.values.get(axes[column - 1].name)
            return "–" if value is None else value_words(value)
        what = column - len(axes)
        if what == 1:
            return score_words(each)
        return outcome_words(each, self._outline) if what == 2 else number(len(each.curve.epochs))


class _Cells(QStyledItemDelegate):
    """Paints a cell with one question to the model; the usual one asks nine, which makes scrolling slow."""

    def __init__(self, trials: TrialModel, parent: QObject) -> None:
        super().__init__(parent)
        self._trials = trials
        self._take_fonts()
        current_theme().changed.connect(self._take_fonts)

    def _take_fonts(self) -> None:
        palette = colours()
        self._usual, self._strong = font("small", tabular=True), font("small_strong", tabular=True)
        self._inks = {tone: QColor(getattr(palette, tone)) for tone in ("text", "muted", "error")}
        self._soft = QColor(palette.accent_soft)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        rect, column = option.rect, index.column()
        words, tone, strong = self._trials.cell(index.row(), column)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, self._soft)
        painter.setFont(self._strong if strong else self._usual)
        painter.setPen(self._inks[tone])
        inner = rect.adjusted(10, 0, -10, 0)
        if self._trials.is_words(column):
            if len(words) * _WIDEST > inner.width():
                words = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner, _LEFT, words)
        else:
            painter.drawText(inner, _RIGHT, words)


class TrialTable(QTableView):
    """Enter or a double click opens the run of a trial; a row that is chosen is marked in the pictures."""

    opened = Signal(int)  # the number of a trial
    marked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trialTable")
        self.setAccessibleName(self.tr("Trials"))
        self.trials = TrialModel(self)
        self.setModel(self.trials)
        self.setItemDelegate(_Cells(self.trials, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setFont(font("small"))
        header.setFixedHeight(32)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(52)
        header.setSortIndicatorClearable(True)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.doubleClicked.connect(self._on_double_clicked)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        self.trials.modelReset.connect(self._fit)

    def _fit(self) -> None:
        """Shares the width: what a setting is called needs its room, the result takes the rest."""
        count = self.trials.columnCount()
        metrics = self.horizontalHeader().fontMetrics()
        least = []
        for column in range(count):
            words = str(self.trials.headerData(column, Qt.Orientation.Horizontal))
            least.append(max(64, metrics.horizontalAdvance(words) + 34))
        result = count - 2
        # The best one is written in strong letters.
        strong = QFontMetrics(font("small_strong", tabular=True))
        widest = strong.horizontalAdvance(self.trials.widest_score())
        least[result - 1] = max(least[result - 1], widest + 24)
        room = self.viewport().width() - sum(width for at, width in enumerate(least) if at != result)
        least[result] = max(170, room)
        for column, width in enumerate(least):
            if self.columnWidth(column) != width:
                self.setColumnWidth(column, width)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.opened.emit(self.trials.trial_at(index.row()).number)

    def _on_current(self, index: QModelIndex, before: QModelIndex) -> None:
        if index.isValid() and self.hasFocus():
            self.marked.emit(self.trials.trial_at(index.row()).number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        current = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and current.isValid():
            self.opened.emit(self.trials.trial_at(current.row()).number)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
