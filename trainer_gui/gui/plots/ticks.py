"""Round numbers to write beside an axis."""

import math

Ticks = list[tuple[float, str]]


def linear_ticks(low: float, high: float, most: int) -> Ticks:
    """At most about `most` evenly spaced round numbers from `low` to `high`, with their texts."""
    span = high - low
    if not (span > 0 and math.isfinite(span)) or most < 1:
        return []
    rough = span / most
    decade = 10.0 ** math.floor(math.log10(rough))
    step = next(decade * each for each in (1.0, 2.0, 2.5, 5.0, 10.0) if decade * each >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    values = [number * step for number in range(first, last + 1)]
    return [(value, _text(value, step)) for value in values]


def whole_ticks(low: float, high: float, most: int) -> Ticks:
    """The same with whole numbers only, for epochs."""
    found = linear_ticks(low, high, most)
    if any(value != round(value) for value, _ in found):
        found = [(float(value), "") for value in range(math.ceil(low), math.floor(high) + 1)]
    return [(value, f"{round(value):,}") for value, _ in found]


def log_ticks(low: float, high: float, most: int) -> Ticks:
    """Places in powers of ten, with the texts of the numbers themselves; `low` and `high` are exponents."""
    if not (high > low and math.isfinite(high - low)):
        return []
    for ladder in ((1,), (1, 3), (1, 2, 5), (1, 2, 3, 5, 7)):
        every = max(1, math.ceil((high - low) / most)) if ladder == (1,) else 1
        decades = range(math.floor(low), math.ceil(high) + 1)
        places = [decade + math.log10(each) for decade in decades if decade % every == 0 for each in ladder]
        inside = [place for place in places if low - 1e-9 <= place <= high + 1e-9]
        if len(inside) >= min(4, most):
            return [(place, _short(10**place)) for place in inside]
    plain = linear_ticks(10**low, 10**high, min(most, 5))
    return [(math.log10(value), text) for value, text in plain if value > 0]


def _text(value: float, step: float) -> str:
    if value == 0:
        return "0"
    if max(abs(value), step) >= 1e6 or step < 1e-5:
        return _short(value)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    if abs(step * 10**digits - round(step * 10**digits)) > 1e-6:  # a step of 2.5
        digits += 1
    return f"{value:,.{digits}f}"


def _short(value: float) -> str:
    if 1e-4 <= abs(value) < 1e6:
        return f"{value:,.10f}".rstrip("0").rstrip(".") if abs(value) < 1 else f"{value:,.6g}"
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
