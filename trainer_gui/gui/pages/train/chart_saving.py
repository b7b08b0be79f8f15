"""Saves the live chart as a picture, a drawing or a table of its numbers."""

from __future__ import annotations

from copy import deepcopy
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from trainer_gui.engine.progress import Progress
from trainer_gui.gui.plots.loss_chart import LossChart
from trainer_gui.gui.runner import Report
from trainer_gui.gui.session import Session


class ChartSaving(QObject):
    """Asks where to, paints on the GUI thread, and writes away from it."""

    def __init__(self, chart: LossChart, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent if parent is not None else chart)
        self._chart, self._session = chart, session
        chart.save_wanted.connect(self._on_save_wanted)

    def save_to(self, path: Path, kind: str) -> None:
        """Writes what is seen ("png" or "svg"), or all numbers of the run ("csv")."""
        if kind == "csv":
            # The run may go on while its numbers are written.
            numbers = Progress()
            numbers.curves = deepcopy(self._chart.progress().curves)
            self._write(partial(_write_numbers, path, numbers))
            return
        from trainer_gui.gui.plots.chart_file import as_png, as_svg

        plot = self._chart.plot()
        if plot is not None:
            made = (as_png if kind == "png" else as_svg)(plot, self._name(), self._chart.names_shown())
            self._write(partial(write_bytes, path, made))

    def _name(self) -> str:
        run = self._session.run
        return run.folder.name if run.folder is not None else self.tr("Run")

    def _on_save_wanted(self, kind: str) -> None:
        kinds = {
            "png": self.tr("PNG pictures (*.png)"),
            "svg": self.tr("SVG drawings (*.svg)"),
            "csv": self.tr("CSV files (*.csv)"),
        }
        name, _ = QFileDialog.getSaveFileName(
            self._chart, self.tr("Save the chart"), f"{self.tr('curve')}.{kind}", kinds[kind]
        )
        if name:
            path = Path(name)
            self.save_to(path if path.suffix else path.with_suffix(f".{kind}"), kind)

    def _write(self, work: partial[Path]) -> None:
        job = self._session.runner.call(work)
        job.answered.connect(self._on_saved)
        job.refused.connect(self._session.problem_shown)
        job.faulted.connect(self._session.fault_found)

    def _on_saved(self, path: Path) -> None:
        self._chart.bar.say(self.tr("Saved as {name}").format(name=path.name))


def _write_numbers(path: Path, progress: Progress, report: Report) -> Path:
    from trainer_gui.engine.curve_file import write_curve

    report("", None)
    return write_curve(path, progress)


def write_bytes(path: Path, content: bytes, report: Report) -> Path:
    """Writes a whole file and gives its path; raises UserError."""
    from trainer_gui.engine.disk import not_saved, write_atomically

    report("", None)
    try:
        write_atomically(path, content)
    except OSError as error:
        raise not_saved(error, path) from error
    return path
