"""A scene worked out in pixels, and painted: in the window, and into files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFontMetricsF,
    QPainter,
    QPen,
    QTextDocument,
)

from trainer_gui.gui.palettes import Palette
from trainer_gui.gui.plots.curves import logarithms, smoothed, thinned, within
from trainer_gui.gui.plots.earlier_picture import EarlierPicture, usual_ends
from trainer_gui.gui.plots.loss_axes import (
    Backdrop,
    axes_for,
    draw_backdrop,
    fitting_range,
    whole_range,
)
from trainer_gui.gui.plots.placement import clearest_place
from trainer_gui.gui.plots.series import Line, Points, Scene
from trainer_gui.gui.plots.strokes import (
    Stroke,
    dashes,
    dots_along,
    faded,
    mixed,
    path_of,
    pen_of,
    pieces,
)
from trainer_gui.gui.plots.viewport import Viewport
from trainer_gui.gui.theme import font

_MARGIN = 4  # pixels around the words beside the best epoch
_RING, _DOT = 5.5, 3.5  # radii
_POINTS_BEHIND, _LEAST_POINTS = 48_000, 120  # of all earlier runs together, and of each at least
_FEW_EPOCHS = 2  # so long batches count for the left axis; later their outliers would flatten the curves


@dataclass(frozen=True)
class Look:
    """How a scene is drawn."""

    palette: Palette
    log: bool = False
    smooth: bool = False
    hidden: frozenset[str] = frozenset()


class ChartDrawing:
    """Works out where everything stands, once for each change, and paints it with few calls.

    While a run trains, each call into Qt has to win the interpreter back from the training thread. So all
    is worked out beforehand, and what seldom changes is kept as a picture.
    """

    def __init__(self, palette: Palette) -> None:
        self.look = Look(palette)
        self.across = ""  # the name of the lower axis
        self.best_words = ""
        self.seen: tuple[str, ...] = ()  # the names of the curves that are drawn
        self.take_font()
        self._backdrop = Backdrop()
        self._earlier = EarlierPicture()
        self.work_out(Scene(), Viewport(), QSize(1, 1))

    def take_font(self) -> None:
        """Takes the font of the moment."""
        self.letters = font("small", tabular=True)
        self._metrics = QFontMetricsF(self.letters)

    def work_out(self, scene: Scene, viewport: Viewport, size: QSize) -> None:
        """Works out the drawing of a scene for a place of this size."""
        self.scene, self.size = scene, size
        self.whole = whole_range(scene.horizon, from_start=scene.batches is not None)
        across = viewport.x or self.whole
        self._points = max(200, size.width())
        hidden, part = self.look.hidden, viewport.x is not None
        lines = [line for line in scene.lines if line.name not in hidden]
        shown = [(line, self._ready((line.x, line.y), across)) for line in lines]
        shown = [(line, points) for line, points in shown if np.isfinite(points[1]).any()]
        batches = scene.batches if scene.batches is not None and "batches" not in hidden else None
        self._batches = self._ready(batches, across) if batches is not None else None
        self._level = None if "baseline" in hidden else self._height(scene.level)
        ends = [end for _, (_, y) in shown for end in (float(np.nanmin(y)), float(np.nanmax(y)))]
        if self._level is not None and not part:
            ends.append(self._level)
        earlier = () if "earlier" in hidden else scene.earlier
        points = min(self._points, max(_LEAST_POINTS, _POINTS_BEHIND // max(1, len(earlier))))
        key = (across, points, self.look.log)
        self._earlier.take(earlier, key, partial(self._ready, across=across, most=points))
        ends += self._earlier.ends
        if self._batches is not None and len(scene.epochs) < _FEW_EPOCHS:
            ends += usual_ends(self._batches[1])
        up = viewport.y or fitting_range(ends, log=self.look.log, from_zero=not part)
        self.axes = axes_for(size, across, up, log=self.look.log, metrics=self._metrics)
        self.seen = tuple(line.name for line, _ in shown)
        self._strokes = [*self._quiet_strokes(), *self._curve_strokes(shown, across)]
        self._dots = [
            (self.axes.place(float(x[0]), float(y[0])), QColor(getattr(self.look.palette, line.colour)))
            for line, (x, y) in shown
            if len(line.x) == 1
        ]
        self._place_best([points for _, points in shown])

    def _height(self, value: float | None) -> float | None:
        """A value on the left axis; None where it has no place there."""
        if value is None or not np.isfinite(value) or (self.look.log and value <= 0):
            return None
        return float(np.log10(value)) if self.look.log else value

    def _ready(self, points: Points, across: tuple[float, float], most: int = 0) -> Points:
        """What is seen of a curve, in as many points as there are pixels, on the scale of the axis."""
        x, y = within(*points, *across)
        # What has no logarithm must not stand for its stretch.
        x, y = thinned(x, np.where(y > 0, y, np.nan) if self.look.log else y, most or self._points)
        return x, logarithms(y) if self.look.log else np.where(np.isfinite(y), y, np.nan)

    def _quiet_strokes(self) -> list[Stroke]:
        palette, axes, found = self.look.palette, self.axes, []
        if self._batches is not None and len(self._batches[0]) > 1:
            x, y = self._batches
            found.append(
                Stroke(
                    pen_of(mixed(palette.training, palette.card, 0.3 if self.seen else 0.6), 1.0),
                    pieces(axes.x(x), axes.y(y)),
                )
            )
        if self._level is not None:
            ends = axes.room.left(), axes.x(min(float(self.scene.horizon), axes.x_range[1]))
            pen = pen_of(QColor(palette.muted), 1.3)
            found.append(Stroke(pen, dots_along(*ends, float(axes.y(self._level)), 1.3)))
        return found

    def _curve_strokes(self, shown: list[tuple[Line, Points]], across: tuple[float, float]) -> list[Stroke]:
        axes = self.axes
        faint, strong = [], []
        for line, (x, y) in shown:
            colour, dashed = getattr(self.look.palette, line.colour), line.style == "dashed"
            dense = len(x) > self._points // 2
            if line.style == "faint":
                pale = mixed(colour, self.look.palette.card, 0.35)
                faint.append(Stroke(pen_of(pale, 1.2), pieces(axes.x(x), axes.y(y))))
                continue
            if self.look.smooth and len(line.y) > 2:
                pale = mixed(colour, self.look.palette.card, 0.3)
                faint.append(Stroke(pen_of(pale, 1.2), pieces(axes.x(x), axes.y(y))))
                x, y = self._ready((line.x, smoothed(line.y)), across)
            pen = pen_of(QColor(colour), 2.0, "dashed" if dashed and not dense else "solid")
            wide, high = axes.x(x), axes.y(y)
            # Drawn piece by piece, a solid curve takes a fifth of the time; a dashed pen needs it whole.
            if dashed and not dense:
                strong.append(Stroke(pen, pieces(wide, high), path_of(wide, high)))
            else:
                pixel = (across[1] - across[0]) / self._points
                strong.append(Stroke(pen, pieces(wide, high, dashes(x, pixel) if dashed else None)))
        return faint + strong

    def _place_best(self, curves: list[Points]) -> None:
        scene, axes, metrics = self.scene, self.axes, self._metrics
        self._best, self.best_words = None, ""
        height = self._height(scene.best[1]) if scene.best is not None else None
        if scene.best is None or height is None or "validation" in self.look.hidden:
            return
        place = axes.place(scene.best[0], height)
        if not axes.room.adjusted(-1, -1, 1, 1).contains(place):
            return
        self._best, self.best_words = place, scene.best_words
        wide = metrics.horizontalAdvance(self.best_words) + 2 * _MARGIN
        high = metrics.height() + 2 * _MARGIN
        share = wide / max(1.0, axes.room.width()), high / max(1.0, axes.room.height())
        anchor = clearest_place((scene.best[0], height), share, (axes.x_range, axes.y_range), curves)
        corner = self._best - QPointF(anchor[0] * wide, anchor[1] * high)
        self._best_box = QRectF(corner.x(), corner.y(), wide, high)

    # ---- painting

    def paint(self, painter: QPainter, ratio: float, pointed: int = 0) -> None:
        """Paints the window; `ratio` is the pixels of the screen for each of ours."""
        look, names = self.look, (self.across, self.scene.label)
        picture = self._backdrop.picture(self.size, ratio, self.axes, look.palette, self.letters, names)
        painter.drawPixmap(0, 0, picture)
        if self._earlier:
            behind = self._earlier.picture(self.size, ratio, self.axes, look.palette, self._room())
            painter.drawPixmap(0, 0, behind)
        self._paint_curves(painter, pointed, for_file=False)

    def paint_file(self, painter: QPainter) -> None:
        """Paints all of it as shapes, for a file."""
        draw_backdrop(painter, self.axes, self.look.palette, self.letters, (self.across, self.scene.label))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for stroke in self._earlier.strokes(self.axes, self.look.palette):
            stroke.paint_file(painter, self._room())
        self._paint_curves(painter, 0, for_file=True)

    def paint_note(self, painter: QPainter, note: QTextDocument, pointed: int) -> None:
        """Paints words beside the line of the epoch that is pointed at."""
        room, size, palette = self.axes.room, note.size(), self.look.palette
        x = self.axes.place(pointed, 0.0).x()
        if not room.left() <= x <= room.right():
            return
        beyond_middle = x - room.left() > room.width() * 0.6
        painter.save()
        painter.translate(x - (1.06 if beyond_middle else -0.06) * size.width(), room.top())
        painter.setPen(QPen(QColor(palette.line_strong), 1))
        painter.setBrush(faded(palette.card, 240))
        painter.drawRect(QRectF(QPointF(0, 0), size))
        note.documentLayout().draw(painter, QAbstractTextDocumentLayout.PaintContext())
        painter.restore()

    def _room(self) -> QRectF:
        return self.axes.room.adjusted(0, 0, 1, 1)

    def _paint_curves(self, painter: QPainter, pointed: int, *, for_file: bool) -> None:
        painter.setClipRect(self._room())
        line = QColor(self.look.palette.line_strong)
        if self._best is not None:
            painter.setPen(pen_of(line, 1, "upright"))
            self._draw_upright(painter, self._best.x())
        if pointed:
            painter.setPen(QPen(line, 1))
            self._draw_upright(painter, self.axes.place(pointed, 0.0).x())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for stroke in self._strokes:
            if for_file:
                stroke.paint_file(painter, self._room())
            else:
                stroke.paint(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_marks(painter)
        if not self.seen and self._batches is None:
            painter.setFont(self.letters)
            painter.setPen(QColor(self.look.palette.muted))
            painter.drawText(self._room(), Qt.AlignmentFlag.AlignCenter, self.scene.nothing)

    def _draw_upright(self, painter: QPainter, x: float) -> None:
        room = self.axes.room
        painter.drawLine(QLineF(x, room.bottom() + 0.5, x, room.top()))

    def _draw_marks(self, painter: QPainter) -> None:
        palette = self.look.palette
        for place, colour in self._dots:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(_on_pixels(place, 4.0), _DOT, _DOT)
        if self._best is None:
            return
        painter.setPen(QPen(QColor(palette.validation), 2))
        painter.setBrush(QColor(palette.card))
        painter.drawEllipse(_on_pixels(self._best, 6.5), _RING, _RING)
        painter.fillRect(self._best_box, faded(palette.card, 215))
        painter.setFont(self.letters)
        painter.setPen(QColor(palette.text))
        begin = self._best_box.topLeft() + QPointF(_MARGIN, _MARGIN + self._metrics.ascent())
        painter.drawText(begin, self.best_words)


def _on_pixels(place: QPointF, half: float) -> QPointF:
    """The place nearest to this one at which a mark of twice `half` pixels covers whole pixels."""
    return QPointF(round(place.x() - half) + half, round(place.y() - half) + half)
