"""How much memory a text table takes, and how many of its rows fit."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

FREE_MEMORY = "TRAINER_GUI_MEMORY_GB"  # overrules what the system says is free
_GB = 1e9
_SHARE = 0.6  # of the free memory that rows may take; the rest is for the model and other programs
# Bytes at the worst moment: while a column is put together, while it is checked, and prepared for training.
_NUMBER = 20.0
_WORD = 12.0  # in a column in which words repeat
_TEXT = 64.0  # beside three times its letters
_SMALL = 1 << 20  # bytes of a file, which always fits

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Need:
    """What opening a table takes, estimated from its beginning."""

    rows: int
    memory: float  # bytes
    free: float  # bytes

    @property
    def one_row_in(self) -> int:
        """Of how many rows one can be read; 1 where all fit."""
        return max(1, math.ceil(self.memory / (_SHARE * max(self.free, 1.0))))


def need_of(size: int, sample: Rows, numeric: Sequence[bool], row_bytes: float) -> Need:
    """What a file of `size` bytes needs, by rows of its beginning that take `row_bytes` bytes on average."""
    free = free_memory()
    rows = max(1, round(size / max(1.0, row_bytes)))
    if size <= _SMALL:
        return Need(rows, 0.0, free)
    each = 0.0
    for place, number in enumerate(numeric):
        cells = [] if number else [row[place] for row in sample if len(row) > place]
        if number or not cells:
            each += _NUMBER
        elif len(set(cells)) <= 0.5 * len(cells):
            each += _WORD
        else:
            each += _TEXT + 3 * sum(map(len, cells)) / len(cells)
    return Need(rows, rows * each, free)


def free_memory() -> float:
    """The bytes of memory that can be used now."""
    said = os.environ.get(FREE_MEMORY, "")
    try:
        return float(said) * _GB if said else float(psutil.virtual_memory().available)
    except ValueError:
        return float(psutil.virtual_memory().available)


def in_gigabytes(size: float) -> str:
    """“4.1 GB”."""
    return f"{size / _GB:,.1f} GB"
