"""The drawing part of the loss chart. It imports pyqtgraph and is itself imported late."""

from dataclasses import dataclass, field

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPen, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from trainer_gui.gui.palettes import Palette
from trainer_gui.gui.plots.curves import Floats, logarithms, smoothed, thinned
from trainer_gui.gui.plots.placement import clearest_place
from trainer_gui.gui.plots.ticks import linear_ticks, log_ticks, whole_ticks
from trainer_gui.gui.theme import font

_NONE: Floats = np.empty(0)


@dataclass(frozen=True)
class Losses:
    """What is drawn: epochs and losses of shape [epochs], and what they are compared with."""

    epochs: Floats = field(default_factory=lambda: _NONE)
    training: Floats = field(default_factory=lambda: _NONE)
    validation: Floats = field(default_factory=lambda: _NONE)
    baseline: float | None = None
    best_epoch: int = 0
    best_loss: float = float("nan")
    horizon: int = 1  # the last epoch on the axis


class LossPlot(QWidget):
    """Draws losses and follows the pointer. Colours come from the palette it is given."""

    pointed = Signal(int)  # the epoch nearest to the pointer, or 0 where it has left

    def __init__(self, palette: Palette, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._losses = Losses()
        self._palette = palette
        self._log = self._smooth = False
        self._hidden: frozenset[str] = frozenset()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._view = pg.PlotWidget(background=None)
        self._view.setFrameShape(self._view.Shape.NoFrame)
        self._view.setStyleSheet("background: transparent;")
        self._view.setAccessibleName(self.tr("Loss per epoch"))
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout.addWidget(self._view)
        self._plot = self._view.getPlotItem()
        self._plot.hideButtons()
        self._plot.setMenuEnabled(False)
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.getViewBox().setDefaultPadding(0)
        self._make_items()
        self.set_palette(palette)
        self._view.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self._view.viewport().installEventFilter(self)

    def set_palette(self, palette: Palette) -> None:
        """Takes other colours."""
        self._palette = palette
        small = font("small", tabular=True)
        for name in ("left", "bottom"):
            axis = self._plot.getAxis(name)
            axis.setPen(pg.mkPen(None))
            axis.setTextPen(palette.muted)
            axis.setTickPen(pg.mkPen(palette.line, width=1))
            axis.setTickFont(small)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(tickLength=0, tickTextOffset=8, tickAlpha=255, maxTickLevel=0)
        self._grid.setPen(pg.mkPen(palette.line, width=1))
        self._plot.getAxis("bottom").setHeight(48)
        size = f"{small.pixelSize()}px"
        self._plot.setLabel("bottom", self.tr("Epoch"), color=palette.muted, **{"font-size": size})
        self._plot.setLabel("left", self.tr("Loss"), color=palette.muted, **{"font-size": size})
        self._best_text.setFont(small)
        self._best_text.setColor(palette.text)
        self._best_text.fill = pg.mkBrush(_faded(palette.card, 215))
        self._note.setFont(small)
        self._note.fill = pg.mkBrush(_faded(palette.card, 240))
        self._note.border = pg.mkPen(palette.line_strong)
        self.redraw()

    def set_log(self, on: bool) -> None:
        """Draws the losses on a scale of powers of ten."""
        self._log = on
        self.redraw()

    def set_smooth(self, on: bool) -> None:
        """Draws running means, with the curves themselves faint behind them."""
        self._smooth = on
        self.redraw()

    def set_hidden(self, names: frozenset[str]) -> None:
        """Leaves out some of "training", "validation", "baseline"."""
        self._hidden = names
        self.redraw()

    def show_losses(self, losses: Losses) -> None:
        """Draws other losses."""
        self._losses = losses
        self.redraw()

    def redraw(self) -> None:
        """Draws everything anew from the arrays."""
        losses, palette = self._losses, self._palette
        points = max(200, self._view.width())
        dense = len(losses.epochs) > points // 2
        ends: list[float] = []
        for name, dashed in (("training", False), ("validation", True)):
            y = self._scaled(getattr(losses, name))
            strong, faint = self._lines[name]
            known = y[np.isfinite(y)]
            visible = name not in self._hidden and len(known) > 0
            strong.setVisible(visible)
            faint.setVisible(visible and self._smooth and len(y) > 2)
            if not visible:
                continue
            colour = getattr(palette, name)
            x, thin = thinned(losses.epochs, y, points)
            if faint.isVisible():
                faint.setPen(_pen(_faded(colour, 70), 1.2, dashed=False))
                faint.setData(x, thin, connect="finite")
                x, thin = thinned(losses.epochs, smoothed(y), points)
            strong.setPen(_pen(QColor(colour), 2.0, dashed=dashed and not dense))
            # Drawn piece by piece, a solid curve takes a fifth of the time; dashes need it in one piece.
            strong.setSegmentedLineMode("off" if dashed and not dense else "on")
            gaps = _dashes(x, losses.horizon / points) if dashed and dense else "finite"
            strong.setData(x, thin, connect=gaps)
            self._dots[name].setData(losses.epochs[-1:], known[-1:], brush=pg.mkBrush(colour))
            ends += [float(known.min()), float(known.max())]
        for name, dot in self._dots.items():
            dot.setVisible(self._lines[name][0].isVisible() and len(losses.epochs) == 1)
        ends += self._draw_baseline()
        self._set_ranges(ends)
        self._draw_best()

    def point_at(self, epoch: int, words: str) -> None:
        """Marks an epoch with a line and words beside it; no words take the mark away."""
        shown = bool(words) and len(self._losses.epochs) > 0
        self._cross.setVisible(shown)
        self._note.setVisible(shown)
        if not shown:
            return
        self._cross.setPos(epoch)
        self._cross.setPen(pg.mkPen(self._palette.line_strong, width=1))
        self._note.setHtml(words)
        (left, right), (_, top) = self._plot.viewRange()
        beyond_middle = epoch - left > (right - left) * 0.6
        self._note.setAnchor((1.06, 0.0) if beyond_middle else (-0.06, 0.0))
        self._note.setPos(epoch, top)

    def _make_items(self) -> None:
        self._lines = {name: (pg.PlotCurveItem(), pg.PlotCurveItem()) for name in ("training", "validation")}
        self._dots = {name: pg.ScatterPlotItem(size=7, pen=None) for name in self._lines}
        self._baseline = pg.PlotCurveItem()
        self._best_line = pg.InfiniteLine(angle=90, movable=False)
        self._ring = pg.ScatterPlotItem(size=11)
        self._best_text = pg.TextItem()
        self._cross = pg.InfiniteLine(angle=90, movable=False)
        self._note = pg.TextItem()
        self._grid = pg.PlotCurveItem(connect="pairs")
        for depth, item in enumerate(
            (
                self._grid,
                self._best_line,
                self._cross,
                self._baseline,
                *(faint for _, faint in self._lines.values()),
                *(strong for strong, _ in self._lines.values()),
                *self._dots.values(),
                self._ring,
                self._best_text,
                self._note,
            )
        ):
            item.setZValue(depth)
            self._plot.addItem(item, ignoreBounds=True)
        self._note.textItem.document().setDocumentMargin(8)
        for curve in (self._baseline, *(each for pair in self._lines.values() for each in pair)):
            curve.opts["antialias"] = True
        for item in (self._ring, *self._dots.values()):
            item.opts["antialias"] = True
        self.point_at(0, "")

    def _scaled(self, y: Floats) -> Floats:
        return logarithms(y) if self._log else np.where(np.isfinite(y), y, np.nan)

    def _draw_baseline(self) -> list[float]:
        level = self._losses.baseline
        shown = level is not None and "baseline" not in self._hidden and (not self._log or level > 0)
        self._baseline.setVisible(shown)
        if not shown or level is None:
            return []
        height = float(np.log10(level)) if self._log else level
        pen = _pen(QColor(self._palette.muted), 1.3, dashed=False)
        pen.setStyle(Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([1.5, 3.0])
        self._baseline.setPen(pen)
        self._baseline.setData(np.array([0.0, self._losses.horizon]), np.array([height, height]))
        return [height]

    def _set_ranges(self, ends: list[float]) -> None:
        losses = self._losses
        right = max(1.0, float(losses.horizon))
        left = 0.0 if right > 3 else 1.0 - 0.25
        low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
        span = max(high - low, 1e-12, abs(high) * 1e-3)
        if not self._log and low >= 0 and low < 0.6 * high:
            low = -0.02 * high  # room for the lowest number beside the axis
        else:
            low -= 0.06 * span
        high += 0.08 * span
        self._plot.setRange(xRange=(left, right + (right - left) * 0.012), yRange=(low, high), padding=0)
        box = self._plot.getViewBox()
        down, across = max(2, int(box.height() // 84)), max(2, int(box.width() // 90))
        ticks = log_ticks(low, high, down) if self._log else linear_ticks(low, high, down)
        self._plot.getAxis("left").setTicks([ticks])
        heights = np.repeat([height for height, _ in ticks], 2)
        self._grid.setData(np.tile([left, 2 * right], len(ticks)), heights, connect="pairs")
        widest = max((self._text_width(text) for _, text in ticks), default=20)
        self._plot.getAxis("left").setWidth(widest + 36)
        self._plot.getAxis("bottom").setTicks([whole_ticks(left, right, across)])

    def _text_width(self, text: str) -> int:
        from PySide6.QtGui import QFontMetrics

        return QFontMetrics(QFont(font("small", tabular=True))).horizontalAdvance(text)

    def _draw_best(self) -> None:
        losses, palette = self._losses, self._palette
        y = self._scaled(np.array([losses.best_loss]))[0]
        shown = losses.best_epoch > 0 and bool(np.isfinite(y)) and "validation" not in self._hidden
        for item in (self._best_line, self._ring, self._best_text):
            item.setVisible(shown)
        if not shown:
            return
        pen = pg.mkPen(palette.line_strong, width=1)
        pen.setStyle(Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([3.0, 4.0])
        self._best_line.setPen(pen)
        self._best_line.setPos(losses.best_epoch)
        self._ring.setData(
            [losses.best_epoch],
            [y],
            pen=pg.mkPen(palette.validation, width=2),
            brush=pg.mkBrush(palette.card),
        )
        words = self.tr("best: epoch {epoch}, {loss}")
        self._best_text.setText(words.format(epoch=losses.best_epoch, loss=f"{losses.best_loss:.3g}"))
        box, rect = self._plot.getViewBox(), self._best_text.boundingRect()
        curves = [self._scaled(each) for each in (losses.training, losses.validation)]
        anchor = clearest_place(
            (losses.best_epoch, float(y)),
            (rect.width() / max(1.0, box.width()), rect.height() / max(1.0, box.height())),
            self._plot.viewRange(),
            [(losses.epochs, each) for each in curves],
        )
        self._best_text.setAnchor(anchor)
        self._best_text.setPos(losses.best_epoch, y)

    def _on_mouse_moved(self, place: QPointF) -> None:
        box = self._plot.getViewBox()
        if not len(self._losses.epochs) or not box.sceneBoundingRect().contains(place):
            self.pointed.emit(0)
            return
        x = box.mapSceneToView(place).x()
        nearest = int(np.abs(self._losses.epochs - x).argmin())
        self.pointed.emit(int(self._losses.epochs[nearest]))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.pointed.emit(0)
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.redraw()


def _pen(colour: QColor, width: float, *, dashed: bool) -> QPen:
    pen = QPen(colour)
    pen.setWidthF(width)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if dashed else Qt.PenCapStyle.RoundCap)
    if dashed:
        pen.setStyle(Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([4.0, 2.2])
    return pen


def _dashes(x: Floats, pixel: float) -> NDArray[np.int32]:
    """Which points to join so that a curve of many points looks dashed; a dashed pen would be slow."""
    return (np.floor(x / pixel) % 10 < 7).astype(np.int32)


def _faded(colour: str, alpha: int) -> QColor:
    made = QColor(colour)
    made.setAlpha(alpha)
    return made
