"""What is to be predicted: the column, and whether it names classes or numbers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from trainer_gui.gui.theme import GAP
from trainer_gui.gui.widgets import Card, Choice, HelpMark, SegmentedControl


class TargetCard(Card):
    """Chooses the target and the task. It is told what can be chosen, and decides nothing itself."""

    target_chosen = Signal(str)
    task_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Predict"), "targetCard", parent)
        self.header.insertWidget(
            1,
            HelpMark(
                self.tr("What to predict"),
                self.tr(
                    "The column whose values the model learns to say from all the others. Classes are names "
                    "such as “cat” and “dog”; numbers are amounts such as a price."
                ),
                "help_target",
            ),
        )
        self.target = Choice("targetChoice")
        self.target.setAccessibleName(self.tr("Column to predict"))
        self.target.value_changed.connect(self._on_target)
        self.task = SegmentedControl("taskChoice")
        self.task.setAccessibleName(self.tr("Predict it as"))
        self.task.set_choices([("classification", self.tr("Classes")), ("regression", self.tr("Numbers"))])
        self.task.value_changed.connect(self._on_task)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        self.task.setMinimumWidth(160)
        row.addWidget(self.target, 3)
        row.addWidget(self.task, 2)
        self.body.addLayout(row)

    def show_columns(self, names: Sequence[str]) -> None:
        """Offers these columns as targets."""
        self.target.set_choices([(each, each) for each in names])

    def show_target(self, target: str, task: str, *, can_change_task: bool) -> None:
        """Shows what is predicted now."""
        if target and self.target.findData(target) < 0:  # chosen although it cannot be learned, which is said
            self.target.add_choice(target, target)
        self.target.set_value(target)
        self.task.set_value(task)
        self.task.setEnabled(can_change_task)

    def _on_target(self, value: object) -> None:
        self.target_chosen.emit(str(value))

    def _on_task(self, value: object) -> None:
        self.task_chosen.emit(str(value))
