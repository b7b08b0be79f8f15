"""What stands over the live chart: which quantity is shown, how, and the names of its curves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from trainer_gui.gui.plots.legend import LegendItem
from trainer_gui.gui.plots.quantities import GRADIENT, LOSS, RATE
from trainer_gui.gui.plots.viewport import Viewport
from trainer_gui.gui.theme import UNIT
from trainer_gui.gui.widgets import ElidedLabel, IconButton, LinkButton
from trainer_gui.gui.widgets.choices import Choice

FILES = ("png", "svg", "csv")


class ChartBar(QWidget):
    """Holds the switches and says when one was used; it knows nothing of the run."""

    quantity_chosen = Signal(object)  # its name
    switched = Signal()  # log, smooth, or a name in the legend
    earlier_wanted = Signal(bool)
    whole_wanted = Signal()
    follow_wanted = Signal(bool)
    save_wanted = Signal(str)  # one of FILES
    expand_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quantities: list[tuple[str, str]] = []
        self.quantity = Choice("chartQuantity")
        self.quantity.setAccessibleName(self.tr("What the chart shows"))
        self.quantity.setToolTip(self.tr("What the chart shows"))
        self.quantity.setFixedHeight(26)
        self.quantity.setFixedWidth(150)
        self.quantity.value_changed.connect(self.quantity_chosen)
        self._make_switches()
        self._make_legend()
        top, names = QHBoxLayout(), QHBoxLayout()
        for row in (top, names):
            row.setSpacing(UNIT)
        self.said = ElidedLabel("", "small")
        self.said.setObjectName("chartSaid")
        top.addWidget(self.quantity)
        top.addWidget(self.said, 1)
        for button in (self.follow, self.whole, self.earlier, self.smooth, self.log, self.save, self.expand):
            top.addWidget(button)
        for item in self.items:
            names.addWidget(item)
        names.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 2, 0, 2)
        column.setSpacing(2)
        column.addLayout(top)
        column.addLayout(names)
        self.show_viewport(Viewport())

    def _make_switches(self) -> None:
        self.follow = LinkButton(self.tr("Follow"), "followSwitch")
        self.follow.setToolTip(self.tr("Go along with the newest epochs (End)"))
        self.whole = LinkButton(self.tr("Whole run"), "wholeButton")
        self.whole.setToolTip(self.tr("Show all epochs again (Home, or a double click on the chart)"))
        self.earlier = LinkButton(self.tr("Earlier runs"), "earlierSwitch")
        self.earlier.setToolTip(self.tr("Draw earlier runs on the same data faintly behind this one"))
        self.smooth = LinkButton(self.tr("Smooth"), "smoothSwitch")
        self.smooth.setToolTip(self.tr("Draw a running mean, with the curve itself faint behind it"))
        self.log = LinkButton(self.tr("Log"), "logSwitch")
        self.log.setToolTip(self.tr("Powers of ten on the left, to see small numbers better"))
        for switch in (self.follow, self.earlier, self.smooth, self.log):
            switch.setCheckable(True)
        self.smooth.toggled.connect(self._on_switched)
        self.log.toggled.connect(self._on_switched)
        self.earlier.toggled.connect(self.earlier_wanted)
        self.whole.clicked.connect(self._on_whole)
        self.follow.clicked.connect(self.follow_wanted)
        self.save = IconButton("export", self.tr("Save the chart as a picture or a table"), 14)
        self.save.setObjectName("saveChart")
        self.save.clicked.connect(self._on_save)
        self.expand = IconButton("expand", self.tr("Give the chart the whole page"), 14)
        self.expand.setObjectName("expandButton")
        self.expand.clicked.connect(self.expand_wanted)

    def _make_legend(self) -> None:
        self.items = (
            LegendItem("training", self.tr("Training loss"), "solid", "training"),
            LegendItem("validation", self.tr("Validation loss"), "dashed", "validation"),
            LegendItem("batches", self.tr("Batches"), "faint", "training"),
            LegendItem("metric", "", "dashed", "validation"),
            LegendItem(RATE, self.tr("Learning rate"), "solid", "third"),
            LegendItem(GRADIENT, self.tr("Gradient length"), "solid", "fourth"),
            LegendItem("earlier", "", "faint", "muted"),
            LegendItem("baseline", self.tr("Baseline"), "dotted", "muted"),
        )
        for item in self.items:
            item.toggled.connect(self._on_switched)

    def item(self, name: str) -> LegendItem:
        """One name of the legend."""
        return next(each for each in self.items if each.curve == name)

    def hidden(self) -> frozenset[str]:
        """The curves that were switched off."""
        return frozenset(item.curve for item in self.items if not item.isChecked())

    def show_names(self, names: Sequence[str]) -> None:
        """Shows these names only."""
        for item in self.items:
            item.setVisible(item.curve in names)

    def show_quantities(self, quantities: Sequence[tuple[str, str]]) -> str:
        """Offers these; gives the one that is shown, the loss where the former one is not there."""
        value = self.quantity.value()
        if list(quantities) != self._quantities:
            self._quantities = list(quantities)
            self.quantity.set_choices(quantities)
            self.quantity.set_value(value if value in dict(quantities) else LOSS)
        return self.quantity.value()

    def show_viewport(self, viewport: Viewport) -> None:
        """Offers the way back where only a part is seen."""
        self.whole.setVisible(not viewport.is_whole)
        self.follow.setVisible(viewport.x is not None)
        self.follow.setChecked(viewport.follows)

    def say(self, words: str) -> None:
        """Says that something was done, until the pointer next leaves the bar."""
        self.said.setText(words)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.said.setText("")

    def show_expanded(self, expanded: bool) -> None:
        """Offers the other size."""
        if expanded:
            self.expand.show_icon("shrink", self.tr("Back to the whole page (Esc)"))
        else:
            self.expand.show_icon("expand", self.tr("Give the chart the whole page"))

    def menu(self) -> QMenu:
        """What can be done with the chart."""
        menu = QMenu(self)
        menu.setObjectName("chartMenu")
        words = {
            "png": self.tr("Save as PNG picture…"),
            "svg": self.tr("Save as SVG drawing…"),
            "csv": self.tr("Save the numbers as CSV…"),
        }
        for kind in FILES:
            action = menu.addAction(words[kind])
            action.setObjectName(f"save_{kind}")
            action.setData(kind)
        menu.triggered.connect(self._on_menu)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def open_menu(self, place: QPoint) -> None:
        """Shows the menu at a place on the screen."""
        self.menu().popup(place)

    def _on_save(self) -> None:
        self.open_menu(self.save.mapToGlobal(QPoint(0, self.save.height())))

    def _on_menu(self, action: QAction) -> None:
        self.save_wanted.emit(str(action.data()))

    def _on_switched(self) -> None:
        self.switched.emit()

    def _on_whole(self) -> None:
        self.whole_wanted.emit()
