"""The drawing part of the loss chart. It imports pyqtgraph and is itself imported late."""

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QBrush,
    QColor,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextDocument,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from trainer_gui.gui.palettes import Palette
from trainer_gui.gui.plots.curves import Floats, logarithms, smoothed, thinned
from trainer_gui.gui.plots.loss_axes import Backdrop, axes_for
from trainer_gui.gui.plots.placement import clearest_place
from trainer_gui.gui.plots.strokes import dashes, dots_along, draw_pieces, faded, path_of, pen_of, pieces
from trainer_gui.gui.theme import font

_NONE: Floats = np.empty(0)
_CURVES = ("training", "validation")  # in the order in which they are drawn
_MARGIN = 4  # pixels around the words beside the best epoch
_RING, _DOT = 5.5, 3.5  # radii


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


@dataclass(frozen=True)
class _Stroke:
    """One curve in pixels: straight pieces of shape [pieces, 4], or a path where the pen has dashes."""

    pen: QPen
    shape: Floats | QPainterPath


class LossPlot(QWidget):
    """Draws losses and follows the pointer. Colours come from the palette it is given.

    While a run trains, each call into Qt has to win the interpreter back from the training thread. So all
    is worked out beforehand, what seldom changes is kept as a picture, and a drawing is some twenty calls.
    """

    pointed = Signal(int)  # the epoch nearest to the pointer, or 0 where it has left

    def __init__(self, palette: Palette, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._losses = Losses()
        self._log = self._smooth = False
        self._hidden: frozenset[str] = frozenset()
        self._backdrop = Backdrop()
        self._strokes: list[_Stroke] = []
        self._dots: list[tuple[QPointF, QColor]] = []
        self._best: QPointF | None = None
        self._best_words = ""
        self._best_box = QRectF()
        self._pointed = 0
        self._note = QTextDocument(self)
        self._note.setDocumentMargin(8)
        self._names = (self.tr("Epoch"), self.tr("Loss"))
        # It paints all of its place, so that nothing that lies below is painted first.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Loss per epoch"))
        self.set_palette(palette)

    def set_palette(self, palette: Palette) -> None:
        """Takes other colours, and the font of the moment."""
        self._palette = palette
        self._letters = font("small", tabular=True)
        self._metrics = QFontMetricsF(self._letters)
        self._note.setDefaultFont(self._letters)
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

    def curves_drawn(self) -> tuple[str, ...]:
        """Which of "training" and "validation" are seen."""
        return tuple(self._seen)

    def best_words(self) -> str:
        """What stands beside the best epoch; empty where none is marked."""
        return self._best_words

    def note(self) -> str:
        """What stands beside the epoch that is pointed at, as plain text; empty where none is."""
        return self._note.toPlainText() if self._pointed else ""

    def redraw(self) -> None:
        """Works out the drawing anew from the arrays; it appears with the next paint."""
        losses = self._losses
        scaled = {name: self._scaled(getattr(losses, name)) for name in _CURVES}
        ends: list[float] = []
        self._seen: dict[str, Floats] = {}
        for name, y in scaled.items():
            known = y[np.isfinite(y)]
            if name not in self._hidden and len(known):
                self._seen[name] = y
                ends += [float(known.min()), float(known.max())]
        level = self._level()
        if level is not None:
            ends.append(level)
        self._axes = axes_for(self.size(), ends, losses.horizon, log=self._log, metrics=self._metrics)
        self._strokes = [*self._baseline_strokes(level), *self._curve_strokes()]
        self._dots = []
        if len(losses.epochs) == 1:
            for name, y in self._seen.items():
                place = self._axes.place(float(losses.epochs[0]), float(y[0]))
                self._dots.append((place, QColor(getattr(self._palette, name))))
        self._place_best(list(scaled.values()))
        self.update()

    def point_at(self, epoch: int, words: str) -> None:
        """Marks an epoch with a line and words (rich text) beside it; no words take the mark away."""
        self._pointed = epoch if words and len(self._losses.epochs) else 0
        if self._pointed:
            self._note.setHtml(words)
        self.update()

    def _scaled(self, y: Floats) -> Floats:
        return logarithms(y) if self._log else np.where(np.isfinite(y), y, np.nan)

    def _level(self) -> float | None:
        level = self._losses.baseline
        if level is None or "baseline" in self._hidden or (self._log and level <= 0):
            return None
        return float(np.log10(level)) if self._log else level

    def _baseline_strokes(self, level: float | None) -> list[_Stroke]:
        if level is None:
            return []
        begin, end = self._axes.place(0.0, level), self._axes.place(self._losses.horizon, level)
        pen = pen_of(QColor(self._palette.muted), 1.3)
        return [_Stroke(pen, dots_along(begin.x(), end.x(), begin.y(), 1.3))]

    def _curve_strokes(self) -> list[_Stroke]:
        epochs, axes = self._losses.epochs, self._axes
        points = max(200, self.width())
        dense = len(epochs) > points // 2
        faint, strong = [], []
        for name, y in self._seen.items():
            colour, dashed = getattr(self._palette, name), name == "validation"
            x, thin = thinned(epochs, y, points)
            if self._smooth and len(y) > 2:
                faint.append(_Stroke(pen_of(faded(colour, 70), 1.2), path_of(axes.x(x), axes.y(thin))))
                x, thin = thinned(epochs, smoothed(y), points)
            pen = pen_of(QColor(colour), 2.0, "dashed" if dashed and not dense else "solid")
            across, up = axes.x(x), axes.y(thin)
            # Drawn piece by piece, a solid curve takes a fifth of the time; a dashed pen needs it whole.
            if dashed and not dense:
                strong.append(_Stroke(pen, path_of(across, up)))
            else:
                joined = dashes(x, self._losses.horizon / points) if dashed else None
                strong.append(_Stroke(pen, pieces(across, up, joined)))
        return faint + strong

    def _place_best(self, curves: list[Floats]) -> None:
        losses, axes, metrics = self._losses, self._axes, self._metrics
        loss = float(self._scaled(np.array([losses.best_loss]))[0])
        self._best, self._best_words = None, ""
        if losses.best_epoch <= 0 or not np.isfinite(loss) or "validation" in self._hidden:
            return
        words = self.tr("best: epoch {epoch}, {loss}")
        self._best_words = words.format(epoch=losses.best_epoch, loss=f"{losses.best_loss:.3g}")
        width = metrics.horizontalAdvance(self._best_words) + 2 * _MARGIN
        height = metrics.height() + 2 * _MARGIN
        anchor = clearest_place(
            (losses.best_epoch, loss),
            (width / max(1.0, axes.room.width()), height / max(1.0, axes.room.height())),
            (axes.x_range, axes.y_range),
            [(losses.epochs, each) for each in curves],
        )
        self._best = axes.place(losses.best_epoch, loss)
        self._best_box = QRectF(
            self._best.x() - anchor[0] * width, self._best.y() - anchor[1] * height, width, height
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        painter.drawPixmap(
            0,
            0,
            self._backdrop.picture(self.size(), ratio, self._axes, self._palette, self._letters, self._names),
        )
        painter.setClipRect(self._axes.room.adjusted(0, 0, 1, 1))
        if self._best is not None:
            painter.setPen(pen_of(QColor(self._palette.line_strong), 1, "upright"))
            self._draw_upright(painter, self._best.x())
        if self._pointed:
            painter.setPen(QPen(QColor(self._palette.line_strong), 1))
            self._draw_upright(painter, self._axes.place(self._pointed, 0.0).x())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for stroke in self._strokes:
            painter.setPen(stroke.pen)
            if isinstance(stroke.shape, QPainterPath):
                painter.drawPath(stroke.shape)
            else:
                draw_pieces(painter, stroke.shape)
        self._draw_marks(painter)
        if self._pointed:
            self._draw_note(painter)
        painter.end()

    def _draw_upright(self, painter: QPainter, x: float) -> None:
        room = self._axes.room
        painter.drawLine(QLineF(x, room.bottom() + 0.5, x, room.top()))

    def _draw_marks(self, painter: QPainter) -> None:
        for place, colour in self._dots:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(_on_pixels(place, 4.0), _DOT, _DOT)
        if self._best is None:
            return
        painter.setPen(QPen(QColor(self._palette.validation), 2))
        painter.setBrush(QColor(self._palette.card))
        painter.drawEllipse(_on_pixels(self._best, 6.5), _RING, _RING)
        painter.fillRect(self._best_box, faded(self._palette.card, 215))
        painter.setFont(self._letters)
        painter.setPen(QColor(self._palette.text))
        begin = self._best_box.topLeft() + QPointF(_MARGIN, _MARGIN + self._metrics.ascent())
        painter.drawText(begin, self._best_words)

    def _draw_note(self, painter: QPainter) -> None:
        room, size = self._axes.room, self._note.size()
        x = self._axes.place(self._pointed, 0.0).x()
        beyond_middle = x - room.left() > room.width() * 0.6
        left = x - (1.06 if beyond_middle else -0.06) * size.width()
        painter.translate(left, room.top())
        painter.setPen(QPen(QColor(self._palette.line_strong), 1))
        painter.setBrush(QBrush(faded(self._palette.card, 240)))
        painter.drawRect(QRectF(QPointF(0, 0), size))
        self._note.documentLayout().draw(painter, QAbstractTextDocumentLayout.PaintContext())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if not len(self._losses.epochs) or not self._axes.room.contains(place):
            self.pointed.emit(0)
            return
        nearest = int(np.abs(self._losses.epochs - self._axes.value_at(place.x())).argmin())
        self.pointed.emit(int(self._losses.epochs[nearest]))

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.redraw()


def _on_pixels(place: QPointF, half: float) -> QPointF:
    """The place nearest to this one at which a mark of twice `half` pixels covers whole pixels."""
    return QPointF(round(place.x() - half) + half, round(place.y() - half) + half)
