"""Several curves on the same axes, to compare runs. It imports pyqtgraph and is imported late."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QWidget

from trainer_gui.gui.plots.curves import Floats, thinned
from trainer_gui.gui.plots.plain_plot import PlainPlot
from trainer_gui.gui.theme import colours

COLOURS = ("training", "validation", "third", "fourth", "fifth")  # as they are named in the palette
STYLES = ("solid", "dashed", "dotted")
_DASHES = {"solid": None, "dashed": [4.0, 2.2], "dotted": [1.2, 2.2]}


def usual_top(known: Floats) -> float:
    """The largest number, or where there are many, one that a few wild first epochs do not push up."""
    return float(known.max() if len(known) < 40 else np.quantile(known, 0.98))


@dataclass(frozen=True)
class Overlaid:
    """One curve: its numbers, of shape [points] both, its colour's name and line style, the point to ring."""

    x: Floats
    y: Floats
    colour: str
    style: str = "solid"
    mark: int = -1
    faint: bool = False  # behind the others


class Overlay(PlainPlot):
    """Draws curves; those that are hidden do not count for the axes."""

    def __init__(self, name: str = "overlay", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._curves: tuple[Overlaid, ...] = ()
        self._hidden: frozenset[int] = frozenset()
        self._items: list[pg.PlotCurveItem] = []
        self._rings = pg.ScatterPlotItem(size=9)
        self._rings.setZValue(50)
        self._rings.opts["antialias"] = True
        self.plot.addItem(self._rings, ignoreBounds=True)
        self.whole_x = True

    def show_curves(self, curves: Sequence[Overlaid], x: str, y: str) -> None:
        """Shows these curves, with the names of the axes."""
        self._curves = tuple(curves)
        self._hidden = frozenset()
        self.set_labels(x, y)
        for item in self._items:
            self.plot.removeItem(item)
        self._items = []
        for _ in self._curves:
            item = pg.PlotCurveItem()
            item.opts["antialias"] = True
            self.plot.addItem(item, ignoreBounds=True)
            self._items.append(item)
        self.redraw()

    def curves(self) -> tuple[Overlaid, ...]:
        """What is drawn."""
        return self._curves

    def set_hidden(self, places: frozenset[int]) -> None:
        """Leaves out some curves, by their place."""
        self._hidden = places
        self.redraw()

    def redraw(self) -> None:
        palette = colours()
        ends: list[float] = []
        right = 1.0
        rings = []
        for place, (curve, item) in enumerate(zip(self._curves, self._items, strict=True)):
            item.setVisible(place not in self._hidden)
            known = curve.y[np.isfinite(curve.y)]
            if place in self._hidden or not len(known):
                continue
            colour = QColor(str(getattr(palette, curve.colour)))
            if curve.faint:
                colour.setAlphaF(0.35)
            pen = QPen(colour)
            pen.setWidthF(1.2 if curve.faint else 2.0)
            pen.setCosmetic(True)
            dashes = _DASHES[curve.style]
            if dashes is not None and len(curve.x) < 2000:
                pen.setStyle(Qt.PenStyle.CustomDashLine)
                pen.setDashPattern(dashes)
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            item.setPen(pen)
            item.setData(*thinned(curve.x, curve.y, max(200, self.width())), connect="finite")
            ends += [float(known.min()), usual_top(known)]
            right = max(right, float(curve.x[-1]))
            if 0 <= curve.mark < len(curve.y):
                pen_of_ring = pg.mkPen(colour, width=2)
                place_of_ring = (curve.x[curve.mark], curve.y[curve.mark])
                rings.append({"pos": place_of_ring, "pen": pen_of_ring, "brush": pg.mkBrush(palette.card)})
        self._rings.setData(rings)
        low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
        span = max(high - low, 1e-12, abs(high) * 1e-3)
        self.set_ranges((0.0, right * 1.012), (low - 0.06 * span, high + 0.08 * span))
