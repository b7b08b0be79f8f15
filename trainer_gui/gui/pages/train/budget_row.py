"""When a study ends by itself: after so many trials, or after so many minutes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from trainer_gui.engine.problems import Problem
from trainer_gui.engine.settings import Setting
from trainer_gui.gui.widgets import HelpMark, Label, NumberField, SegmentedControl

_NUMBER, _UNITS = 76, 150  # pixels of width
_USUAL_MINUTES = 10


class BudgetRow(QWidget):
    """Its value is the name of the limit, and how much of it. What is typed is given on as it stands."""

    value_changed = Signal(str, object)

    def __init__(self, trials: Setting, minutes: Setting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._declared = {each.name: each for each in (trials, minutes)}
        self._amounts: dict[str, object] = {trials.name: trials.default, minutes.name: _USUAL_MINUTES}
        self.amount = NumberField("budgetAmount", "log")
        self.amount.setFixedWidth(_NUMBER)
        self.amount.value_changed.connect(self._on_amount)
        self.unit = SegmentedControl("budgetUnit")
        self.unit.setAccessibleName(self.tr("Counted in"))
        self.unit.set_choices([(each.name, each.label) for each in self._declared.values()])
        self.unit.setFixedWidth(_UNITS)
        self.unit.value_changed.connect(self._on_unit)
        self._help = HelpMark("", "", "help_budget")
        self._problem = Label("", "small", "error", wrap=True)
        self._problem.setObjectName("problem_budget")
        self._problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(6)
        words = Label(self.tr("Up to"))
        words.setBuddy(self.amount)
        for widget in (words, self._help):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        row.addWidget(self.amount)
        row.addWidget(self.unit)
        column.addLayout(row)
        column.addWidget(self._problem)
        self.show_limit(trials.name, trials.default)

    def value(self) -> tuple[str, object]:
        """The name of the limit, and how much of it."""
        return self.unit.value(), self._amounts[self.unit.value()]

    def names(self) -> tuple[str, ...]:
        """The limits that it can be."""
        return tuple(self._declared)

    def show_limit(self, name: str, amount: object) -> None:
        """Shows a limit without saying so."""
        declared = self._declared[name]
        self._amounts[name] = amount
        self.unit.set_value(name)
        self.amount.set_bounds(declared.minimum, declared.maximum)
        self.amount.setAccessibleName(declared.label)
        self.amount.set_value(amount if isinstance(amount, int | float) else str(amount))
        self._help.explain(declared.label, declared.help)

    def show_problem(self, problem: Problem | None) -> None:
        """Marks the field and says what is wrong with it, or takes that away."""
        self.amount.mark_wrong(problem is not None)
        self._problem.setText("" if problem is None else str(problem))
        self._problem.setVisible(problem is not None)

    def _on_amount(self, amount: object) -> None:
        # The field knows no whole numbers, because minutes need not be one.
        whole = isinstance(amount, float) and amount == int(amount)
        self._amounts[self.unit.value()] = int(amount) if whole and isinstance(amount, float) else amount
        self.value_changed.emit(*self.value())

    def _on_unit(self, name: str) -> None:
        self.show_limit(name, self._amounts[name])
        self.value_changed.emit(*self.value())
