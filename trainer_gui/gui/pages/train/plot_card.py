"""A card with one or several pictures of a study, of which one is seen, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedLayout, QWidget

from trainer_gui.gui.plots.legend import LegendItem
from trainer_gui.gui.theme import UNIT
from trainer_gui.gui.widgets import Card, ElidedLabel, FlowLayout, IconButton, Label, SegmentedControl

if TYPE_CHECKING:
    from trainer_gui.gui.plots.trial_plot import TrialPlot

_SWITCH = 28  # pixels high


class PlotCard(Card):
    """Holds pictures by name; `shown_changed` says that another one is seen."""

    shown_changed = Signal(str)
    save_wanted = Signal(str)  # "png", "svg" or "csv"
    hidden_changed = Signal(object)  # the names that were switched off in the legend

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__("", name, parent)
        self.setAccessibleName(title)
        self.body.setContentsMargins(UNIT + 4, UNIT, UNIT + 4, UNIT)
        self.body.setSpacing(2)
        self.plots: dict[str, TrialPlot] = {}
        self.head = Label(title, "title", "muted")
        self.switch = SegmentedControl(f"{name}Switch")
        self.switch.setFixedHeight(_SWITCH)
        self.switch.setMaximumWidth(260)
        self.switch.value_changed.connect(self.show_plot)
        self.save = IconButton("export", self.tr("Save the picture, or its numbers"), 14)
        self.save.setObjectName(f"{name}Save")
        self.save.clicked.connect(self._on_save)
        self.row = QHBoxLayout()
        self.row.setSpacing(UNIT)
        self.row.addWidget(self.head)
        self.row.addWidget(self.switch)
        self.marks = ElidedLabel("", "caption", "muted")  # what the marks in the picture mean
        self.marks.setObjectName(f"{name}Marks")
        self.row.addWidget(self.marks, 1)
        self.row.addWidget(self.save)
        self.legend: list[LegendItem] = []
        self._names = QWidget()
        self._flow = FlowLayout(self._names)
        self._names.hide()
        room = QWidget()
        self._stack = QStackedLayout(room)
        self.body.addLayout(self.row)
        self.body.addWidget(self._names)
        self.body.addWidget(room, 1)

    def add_to_row(self, widget: QWidget) -> None:
        """Puts a switch before the button that saves."""
        self.row.insertWidget(self.row.count() - 1, widget)

    def add_plot(self, name: str, plot: TrialPlot) -> None:
        """Takes in a picture."""
        self.plots[name] = plot
        plot.menu_wanted.connect(self._open_menu)
        self._stack.addWidget(plot)

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offers these pictures; where it is one alone, its title stands in the place of a switch."""
        self.switch.set_choices(choices)
        self.switch.setVisible(len(choices) > 1)
        self.head.setVisible(len(choices) == 1)
        if len(choices) == 1:
            self.head.setText(choices[0][1])
        names = [name for name, _ in choices]
        if self.switch.value() not in names and names:
            self.show_plot(names[0])

    def show_plot(self, name: str) -> None:
        """Shows one of them."""
        self.switch.set_value(name)
        if name in self.plots:
            self._stack.setCurrentWidget(self.plots[name])
            self.shown_changed.emit(name)

    @property
    def shown(self) -> str:
        """The name of the picture that is seen."""
        return self.switch.value()

    def plot(self) -> TrialPlot | None:
        """The picture that is seen."""
        return self.plots.get(self.shown)

    def set_legend(self, items: Sequence[LegendItem]) -> None:
        """Puts these names over the picture."""
        self.legend = list(items)
        for item in items:
            self._flow.addWidget(item)
            item.toggled.connect(self._on_toggled)

    def show_names(self, names: dict[str, str]) -> None:
        """Shows these names of the legend, with their words."""
        self._names.setVisible(bool(names))
        for item in self.legend:
            item.setVisible(item.curve in names)
            if item.curve in names:
                item.show_words(names[item.curve])

    def names_shown(self) -> list[LegendItem]:
        """The names of what is drawn."""
        return [each for each in self.legend if each.isChecked() and not each.isHidden()]

    def _on_toggled(self) -> None:
        self.hidden_changed.emit(frozenset(each.curve for each in self.legend if not each.isChecked()))

    def menu(self) -> QMenu:
        """What can be done with the picture."""
        menu = QMenu(self)
        for kind, words in (
            ("png", self.tr("Save as PNG picture…")),
            ("svg", self.tr("Save as SVG drawing…")),
            ("csv", self.tr("Save the numbers as CSV…")),
        ):
            action = menu.addAction(words)
            action.setObjectName(f"save_{kind}")
            action.setData(kind)
        menu.triggered.connect(self._on_menu)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _open_menu(self, place: QPoint) -> None:
        self.menu().popup(place)

    def _on_save(self) -> None:
        self._open_menu(self.save.mapToGlobal(QPoint(0, self.save.height())))

    def _on_menu(self, action: QAction) -> None:
        self.save_wanted.emit(str(action.data()))
