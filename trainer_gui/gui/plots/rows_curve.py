"""The loss over the number of training rows, and where it would go. It imports pyqtgraph; import it late."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QWidget

from trainer_gui.engine.study.learning_curve import LearningCurve
from trainer_gui.gui.plots.legend import pen_of_name
from trainer_gui.gui.plots.plain_plot import PlainPlot
from trainer_gui.gui.theme import colours

Floats = NDArray[np.float64]

_POINTS = 80  # of the law's line


class RowsCurve(PlainPlot):
    """Means of the runs with a band of a standard deviation, and dotted the law that was fitted to them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("rowsCurve", parent)
        self.whole_x = True
        self._curve: LearningCurve | None = None
        self._bands, self._lines = {}, {}
        for name in ("training", "validation"):
            upper, lower = pg.PlotCurveItem(pen=None), pg.PlotCurveItem(pen=None)
            self._bands[name] = (upper, lower, pg.FillBetweenItem(upper, lower))
            self._lines[name] = pg.PlotDataItem(symbol="o", symbolSize=5)
            for item in (*self._bands[name], self._lines[name]):
                self.plot.addItem(item, ignoreBounds=True)
        self._law = pg.PlotCurveItem()
        self._bar = pg.PlotCurveItem()
        for item in (self._law, self._bar):
            self.plot.addItem(item, ignoreBounds=True)

    def show_curve(self, curve: LearningCurve) -> None:
        """Draws another curve."""
        self._curve = curve
        self.redraw()

    def drawn(self) -> LearningCurve | None:
        """What is drawn."""
        return self._curve

    def redraw(self) -> None:
        """Draws everything anew, in the colours of the moment."""
        curve = self._curve
        if curve is None or not curve.sizes:
            return
        palette = colours()
        rows = np.array([each.rows for each in curve.sizes], dtype=np.float64)
        ends = [0.0]
        for name, style, colour in (
            ("training", "solid", palette.training),
            ("validation", "dashed", palette.validation),
        ):
            runs = [each.train if name == "training" else each.validation for each in curve.sizes]
            mean = np.array([np.mean(each) for each in runs])
            spread = np.array([np.std(each, ddof=1) if len(each) > 1 else 0.0 for each in runs])
            upper, lower, band = self._bands[name]
            upper.setData(rows, mean + spread)
            lower.setData(rows, mean - spread)
            fill = QColor(colour)
            fill.setAlpha(45)
            band.setBrush(fill)
            line = self._lines[name]
            line.setData(rows, mean)
            line.setPen(_pen(style, colour))
            line.setSymbolBrush(QColor(colour))
            line.setSymbolPen(None)
            ends.append(float(np.nanmax(mean + spread)))
        last = self._draw_law(curve, rows)
        self.set_ranges((0.0, 1.04 * last), (0.0, 1.08 * max(ends)))

    def _draw_law(self, curve: LearningCurve, rows: Floats) -> float:
        """Draws the law and the interval of what it promises; the largest number of rows that is drawn."""
        law = curve.law
        if law is None:
            for item in (self._law, self._bar):
                item.setData([], [])
            return float(rows[-1])
        far = law.gain.factor * law.most
        at = np.linspace(rows[0], far, _POINTS)
        muted = colours().muted
        self._law.setPen(_pen("dotted", muted))
        self._law.setData(at, law.at(at))
        now = float(law.at(np.array([law.most]))[0])
        self._bar.setPen(pg.mkPen(muted, width=2.0))
        self._bar.setData([far, far], [max(0.0, now - law.gain.high), now - law.gain.low])
        return far


def _pen(style: str, colour: str) -> QPen:
    """The pen of a line as the legend draws it, as wide at every scale."""
    pen = pen_of_name(style, QColor(colour))
    pen.setCosmetic(True)
    return pen
