"""Ranges of numbers as people write them."""

from __future__ import annotations

import math

from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.settings import Setting
from trainer_gui.engine.study.axis import Axis

EXAMPLE = "Write it as NAME=LOW..HIGH or NAME=ONE,TWO, such as learning_rate=0.0001..0.1."
_MOST_VALUES = 1000


def range_of(setting: Setting, text: str) -> Axis:
    """The axis of LOW..HIGH or LOW..HIGH:POINTS; raises UserError where it is no range of this setting."""
    ends, colon, count = text.partition(":")
    first, _, last = ends.partition("..")
    if setting.kind not in (int, float):
        raise refuse(
            "vary.no_range",
            "{label} has no range, only single values.",
            "Name them, such as {example}.",
            field=setting.name,
            label=setting.label,
            example=f"{setting.name}={','.join(each for each, _ in setting.choices) or 'yes,no'}",
        )
    low, high = number_of(setting, first), number_of(setting, last)
    _must_be_in_bounds(setting, low, high)
    points = 0
    if colon:
        if not count.strip().isdigit() or not 2 <= int(count) <= _MOST_VALUES:
            raise refuse(
                "vary.points",
                "“{count}” is no number of points for the range of {label}.",
                "Write a whole number from 2 to {most} after the colon.",
                field=setting.name,
                count=count,
                label=setting.label,
                most=_MOST_VALUES,
            )
        points = int(count)
    if setting.scale == "power of two":
        low, high = _powers(setting, low, high)
    written = f"{setting.name}={_short(low)}..{_short(high)}" + (f":{points}" if points else "")
    return Axis(
        setting.name,
        setting.label,
        written,
        low=low,
        high=high,
        whole=setting.kind is int,
        scale=setting.scale,
        points=points,
    )


def _short(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _must_be_in_bounds(setting: Setting, low: float, high: float) -> None:
    """Raises UserError where the range is upside down, empty, or leaves what is declared."""
    if low > high:
        raise refuse(
            "vary.upside_down",
            "The range of {label} is upside down: {low} is more than {high}.",
            "Let it go from the smaller one to the larger one: {high}..{low}.",
            field=setting.name,
            label=setting.label,
            low=plain(low),
            high=plain(high),
        )
    if low == high:
        raise too_few(setting.name)
    least, most = setting.minimum, setting.maximum
    if (least is not None and low < least) or (most is not None and high > most):
        raise refuse(
            "vary.out_of_bounds",
            "The range {low} to {high} of {label} leaves what is possible.",
            "It can go from {least} to {most}.",
            field=setting.name,
            least="anything" if least is None else plain(least),
            most="anything" if most is None else plain(most),
            label=setting.label,
            low=plain(low),
            high=plain(high),
        )
    if setting.kind is int and (low % 1 or high % 1):
        raise refuse(
            "vary.not_whole",
            "{label} is a whole number, and the range {low} to {high} does not begin and end with one.",
            "Write whole numbers.",
            field=setting.name,
            label=setting.label,
            low=plain(low),
            high=plain(high),
        )
    if setting.scale == "log" and low <= 0:
        raise refuse(
            "vary.log_from_zero",
            "{label} is varied by factors, and no factor leads from 0 to anything.",
            "Let the range begin a little above 0, or name the values: {name}=0,{tenth},{high}.",
            field=setting.name,
            name=setting.name,
            tenth=plain(high / 10),
            label=setting.label,
            low=plain(low),
            high=plain(high),
        )


def _powers(setting: Setting, low: float, high: float) -> tuple[float, float]:
    """The first and the last power of two in the range; raises UserError where there are fewer than two."""
    first, last = math.ceil(math.log2(max(low, 1.0))), math.floor(math.log2(high))
    if first >= last:
        raise refuse(
            "vary.no_powers",
            "{label} is varied by doubling, and there are no two such numbers from {low} to {high}.",
            "Take a wider range, or name the values.",
            field=setting.name,
            label=setting.label,
            low=plain(low),
            high=plain(high),
        )
    return float(2**first), float(2**last)


def number_of(setting: Setting, text: str) -> float:
    """The number that a text holds; raises UserError where it holds none."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise refuse(
            "vary.no_number",
            "{label} cannot be “{text}”: a number is needed there.",
            EXAMPLE,
            field=setting.name,
            label=setting.label,
            text=text,
        )
    return number


def too_few(name: str) -> UserError:
    """The refusal of what would not vary."""
    return refuse(
        "vary.too_few",
        "{name} has fewer than two values, so it would not vary.",
        "Name at least two, or do not vary it.",
        field=name,
        name=name,
    )


def plain(value: float) -> str:
    """A number as a person writes it, without an exponent."""
    return f"{value:.12f}".rstrip("0").rstrip(".")
