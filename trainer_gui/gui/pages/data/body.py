"""The Data page below its head: the data, and under it what deserves a look, the target and the split."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from trainer_gui.gui.pages.data.split_card import SplitCard
from trainer_gui.gui.pages.data.target_card import TargetCard
from trainer_gui.gui.pages.data.worth_card import WorthCard
from trainer_gui.gui.runner import Runner
from trainer_gui.gui.tables.column_header import ColumnHeader
from trainer_gui.gui.tables.frame_view import FrameView
from trainer_gui.gui.tables.picture_grid import PictureGrid
from trainer_gui.gui.theme import GAP
from trainer_gui.gui.widgets import Card

_LEAST_BELOW = 262  # pixels, for the cards under the data


class DataBody(QSplitter):
    """The parts and where they stand; it decides nothing."""

    def __init__(self, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.columns = ColumnHeader()
        self.table = FrameView("dataTable", self.columns)
        self.table.setAccessibleName(self.tr("The data as it was understood"))
        self.pictures = PictureGrid(runner)
        self._kinds = QStackedWidget()
        self._kinds.addWidget(self.table)
        self._kinds.addWidget(self.pictures)
        card = Card(name="dataCard")
        card.body.setContentsMargins(6, 6, 6, 6)
        card.body.addWidget(self._kinds)
        card.setMinimumHeight(170)
        self.worth = WorthCard()
        self.target = TargetCard()
        self.split = SplitCard()
        self.setHandleWidth(GAP)
        self.setChildrenCollapsible(False)
        self.addWidget(card)
        self.addWidget(self._below())
        self.setStretchFactor(0, 2)
        self.setStretchFactor(1, 1)
        self.setSizes([470, _LEAST_BELOW])

    def show_table(self) -> None:
        """Shows the rows."""
        self._kinds.setCurrentWidget(self.table)

    def show_pictures(self) -> None:
        """Shows the pictures."""
        self._kinds.setCurrentWidget(self.pictures)

    def _below(self) -> QWidget:
        below = QWidget()
        row = QHBoxLayout(below)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self.worth, 3)
        right = QVBoxLayout()
        right.setSpacing(GAP)
        right.addWidget(self.target)
        right.addWidget(self.split, 1)
        row.addLayout(right, 2)
        below.setMinimumHeight(_LEAST_BELOW)
        return below
