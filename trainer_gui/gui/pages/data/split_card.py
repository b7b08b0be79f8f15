"""Which rows are for what: a bar with counts, the way in which they are drawn, and a sheet for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from trainer_gui.engine.row_settings import SplitSettings, StepSettings
from trainer_gui.gui.forms.settings_form import SettingsForm
from trainer_gui.gui.pages.data.split_ways import CHANCE, SplitWays, split_for, way_in
from trainer_gui.gui.pages.data.spread_words import spread_in_words
from trainer_gui.gui.plots.split_bar import SplitBar
from trainer_gui.gui.theme import GAP
from trainer_gui.gui.widgets import Card, Choice, HelpMark, Label, LinkButton
from trainer_gui.gui.widgets.sheets import Sheet

if TYPE_CHECKING:
    from trainer_gui.engine.data.spread import Spread

_ROOM_FOR_WORDS = 210  # pixels of height from which the explanation is shown
_CHOSEN_ABOVE = ("keep_together", "by_time")  # settings that have a list of their own on the card


class SplitCard(Card):
    """Shows the split in words and as a bar. How rows are drawn is chosen here, the rest on a sheet."""

    value_changed = Signal(str, object)  # one setting of the split
    step_changed = Signal(str, object)  # one of the steps that leave rows out
    way_chosen = Signal(dict)  # the settings of the split that change together
    reset_requested = Signal()
    test_file_wanted = Signal()
    test_file_dropped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Split"), "splitCard", parent)
        self._ways = SplitWays()
        self._target = ""
        self._how = Label("", "small", "muted")
        self._how.setObjectName("splitHow")
        self.change = LinkButton(self.tr("Change…"), "splitChange")
        self.change.clicked.connect(self._on_change)
        self.add_to_header(self._how)
        self.add_to_header(self.change)
        self.bar = SplitBar()
        self.body.addWidget(self.bar)
        self._words = Label(
            self.tr(
                "The model learns from training rows, is chosen on validation rows, and is judged once, "
                "at the end, on test rows that it has never seen."
            ),
            "small",
            "muted",
            wrap=True,
        )
        self.bar.setToolTip(self._words.text())
        self.body.addWidget(self._words)
        self.body.addLayout(self._row())
        self.body.addStretch(1)
        self.form = self._form([("", SplitSettings), (self.tr("Steps before training"), StepSettings)])
        self._sheet = Sheet(self.tr("How the rows are shared out"), "splitSheet", self)
        holder = QWidget()
        holder.setFixedWidth(328)
        inside = QVBoxLayout(holder)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.form)
        self._sheet.body.addWidget(holder)
        self._reset = LinkButton(self.tr("Share out as usual"), "splitReset")
        self._reset.clicked.connect(self.reset_requested)
        self._sheet.body.addWidget(self._reset)
        self.form.changed_count_changed.connect(self._on_changed_count)
        self._on_changed_count(0)
        self.show_ways(SplitWays(), "")
        self.show_test_file("", can_choose=False)

    def _row(self) -> QHBoxLayout:
        self._drawn = Label(self.tr("Rows are drawn"))
        self._help = HelpMark(
            self.tr("How rows are drawn"),
            self.tr(
                "By chance suits rows that have nothing to do with each other. Keep rows of the same "
                "patient, customer or machine together where the model will meet new ones; go by time "
                "where it will have to predict the future."
            ),
            "help_splitWay",
        )
        self.way = Choice("splitWay")
        self.way.setAccessibleName(self.tr("How rows are drawn"))
        self.way.value_changed.connect(self._on_way)
        self.test_file = LinkButton(self.tr("Test file…"), "testFile")
        menu = QMenu(self)
        menu.setObjectName("testFileMenu")
        self.choose_file = menu.addAction(self.tr("Test on the rows of another file…"))
        self.choose_file.triggered.connect(self.test_file_wanted)
        self.drop_file = menu.addAction(self.tr("Test on a share of these rows"))
        self.drop_file.triggered.connect(self.test_file_dropped)
        self._menu = menu
        self.test_file.clicked.connect(self._on_test_file)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self._drawn)
        self.header.insertWidget(1, self._help)
        row.addWidget(self.way, 1)
        self.test_file.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row.addWidget(self.test_file)
        row.addStretch(0)
        return row

    def _form(self, groups: list[tuple[str, type[SplitSettings] | type[StepSettings]]]) -> SettingsForm:
        form = SettingsForm(groups)
        form.setObjectName("splitForm")
        form.open_advanced(True)
        form.advanced.hide()
        for name in _CHOSEN_ABOVE:
            form.row(name).hide()
        form.value_changed.connect(self._on_value)
        return form

    def show_ways(self, ways: SplitWays, target: str) -> None:
        """Offers these ways of drawing rows; a target can be none of them."""
        if (ways, target) == (self._ways, self._target) and self.way.count():
            return
        self._ways, self._target = ways, target
        before = self.way.value() or CHANCE
        self.way.clear()
        self.way.add_choice(CHANCE, self.tr("by chance"))
        together = [each for each in ways.together if each != target]
        times = [each for each in ways.times if each != target]
        if times:
            self.way.add_heading(self.tr("The oldest train, the newest are tested"))
            for name in times:
                self.way.add_choice(f"time:{name}", self.tr("by time: {column}").format(column=name))
        if together:
            self.way.add_heading(self.tr("Keep together rows of the same"))
            for name in together:
                self.way.add_choice(f"together:{name}", self.tr("by group: {column}").format(column=name))
        self.way.set_value(before)
        for each in (self._drawn, self._help, self.way):
            each.setVisible(bool(together or times))

    def show_test_file(self, name: str, *, can_choose: bool) -> None:
        """Shows the name of the file with the test rows; empty where they are a share of the rows."""
        self.test_file.setVisible(can_choose)
        self.test_file.setText(
            self.tr("Test: {name}").format(name=_short(name)) if name else self.tr("Test file…")
        )
        self.test_file.setToolTip(
            self.tr("The test rows lie in {name}.").format(name=name)
            if name
            else self.tr("Take the test rows from a file of their own.")
        )
        self.drop_file.setEnabled(bool(name))

    def show_split(
        self,
        counts: dict[str, int],
        changed: dict[str, object],
        *,
        is_exact: bool,
        classes: bool,
        steps: dict[str, object] | None = None,
        spread: Spread | None = None,
    ) -> None:
        """Shows how many rows each part has and how they were drawn; `changed` differs from the defaults."""
        self.bar.show_counts(counts, is_exact=is_exact)
        self.bar.show_spread(spread)
        lines = [self.bar.accessibleName(), *(spread_in_words(spread) if spread is not None else ())]
        self.bar.setToolTip("\n".join([*lines, "", self._words.text()]))
        self.bar.setAccessibleDescription("\n".join(lines[1:]))
        values = {**SplitSettings().model_dump(), **changed}
        self.form.set_value({**values, **StepSettings().model_dump(), **(steps or {})})
        way = way_in(values)
        if self.way.findData(way) < 0:
            kind, _, name = way.partition(":")
            words = self.tr("by time: {column}") if kind == "time" else self.tr("by group: {column}")
            self.way.add_choice(way, words.format(column=name))
        self.way.set_value(way)
        seed = self.tr("seed {seed}").format(seed=values["split_seed"])
        if values["by_time"]:
            said = self.tr("oldest train, newest test")
        elif values["keep_together"] or values["repeats_together"]:
            said = self.tr("groups kept together · {seed}").format(seed=seed)
        elif values["stratified"] and classes:
            said = self.tr("stratified · {seed}").format(seed=seed)
        else:
            said = self.tr("by chance · {seed}").format(seed=seed)
        self._how.setText(said)

    def sheet(self) -> Sheet:
        """The sheet with the settings."""
        return self._sheet

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._words.setVisible(self.height() >= _ROOM_FOR_WORDS)

    def _on_value(self, name: str, value: object) -> None:
        (self.step_changed if name in StepSettings.model_fields else self.value_changed).emit(name, value)

    def _on_way(self, value: object) -> None:
        self.way_chosen.emit(split_for(str(value)))

    def _on_test_file(self) -> None:
        self._menu.popup(self.test_file.mapToGlobal(QPoint(0, self.test_file.height())))

    def _on_change(self) -> None:
        self._sheet.show_beside(self.change)

    def _on_changed_count(self, count: int) -> None:
        self._reset.setEnabled(count > 0)


def _short(name: str) -> str:
    return name if len(name) <= 22 else f"{name[:12]}…{name[-9:]}"
