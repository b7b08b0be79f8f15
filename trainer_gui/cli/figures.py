"""Numbers, times and tables as a person reads them on a terminal."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from trainer_gui.engine.names import one_line

if TYPE_CHECKING:
    from trainer_gui.engine.events import MetricInfo

_ABSENT = "–"


def number(value: float | None) -> str:
    """“0.0512”, “1.0986”, “123.4”, “1.2e-05”; a dash where there is no number."""
    if value is None or math.isnan(value):
        return _ABSENT
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    if 1e-3 <= abs(value) < 100:
        return f"{value:.4f}"
    if 100 <= abs(value) < 1e5:
        return f"{value:.1f}"
    return f"{value:.3g}"


def metric(info: MetricInfo, value: float | None) -> str:
    """A metric in its own way: per cent where it is a share of one."""
    if value is None or not math.isfinite(value):
        return number(value)
    return f"{100 * value:.1f} %" if info.percent else number(value)


def duration(seconds: float) -> str:
    """“0.8 s”, “12 s”, “3 min 20 s”, “2 h 5 min”, “4 days 3 h”."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    if whole < 86_400:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    days = whole // 86_400
    return f"{days} {'day' if days == 1 else 'days'} {whole % 86_400 // 3600} h"


def counted(number: int, one: str) -> str:
    """“1 row”, “2,000 rows”."""
    return f"{number:,} {one if number == 1 else one + 's'}"


def size(count: int) -> str:
    """A number of bytes: “512 bytes”, “3.4 MB”."""
    if count < 1000:
        return counted(count, "byte")
    value = float(count)
    for unit in ("kB", "MB", "GB"):
        value /= 1000
        if value < 999.5:
            return f"{value:.3g} {unit}"
    return f"{value / 1000:.3g} TB"


def width(text: str) -> int:
    """How many cells of a terminal a text fills; East Asian letters fill two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1
        for each in text
    )


def cut(text: str, room: int) -> str:
    """The text, shortened with “…” where it fills more than `room` cells."""
    if width(text) <= room:
        return text
    kept, used = "", 1
    for each in text:
        used += width(each)
        if used > room:
            break
        kept += each
    return kept.rstrip() + "…"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, right: str = "") -> list[str]:
    """Lines with aligned columns; `right` holds an “r” for each column that is flush right, by place."""
    lines = [list(heads), *(list(each) for each in rows)] if any(heads) else [list(each) for each in rows]
    if not lines:
        return []
    lines = [[one_line(cell) if not cell.isprintable() else cell for cell in line] for line in lines]
    widths = [max(width(each[place]) for each in lines) for place in range(len(lines[0]))]
    return ["  ".join(_padded(line, widths, right)).rstrip() for line in lines]


def _padded(line: list[str], widths: list[int], right: str) -> list[str]:
    cells = []
    for place, (cell, wide) in enumerate(zip(line, widths, strict=True)):
        space = " " * (wide - width(cell))
        cells.append(space + cell if right[place : place + 1] == "r" else cell + space)
    return cells
