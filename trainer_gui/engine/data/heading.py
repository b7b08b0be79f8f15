"""Whether the first row of a table names its columns, and what the columns are called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from trainer_gui.engine.data.defusing import as_meant
from trainer_gui.engine.data.numerals import is_missing_word, read_dressed_number

_MAX_NAME = 200  # letters; longer ones are cut, as nobody can read them


def has_heading(rows: Sequence[Sequence[str]], width: int, decimal: str = ".", thousands: str = "") -> bool:
    """Whether the first of these rows holds names rather than values.

    Names differ from each other, are not numbers, and do not come up again below.
    """
    if not rows:
        return False
    first = [cell.strip() for cell in rows[0]]
    body = [row for row in rows[1:201] if len(row) >= min(width, len(first))]
    if not body:
        return all(first) and not any(_is_number(cell, decimal, thousands) for cell in first)
    if width > 2 and len(first) == width - 1:
        return not any(_is_number(cell, decimal, thousands) for cell in first)
    for_it = against = 0
    for place, name in enumerate(first[:width]):
        column = [row[place].strip() for row in body if len(row) > place]
        column = [cell for cell in column if not is_missing_word(cell)]
        if not name or not column:
            continue
        numeric = sum(_is_number(cell, decimal, thousands) for cell in column) > 0.8 * len(column)
        if numeric:
            if _is_number(name, decimal, thousands):
                against += 1
            elif not is_missing_word(name):
                for_it += 2
        elif name in column:
            against += 1
        elif len(set(column)) <= max(2, len(column) // 2):
            for_it += 1  # words that repeat, and this is none of them
    if against and _counts_up(first):
        return not _counts_up([cell.strip() for cell in body[0]])
    if for_it or against:
        return for_it > against
    # All words, none repeating: a heading is what is usual.
    return len(set(first)) == len(first) and all(first)


def _is_number(cell: str, decimal: str, thousands: str) -> bool:
    return read_dressed_number(cell, decimal, thousands) is not None


def _counts_up(cells: Sequence[str]) -> bool:
    """Whether numbers follow each other one by one, as years or column numbers in a heading do."""
    digits = [int(cell) for cell in cells if re.fullmatch(r"[0-9]{1,9}", cell)]
    if len(digits) < 3 or len(digits) < len(cells) - 2:
        return False
    step = {later - earlier for earlier, later in pairwise(digits)}
    return step == {1} and (digits[0] in (0, 1) or 1500 <= digits[0] <= 2200)


def named(given: Sequence[str], width: int) -> tuple[list[str], int]:
    """`width` different names, and how many had to be changed because they stood twice.

    Names are stripped; missing ones become “column 3”. One name too few means that the first column, which
    then numbers the rows, has none.
    """
    cells = [" ".join(cell.replace("\ufeff", "").split())[:_MAX_NAME] for cell in given]
    cells = [as_meant(cell) for cell in cells]
    if width > 2 and len(cells) == width - 1:
        cells = ["row", *cells]
    cells += [""] * (width - len(cells))
    names: list[str] = []
    taken: set[str] = set()
    changed = 0
    for place, cell in enumerate(cells[:width], 1):
        name = cell or f"column {place}"
        copy = 2
        if name in taken:
            changed += 1
            while f"{name} ({copy})" in taken:
                copy += 1
            name = f"{name} ({copy})"
        taken.add(name)
        names.append(name)
    return names, changed


def joined_names(rows: Sequence[Sequence[str]], width: int) -> tuple[str, ...]:
    """The names of columns out of one or several rows: “size” above “min” is “size min”.

    A name that stands above several columns, with nothing beside it, goes for all of them.
    """
    if len(rows) == 1:
        return tuple(rows[0])
    filled = []
    for number, row in enumerate(rows):
        cells = [*row, *[""] * (width - len(row))][:width]
        if number < len(rows) - 1 and sum(map(bool, cells)) <= (width + 1) // 2:
            cells = _spread(cells)
        filled.append(cells)
    names = []
    for column in zip(*filled, strict=True):
        parts = [part for place, part in enumerate(column) if part and part not in column[:place]]
        names.append(" ".join(parts))
    return tuple(names)


def _spread(cells: Sequence[str]) -> list[str]:
    spread: list[str] = []
    for cell in cells:
        spread.append(cell or (spread[-1] if spread else ""))
    return spread
