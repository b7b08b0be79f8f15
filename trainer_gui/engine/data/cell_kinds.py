"""What the cells of rows are, before anything is read: numbers, moments, words; and what columns hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice

from trainer_gui.engine.data.numerals import is_missing_word

_NUMBER = re.compile(r"[€$£¥]?\s?[+\-−]?(?:\d[\d.,'’\s]*|[.,]\d+)(?:[eE][+\-]?\d+)?\s?[%€$£¥]?")
_MOMENT = re.compile(r"\d{1,4}[-/.:]\d{1,2}(?:[-/.:]\d{1,4})?(?:[T ].*)?")
_STRICT_SHARE = 0.7  # of the cells of a column that must be alike for words to be out of place in it


@lru_cache(maxsize=1 << 15)
def kind_of(cell: str) -> str:
    """“n” for a number, “d” for a date or time, “w” for words, empty for a gap."""
    text = cell.strip()
    if is_missing_word(text):
        return ""
    if _NUMBER.fullmatch(text):
        return "n"
    return "d" if _MOMENT.fullmatch(text) else "w"


def strict_columns(rows: Sequence[Sequence[str]], width: int) -> dict[int, str]:
    """The columns in which words are out of place, and whether they hold numbers or dates."""
    found = {}
    full = [row for row in rows if len(row) >= width]
    # Cut the other way all at once where that can be, which is much quicker than column by column.
    columns: Iterable[Sequence[str]] = (
        islice(zip(*full, strict=False), width)
        if len(full) == len(rows)
        else ([row[place] for row in rows if len(row) > place] for place in range(width))
    )
    for place, cells in enumerate(columns):
        kinds = [kind_of(cell) for cell in cells]
        known = len(kinds) - kinds.count("")
        for kind in "nd":
            if known and kinds.count(kind) >= _STRICT_SHARE * known:
                found[place] = kind
    return found


def names_columns(cells: Sequence[str], strict: dict[int, str]) -> bool:
    """Whether a row has words where the table has numbers or dates, and neither of those there."""
    kinds = [kind_of(cells[place]) for place in strict if place < len(cells)]
    return "w" in kinds and not {"n", "d"} & set(kinds)


def is_data(cells: Sequence[str], strict: dict[int, str]) -> bool:
    return any(kind_of(cells[place]) in ("n", "d") for place in strict if place < len(cells))


def width_of(rows: Sequence[Sequence[str]]) -> int:
    """The number of columns: what most rows have, columns without anything at the end not counted."""
    counted = Counter(len(row) for row in rows)
    if not counted:
        return 1
    most = max(counted.values())
    width = max(size for size, times in counted.items() if times == most)
    full = [row for row in rows if len(row) >= width]
    while width > 1 and full and not any(row[width - 1] for row in full):
        width -= 1
    return width
