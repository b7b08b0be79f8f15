"""Saves the pictures of a study, or the numbers in them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from trainer_gui.engine.study.outline import StudyOutline
from trainer_gui.gui.pages.train.chart_saving import write_bytes
from trainer_gui.gui.pages.train.plot_card import PlotCard
from trainer_gui.gui.runner import Report
from trainer_gui.gui.session import Session


class StudySaving(QObject):
    """Asks where to, paints on the GUI thread, and writes away from it."""

    def __init__(self, card: PlotCard, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent if parent is not None else card)
        self._card, self._session = card, session
        self.title = ""
        card.save_wanted.connect(self._on_save_wanted)

    def save_to(self, path: Path, kind: str) -> None:
        """Writes what is seen ("png" or "svg"), or its numbers ("csv")."""
        plot = self._card.plot()
        if plot is None:
            return
        if kind == "csv":
            work = partial(_write_numbers, path, plot.outline(), self._card.shown == "curves")
        else:
            from trainer_gui.gui.plots.chart_file import as_png, as_svg

            made = (as_png if kind == "png" else as_svg)(plot, self.title, self._card.names_shown())
            work = partial(write_bytes, path, made)
        job = self._session.runner.call(work)
        job.refused.connect(self._session.problem_shown)
        job.faulted.connect(self._session.fault_found)

    def _on_save_wanted(self, kind: str) -> None:
        kinds = {
            "png": self.tr("PNG pictures (*.png)"),
            "svg": self.tr("SVG drawings (*.svg)"),
            "csv": self.tr("CSV files (*.csv)"),
        }
        name, _ = QFileDialog.getSaveFileName(
            self._card, self.tr("Save the picture"), f"{self.tr('study')}.{kind}", kinds[kind]
        )
        if name:
            path = Path(name)
            self.save_to(path if path.suffix else path.with_suffix(f".{kind}"), kind)


def _write_numbers(path: Path, outline: StudyOutline, curves: bool, report: Report) -> Path:
    from trainer_gui.engine.study.trials_file import write_curves, write_trials

    report("", None)
    return (write_curves if curves else write_trials)(path, outline)
