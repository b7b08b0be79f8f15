"""A form for what varies in a study: every setting that may, and over which values."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from trainer_gui.engine.problems import Problem
from trainer_gui.engine.settings import Setting
from trainer_gui.gui.forms.range_row import RangeRow
from trainer_gui.gui.icons import icon
from trainer_gui.gui.theme import colours
from trainer_gui.gui.widgets import LinkButton

_BETWEEN = 2  # pixels: a row is a line of text while it is not ticked


class RangesForm(QWidget):
    """Shows the ranges that it is given and says what a person ticks and types; it keeps nothing itself.

    A setting that is ticked and not known stays in sight, so that what is wrong with it can be said there.
    """

    ticked = Signal(str, bool)
    values_changed = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings: tuple[Setting, ...] = ()
        self._unknown: tuple[str, ...] = ()
        self._taken: dict[str, str] = {}
        self._rows: dict[str, RangeRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(_BETWEEN)
        self._body, self._folded = QWidget(), QWidget()
        self.more = LinkButton("", "varyMore")
        self.more.setProperty("kind", "fold")
        self.more.setCheckable(True)
        self.more.toggled.connect(self._on_more)

    def row(self, name: str) -> RangeRow:
        """The row of a setting."""
        return self._rows[name]

    def names(self) -> tuple[str, ...]:
        """What stands on the form, from top to bottom."""
        return tuple(self._rows)

    def show_ranges(
        self,
        settings: Sequence[Setting],
        ranges: dict[str, str],
        problems: dict[str, Problem],
        *,
        with_steps: bool = False,
        may_tick: bool = True,
    ) -> None:
        """Offers these settings and shows what varies, over what, and what is wrong with it."""
        known = {each.name for each in settings}
        unknown = tuple(name for name in ranges if name not in known)
        if (tuple(settings), unknown) != (self._settings, self._unknown):
            self._settings, self._unknown = tuple(settings), unknown
            self._build()
        for name, row in self._rows.items():
            row.ask_for_steps(with_steps)
            row.show_values(ranges.get(name))
            row.tick.setEnabled(may_tick or name in unknown)
            row.show_problem(problems.get(name))
            if row.setting.advanced and name in problems:
                self.more.setChecked(True)
        self._show_more(ranges)

    def _build(self) -> None:
        for old in (self._body, self._folded):
            old.hide()
            old.deleteLater()
        self._body, self._folded = QWidget(), QWidget()
        self._rows = {}
        columns = []
        for part in (self._body, self._folded):
            column = QVBoxLayout(part)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(_BETWEEN)
            columns.append(column)
        plain, folded = columns
        rows = [RangeRow(_stranger(name), is_known=False) for name in self._unknown]
        rows += [RangeRow(each) for each in self._settings]
        for row in rows:
            row.ticked.connect(self.ticked)
            row.values_changed.connect(self.values_changed)
            self._rows[row.setting.name] = row
            (folded if row.setting.advanced else plain).addWidget(row)
        for widget in (self._body, self.more, self._folded):
            self._column.addWidget(widget)
        self.more.setVisible(any(row.setting.advanced for row in rows))
        self._folded.setVisible(self.more.isChecked())

    def _show_more(self, ranges: dict[str, str]) -> None:
        folded = [name for name, row in self._rows.items() if row.setting.advanced]
        taken = sum(name in ranges for name in folded)
        words = (
            self.tr("{count} more settings, {taken} ticked") if taken else self.tr("{count} more settings")
        )
        self.more.setText(words.format(count=len(folded), taken=taken))
        name = "chevron_down" if self.more.isChecked() else "chevron_right"
        self.more.setIcon(icon(name, colours().muted, size=14))
        self._taken = ranges

    def _on_more(self, is_open: bool) -> None:
        self._folded.setVisible(is_open)
        self._show_more(self._taken)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._rows:
            self._show_more(self._taken)


def _stranger(name: str) -> Setting:
    """Stands for a setting that another family declared."""
    return Setting(
        name=name,
        kind=str,
        default="",
        label=name.replace("_", " ").capitalize(),
        help="",
        minimum=None,
        maximum=None,
        scale="linear",
        unit="",
        advanced=False,
        tunable=True,
        choices=(),
    )
