"""Which part of a chart is seen: the whole, or a part that stands still or follows the newest epochs."""

from __future__ import annotations

from dataclasses import dataclass, replace

Range = tuple[float, float]

_LEAST = 1.0  # epochs that can fill the chart
_AHEAD = 0.03  # of the width, kept free before the newest epoch


@dataclass(frozen=True)
class Viewport:
    """Ranges of both axes; None shows all. A part that reaches to the newest epoch goes along with it."""

    x: Range | None = None
    y: Range | None = None
    follows: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether everything is seen."""
        return self.x is None and self.y is None

    def along(self, newest: float) -> Viewport:
        """Where it has gone when this epoch is the newest."""
        if self.x is None or not self.follows:
            return self
        left, right = self.x
        beyond = newest + _AHEAD * (right - left) - right
        return replace(self, x=(left + beyond, right + beyond)) if beyond > 0 else self

    def zoomed_across(
        self, seen: Range, whole: Range, factor: float, around: float, newest: float
    ) -> Viewport:
        """The epoch axis made longer or shorter (a factor below 1 shows less of it) around a place."""
        left, right = around + (seen[0] - around) * factor, around + (seen[1] - around) * factor
        if right - left < _LEAST:
            share = (around - seen[0]) / max(seen[1] - seen[0], 1e-12)
            left, right = around - share * _LEAST, around + (1 - share) * _LEAST
        return self._across(max(left, whole[0]), min(right, whole[1]), whole, newest)

    def moved_across(self, seen: Range, whole: Range, by: float, newest: float) -> Viewport:
        """The epoch axis moved by so many epochs, as far as there are some."""
        by = min(max(by, whole[0] - seen[0]), whole[1] - seen[1])
        return self._across(seen[0] + by, seen[1] + by, whole, newest)

    def _across(self, left: float, right: float, whole: Range, newest: float) -> Viewport:
        slack = 1e-9 * (whole[1] - whole[0])
        if left <= whole[0] + slack and right >= whole[1] - slack:
            return replace(self, x=None, follows=False)
        return replace(self, x=(left, right), follows=right >= newest)

    def zoomed_up(self, seen: Range, factor: float, around: float) -> Viewport:
        """The left axis made longer or shorter around a value."""
        low, high = around + (seen[0] - around) * factor, around + (seen[1] - around) * factor
        if high - low < 1e-9 * max(abs(low), abs(high), 1e-12):  # numbers cannot tell more apart
            return self
        return replace(self, y=(low, high))

    def moved_up(self, seen: Range, by: float) -> Viewport:
        """The left axis moved by so much, where it was zoomed before."""
        return self if self.y is None else replace(self, y=(seen[0] + by, seen[1] + by))

    def to_newest(self, seen: Range, newest: float) -> Viewport:
        """The same width of epochs, at the newest, following them."""
        width = seen[1] - seen[0]
        right = newest + _AHEAD * width
        return replace(self, x=(right - width, right), follows=True)

    def stays(self) -> Viewport:
        """The same part, standing still."""
        return replace(self, follows=False)
