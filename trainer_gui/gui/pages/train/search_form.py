"""What varies, how it is searched, and how far: the part of the card that is seen while tuning."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from trainer_gui.engine.problems import Problem
from trainer_gui.engine.settings import Setting, declared_in
from trainer_gui.engine.study.limits import Limits
from trainer_gui.engine.study.strategies import STRATEGIES
from trainer_gui.gui.forms.ranges_form import RangesForm
from trainer_gui.gui.forms.setting_row import SettingRow
from trainer_gui.gui.icons import icon
from trainer_gui.gui.pages.train.budget_row import BudgetRow
from trainer_gui.gui.session import Session
from trainer_gui.gui.theme import UNIT, colours
from trainer_gui.gui.widgets import Choice, Label, LinkButton, Rule

_SIZE, _GRID = "size", "grid"
_SIZES_BEYOND = 1  # that are suggested above the one that is chosen; the next ones cost many times as much


class SearchForm(QWidget):
    """Shows the draft of the session and gives changes back to it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._draft = session.draft
        self._offered: tuple[str, tuple[Setting, ...]] = ("", ())  # of a family
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        self.hint = Label("", "small", "muted", wrap=True)
        column.addWidget(self.hint)
        self.ranges = RangesForm()
        self.ranges.setObjectName("ranges")
        self.ranges.ticked.connect(self._on_ticked)
        self.ranges.values_changed.connect(self._draft.vary)
        column.addWidget(self.ranges)
        column.addWidget(Rule())
        self.how = Choice("studyHow")
        self.how.setAccessibleName(self.tr("How it is searched"))
        for each in STRATEGIES:
            self.how.add_choice(each.name, each.label, tip=each.summary)
        self.how.value_changed.connect(self._draft.choose_how)
        line = QHBoxLayout()
        line.setSpacing(UNIT)
        line.addWidget(Label(self.tr("How")))
        line.addWidget(self.how, 1)
        column.addLayout(line)
        self.summary = Label("", "small", "muted", wrap=True)
        self.summary.setObjectName("studyHowSummary")
        column.addWidget(self.summary)
        declared = {each.name: each for each in declared_in(Limits)}
        self.budget = BudgetRow(declared.pop("trials"), declared.pop("minutes"))
        self.budget.value_changed.connect(self._on_budget)
        column.addWidget(self.budget)
        self.more = LinkButton("", "limitsMore")
        self.more.setProperty("kind", "fold")
        self.more.setCheckable(True)
        self.more.toggled.connect(self._show_more)
        column.addWidget(self.more)
        self.limits: dict[str, SettingRow] = {}
        for setting in declared.values():
            row = SettingRow(setting)
            row.value_changed.connect(self._on_limit)
            row.hide()
            self.limits[setting.name] = row
            column.addWidget(row)

    def begin(self) -> None:
        """Ticks the few settings that matter most, where nothing is ticked yet."""
        family = self._family()
        if family and not self._draft.ranges:
            for setting in self._settings(family):
                if not setting.advanced and setting.name != _SIZE:
                    self._draft.vary(setting.name, self._suggested(setting))

    def show_draft(self) -> None:
        """Shows what is drafted."""
        draft, family = self._draft, self._family()
        if not family:
            return
        going_on = draft.continued is not None
        self.hint.setText(
            self.tr("What varies stays; its ranges may be wider.")
            if going_on
            else self.tr("Tick what may vary, and over what.")
        )
        self.ranges.show_ranges(
            self._settings(family),
            draft.ranges,
            draft.problems(family),
            with_steps=draft.how == _GRID,
            may_tick=draft.continued is None,
        )
        self.how.set_value(draft.how)
        self.how.setEnabled(draft.continued is None)
        self.summary.setText(STRATEGIES[draft.how].summary)
        for name, row in self.limits.items():
            row.set_value(draft.limits.get(name, row.setting.default))
            row.show_problem(None)
        self._show_budget()
        for name in ("repeats", "folds"):
            self.limits[name].setEnabled(draft.continued is None)
        self._show_more(self.more.isChecked())
        if draft.problem is not None:
            self.show_problem(draft.problem)

    def show_problem(self, problem: Problem) -> bool:
        """Marks the field that a problem is about; False where it is about none of these."""
        if problem.field in self.limits:
            self.more.setChecked(True)
            self.limits[problem.field].show_problem(problem)
            return True
        if problem.field in self.budget.names() and self._draft.how != _GRID:
            self.budget.show_problem(problem)
            return True
        if problem.field in self.ranges.names():
            self.ranges.row(problem.field).show_problem(problem)
            return True
        return False

    def _family(self) -> str:
        continued = self._draft.continued
        return continued.recipe.base.family if continued is not None else self._session.family

    def _settings(self, family: str) -> tuple[Setting, ...]:
        """The size, and every setting that is declared as tunable."""
        if self._offered[0] != family:
            from trainer_gui.engine.families import FAMILIES
            from trainer_gui.engine.study.space import tunable

            declared = tunable(family)
            ladder = Setting(
                name=_SIZE,
                kind=str,
                default="",
                label=self.tr("Size"),
                help=self.tr(
                    "How large the model is. Larger ones can learn more, take longer, and learn small data "
                    "by heart."
                ),
                minimum=None,
                maximum=None,
                scale="linear",
                unit="",
                advanced=False,
                tunable=True,
                choices=FAMILIES[family].sizes,
            )
            self._offered = (family, (*declared, ladder))
        return self._offered[1]

    def _suggested(self, setting: Setting) -> str:
        from trainer_gui.engine.study.space import suggested

        session = self._session
        if setting.name == _SIZE:
            sizes = [value for value, _ in setting.choices]
            chosen = session.outlook.size
            at = sizes.index(chosen) if chosen in sizes else 0
            return ",".join(sizes[: max(at + 1 + _SIZES_BEYOND, 2)])
        value = session.setting_values().get(setting.name, setting.default)
        return suggested(setting, value).partition("=")[2]

    def _on_ticked(self, name: str, on: bool) -> None:
        if not on:
            self._draft.keep_fixed(name)
            return
        setting = next(each for each in self._settings(self._family()) if each.name == name)
        self._draft.vary(name, self._suggested(setting))

    def _show_budget(self) -> None:
        draft = self._draft
        # A grid runs in full, so the number of its runs follows from the values.
        self.budget.setVisible(draft.how != _GRID)
        self.budget.show_problem(None)
        for name in self.budget.names():
            if name in draft.limits:
                self.budget.show_limit(name, draft.limits[name])

    def _show_more(self, is_open: bool) -> None:
        changed = sum(name in self._draft.limits for name in self.limits)
        words = self.tr("Seeds, folds, and runs at once")
        if changed:
            words = self.tr("Seeds, folds, and runs at once ({count} changed)").format(count=changed)
        self.more.setText(words)
        self.more.setIcon(icon("chevron_down" if is_open else "chevron_right", colours().muted, size=14))
        for row in self.limits.values():
            row.setVisible(is_open)

    def _on_budget(self, name: str, amount: object) -> None:
        others = {each: value for each, value in self._draft.limits.items() if each in self.limits}
        self._draft.set_limits({**others, name: amount})

    def _on_limit(self, name: str, value: Any) -> None:
        limits = {**self._draft.limits, name: value}
        if value == self.limits[name].setting.default:
            del limits[name]
        self._draft.set_limits(limits)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "limits"):
            self._show_more(self.more.isChecked())
