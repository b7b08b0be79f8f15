"""The validation curves of all trials of a study, the best one bold. It is imported late."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from trainer_gui.engine.study.outline import Members, StudyOutline, TrialOutline
from trainer_gui.gui.plots.curves import Floats, horizon, logarithms, thinned
from trainer_gui.gui.plots.loss_axes import Backdrop, axes_for, draw_backdrop, whole_range
from trainer_gui.gui.plots.marks import end_mark, nearest_piece
from trainer_gui.gui.plots.placement import clearest_place
from trainer_gui.gui.plots.slow_picture import SlowPicture
from trainer_gui.gui.plots.strokes import Stroke, draw_pieces, faded, mixed, pen_of, pieces
from trainer_gui.gui.plots.trial_plot import NOBODY, Sheet, TrialLook
from trainer_gui.gui.plots.trial_strokes import ReadyCurve, curve_stroke, ends_of, group_of

_ALL_POINTS, _LEAST_POINTS = 48_000, 48  # of all curves together, and of each at least
_REACH = 8.0  # pixels between the pointer and a curve that it means
_RING, _DOT, _MARK = 5.5, 2.5, 3.5  # radii
_MARGIN = 4
_SNUG = 0.6  # of the left axis that must be filled, or else it is fitted anew


class CurvesSheet(Sheet):
    """Draws each trial that has ended once, into a picture that grows; the others at each painting."""

    def __init__(self) -> None:
        self.names = ("", "")  # of the lower and the left axis
        self.best_text = ""  # with {epoch} and {loss}
        self.nothing = ""  # what is said where there is no curve
        self._picture = SlowPicture()
        self._backdrop = Backdrop()
        self._up: tuple[float, float] | None = None
        self._up_for: bool | None = None  # whether that is a log axis
        self._taken: tuple[TrialOutline, ...] = ()
        self._taken_for: object = None
        self._forget()

    def _forget(self) -> None:
        self._ready: dict[int, ReadyCurve] = {}  # the trials that are drawn, by number
        self._going: dict[int, TrialOutline] = {}  # those of them that are under way
        self._new: list[TrialOutline] = []  # those that have ended since the last painting

    def another(self) -> CurvesSheet:
        made = CurvesSheet()
        made.names, made.best_text, made.nothing = self.names, self.best_text, self.nothing
        return made

    def work_out(self, outline: StudyOutline, look: TrialLook, size: QSize) -> None:
        self.outline, self.look, self.size = outline, look, size
        self._metrics = QFontMetricsF(self.letters)
        # In powers of two, so that it seldom changes.
        most = 2 ** int(np.log2(_ALL_POINTS / max(1, len(outline.trials))))
        self._take(max(_LEAST_POINTS, min(most, 2 * max(200, size.width()))))
        longest = max((each.last for each in self._ready.values()), default=1)
        last = max(longest, 1) if outline.is_over else horizon(longest, outline.epochs)
        self.axes = axes_for(size, whole_range(last), self._range(), log=look.log, metrics=self._metrics)
        self._key = (self.axes, size, look.palette, look.hidden, look.chosen)
        self._owners: np.ndarray | None = None
        self._band = self._band_of(self._leading()) if "band" not in look.hidden else None

    def _take(self, most: int) -> None:
        """Takes in the trials that have changed; there may be hundreds that have not."""
        trials, before = self.outline.trials, self._taken
        key = (most, self.look.log, self.look.hidden, self.outline.together is None)
        same = key == self._taken_for and len(before) <= len(trials)
        if not same or any(old.number != new.number for old, new in zip(before, trials, strict=False)):
            self._forget()
            before = ()
        self._taken, self._taken_for = trials, key
        changed = [new for old, new in zip(before, trials, strict=False) if old is not new]
        for each in [*changed, *trials[len(before) :]]:
            x, y = thinned(each.curve.epochs, each.curve.mean, most)
            self._ready.pop(each.number, None)
            self._going.pop(each.number, None)
            if not len(x) or group_of(self.outline, each) in self.look.hidden:
                continue
            y = logarithms(y) if self.look.log else y
            self._ready[each.number] = ReadyCurve(each, (x, y), ends_of(y), int(x[-1]))
            if each.kind in ("running", "stopped"):
                self._going[each.number] = each
            else:
                self._new.append(each)

    # ---- what stands where

    def _leading(self) -> Members | None:
        """What is drawn boldly: the mean of all repeats, or the best trial."""
        if "best" in self.look.hidden:
            return None
        if self.outline.together is not None:
            return self.outline.together
        best = self.outline.trial(self.outline.best)
        return None if best is None else best.curve

    def _range(self) -> tuple[float, float]:
        """The ends of the left axis; they stay as long as they fit, so that little is drawn anew."""
        ends = [each.ends for each in self._ready.values() if each.ends is not None]
        low, high = 0.0, 1.0
        if ends:
            low = min(ends)[0]
            high = sorted([end for _, end in ends])[int(0.9 * (len(ends) - 1) + 0.5)]
        span = max(high - low, abs(high) * 1e-3, 1e-9)
        before = self._up if self._up_for == self.look.log else None
        if before is not None:
            room = before[1] - before[0]
            if before[0] <= low and high <= before[1] and span > _SNUG * room:
                return before
        self._up, self._up_for = (low - 0.08 * span, high + 0.12 * span), self.look.log
        return self._up

    def _band_of(self, members: Members | None) -> QPolygonF | None:
        if members is None or not np.isfinite(members.deviation).any():
            return None
        end = members.whole
        known = np.isfinite(members.deviation[:end]) & np.isfinite(members.mean[:end])
        epochs, mean = members.epochs[:end][known], members.mean[:end][known]
        spread = members.deviation[:end][known]
        if len(epochs) < 2:
            return None
        low, high = mean - spread, mean + spread
        if self.look.log:  # what has no logarithm lies below the chart
            floor = 10 ** (self.axes.y_range[0] - 1)
            low, high = np.log10(np.maximum(low, floor)), np.log10(np.maximum(high, floor))
        x = np.concatenate([epochs, epochs[::-1]])
        y = np.concatenate([high, low[::-1]])
        return QPolygonF([QPointF(*each) for each in zip(self.axes.x(x), self.axes.y(y), strict=True)])

    # ---- painting

    def paint(self, painter: QPainter, ratio: float) -> bool:
        palette = self.look.palette
        painter.drawPixmap(
            0, 0, self._backdrop.picture(self.size, ratio, self.axes, palette, self.letters, self.names)
        )
        key = (self._key, ratio)
        if self._picture.wanted != key:
            # A picture of other axes, or of other colours, must not stand on these.
            before = self._picture.wanted
            keep = isinstance(before, tuple) and before[0][:4] == self._key[:4]
            self._picture.begin(key, self.size, ratio, self._room(), keep=keep)
            self._new = self._ended()
        for each in self._new:
            self._picture.add(self._strokes(each))
        self._new = []
        painter.drawPixmap(0, 0, self._picture.work())
        self._paint_over(painter)
        return self._picture.is_whole

    def paint_file(self, painter: QPainter) -> None:
        draw_backdrop(painter, self.axes, self.look.palette, self.letters, self.names)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for each in self._ended():
            for stroke in self._strokes(each):
                stroke.paint_file(painter, self._room())
        self._paint_over(painter, for_file=True)

    def _ended(self) -> list[TrialOutline]:
        """Those inside the brushes last, so that they lie on top."""
        chosen = self.look.chosen
        found = [each.outline for each in self._ready.values() if each.outline.number not in self._going]
        return found if chosen is None else sorted(found, key=lambda each: each.number in chosen)

    def _strokes(self, each: TrialOutline) -> Iterator[Stroke]:
        if each.number not in self._ready:  # it was hidden before it was its turn
            return
        x, y = self._pixels(each.number)
        palette, chosen = self.look.palette, self.look.chosen
        inside = chosen is not None and each.number in chosen
        share = 0.13 if chosen is not None and not inside else 0.42
        ink = (
            mixed(palette.training, palette.card, 0.8)
            if inside
            else mixed(palette.muted, palette.card, share)
        )
        if each.kind == "failed":
            strength = 0.25 if chosen is not None and not inside else 0.75
            ink = mixed(palette.error, palette.card, strength)
        yield curve_stroke(ink, 1.0, x, y, dashed=each.kind == "failed")
        known = np.flatnonzero(np.isfinite(y))
        if each.kind in ("cut", "failed") and len(known):
            at = known[-1]
            yield Stroke(pen_of(ink, 1.6), end_mark(each.kind, float(x[at]), float(y[at])))

    def _paint_over(self, painter: QPainter, *, for_file: bool = False) -> None:
        palette = self.look.palette
        painter.setClipRect(self._room())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._band is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(faded(palette.validation, 46))
            painter.drawPolygon(self._band.intersected(QPolygonF(self._room())) if for_file else self._band)
        under_way = mixed(palette.training, palette.card, 0.7)
        for number in self._going:
            x, y = self._pixels(number)
            self._draw(painter, Stroke(pen_of(under_way, 1.0), pieces(x, y)), for_file=for_file)
            known = np.flatnonzero(np.isfinite(y))
            if len(known):
                painter.setBrush(QColor(palette.card))
                painter.drawEllipse(QPointF(x[known[-1]], y[known[-1]]), _DOT, _DOT)
        leading = self._leading()
        if leading is not None:
            self._paint_leading(painter, leading, for_file=for_file)
        if not self._ready and not for_file:
            painter.setFont(self.letters)
            painter.setPen(QColor(palette.muted))
            painter.drawText(self._room(), Qt.AlignmentFlag.AlignCenter, self.nothing)

    def _draw(self, painter: QPainter, stroke: Stroke, *, for_file: bool) -> None:
        if for_file:
            stroke.paint_file(painter, self._room())
        else:
            stroke.paint(painter)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_leading(self, painter: QPainter, leading: Members, *, for_file: bool) -> None:
        palette, axes = self.look.palette, self.axes
        y = logarithms(leading.mean) if self.look.log else leading.mean
        wide, high = axes.x(leading.epochs), axes.y(y)
        colour = QColor(palette.validation)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        end = leading.whole
        self._draw(painter, Stroke(pen_of(colour, 2.4), pieces(wide[:end], high[:end])), for_file=for_file)
        if end < len(wide):  # some repeats have ended, or are behind: it is the mean of the others
            rest = slice(max(0, end - 1), None)
            ink = mixed(palette.validation, palette.card, 0.7)
            others = curve_stroke(ink, 1.6, wide[rest], high[rest], dashed=True)
            self._draw(painter, others, for_file=for_file)
        known = np.flatnonzero(np.isfinite(y[:end]))
        if not len(known):
            return
        at = int(known[y[known].argmin()])
        place = QPointF(wide[at], high[at])
        if not axes.room.adjusted(-2, -2, 2, 2).contains(place):
            return
        painter.setPen(QPen(colour, 2))
        painter.setBrush(QColor(palette.card))
        painter.drawEllipse(place, _RING, _RING)
        words = self.best_text.format(epoch=f"{int(leading.epochs[at]):,}", loss=f"{leading.mean[at]:.3g}")
        if not words:
            return
        size = self._metrics.horizontalAdvance(words) + 2 * _MARGIN, self._metrics.height() + 2 * _MARGIN
        room = axes.room
        share = size[0] / max(1.0, room.width()), size[1] / max(1.0, room.height())
        point = (float(leading.epochs[at]), float(y[at]))
        anchor = clearest_place(point, share, (axes.x_range, axes.y_range), [(leading.epochs, y)])
        box = QRectF(place - QPointF(anchor[0] * size[0], anchor[1] * size[1]), place)
        box.setSize(QRectF(0, 0, *size).size())
        painter.fillRect(box, faded(palette.card, 215))
        painter.setFont(self.letters)
        painter.setPen(QColor(palette.text))
        painter.drawText(box.topLeft() + QPointF(_MARGIN, _MARGIN + self._metrics.ascent()), words)

    def paint_pointed(self, painter: QPainter, number: int) -> QPointF | None:
        if number not in self._ready:
            return None
        x, y = self._pixels(number)
        known = np.flatnonzero(np.isfinite(y))
        if not len(known):
            return None
        painter.setClipRect(self._room())
        painter.setPen(pen_of(QColor(self.look.palette.text), 1.8))
        draw_pieces(painter, pieces(x, y))
        at = int(known[y[known].argmax()])  # pixels grow downwards, so this is the best
        painter.setBrush(QColor(self.look.palette.card))
        painter.drawEllipse(QPointF(x[at], y[at]), _MARK, _MARK)
        painter.setClipping(False)
        return QPointF(x[at], y[at])

    # ---- pointing

    def nearest(self, place: QPointF) -> int:
        if not self._ready or not self.axes.room.contains(place):
            return NOBODY
        if self._owners is None:
            each = [pieces(*self._pixels(number)) for number in self._ready]
            self._all = np.concatenate(each)
            self._owners = np.repeat(list(self._ready), [len(found) for found in each])
        at = nearest_piece(self._all, place, _REACH)
        return NOBODY if at is None else int(self._owners[at])

    def order(self) -> list[int]:
        return list(self._ready)

    def _pixels(self, number: int) -> tuple[Floats, Floats]:
        x, y = self._ready[number].points
        return self.axes.x(x), self.axes.y(y)

    def _room(self) -> QRectF:
        return self.axes.room.adjusted(0, 0, 1, 1)
