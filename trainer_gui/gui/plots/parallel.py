"""All settings side by side, a line for each trial, with a range to choose on every axis. Imported late."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPixmap

from trainer_gui.engine.study.outline import StudyOutline, TrialOutline
from trainer_gui.gui.plots.axis_ticks import setting_ticks
from trainer_gui.gui.plots.curves import Floats
from trainer_gui.gui.plots.loss_axes import Range
from trainer_gui.gui.plots.marks import end_mark, nearest_piece
from trainer_gui.gui.plots.shades import shade
from trainer_gui.gui.plots.slow_picture import SlowPicture
from trainer_gui.gui.plots.strokes import Stroke, draw_pieces, faded, mixed, pen_of, pieces
from trainer_gui.gui.plots.ticks import Ticks, linear_ticks, log_ticks
from trainer_gui.gui.plots.trial_plot import NOBODY, Sheet, TrialLook

Brushes = dict[int, Range]  # by axis, the score last: between which shares of it
_TOP, _FOOT, _SIDE = 34, 14, 26  # pixels over, under and beside the axes
_REACH = 7.0  # pixels between the pointer and a line that it means
_GRIP = 16.0  # and an axis on which a range is drawn
_HALF = 7.0  # half of the width of a range
_SNUG = 0.6
_MANY = 60  # trials; lines of more than a pixel take ten times as long to draw


class ParallelSheet(Sheet):
    """An upright axis for each setting and one for the score; a trial is a line through its values."""

    def __init__(self) -> None:
        self.score_name = ""
        self.brushes: Brushes = {}
        self._picture = SlowPicture()
        self._drawn: dict[int, TrialOutline] = {}
        self._backdrop = QPixmap()
        self._numbers = QPixmap()
        self._backdrop_of: object = None
        self._ends: Range | None = None
        self._ends_log = False

    def another(self) -> ParallelSheet:
        made = ParallelSheet()
        made.score_name, made.brushes = self.score_name, self.brushes
        return made

    def work_out(self, outline: StudyOutline, look: TrialLook, size: QSize) -> None:
        self.outline, self.look, self.size = outline, look, size
        self._metrics = QFontMetricsF(self.letters)
        self._room = QRectF(
            _SIDE, _TOP, max(1, size.width() - 2 * _SIDE), max(1, size.height() - _TOP - _FOOT)
        )
        count = len(outline.axes) + 1
        # What is written beside the last axis needs its room too.
        wide = self._room.width() - 44
        self.places = self._room.left() + 20 + wide * np.arange(count) / max(1, count - 1)
        self.ticks = self._all_ticks()
        scores = np.array([each.score for each in outline.trials])
        self._score_shares = self._shares_of(scores)
        settings = np.array([each.shares for each in outline.trials]).reshape(len(outline.trials), count - 1)
        self.shares = np.column_stack([settings, self._score_shares])
        self._heights = self._room.bottom() - self.shares * self._room.height()
        self._owners: np.ndarray | None = None
        self._is_thin = len(outline.trials) > _MANY
        self._at = {each.number: at for at, each in enumerate(outline.trials)}

    def _shares_of(self, scores: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            y = np.where(scores > 0, np.log10(scores), np.nan) if self.look.log else scores
        known = np.sort(y[np.isfinite(y)])
        low, high = 0.0, 1.0
        if len(known):
            low, high = float(known[0]), float(known[-1] if len(known) < 20 else np.quantile(known, 0.95))
        span = max(high - low, abs(high) * 1e-3, 1e-9)
        ends = self._ends if self._ends_log == self.look.log else None
        if ends is None or not (ends[0] <= low and high <= ends[1] and span > _SNUG * (ends[1] - ends[0])):
            ends = (low - 0.04 * span, high + 0.06 * span)
        self._ends, self._ends_log = ends, self.look.log
        most = max(2, int(self._room.height() // 40))
        self.ticks[-1] = [
            ((place - ends[0]) / (ends[1] - ends[0]), words)
            for place, words in (log_ticks(*ends, most) if self.look.log else linear_ticks(*ends, most))
        ]
        return np.clip((y - ends[0]) / (ends[1] - ends[0]), 0.0, 1.0)

    def _all_ticks(self) -> list[Ticks]:
        most = max(2, int(self._room.height() // 40))
        return [*(setting_ticks(axis, most) for axis in self.outline.axes), []]

    # ---- painting

    def paint(self, painter: QPainter, ratio: float) -> bool:
        look = self.look
        behind = (self.size, ratio, look.palette, str(self.ticks), self.letters)
        if behind != self._backdrop_of:
            self._backdrop_of = behind
            self._backdrop = QPixmap(self.size * ratio)
            self._backdrop.setDevicePixelRatio(ratio)
            self._backdrop.fill(QColor(look.palette.card))
            below = QPainter(self._backdrop)
            self._paint_axes(below)
            below.end()
            self._numbers = QPixmap(self.size * ratio)
            self._numbers.setDevicePixelRatio(ratio)
            self._numbers.fill(Qt.GlobalColor.transparent)
            above = QPainter(self._numbers)
            self._paint_numbers(above)
            above.end()
        painter.drawPixmap(0, 0, self._backdrop)
        key = (
            self.size,
            ratio,
            look.palette,
            self._ends,
            look.log,
            look.chosen,
            self.outline.axes,
            self._is_thin,
        )
        before = self._picture.wanted
        order = self._in_order()
        # Of another study, or of trials that went on, the old lines must not stay, nor be waited for.
        now = {each.number: each for each in order}
        is_stale = any(now.get(number) is not each for number, each in self._drawn.items())
        if before != key or is_stale:
            keep = isinstance(before, tuple) and before[:5] == key[:5] and before[6] == key[6]
            keep = keep and not is_stale
            self._picture.begin(
                key, self.size, ratio, QRectF(0, 0, self.size.width(), self.size.height()), keep=keep
            )
            self._drawn = {}
        for each in order:
            if self._drawn.get(each.number) is not each:
                self._drawn[each.number] = each
                self._picture.add(map(self._stroke, (each,)))
        painter.drawPixmap(0, 0, self._picture.work())
        painter.drawPixmap(0, 0, self._numbers)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_over(painter)
        return self._picture.is_whole

    def paint_file(self, painter: QPainter) -> None:
        self._paint_axes(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(0, 0, self.size.width(), self.size.height())
        for each in self._in_order():
            self._stroke(each).paint_file(painter, room)
        self._paint_numbers(painter)
        self._paint_over(painter)

    def _in_order(self) -> list[TrialOutline]:
        """The worst first, and those inside the brushes last, so that what matters lies on top."""
        chosen = self.look.chosen
        over = [each for each in self.outline.trials if each.kind not in ("running", "stopped")]
        return over if chosen is None else sorted(over, key=lambda each: each.number in chosen)

    def _stroke(self, each: TrialOutline) -> Stroke:
        palette, chosen = self.look.palette, self.look.chosen
        at = self._at[each.number]
        ink = shade(float(self._score_shares[at]), palette)
        if chosen is not None and each.number not in chosen:
            ink = mixed(palette.muted, palette.card, 0.14)
        elif each.kind == "failed":
            ink = mixed(palette.error, palette.card, 0.7)
        found = pieces(self.places, self._heights[at])
        if each.kind == "failed" and len(self.places) > 1 and math.isfinite(self._heights[at][-2]):
            x, y = float(self.places[-2]) + 12, float(self._heights[at][-2])
            found = np.concatenate([found, end_mark("failed", x, y)])
        return Stroke(pen_of(ink, 1.0 if self._is_thin else 1.5), found)

    def _paint_axes(self, painter: QPainter) -> None:
        palette, metrics = self.look.palette, self._metrics
        painter.setFont(self.letters)
        names = [*(axis.label for axis in self.outline.axes), self.score_name]
        gap = float(self.places[1] - self.places[0]) if len(self.places) > 1 else self._room.width()
        for x, name in zip(self.places, names, strict=True):
            painter.setPen(QPen(QColor(palette.line_strong), 1))
            painter.drawLine(QPointF(x, self._room.top()), QPointF(x, self._room.bottom()))
            painter.setPen(QColor(palette.text))
            words = metrics.elidedText(name, Qt.TextElideMode.ElideRight, gap - 10)
            wide = metrics.horizontalAdvance(words)
            left = min(max(x - wide / 2, 2.0), self.size.width() - wide - 2)
            painter.drawText(QPointF(left, metrics.ascent() + 2), words)

    def _paint_numbers(self, painter: QPainter) -> None:
        """The values beside the axes, over the lines, on a ground that lets them be read."""
        palette, metrics = self.look.palette, self._metrics
        painter.setFont(self.letters)
        for x, ticks in zip(self.places, self.ticks, strict=True):
            for share, text in ticks:
                if -1e-9 <= share <= 1 + 1e-9:
                    y = self._room.bottom() - share * self._room.height()
                    wide = metrics.horizontalAdvance(text)
                    box = QRectF(x + 5, y - metrics.height() / 2 + 1, wide + 4, metrics.height() - 2)
                    painter.fillRect(box, faded(palette.card, 200))
                    painter.setPen(QColor(palette.muted))
                    painter.drawText(QPointF(x + 7, y + metrics.ascent() / 2 - 1), text)

    def _paint_over(self, painter: QPainter) -> None:
        palette = self.look.palette
        for at, (low, high) in self.brushes.items():
            painter.setPen(QPen(QColor(palette.accent), 1.2))
            painter.setBrush(faded(palette.accent, 50))
            painter.drawRoundedRect(self.rect_of(at, low, high), 3, 3)
        for each in self.outline.trials:
            if each.kind in ("running", "stopped"):
                painter.setPen(pen_of(mixed(palette.training, palette.card, 0.8), 1.0, "dashed"))
                draw_pieces(painter, pieces(self.places, self._heights[self._at[each.number]]))
        best = self._at.get(self.outline.best)
        if best is not None:
            painter.setPen(pen_of(QColor(palette.validation), 2.4))
            draw_pieces(painter, pieces(self.places, self._heights[best]))

    def rect_of(self, at: int, low: float, high: float) -> QRectF:
        """Where a range on an axis is drawn, in pixels."""
        x, room = float(self.places[at]), self._room
        top, bottom = room.bottom() - high * room.height(), room.bottom() - low * room.height()
        return QRectF(x - _HALF, top, 2 * _HALF, max(1.0, bottom - top))

    def paint_pointed(self, painter: QPainter, number: int) -> QPointF | None:
        at = self._at.get(number)
        if at is None:
            return None
        painter.setPen(pen_of(QColor(self.look.palette.text), 2.0))
        draw_pieces(painter, pieces(self.places, self._heights[at]))
        middle = len(self.places) // 2
        y = self._heights[at][middle]
        return QPointF(float(self.places[middle]), float(y if np.isfinite(y) else self._room.center().y()))

    # ---- pointing

    def axis_at(self, place: QPointF) -> int | None:
        """The axis near a point."""
        away = np.abs(self.places - place.x())
        at = int(away.argmin())
        near = away[at] <= _GRIP and self._room.adjusted(-_SIDE, -8, _SIDE, 8).contains(place)
        return at if near else None

    def share_at(self, place: QPointF) -> float:
        """How high a point is on the axes, 0 to 1."""
        return min(max((self._room.bottom() - place.y()) / self._room.height(), 0.0), 1.0)

    def chosen(self) -> frozenset[int] | None:
        """The trials inside all brushes; None where there is no brush."""
        if not self.brushes:
            return None
        inside = np.ones(len(self.shares), dtype=bool)
        for at, (low, high) in self.brushes.items():
            with np.errstate(invalid="ignore"):
                inside &= (self.shares[:, at] >= low - 1e-9) & (self.shares[:, at] <= high + 1e-9)
        return frozenset(each.number for each, kept in zip(self.outline.trials, inside, strict=True) if kept)

    def nearest(self, place: QPointF) -> int:
        if not len(self._heights):
            return NOBODY
        if self._owners is None:
            chosen = self.look.chosen
            shown = [
                (each.number, pieces(self.places, self._heights[at]))
                for at, each in enumerate(self.outline.trials)
                if chosen is None or each.number in chosen
            ]
            self._all = np.concatenate([found for _, found in shown]) if shown else np.empty((0, 4))
            self._owners = np.repeat([number for number, _ in shown], [len(found) for _, found in shown])
        at = nearest_piece(self._all, place, _REACH)
        return NOBODY if at is None else int(self._owners[at])

    def order(self) -> list[int]:
        chosen = self.look.chosen
        return [each.number for each in self.outline.trials if chosen is None or each.number in chosen]
