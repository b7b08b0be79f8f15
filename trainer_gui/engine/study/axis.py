"""One thing that a study varies: a range on a scale, or a list of values."""

from __future__ import annotations

import math
from dataclasses import dataclass

from trainer_gui.engine.settings import Scale

Value = bool | int | float | str
_POINTS = 5  # of a range, in a grid, where nobody said how many


@dataclass(frozen=True)
class Axis:
    """A range (`low` to `high`, both included) where `values` is empty, or else those values.

    `text` is how it is written, NAME=VALUES, and is read back to the same axis.
    """

    name: str
    label: str
    text: str
    values: tuple[Value, ...] = ()
    ordered: bool = False  # whether neighbours in `values` are alike
    low: float = 0.0
    high: float = 0.0
    whole: bool = False
    scale: Scale = "linear"
    points: int = 0  # in a grid; 0: the usual number

    @property
    def is_range(self) -> bool:
        """Whether anything between two ends may come."""
        return not self.values

    @property
    def in_grid(self) -> tuple[Value, ...]:
        """The values that a grid tries: all that are listed, or points evenly spread on the scale."""
        if not self.is_range:
            return self.values
        if self.scale == "power of two":
            exponents = range(round(math.log2(self.low)), round(math.log2(self.high)) + 1)
            found: list[Value] = [2**each for each in exponents]
            wanted = self.points or len(found)
            if wanted >= len(found):
                return tuple(found)
            return tuple(found[round(place * (len(found) - 1) / (wanted - 1))] for place in range(wanted))
        shares = [place / ((self.points or _POINTS) - 1) for place in range(self.points or _POINTS)]
        return tuple(dict.fromkeys(self.at(share) for share in shares))

    @property
    def count(self) -> int | None:
        """How many different values there are; None where there is no end of them."""
        if self.values:
            return len(self.values)
        if self.scale == "power of two":
            return round(math.log2(self.high)) - round(math.log2(self.low)) + 1
        return int(self.high - self.low) + 1 if self.whole else None

    def at(self, share: float) -> Value:
        """The value at a share (0 to 1) of the way from the low end to the high end, on the scale."""
        if self.scale == "linear":
            value = self.low + share * (self.high - self.low)
        else:
            value = math.exp(math.log(self.low) + share * (math.log(self.high) - math.log(self.low)))
        if self.scale == "power of two":
            return int(2 ** round(math.log2(value)))
        if self.whole:
            return min(max(round(value), int(self.low)), int(self.high))
        # Four digits tell all that matters, and keep tables readable; the ends are taken as they were given.
        return min(max(float(f"{value:.4g}"), self.low), self.high)

    def share(self, value: Value) -> float:
        """Where a value lies: 0 at the low end, 1 at the high end, evenly on the scale.

        Beyond these it is outside of the axis, as after a range was changed; NaN where it has no place.
        """
        if not self.is_range:
            return (
                self.values.index(value) / max(1, len(self.values) - 1) if value in self.values else math.nan
            )
        if isinstance(value, str | bool):
            return math.nan
        if self.scale == "linear":
            return (value - self.low) / (self.high - self.low)
        if value <= 0:
            return math.nan
        return (math.log(value) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))

    def holds(self, value: Value) -> bool:
        """Whether the value can come from this axis."""
        if not self.is_range:
            return value in self.values
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        if self.scale == "power of two" and math.log2(value) % 1:
            return False
        return self.low <= value <= self.high and not (self.whole and value % 1)
