"""A quiet plot with labelled axes, in the colours of the theme. It imports pyqtgraph and is imported late."""

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from trainer_gui.gui.plots.ticks import linear_ticks, whole_ticks
from trainer_gui.gui.theme import colours, current_theme, font


class PlainPlot(QWidget):
    """Axes, grid and labels. Whoever inherits adds items to `plot` and draws them in `redraw`."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._labels = ("", "")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.view = pg.PlotWidget(background=None)
        self.view.setFrameShape(self.view.Shape.NoFrame)
        self.view.setStyleSheet("background: transparent;")
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(self.view)
        self.plot = self.view.getPlotItem()
        self.plot.hideButtons()
        self.plot.setMenuEnabled(False)
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.getViewBox().setDefaultPadding(0)
        self._grid = pg.PlotCurveItem(connect="pairs")
        self._grid.setZValue(-10)
        self.plot.addItem(self._grid, ignoreBounds=True)
        self.whole_x = False
        current_theme().changed.connect(self.redraw)

    def set_labels(self, x: str, y: str) -> None:
        """Names the axes."""
        self._labels = (x, y)

    def redraw(self) -> None:
        """Draws everything anew, in the colours of the moment."""
        raise NotImplementedError

    def set_ranges(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Shows this part of the plane, with round numbers beside it."""
        import numpy as np

        palette = colours()
        small = font("caption", tabular=True)
        self.plot.setRange(xRange=x, yRange=y, padding=0)
        box = self.plot.getViewBox()
        down, across = max(2, int(box.height() // 56)), max(2, int(box.width() // 90))
        ticks = linear_ticks(*y, down)
        below = whole_ticks(*x, across) if self.whole_x else linear_ticks(*x, across)
        for name, found, label in (("bottom", below, self._labels[0]), ("left", ticks, self._labels[1])):
            axis = self.plot.getAxis(name)
            axis.setPen(pg.mkPen((0, 0, 0, 0)))
            axis.setTextPen(palette.muted)
            axis.setTickPen(pg.mkPen(palette.card))
            axis.setTickFont(small)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(tickLength=0, tickTextOffset=6, tickAlpha=255, maxTickLevel=0)
            axis.setTicks([found])
            self.plot.setLabel(name, label, color=palette.muted, **{"font-size": f"{small.pixelSize()}px"})
        metrics = QFontMetrics(small)
        widest = max((metrics.horizontalAdvance(text) for _, text in ticks), default=20)
        self.plot.getAxis("left").setWidth(widest + (32 if self._labels[1] else 14))
        self.plot.getAxis("bottom").setHeight(40 if self._labels[0] else 22)
        heights = np.repeat([height for height, _ in ticks], 2)
        self._grid.setPen(pg.mkPen(palette.line, width=1))
        self._grid.setData(np.tile([x[0], x[1]], len(ticks)), heights, connect="pairs")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.redraw()
