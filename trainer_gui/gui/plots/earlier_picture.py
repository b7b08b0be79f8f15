"""Earlier runs behind the live chart, as a picture that is drawn seldom."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

from trainer_gui.gui.palettes import Palette
from trainer_gui.gui.plots.loss_axes import Axes
from trainer_gui.gui.plots.series import Points
from trainer_gui.gui.plots.strokes import Stroke, draw_pieces, faded, length_of, pen_of, pieces

_SOFT = 40_000.0  # pixels of line that are drawn with soft edges; more of them takes too long
_LEAST, _MOST = 20, 110  # how far a line covers what is behind it, of 255; together they must not hide it
_INK = 3000  # what all together cover, in the same unit


class EarlierPicture:
    """Thins the curves where the epoch axis changes, and draws them where any axis does."""

    def __init__(self) -> None:
        self._points: list[Points] = []
        self._points_of: tuple[object, ...] = ()
        self._picture = QPixmap()
        self._drawn: tuple[object, ...] = ()
        self.ends: list[float] = []  # of the values, but for the wildest

    def __bool__(self) -> bool:
        return bool(self._points)

    def take(
        self, runs: tuple[Points, ...], key: tuple[object, ...], ready: Callable[[Points], Points]
    ) -> None:
        """Takes the runs, made `ready` anew where they or the `key` have changed."""
        wanted = (id(runs), key)
        if wanted != self._points_of:
            self._points_of = wanted
            self._runs = runs  # so that no other object gets its id
            self._points = [ready(each) for each in runs]
            together = np.concatenate([np.empty(0), *(y for _, y in self._points)])
            self.ends = usual_ends(together)

    def strokes(self, axes: Axes, palette: Palette) -> list[Stroke]:
        """The curves in pixels."""
        ink = min(max(_INK // max(1, len(self._points)), _LEAST), _MOST)
        pen = pen_of(faded(palette.muted, ink), 1.0)
        return [Stroke(pen, pieces(axes.x(x), axes.y(y))) for x, y in self._points]

    def picture(self, size: QSize, ratio: float, axes: Axes, palette: Palette, room: QRectF) -> QPixmap:
        """The picture in the size of the chart, clear where no curve is."""
        wanted = (size, ratio, axes, palette, self._points_of)
        if wanted != self._drawn:
            self._drawn = wanted
            self._picture = QPixmap(size * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._picture)
            painter.setClipRect(room)
            strokes = self.strokes(axes, palette)
            together = np.concatenate([stroke.pieces for stroke in strokes])
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, length_of(together) < _SOFT)
            painter.setPen(strokes[0].pen)
            draw_pieces(painter, together)
            painter.end()
        return self._picture


def usual_ends(y: np.ndarray) -> list[float]:
    """The lowest and the highest number, but for the few that are wild; nothing where there are none."""
    known = y[np.isfinite(y)]
    return [float(end) for end in np.quantile(known, [0.01, 0.98])] if len(known) else []
