"""The head of the Data page: what is open, how large it is, and how it was read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from trainer_gui.engine.data.dataset import Dataset, Pictures
from trainer_gui.gui.theme import GAP, MARGIN, UNIT
from trainer_gui.gui.widgets import Button, Card, Choice, ElidedLabel, LinkButton, ProgressLine

_MANY_COLUMNS = 12  # of which not all are in sight
SAMPLE = "sample:"  # begins the location of data whose `how` says what it is, not how it was read


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
        words.setSpacing(0)
        words.addWidget(self.name)
        below = QHBoxLayout()
        below.setSpacing(UNIT)
        self.summary.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        below.addWidget(self.summary)
        self.find_button = Button(self.tr("Find a column…"), "findColumn")
        self.find_button.setToolTip(self.tr("Search the columns by name (Ctrl+F)."))
        self.class_choice = Choice("classChoice")
        self.class_choice.setAccessibleName(self.tr("Classes that are shown"))
        self.class_choice.setFixedWidth(200)
        self.left_out = LinkButton("", "leftOutColumns")
        self.left_out.setProperty("tone", "accent")
        self.left_out.setToolTip(self.tr("The columns that are left out, and why."))
        self.read_button = Button(self.tr("Import options…"), "howItWasRead")
        self.read_button.setToolTip(self.tr("How it was read, and how else it could be."))
        self.open_button = Button(self.tr("Open…"), "openData")
        menu = QMenu(self.open_button)
        self.open_file = menu.addAction(self.tr("A table…"))
        self.open_folder = menu.addAction(self.tr("A folder of pictures…"))
        self.paste = menu.addAction(self.tr("Paste a table"))
        self.open_button.setMenu(menu)
        self.cancel_button = LinkButton(self.tr("Cancel"), "cancelReading")
        below.addWidget(self.left_out)
        below.addStretch(1)
        words.addLayout(below)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addLayout(words, 1)
        row.addWidget(self.class_choice)
        row.addWidget(self.find_button)
        row.addWidget(self.cancel_button, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.read_button)
        row.addWidget(self.open_button)
        self.body.addLayout(row)
        self.line = ProgressLine("readingProgress", 3)
        self.body.addWidget(self.line)
        self.body.setSpacing(UNIT)
        self.show_columns(0, 0)
        self.show_classes([])
        self._summary = ""
        self.show_reading("")

    def show_dataset(self, dataset: Dataset) -> None:
        """Shows what is open."""
        self.name.setText(dataset.name)
        parts: list[str] = []
        rows = f"{dataset.rows:,}"
        is_sample = dataset.reference.location.startswith(SAMPLE)
        if isinstance(dataset, Pictures) and not is_sample:
            classes = len(set(dataset.labels))
            parts = [self.tr("{rows} pictures").format(rows=rows)]
            if not dataset.how:
                parts.append(self.tr("{count} classes").format(count=f"{classes:,}"))
        elif not isinstance(dataset, Pictures):
            columns = f"{len(dataset.columns):,}"
            parts = [
                self.tr("{rows} rows").format(rows=rows),
                self.tr("{columns} columns").format(columns=columns),
            ]
        if dataset.how:
            is_plain = is_sample or isinstance(dataset, Pictures)
            words = "{how}" if is_plain else self.tr("read as {how}")
            parts.append(words.format(how=dataset.how))
        self._summary = " · ".join(parts)
        self.summary.setText(self._summary)
        self.summary.setToolTip(dataset.reference.location)

    def show_classes(self, sizes: Sequence[tuple[str, int]]) -> None:
        """Offers to look at the pictures of one class; without classes there is nothing to choose."""
        words = self.tr("{name} ({count})")
        each = [(name, words.format(name=name, count=f"{count:,}")) for name, count in sizes]
        self.class_choice.set_choices([("", self.tr("All classes")), *each])
        self.class_choice.set_value("")
        self.class_choice.setVisible(len(sizes) > 1)

    def show_columns(self, count: int, left_out: int) -> None:
        """Offers to find one of many columns, and to see those that are left out."""
        self.find_button.setVisible(count > _MANY_COLUMNS)
        words = self.tr("1 column left out") if left_out == 1 else self.tr("{count} columns left out")
        self.left_out.setText(words.format(count=f"{left_out:,}"))
        self.left_out.updateGeometry()
        self.left_out.setVisible(left_out > 0)

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
