"""Which rows are for what: a bar with counts, and a sheet to change the shares."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from trainer_gui.engine.hyperparameters import SplitSettings
from trainer_gui.gui.forms.settings_form import SettingsForm
from trainer_gui.gui.plots.split_bar import SplitBar
from trainer_gui.gui.widgets import Card, Label, LinkButton
from trainer_gui.gui.widgets.sheets import Sheet


class SplitCard(Card):
    """Shows the split in words and as a bar; its settings open on a sheet."""

    value_changed = Signal(str, object)  # one setting of the split
    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Split"), "splitCard", parent)
        self._how = Label("", "small", "muted")
        self._how.setObjectName("splitHow")
        self.change = LinkButton(self.tr("Change…"), "splitChange")
        self.change.clicked.connect(self._on_change)
        self.add_to_header(self._how)
        self.add_to_header(self.change)
        self.bar = SplitBar()
        self.body.addWidget(self.bar)
        self.body.addWidget(
            Label(
                self.tr(
                    "The model learns from training rows, is chosen on validation rows, and is judged once, "
                    "at the end, on test rows that it has never seen."
                ),
                "small",
                "muted",
                wrap=True,
            )
        )
        self.body.addStretch(1)
        self.form = SettingsForm([("", SplitSettings)])
        self.form.setObjectName("splitForm")
        self.form.open_advanced(True)
        self.form.advanced.hide()
        self.form.value_changed.connect(self.value_changed)
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

    def show_split(
        self, counts: dict[str, int], changed: dict[str, object], *, is_exact: bool, classes: bool
    ) -> None:
        """Shows how many rows each part has and how they were drawn; `changed` differs from the defaults."""
        self.bar.show_counts(counts, is_exact=is_exact)
        values = {**SplitSettings().model_dump(), **changed}
        self.form.set_value(values)
        drawn = self.tr("stratified") if values["stratified"] and classes else self.tr("by chance")
        self._how.setText(self.tr("{drawn} · seed {seed}").format(drawn=drawn, seed=values["split_seed"]))

    def sheet(self) -> Sheet:
        """The sheet with the settings."""
        return self._sheet

    def _on_change(self) -> None:
        self._sheet.show_beside(self.change)

    def _on_changed_count(self, count: int) -> None:
        self._reset.setEnabled(count > 0)
