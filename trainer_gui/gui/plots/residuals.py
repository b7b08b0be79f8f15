"""Predicted numbers against true ones, and what is left over. It imports pyqtgraph and is imported late."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from trainer_gui.gui.plots.plain_plot import PlainPlot
from trainer_gui.gui.theme import colours

Floats = NDArray[np.float64]
MOST = 4000  # points; more would be a blot, and slow


class _CasePlot(PlainPlot):
    """Points, one for each row that was judged, and a line on which a perfect model's points would lie."""

    case_chosen = Signal(int)  # the place of a row in the arrays

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._target = ""
        self._truth: Floats = np.empty(0)
        self._said: Floats = np.empty(0)
        self._places: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._chosen = -1
        self._line = pg.PlotCurveItem()
        self._points = pg.ScatterPlotItem(size=7, hoverable=True)
        self._points.opts["antialias"] = True
        self._ring = pg.ScatterPlotItem(size=13)
        for item in (self._line, self._points, self._ring):
            self.plot.addItem(item, ignoreBounds=True)
        self._points.sigClicked.connect(self._on_clicked)

    def show_cases(self, target: str, truth: Floats, said: Floats) -> None:
        """Draws rows: true and predicted numbers, of one shape [rows], in the unit of the target."""
        self._target, self._truth, self._said, self._chosen = target, truth, said, -1
        self._places = np.arange(len(truth))
        if len(truth) > MOST:
            self._places = np.sort(np.random.default_rng(0).permutation(len(truth))[:MOST])
        self.redraw()

    def drawn(self) -> tuple[int, int]:
        """How many rows are drawn, of how many."""
        return len(self._places), len(self._truth)

    def choose(self, place: int) -> None:
        """Rings a row; -1 none."""
        self._chosen = place
        self.redraw()

    def _draw(self, x: Floats, y: Floats, line: tuple[Floats, Floats]) -> None:
        palette = colours()
        fill = QColor(palette.training)
        fill.setAlpha(150 if len(self._places) < 600 else 80)
        self._points.setData(
            x[self._places],
            y[self._places],
            data=self._places,
            brush=pg.mkBrush(fill),
            pen=pg.mkPen(None),
            hoverBrush=pg.mkBrush(palette.accent),
        )
        pen = pg.mkPen(palette.muted, width=1.4)
        pen.setStyle(Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([4.0, 3.0])
        self._line.setPen(pen)
        self._line.setData(*line)
        ringed = np.array([self._chosen]) if 0 <= self._chosen < len(x) else np.empty(0, dtype=np.int64)
        self._ring.setData(
            x[ringed], y[ringed], pen=pg.mkPen(palette.validation, width=2.2), brush=pg.mkBrush(None)
        )

    def _on_clicked(self, _item: Any, points: Any, _event: Any) -> None:
        if len(points):
            place = int(points[0].data())
            self.choose(place)
            self.case_chosen.emit(place)


class PredictedPlot(_CasePlot):
    """True numbers to the right, predicted ones upwards, on one scale."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("predictedPlot", parent)

    def redraw(self) -> None:
        self.set_labels(
            self.tr("true {target}").format(target=self._target),
            self.tr("predicted {target}").format(target=self._target),
        )
        both = np.concatenate([self._truth, self._said])
        low, high = _ends(both)
        self.set_ranges((low, high), (low, high))
        ends = np.array([low, high])
        self._draw(self._truth, self._said, (ends, ends))


class ResidualPlot(_CasePlot):
    """Predicted numbers to the right, predicted minus true upwards; zero is right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("residualPlot", parent)

    def redraw(self) -> None:
        self.set_labels(
            self.tr("predicted {target}").format(target=self._target), self.tr("predicted minus true")
        )
        left = self._said - self._truth
        most = float(np.abs(left).max(initial=0.0)) * 1.08 or 1.0
        ends = _ends(self._said)
        self.set_ranges(ends, (-most, most))
        self._draw(self._said, left, (np.array(ends), np.zeros(2)))


def _ends(values: Floats) -> tuple[float, float]:
    """The range of some numbers with a little air; 0 to 1 where there are none."""
    if not len(values):
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    air = 0.04 * (high - low) or max(1.0, abs(high)) * 0.1
    return low - air, high + air
