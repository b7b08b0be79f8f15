"""The question before the locked test set is opened, in words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from trainer_gui.gui.theme import GAP, UNIT
from trainer_gui.gui.widgets import Button, IconLabel, Label, PrimaryButton


class TestDialog(QDialog):
    """Says what opening the test set means. `accepted` is the deliberate act."""

    __test__ = False  # its name begins as those of test classes do

    def __init__(self, rows: int, openings: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("testDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Open the test set?"))
        self.setFixedWidth(500)
        words = [
            self.tr(
                "The {rows} test rows were kept locked: the model has not learned from them, and nothing was "
                "chosen with them. That is why their number is the one to trust and to report."
            ).format(rows=f"{rows:,}"),
            self.tr(
                "It stays honest only while you do not go on changing the model after looking. So open it "
                "once, when you are done. The opening is counted and written into the run."
            ),
        ]
        if openings:
            said = (
                self.tr("It was opened once before.")
                if openings == 1
                else self.tr("It was opened {count} times before.").format(count=openings)
            )
            words.append(said)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * UNIT)
        column.setSpacing(GAP)
        top = QHBoxLayout()
        top.setSpacing(GAP)
        top.addWidget(IconLabel("lock", 28, "accent"), 0, Qt.AlignmentFlag.AlignTop)
        text = QVBoxLayout()
        text.setSpacing(UNIT)
        text.addWidget(Label(self.tr("Open the test set?"), "heading"))
        for each in words:
            label = Label(each, "body", "muted", wrap=True)
            label.setMinimumWidth(400)
            text.addWidget(label)
        top.addLayout(text, 1)
        column.addLayout(top)
        column.addSpacing(UNIT)
        buttons = QHBoxLayout()
        buttons.setSpacing(UNIT)
        buttons.addStretch(1)
        later = Button(self.tr("Not yet"), "testLater")
        later.clicked.connect(self.reject)
        now = PrimaryButton(self.tr("Open the test set"), "testNow")
        now.setFixedHeight(36)
        now.clicked.connect(self.accept)
        buttons.addWidget(later)
        buttons.addWidget(now)
        later.setDefault(True)
        column.addLayout(buttons)
