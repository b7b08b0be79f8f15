"""A picture of very many lines that is drawn a few milliseconds at a time."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Hashable, Iterable, Iterator

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

from trainer_gui.gui.plots.strokes import Stroke, draw_pieces

_BUDGET = 0.004  # seconds of drawing at a time; a frame has 0.016, and there is more to do in it
_AT_ONCE = 1500  # pieces between two looks at the clock
_EACH = 150  # pieces that could be drawn in the time that it takes to work a line out


class SlowPicture:
    """Takes lines at any time and draws them in turn; until a new picture is whole, the former is shown."""

    def __init__(self) -> None:
        self._wanted: Hashable = None
        self._shown = QPixmap()
        self._made = QPixmap()
        self._left: deque[Iterator[Stroke]] = deque()
        self._room = QRectF()
        self._has_former = False

    @property
    def wanted(self) -> Hashable:
        """What the picture that is shown or made is of."""
        return self._wanted

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to draw."""
        return not self._left

    def begin(self, key: Hashable, size: QSize, ratio: float, room: QRectF, *, keep: bool) -> None:
        """Begins another picture; `keep` goes on showing the former one meanwhile."""
        if not keep:
            self._has_former = False
        elif self._wanted is not None and not self._has_former:
            self._shown, self._has_former = self._made, True
        self._wanted, self._room = key, room
        self._left.clear()
        self._made = QPixmap(size * ratio)
        self._made.setDevicePixelRatio(ratio)
        self._made.fill(Qt.GlobalColor.transparent)

    def add(self, strokes: Iterable[Stroke]) -> None:
        """Lines to draw over those that were added before; they are worked out when it is their turn."""
        self._left.append(iter(strokes))

    def work(self) -> QPixmap:
        """Draws for a few milliseconds, and gives the picture to show."""
        if self._left:
            painter = QPainter(self._made)
            painter.setClipRect(self._room)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            end, drawn = time.perf_counter() + _BUDGET, 0
            while self._left:
                stroke = next(self._left[0], None)
                if stroke is None:
                    self._left.popleft()
                    continue
                painter.setPen(stroke.pen)
                if stroke.path is not None:
                    painter.drawPath(stroke.path)
                else:
                    draw_pieces(painter, stroke.pieces)
                drawn += len(stroke.pieces) + _EACH
                if drawn > _AT_ONCE:
                    drawn = 0
                    if time.perf_counter() > end:
                        break
            painter.end()
        if self.is_whole:
            self._has_former = False
        return self._shown if self._has_former else self._made
