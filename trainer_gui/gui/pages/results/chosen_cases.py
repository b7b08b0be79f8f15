"""Which cases stand below the numbers, and under which words."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from trainer_gui.gui.pages.results.evaluation import Judged, Places, cell_places, select, wrong_places
from trainer_gui.gui.runner import Latest, Runner

_LEAST_SURE = 50  # cases, where every one was right


class ChosenCases(QObject):
    """Reads the cases behind a number, away from the GUI thread; the last choice counts."""

    selected = Signal(object)  # Selected
    faulted = Signal(str, str)

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_part_of_all = False
        self._selections = Latest(runner, self)
        self._selections.answered.connect(self.selected)
        self._selections.faulted.connect(self.faulted)

    def choose_all(self, judged: Judged) -> None:
        """All that went wrong, or the least sure where nothing did; for numbers the largest errors first."""
        report = judged.report
        pictures = bool(report.cases.names)
        if not report.classes:
            title = self.tr("The largest errors first")
            self._select(judged, report.cases.worst_first, title, is_part=False)
            return
        wrong = wrong_places(report)
        count = len(wrong)
        if count:
            one = (
                self.tr("The picture that it got wrong") if pictures else self.tr("The row that it got wrong")
            )
            many = (
                self.tr("The {n} pictures that it got wrong")
                if pictures
                else self.tr("The {n} rows that it got wrong")
            )
            self._select(judged, wrong, one if count == 1 else many.format(n=f"{count:,}"), is_part=False)
        else:
            title = self.tr("Every one was right. It was least sure of these")
            self._select(judged, report.cases.worst_first[:_LEAST_SURE], title, is_part=False)

    def choose_cell(self, judged: Judged, true: str, said: str) -> None:
        """Those of one class that were taken for another, or recognised."""
        places = cell_places(judged.report, true, said)
        if true == said:
            words = self.tr("{n} × “{true}”, recognised")
        else:
            words = self.tr("{n} × “{true}”, taken for “{said}”")
        title = words.format(n=f"{len(places):,}", true=true, said=said)
        self._select(judged, places, title, is_part=True)

    def choose_one(self, judged: Judged, place: int) -> None:
        """A single case."""
        import numpy as np

        row = int(judged.report.cases.rows[place]) + 1
        title = self.tr("Row {row}").format(row=f"{row:,}")
        self._select(judged, np.array([place], dtype=np.int64), title, is_part=True)

    def _select(self, judged: Judged, places: Places, title: str, *, is_part: bool) -> None:
        self.is_part_of_all = is_part
        words = {
            "row": self.tr("row"),
            "said": self.tr("said"),
            "sure": self.tr("sure"),
            "error": self.tr("off by"),
            "taken": "{true} → {said}",
        }
        self._selections.ask(partial(select, judged, places, title, words))
