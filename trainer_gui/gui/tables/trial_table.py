"""The trials of a study as rows of a table, the best first."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from trainer_gui.engine.study.progress import StudyProgress, Trial
from trainer_gui.engine.study.recipe import StudyRecipe
from trainer_gui.gui.figures import loss
from trainer_gui.gui.study_words import labels_of, value_words
from trainer_gui.gui.theme import colours, font

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_ROW = 30
_OTHERS = 3  # columns beside those of what varies


class Fixed(IntEnum):
    """The columns that every study has: the first one, and the last two after those of what varies."""

    NUMBER = 0
    SCORE = -2
    STATE = -1


class TrialModel(QAbstractTableModel):
    """Holds the trials of one study, sorted by score, those without one last."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._trials: list[Trial] = []
        self._names: tuple[str, ...] = ()
        self._labels: dict[str, str] = {}
        self._best: Trial | None = None
        self._shown: tuple[tuple[int, object, object], ...] = ()

    def show_trials(self, progress: StudyProgress, recipe: StudyRecipe | None) -> None:
        """Shows these; where nothing but curves has changed, nothing is told."""
        found = sorted(progress.trials.values(), key=_order)
        shown = tuple((each.number, each.outcome, each.score) for each in found)
        if shown == self._shown and found[:1] == self._trials[:1]:
            return
        self.beginResetModel()
        self._trials, self._shown, self._best = found, shown, progress.best
        self._labels = labels_of(recipe)
        self._names = tuple(self._labels) or tuple(found[0].values if found else ())
        self.endResetModel()

    def trial_at(self, row: int) -> Trial:
        """The trial of a row."""
        return self._trials[row]

    def row_of(self, number: int) -> int:
        """The row of a trial; -1 where it is not shown."""
        return next((at for at, each in enumerate(self._trials) if each.number == number), -1)

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._trials)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._names) + _OTHERS

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        trial, column = self._trials[index.row()], self._column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(trial, column)
        if role == Qt.ItemDataRole.ForegroundRole:
            tone = "error" if trial.outcome == "failed" and column == Fixed.STATE else "text"
            if not trial.counts and tone == "text":
                tone = "muted"
            return QColor(str(getattr(colours(), tone)))
        if role == Qt.ItemDataRole.FontRole:
            return font("small_strong" if trial is self._best else "small", tabular=True)
        if role == Qt.ItemDataRole.ToolTipRole and trial.reason is not None:
            return str(trial.reason)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        column = self._column(section)
        if isinstance(column, str):
            return self._labels.get(column, column)
        return {
            Fixed.NUMBER: self.tr("Trial"),
            Fixed.SCORE: self.tr("Validation loss"),
            Fixed.STATE: self.tr("State"),
        }[column]

    def _column(self, at: int) -> Fixed | str:
        if at == 0:
            return Fixed.NUMBER
        if at <= len(self._names):
            return self._names[at - 1]
        return Fixed.SCORE if at == len(self._names) + 1 else Fixed.STATE

    def _words(self, trial: Trial, column: Fixed | str) -> str:
        if isinstance(column, str):
            return value_words(trial.values[column]) if column in trial.values else ""
        if column is Fixed.NUMBER:
            return str(trial.number + 1)
        if column is Fixed.SCORE:
            if trial.score is None:
                return "–"
            words = loss(trial.score)
            if len(trial.scores) > 1:
                words += self.tr(" ({low} to {high})").format(
                    low=loss(min(trial.scores)), high=loss(max(trial.scores))
                )
            return words
        if trial is self._best:
            return self.tr("Best")
        return {
            None: self.tr("Training"),
            "finished": self.tr("Finished"),
            "cut": self.tr("Stopped early, behind"),
            "failed": self.tr("Failed"),
            "stopped": self.tr("Goes on when continued"),
        }[trial.outcome]


class TrialTable(QTableView):
    """Rows of trials. Enter or a double click asks for the run of one."""

    run_requested = Signal(str)  # its name below the study's folder

    def __init__(self, name: str = "trialTable", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(self.tr("Trials"))
        self.trials = TrialModel(self)
        self.setModel(self.trials)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setFont(font("small"))
        header.setFixedHeight(32)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(self._on_double_clicked)

    def show_trials(self, progress: StudyProgress, recipe: StudyRecipe | None) -> None:
        """Shows these; the selected trial stays selected."""
        chosen = self.chosen()
        self.trials.show_trials(progress, recipe)
        if chosen is not None and self.chosen() is None:
            row = self.trials.row_of(chosen.number)
            if row >= 0:
                self.selectRow(row)

    def chosen(self) -> Trial | None:
        """The trial that is selected."""
        rows = self.selectionModel().selectedRows()
        return self.trials.trial_at(rows[0].row()) if rows else None

    def _ask(self) -> None:
        trial = self.chosen()
        if trial is not None and trial.runs:
            self.run_requested.emit(trial.runs[0])

    def _on_double_clicked(self, _index: QModelIndex) -> None:
        self._ask()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._ask()
        else:
            super().keyPressEvent(event)


def _order(trial: Trial) -> tuple[bool, float, int]:
    counts = trial.counts and trial.score is not None
    return (not counts, trial.score if counts and trial.score is not None else 0.0, trial.number)
