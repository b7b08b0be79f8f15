"""A list in a window of its own: rows or files with which something is, and what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from trainer_gui.gui.tables.frame_view import FrameView
from trainer_gui.gui.theme import GAP, MARGIN, UNIT
from trainer_gui.gui.widgets import Button, Label

if TYPE_CHECKING:
    import pandas as pd


class FoundRows(QDialog):
    """Shows a frame under a summary and a sentence; `shares` of the width, 1 in all, go to its columns."""

    def __init__(
        self,
        name: str,
        title: str,
        summary: str,
        explained: str,
        frame: pd.DataFrame,
        shares: Sequence[float],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(min(1120, parent.width() - 48), min(560, parent.height() - 48))
        self.summary = Label(summary, "strong")
        self.summary.setObjectName("foundSummary")
        self.view = FrameView("foundTable")
        self.view.frame_model.show_frame(frame)
        self.view.verticalHeader().hide()
        card = QFrame()
        card.setProperty("kind", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(6, 6, 6, 6)
        inside.addWidget(self.view)
        close = Button(self.tr("Close"), "foundClose")
        close.clicked.connect(self.accept)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(UNIT)
        column.addWidget(self.summary)
        column.addWidget(Label(explained, "small", "muted", wrap=True))
        column.addWidget(card, 1)
        column.addSpacing(GAP - UNIT)
        column.addLayout(below)
        room = self.width() - 2 * MARGIN - 40
        for place, share in enumerate(shares):
            self.view.setColumnWidth(place, int(share * room))
