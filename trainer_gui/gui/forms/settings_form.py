"""A form for any declared settings: the few that matter in sight, the rest folded away."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from trainer_gui.engine.problems import Problem
from trainer_gui.engine.settings import Settings, declared_in, problems_in
from trainer_gui.gui.forms.setting_row import SettingRow
from trainer_gui.gui.icons import icon
from trainer_gui.gui.theme import UNIT, colours
from trainer_gui.gui.widgets import Label, LinkButton

Group = tuple[str, type[Settings]]  # a heading for the folded part, and the settings


class SettingsForm(QWidget):
    """Edits the settings of one or more groups. It is a value: what differs from the defaults, by name.

    What a person types is judged at once, by the declaration itself; a value that is not accepted is
    marked and still given on, so that nothing is lost and whoever uses it can refuse.
    """

    value_changed = Signal(str, object)  # name and value of one setting
    changed_count_changed = Signal(int)

    def __init__(self, groups: Sequence[Group] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groups: tuple[Group, ...] = ()
        self._rows: dict[str, SettingRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(UNIT)
        self._body = QWidget()
        self._folded = QWidget()
        self._is_open = False
        self._brought_up: set[str] = set()  # folded settings that stand with the others
        self._count = 0
        self.advanced = LinkButton("", "advancedButton")
        self.advanced.setProperty("kind", "fold")
        self.advanced.setCheckable(True)
        self.advanced.toggled.connect(self._on_advanced_toggled)
        self.set_groups(groups)

    def set_groups(self, groups: Sequence[Group]) -> None:
        """Edits other settings. Values are those of the declarations until told otherwise."""
        if tuple(groups) == self._groups:
            return
        self._groups = tuple(groups)
        self._rows = {}
        self._brought_up = set()
        for old in (self._body, self._folded):
            old.hide()
            old.deleteLater()
        self._body, self._folded = QWidget(), QWidget()
        plain, folded = _column(self._body), _column(self._folded)
        for heading, group in self._groups:
            declared = declared_in(group)
            if heading and any(each.advanced for each in declared):
                folded.addSpacing(UNIT // 2)
                folded.addWidget(Label(heading, "small_strong", "muted"))
            for setting in declared:
                row = SettingRow(setting)
                row.value_changed.connect(self._on_row_changed)
                self._rows[setting.name] = row
                (folded if setting.advanced else plain).addWidget(row)
        fold_line = QHBoxLayout()
        fold_line.setContentsMargins(0, 0, 0, 0)
        fold_line.addWidget(self.advanced)
        fold_line.addStretch(1)
        plain.addLayout(fold_line)
        self._column.addWidget(self._body)
        self._column.addWidget(self._folded)
        self.advanced.setVisible(any(row.setting.advanced for row in self._rows.values()))
        self._folded.setVisible(self._is_open)
        self._show_fold()

    def row(self, name: str) -> SettingRow:
        """The row of a setting."""
        return self._rows[name]

    def names(self) -> tuple[str, ...]:
        """The settings that can be edited here."""
        return tuple(self._rows)

    def value(self) -> dict[str, Any]:
        """What differs from the defaults."""
        return {name: row.value() for name, row in self._rows.items() if row.is_changed}

    def set_defaults(self, defaults: dict[str, Any]) -> None:
        """The defaults for the data and the size of the moment. Settings that were not changed follow."""
        for name, default in defaults.items():
            row = self._rows.get(name)
            if row is None:
                continue
            follows = not row.is_changed
            row.show_default(default)
            if follows and not row.editor.hasFocus():
                row.set_value(default)
        self._show_fold()

    def set_value(self, values: dict[str, Any]) -> None:
        """Shows these values without saying so; settings that are not named keep theirs."""
        for name, value in values.items():
            row = self._rows.get(name)
            if row is not None:
                row.set_value(value)
                row.show_problem(self._problem_with(name, value))
        self._show_fold()

    def reset_all(self) -> None:
        """Gives every setting its default back."""
        for row in self._rows.values():
            row.reset()

    def show_problem(self, problem: Problem) -> bool:
        """Marks the field that a problem is about; False where it is about none of these."""
        row = self._rows.get(problem.field)
        if row is None:
            return False
        row.show_problem(problem)
        if row.setting.advanced:
            self.advanced.setChecked(True)
        return True

    def offer(self, name: str, values: Sequence[str]) -> None:
        """Lets one choose one of these values of a setting, in sight and above all others."""
        row = self._rows[name]
        row.offer(values)
        plain = self._body.layout()
        assert isinstance(plain, QVBoxLayout)
        plain.insertWidget(0, row)
        self._brought_up.add(name)
        self._show_fold()

    def open_advanced(self, is_open: bool) -> None:
        """Unfolds or folds the settings that rarely matter."""
        self.advanced.setChecked(is_open)

    def _problem_with(self, name: str, value: Any) -> Problem | None:
        for _, group in self._groups:
            if name in group.model_fields:
                found = problems_in(group, {name: value})
                return found[0] if found else None
        return None

    def _on_row_changed(self, name: str, value: Any) -> None:
        self._rows[name].show_problem(self._problem_with(name, value))
        self._show_fold()
        self.value_changed.emit(name, value)

    def _on_advanced_toggled(self, is_open: bool) -> None:
        self._is_open = is_open
        self._folded.setVisible(is_open)
        self._show_fold()

    def _show_fold(self) -> None:
        folded = [
            row
            for row in self._rows.values()
            if row.setting.advanced and row.setting.name not in self._brought_up
        ]
        changed = sum(row.is_changed for row in folded)
        if changed:
            words = self.tr("Advanced ({changed} of {count} changed)")
        elif len(folded) == 1:
            words = self.tr("Advanced (1 setting at its default)")
        else:
            words = self.tr("Advanced ({count} settings at their defaults)")
        self.advanced.setText(words.format(changed=changed, count=len(folded)))
        name = "chevron_down" if self._is_open else "chevron_right"
        self.advanced.setIcon(icon(name, colours().muted, size=14))
        count = len(self.value())
        if count != self._count:
            self._count = count
            self.changed_count_changed.emit(count)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._rows:
            self._show_fold()


def _column(parent: QWidget) -> QVBoxLayout:
    made = QVBoxLayout(parent)
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(UNIT)
    return made
