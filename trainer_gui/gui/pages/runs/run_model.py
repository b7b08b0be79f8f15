"""The runs and studies as rows of a table."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)

from trainer_gui.engine.progress import State
from trainer_gui.gui.pages.runs.columns import SORT, SUMMARY, TONE, Column
from trainer_gui.gui.pages.runs.study_cells import study_cell, study_in_words, study_order, study_tone
from trainer_gui.gui.pages.runs.study_summary import StudySummary
from trainer_gui.gui.pages.runs.summary import Row, RunSummary
from trainer_gui.gui.wording import metric_words, state_words, when_words

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class RunModel(QAbstractTableModel):
    """Holds summaries; says `renamed` when a name was typed into the list."""

    renamed = Signal(object, str)  # the row and its new name

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: list[Row] = []
        self.here = ""  # the path of the run or the study that is under way in this window

    def show_runs(self, runs: list[Row]) -> None:
        """Shows these. Where they are the same runs, only what changed is told, so a selection stays."""
        if [each.path for each in runs] == [each.path for each in self._runs]:
            changed = [at for at, each in enumerate(runs) if each is not self._runs[at]]
            self._runs = runs
            for at in changed:
                self.dataChanged.emit(self.index(at, 0), self.index(at, len(Column) - 1))
            return
        self.beginResetModel()
        self._runs = runs
        self.endResetModel()

    def run_at(self, row: int) -> Row:
        """The run of a row."""
        return self._runs[row]

    def runs(self) -> list[Row]:
        """All runs, the newest first."""
        return list(self._runs)

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._runs)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        usual = super().flags(index)
        return usual | Qt.ItemFlag.ItemIsEditable if index.column() == Column.NAME else usual

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        run = self._runs[index.row()]
        if role != Qt.ItemDataRole.EditRole or str(value).strip() == run.name:
            return False
        self.renamed.emit(run, str(value))
        return True

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        run, column = self._runs[index.row()], Column(index.column())
        if role == SUMMARY:
            return run
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._words(run, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            if run.problem is not None:
                return str(run.problem)
            of_run = isinstance(run, RunSummary)
            if of_run and column is Column.STATE and run.is_live and str(run.path) != self.here:
                return self.tr("Another window, a terminal or a study is training it.")
            return f"{run.name}\n{run.path}" if column is Column.NAME else None
        if role == Qt.ItemDataRole.AccessibleTextRole and column is Column.CURVE:
            if isinstance(run, StudySummary):
                return study_in_words(run)
            best = run.progress.curve
            words = self.tr("best epoch {epoch}, validation loss {loss:.3g}")
            return words.format(epoch=best.best_epoch, loss=best.best_loss) if best.best_epoch else ""
        if role == SORT:
            return self._order(run, column)
        if role == TONE:
            return self._tone(run, column)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return {
            Column.NAME: self.tr("Name"),
            Column.CURVE: self.tr("Validation loss"),
            Column.DATA: self.tr("Data"),
            Column.MODEL: self.tr("Model"),
            Column.BEST: self.tr("Best"),
            Column.STATE: self.tr("State"),
            Column.WHEN: self.tr("When"),
        }[Column(section)]

    def _words(self, run: Row, column: Column) -> str:
        if isinstance(run, StudySummary):
            return study_cell(run, column, self.here)
        if column is Column.NAME:
            return run.name
        if column is Column.DATA:
            return run.data
        if column is Column.MODEL:
            return run.model
        if column is Column.BEST:
            started, value = run.progress.started, run.progress.metric_at_best
            if started is None or value is None:
                return "–"
            return f"{started.metric.label} {metric_words(started.metric, value)}"
        if column is Column.STATE:
            return self._state(run)
        return when_words(run.created) if column is Column.WHEN else ""

    def _state(self, run: RunSummary) -> str:
        progress = run.progress
        if run.problem is not None:
            return self.tr("Damaged")
        if run.is_live:
            elsewhere = str(run.path) != self.here
            word = self.tr("Elsewhere") if elsewhere else self.tr("Training")
            word = self.tr("Paused") if progress.state is State.PAUSED else word
            return f"{word}, {100 * progress.share:.0f} %"
        if run.was_interrupted:
            return self.tr("Interrupted")
        if progress.state is State.FINISHED and progress.stopped_early:
            return self.tr("Finished early")
        return state_words(progress.state)

    def _tone(self, run: Row, column: Column) -> str:
        if isinstance(run, StudySummary):
            return study_tone(run, column)
        if column is Column.NAME or (column is Column.BEST and run.problem is None):
            return "text"
        if column is Column.STATE:
            if run.problem is not None or run.progress.state is State.FAILED:
                return "error"
            if run.is_live:
                return "accent"
            if run.was_interrupted:
                return "caution"
        return "muted"

    def _order(self, run: Row, column: Column) -> Any:
        if isinstance(run, StudySummary):
            return study_order(run, column)
        if column is Column.WHEN:
            return run.created.timestamp()
        if column is Column.CURVE:
            return float("inf") if run.progress.best_loss is None else run.progress.best_loss
        if column is Column.BEST:
            value = run.progress.metric_at_best
            return float("-inf") if value is None else value
        return self._words(run, column).casefold()


class RunFilter(QSortFilterProxyModel):
    """The runs that hold every word that was typed, in any column."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: tuple[str, ...] = ()
        self.setSortRole(SORT)

    def set_words(self, text: str) -> None:
        """Shows only runs that hold all these words."""
        self._wanted = tuple(text.casefold().split())
        self.invalidate()

    def filterAcceptsRow(self, row: int, parent: _Index) -> bool:
        model = self.sourceModel()
        cells = (str(model.index(row, column, parent).data() or "") for column in Column)
        text = " ".join(cells).casefold()
        return all(word in text for word in self._wanted)
