"""The head of the Data page: what is open, how large it is, and how it was read."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from trainer_gui.engine.data.dataset import Dataset, Pictures
from trainer_gui.gui.theme import GAP, MARGIN, UNIT
from trainer_gui.gui.widgets import Button, Card, ElidedLabel, LinkButton, ProgressLine

SAMPLE = "sample"  # the source whose `how` says what the data is, not how it was read


class HeaderCard(Card):
    """Name and summary on the left, what can be done on the right; while data is read, how far it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(name="dataHeader", parent=parent)
        self.body.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        self.name = ElidedLabel("", "heading")
        self.name.setObjectName("dataName")
        self.summary = ElidedLabel("", "small", "muted")
        self.summary.setObjectName("dataSummary")
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.name)
        words.addWidget(self.summary)
        self.read_button = Button(self.tr("How it was read…"), "howItWasRead")
        self.open_button = Button(self.tr("Open…"), "openData")
        menu = QMenu(self.open_button)
        self.open_file = menu.addAction(self.tr("A table…"))
        self.open_folder = menu.addAction(self.tr("A folder of pictures…"))
        self.open_button.setMenu(menu)
        self.cancel_button = LinkButton(self.tr("Cancel"), "cancelReading")
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addLayout(words, 1)
        row.addWidget(self.cancel_button, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.read_button)
        row.addWidget(self.open_button)
        self.body.addLayout(row)
        self.line = ProgressLine("readingProgress", 3)
        self.body.addWidget(self.line)
        self.body.setSpacing(UNIT)
        self._summary = ""
        self.show_reading("")

    def show_dataset(self, dataset: Dataset) -> None:
        """Shows what is open."""
        self.name.setText(dataset.name)
        parts: list[str] = []
        rows = f"{dataset.rows:,}"
        is_sample = dataset.reference.source == SAMPLE
        if isinstance(dataset, Pictures) and not is_sample:
            classes = len(set(dataset.labels))
            width, height = dataset.median_size
            parts = [
                self.tr("{rows} pictures").format(rows=rows),
                self.tr("{count} classes").format(count=f"{classes:,}"),
                self.tr("about {width} × {height} pixels").format(width=width, height=height),
                self.tr("grey") if dataset.grey else self.tr("in colour"),
            ]
        elif not isinstance(dataset, Pictures):
            columns = f"{len(dataset.columns):,}"
            parts = [
                self.tr("{rows} rows").format(rows=rows),
                self.tr("{columns} columns").format(columns=columns),
            ]
        if dataset.how:
            words = "{how}" if is_sample else self.tr("read as {how}")
            parts.append(words.format(how=dataset.how))
        self._summary = " · ".join(parts)
        self.summary.setText(self._summary)
        self.summary.setToolTip(dataset.reference.location)

    def show_reading(self, location: str) -> None:
        """Shows that something is being read, or that nothing is."""
        busy = bool(location)
        self.line.setVisible(busy)
        self.cancel_button.setVisible(busy)
        if busy:
            self.line.show_share(None)
            name = Path(location.removeprefix("sample:")).name
            self.summary.setText(self.tr("Reading {name}…").format(name=name))
        else:
            self.summary.setText(self._summary)

    def show_progress(self, stage: str, share: object) -> None:
        """Shows how far the reading is."""
        if stage and self.line.isVisible():
            self.line.show_share(share if isinstance(share, float) else None)
            self.summary.setText(f"{stage}…")
