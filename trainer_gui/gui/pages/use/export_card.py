"""Take the model away: choose a format, and get a file only once it was opened again and found the same."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from trainer_gui.engine.problems import Problem
from trainer_gui.gui.figures import size
from trainer_gui.gui.pages.use.model_in_use import Format, ModelInUse
from trainer_gui.gui.runner import Job, Report, Runner
from trainer_gui.gui.theme import FIELD_HEIGHT, UNIT
from trainer_gui.gui.widgets import (
    Button,
    Card,
    IconButton,
    IconLabel,
    Label,
    LinkButton,
    ProgressLine,
    SegmentedControl,
)

if TYPE_CHECKING:
    from trainer_gui.engine.export import Exported


class ExportCard(Card):
    """Writes the model in a format of the registry, and says how far its answers were off when checked."""

    problem_found = Signal(object)
    faulted = Signal(str, str)

    def __init__(self, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Take the model away"), "exportCard", parent)
        self._runner = runner
        self._model: ModelInUse | None = None
        self._formats: dict[str, Format] = {}
        self._job: Job | None = None
        self._written: Path | None = None
        self.choice = SegmentedControl("formatChoice")
        self.choice.setAccessibleName(self.tr("Format"))
        self.choice.value_changed.connect(self._show_format)
        self.summary = Label("", "small", "muted", wrap=True)
        self.summary.setObjectName("formatSummary")
        self.missing = Label("", "small", "caution", wrap=True)
        self.missing.setObjectName("formatMissing")
        self.command = QLineEdit()
        self.command.setObjectName("installCommand")
        self.command.setReadOnly(True)
        self.command.setFixedHeight(FIELD_HEIGHT)
        self.command.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.command.setAccessibleName(self.tr("The command that installs what is missing"))
        self.copy = IconButton("copy", self.tr("Copy the command"))
        self.copy.clicked.connect(self._on_copy)
        self.line = ProgressLine("exportProgress", 3)
        self._icon = IconLabel("check", 16, "good")
        self.result = Label("", "small", wrap=True)
        self.result.setObjectName("exportResult")
        self.folder = LinkButton(self.tr("Show in folder"), "exportFolder")
        self.folder.clicked.connect(self._on_folder)
        self.cancel = LinkButton(self.tr("Cancel"), "exportCancel")
        self.cancel.clicked.connect(self._on_cancel)
        self.button = Button(self.tr("Export…"), "exportButton")
        self.button.setFixedHeight(32)
        self.button.clicked.connect(self._on_export)
        install = QHBoxLayout()
        install.setSpacing(UNIT // 2)
        install.addWidget(self.command, 1)
        install.addWidget(self.copy)
        said = QHBoxLayout()
        said.setSpacing(UNIT)
        said.addWidget(self._icon)
        said.addWidget(self.result, 1)
        said.addWidget(self.folder)
        last = QHBoxLayout()
        last.addStretch(1)
        last.addWidget(self.cancel)
        last.addWidget(self.button)
        for part in (self.choice, self.summary, self.missing):
            self.body.addWidget(part)
        self.body.addLayout(install)
        self.body.addWidget(self.line)
        self.body.addLayout(said)
        self.body.addLayout(last)
        self.body.addStretch(1)
        self._show_idle()

    def show_model(self, model: ModelInUse) -> None:
        """Exports this model from now on."""
        self._on_cancel()
        self._model = model
        self._formats = {each.name: each for each in model.formats}
        self.choice.set_choices([(each.name, each.label) for each in model.formats])
        if self.choice.value() not in self._formats and model.formats:
            self.choice.set_value(model.formats[0].name)
        self._show_idle()
        self._show_format()

    def export_to(self, path: Path) -> None:
        """Writes the file in the chosen format, away from the GUI thread."""
        if self._model is None or self._job is not None:
            return
        self._written = None
        self.button.setEnabled(False)
        self.choice.setEnabled(False)
        self.cancel.show()
        self.line.show()
        self.line.show_share(None)
        self._say(self.tr("Writing the file…"), "muted")
        self._job = job = self._runner.call(partial(_export, self._model, self.choice.value(), path))
        job.progressed.connect(self._on_progressed)
        job.answered.connect(self._on_exported)
        job.refused.connect(self._on_refused)
        job.faulted.connect(self._on_faulted)
        job.over.connect(self._on_over)

    def _show_format(self) -> None:
        chosen = self._formats.get(self.choice.value())
        self.summary.setText(chosen.summary if chosen is not None else "")
        missing = chosen.missing if chosen is not None else ()
        if chosen is not None and missing:
            words = self.tr("This needs {packages}, which is not installed here. Type this in a terminal:")
            self.missing.setText(words.format(packages=", ".join(missing)))
            self.command.setText(f'"{sys.executable}" -m pip install "trainer-gui[{chosen.extra}]"')
            self.command.setCursorPosition(0)
        for part in (self.missing, self.command, self.copy):
            part.setVisible(bool(missing))
        self.button.setEnabled(chosen is not None and not missing and self._job is None)

    def _show_idle(self) -> None:
        for part in (self.line, self.cancel, self.folder, self._icon, self.result):
            part.hide()

    def _say(self, words: str, tone: str) -> None:
        self.result.setText(words)
        self.result.set_tone(tone)  # type: ignore[arg-type]
        self.result.show()
        self._icon.setVisible(tone == "good")
        self.folder.setVisible(self._written is not None)

    def _on_progressed(self, stage: str, share: float | None) -> None:
        self.line.show_share(share)
        if stage:
            self._say(f"{stage}…", "muted")

    def _on_exported(self, found: Exported) -> None:
        self._written = found.path
        words = self.tr(
            "Exported and checked: largest difference {difference} on {rows} rows. {name}, {size}."
        )
        shown = words.format(
            difference=f"{found.largest_difference:.0e}".replace("e-0", "e-"),
            rows=found.rows_compared,
            name=found.path.name,
            size=size(found.size),
        )
        self._say(shown, "good")
        self.result.setToolTip(str(found.path))

    def _on_refused(self, problem: Problem) -> None:
        self._say(str(problem), "error")
        self.problem_found.emit(problem)

    def _on_faulted(self, line: str, details: str) -> None:
        self._say(self.tr("It could not be exported. No file was left behind."), "error")
        self.faulted.emit(line, details)

    def _on_over(self) -> None:
        if self._job is not None and self._job.cancel_wanted:
            self._show_idle()
        self._job = None
        self.line.hide()
        self.cancel.hide()
        self.choice.setEnabled(True)
        self._show_format()

    def _on_cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _on_export(self) -> None:
        chosen = self._formats.get(self.choice.value())
        if chosen is None or self._model is None:
            return
        plain = "".join(c if c.isalnum() or c in " -_." else "-" for c in self._model.model.name).strip()
        suggested = str(Path.home() / f"{plain or 'model'}{chosen.ending}")
        kinds = f"{chosen.label} (*{chosen.ending})"
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Export the model"), suggested, kinds)
        if name:
            self.export_to(Path(name))

    def _on_folder(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written.parent)))

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.command.text())


def _export(model: ModelInUse, format: str, path: Path, report: Report) -> Exported:
    from trainer_gui.engine.export import export

    return export(model.folder, format, path, model.dataset, report)
