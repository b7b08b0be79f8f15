"""The parts of a date that a model can use, as arrays and as nodes of an ONNX graph."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.graph import Graph
from trainer_gui.engine.data.instants import Instants

_SECONDS_A_DAY = 86_400
_TO_MARCH = 719_468  # days from the first of March of the year 0 to 1970
_CENTURIES = 146_097  # days in 400 years


def parts_of(instants: Instants, first: np.datetime64) -> dict[str, NDArray[np.float64]]:
    """Every part of these instants, none of them NaT, float64 [rows, 1] or, on a circle, [rows, 2].

    In this order: the year, the place in the year, the weekday and the time of day as sine and cosine, so
    that December lies beside January and Sunday beside Monday, and the days since `first`. Year and days are
    not scaled. A month is taken as 31 days long, so the last day of some lies a little before its end.
    """
    days = instants.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    year = months.astype("datetime64[Y]").astype(np.int64) + 1970
    month = months.astype(np.int64) % 12
    day = (days - months.astype("datetime64[D]")).astype(np.int64)
    clock = (instants - days.astype("datetime64[s]")).astype(np.int64)
    since = (instants - first).astype("timedelta64[s]").astype(np.int64) / _SECONDS_A_DAY
    return {
        "year": year[:, None].astype(np.float64),
        "season": _on_circle((month + day / 31) / 12),
        "weekday": _on_circle((days.astype(np.int64) + 3) % 7 / 7),  # 1970 began on a Thursday
        "time": _on_circle(clock / _SECONDS_A_DAY),
        "days": since[:, None],
    }


def _on_circle(turns: NDArray[np.float64]) -> NDArray[np.float64]:
    angle = 2 * np.pi * turns
    return np.stack([np.sin(angle), np.cos(angle)], axis=1)


def add_parts(graph: Graph, seconds: str, first: np.datetime64) -> dict[str, str]:
    """The same as double nodes, from int64 [batch, 1]; whole numbers stay exact in doubles.

    Year, month and day come from the days since 1970 by counting from March, so that the leap day is the
    last one of a year (Hinnant, 2013, “chrono-compatible low-level date algorithms”).
    """
    from onnx import TensorProto

    def number(value: float) -> str:
        return graph.constant(value, np.float64)

    def plus(one: str, other: str | float) -> str:
        return graph.node("Add", one, other if isinstance(other, str) else number(other))

    def times(one: str, value: float) -> str:
        return graph.node("Mul", one, number(value))

    def minus(one: str, other: str) -> str:
        return graph.node("Sub", one, other)

    def per(one: str, value: float) -> str:
        return graph.node("Floor", graph.node("Div", one, number(value)))

    def on_circle(turns: str) -> str:
        angle = times(turns, 2 * np.pi)
        # A cosine of doubles is not known everywhere; it is the sine of a quarter turn later.
        both = graph.node("Sin", angle), graph.node("Sin", plus(angle, np.pi / 2))
        return graph.node("Concat", *both, axis=1)

    exact = graph.cast(seconds, TensorProto.DOUBLE)
    days = per(exact, _SECONDS_A_DAY)
    clock = minus(exact, times(days, _SECONDS_A_DAY))
    shifted = plus(days, _TO_MARCH)
    era = per(shifted, _CENTURIES)
    of_era = minus(shifted, times(era, _CENTURIES))
    even = minus(plus(minus(of_era, per(of_era, 1_460)), per(of_era, 36_524)), per(of_era, 146_096))
    years = per(even, 365)
    of_year = minus(of_era, plus(times(years, 365), minus(per(years, 4), per(years, 100))))
    from_march = per(plus(times(of_year, 5), 2), 153)
    day = minus(of_year, per(plus(times(from_march, 153), 2), 5))  # from 0
    late = graph.cast(graph.node("GreaterOrEqual", from_march, number(10)), TensorProto.DOUBLE)
    month = minus(plus(from_march, 2), times(late, 12))  # from 0; January and February are late
    week = plus(days, 3)
    since = minus(exact, number(float(first.astype(np.int64))))
    return {
        "year": plus(plus(years, times(era, 400)), late),
        "season": on_circle(times(plus(month, times(day, 1 / 31)), 1 / 12)),
        "weekday": on_circle(times(minus(week, times(per(week, 7), 7)), 1 / 7)),
        "time": on_circle(times(clock, 1 / _SECONDS_A_DAY)),
        "days": times(since, 1 / _SECONDS_A_DAY),
    }
