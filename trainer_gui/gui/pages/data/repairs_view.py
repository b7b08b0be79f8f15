"""The rows of a file that were not read as they stand there: what was wrong, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from trainer_gui.gui.tables.frame_view import FrameView
from trainer_gui.gui.theme import GAP, MARGIN, UNIT
from trainer_gui.gui.widgets import Button, Label

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import Dataset
    from trainer_gui.engine.data.mending import Repair

_ABOUT = {  # the keys of notes, and the repairs that they tell of; nothing stands for all
    "table.mended_rows": ("other_marks", "quotation_marks", "too_short", "too_long"),
    "table.bad_rows": ("not_fitting",),
    "table.remarks": ("remark", "names_again"),
}


def repairs_about(dataset: Dataset | None, key: str = "") -> tuple[Repair, ...]:
    """The repairs that a note of this key tells of; all of them for no key."""
    from trainer_gui.engine.data.dataset import Table

    if not isinstance(dataset, Table) or (key and key not in _ABOUT):
        return ()
    return tuple(each for each in dataset.repairs if not key or each.what in _ABOUT[key])


def repairs_in_words(repairs: Sequence[Repair]) -> str:
    """“3 rows repaired, 1 left out”, of the repairs that a file needed."""
    tr = QCoreApplication.translate
    kept = sum(each.kept for each in repairs)
    gone = len(repairs) - kept
    parts = []
    if kept:
        words = tr("Repairs", "1 row repaired") if kept == 1 else tr("Repairs", "{count} rows repaired")
        parts.append(words.format(count=f"{kept:,}"))
    if gone and kept:
        parts.append(tr("Repairs", "{count} left out").format(count=f"{gone:,}"))
    elif gone:
        words = tr("Repairs", "1 line left out") if gone == 1 else tr("Repairs", "{count} lines left out")
        parts.append(words.format(count=f"{gone:,}"))
    return ", ".join(parts)


class RepairsView(QDialog):
    """A list of rows: the line in the file, what was done, the text that stands there, and what was read."""

    def __init__(self, name: str, repairs: Sequence[Repair], parent: QWidget) -> None:
        import pandas as pd

        super().__init__(parent)
        self.setObjectName("repairsView")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Rows of {name} that were not read as they stand").format(name=name))
        self.resize(min(1120, parent.width() - 48), min(560, parent.height() - 48))
        self.summary = Label(repairs_in_words(repairs), "strong")
        self.summary.setObjectName("repairsSummary")
        explained = Label(
            self.tr(
                "Lines are counted as an editor counts them. The file itself is never changed: correct a "
                "line there and open it again where it was understood wrongly."
            ),
            "small",
            "muted",
            wrap=True,
        )
        self.view = FrameView("repairsTable")
        self.view.frame_model.show_frame(
            pd.DataFrame(
                {
                    self.tr("Line"): [each.line for each in repairs],
                    self.tr("In the file"): [each.text for each in repairs],
                    self.tr("What was done"): [each.in_words for each in repairs],
                    self.tr("As it was read"): [
                        each.read if each.kept else self.tr("(left out)") for each in repairs
                    ],
                }
            )
        )
        self.view.verticalHeader().hide()
        card = QFrame()
        card.setProperty("kind", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(6, 6, 6, 6)
        inside.addWidget(self.view)
        close = Button(self.tr("Close"), "repairsClose")
        close.clicked.connect(self.accept)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(UNIT)
        column.addWidget(self.summary)
        column.addWidget(explained)
        column.addWidget(card, 1)
        column.addSpacing(GAP - UNIT)
        column.addLayout(below)
        self.view.size_columns()
        self._share_out()

    def _share_out(self) -> None:
        """A narrow number; what stood there and what was read share the rest."""
        room = self.width() - 2 * MARGIN - 40
        for column, share in enumerate((0.07, 0.31, 0.31, 0.31)):
            self.view.setColumnWidth(column, int(share * room))
