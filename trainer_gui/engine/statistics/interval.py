"""A number, how sure it is, and how likely chance alone would show it."""

from __future__ import annotations

from dataclasses import dataclass

LEVEL = 0.95  # of every interval
ALPHA = 0.05  # the share of false alarms that is put up with
POWER = 0.8  # how often a difference that is there is to be found


@dataclass(frozen=True)
class Difference:
    """A difference, A minus B, with the ends of its 95 % interval.

    `p` is how likely chance alone shows one as large (two-sided), and `error` its standard error; both are 0
    to infinity or 1 and NaN where that cannot be said. `freedom` is the number of degrees of freedom.
    """

    value: float
    low: float
    high: float
    p: float
    error: float
    freedom: float = float("inf")

    @property
    def is_sure(self) -> bool:
        """Whether the interval and the test both say that there is a difference."""
        return self.p < ALPHA and (self.low > 0 or self.high < 0)
