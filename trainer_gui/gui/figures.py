"""Numbers in words that people read: durations, sizes, counts, losses."""

import math

from PySide6.QtCore import QCoreApplication


def _tr(text: str) -> str:
    return QCoreApplication.translate("Words", text)


def duration(seconds: float) -> str:
    """A time span, rounded to what matters: "0.4 s", "12 s", "3 min 20 s", "2 h 5 min"."""
    if not math.isfinite(seconds):
        return "–"
    if seconds < 0.95:
        return _tr("{number} s").format(number=f"{max(0.1, seconds):.1f}")
    if seconds < 59.5:
        return _tr("{number} s").format(number=round(seconds))
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 10 and rest:
        return _tr("{minutes} min {seconds} s").format(minutes=minutes, seconds=rest)
    if minutes < 60:
        return _tr("{minutes} min").format(minutes=minutes)
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return _tr("{hours} h {minutes} min").format(hours=hours, minutes=minutes)
    return _tr("{days} days").format(days=round(hours / 24))


def size(count: float) -> str:
    """A number of bytes: "12 MB"."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 999.5 or unit == "GB":
            break
        count /= 1000
    digits = 1 if count < 10 and unit in ("GB", "MB") else 0
    return f"{count:.{digits}f} {unit}"


def number(count: float) -> str:
    """A whole number with groups of three: "31,400"."""
    return f"{round(count):,}"


def about(count: float) -> str:
    """A pace, rounded to three figures: "31,400"."""
    if count < 1000:
        return number(count)
    step = 10 ** (math.floor(math.log10(count)) - 2)
    return number(round(count / step) * step)


def loss(value: float) -> str:
    """A loss in three or four figures: "0.318", "12.4", "3.2e-05"."""
    if not math.isfinite(value):
        return "∞" if value > 0 else "–"
    if value == 0:
        return "0"
    if abs(value) < 1e-3 or abs(value) >= 1e5:
        return f"{value:.1e}"
    digits = min(4, max(0, 2 - math.floor(math.log10(abs(value)))))
    return f"{value:.{min(digits, 3) if abs(value) >= 0.1 else digits}f}"


def metric(value: float, *, percent: bool) -> str:
    """A metric: "94.2 %", or as a loss is written."""
    if percent:
        return f"{100 * value:.1f} %" if math.isfinite(value) else "–"
    return f"−{loss(-value)}" if value < 0 else loss(value)
