"""A number on a logarithmic scale, on which a few far values rule the error no more."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from trainer_gui.engine.data.graph import Graph
from trainer_gui.engine.data.series import deviation_of

Numbers = NDArray[np.float64]

_SMALL = 0.05  # the share of distances from zero that are smaller than the unit
_STRAIGHT = 1.0  # skewness of a scale that is good enough to look no further
_SMALLEST = 1e-9  # unit, as a share of the largest distance
_BEYOND = 1.0  # standard deviations on the scale by which answers may go past what was seen


class Logarithm(BaseModel):
    """The scale sign(v)·log(1 + |v|) of v = (number - zero) / unit: a logarithm that knows zero and below.

    `mean` and `deviation` are those of the training rows on this scale. Answers are kept between `low` and
    `high`, also on the scale, since a logarithm that is taken back grows without bounds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    zero: float
    unit: float
    mean: float
    deviation: float
    low: float
    high: float

    def scaled(self, numbers: Numbers) -> Numbers:
        """Numbers in the unit of the target as standard deviations on the scale, of any shape."""
        return (_curved(numbers, self.zero, self.unit) - self.mean) / self.deviation

    def in_unit(self, scaled: Numbers) -> Numbers:
        """The way back, between the lowest and the highest answer."""
        curved = np.clip(scaled * self.deviation + self.mean, self.low, self.high)
        return np.asarray(np.sign(curved) * np.expm1(np.abs(curved)) * self.unit + self.zero)

    def add_to(self, graph: Graph, scaled: str) -> str:
        """The way back as nodes of an ONNX graph, for doubles of any shape; gives the name of the result."""

        def number(value: float) -> str:
            return graph.constant(value, np.float64)

        spread = graph.node("Mul", scaled, number(self.deviation))
        curved = graph.node("Add", spread, number(self.mean))
        kept = graph.node("Clip", curved, number(self.low), number(self.high))
        grown = graph.node("Sub", graph.node("Exp", graph.node("Abs", kept)), number(1.0))
        signed = graph.node("Mul", graph.node("Sign", kept), grown)
        return graph.node("Add", graph.node("Mul", signed, number(self.unit)), number(self.zero))


def logarithm_of(numbers: Numbers) -> Logarithm:
    """The scale for these training values, NaN left out, of which at least one must be finite.

    Zero is the 0 of the numbers where all lie on one side of it; where that leaves them skewed, it is their
    end or their middle, whichever makes them most even.
    """
    known = numbers[np.isfinite(numbers)]
    low, high = float(known.min()), float(known.max())
    zeros = [0.0] if low >= 0 or high <= 0 else []
    tried = []
    for zero in (*zeros, low, high, float(np.median(known))):
        unit = _unit(known, zero)
        tried.append((abs(skewness_of(_curved(known, zero, unit))), zero, unit))
        if tried[-1][0] < _STRAIGHT:
            break
    _, zero, unit = min(tried, key=lambda each: each[0])
    curved = _curved(known, zero, unit)
    deviation = deviation_of(curved)
    return Logarithm(
        zero=zero,
        unit=unit,
        mean=float(curved.mean()),
        deviation=deviation,
        low=float(curved.min()) - _BEYOND * deviation,
        high=float(curved.max()) + _BEYOND * deviation,
    )


def skewness_of(numbers: Numbers) -> float:
    """The third moment in standard deviations, 0 where all numbers are the same; no NaN may be among them."""
    spread = numbers.std()
    return float((((numbers - numbers.mean()) / spread) ** 3).mean()) if spread > 0 else 0.0


def _unit(known: Numbers, zero: float) -> float:
    """A small distance from zero: nearly all others are larger, and told apart by their logarithm."""
    distances = np.abs(known - zero)
    distances = distances[distances > 0]
    if not len(distances):
        return 1.0
    return max(float(np.quantile(distances, _SMALL)), _SMALLEST * float(distances.max()))


def _curved(numbers: Numbers, zero: float, unit: float) -> Numbers:
    distances = (numbers - zero) / unit
    return np.asarray(np.sign(distances) * np.log1p(np.abs(distances)))
