"""How well a loaded table is the one that was meant, as one number from 0 to 10.

The number is made as the public benchmark makes it: loaded or not, and precision, recall and F1 of the
heading, the records and the cells, each from 0 to 1, added up.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from tests.samples.polluted.case import Case

_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d*)?(?:\.\d*)?(?:[eE][+-]?\d+)?")
_LONG = 150  # letters; a longer name may be cut


@dataclass(frozen=True)
class Loaded:
    """What a loader made of a file; a file that was refused as empty has neither names nor rows."""

    names: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True)
class Score:
    """Each from 0 to 1: precision, recall, F1."""

    success: float = 0.0
    header: tuple[float, float, float] = (0.0, 0.0, 0.0)
    records: tuple[float, float, float] = (0.0, 0.0, 0.0)
    cells: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @property
    def total(self) -> float:
        """From 0 to 10."""
        return self.success + sum(self.header) + sum(self.records) + sum(self.cells)


def score(case: Case, loaded: Loaded | None) -> Score:
    """How well a file was loaded; None where the loader failed."""
    if loaded is None:
        return Score()
    wanted = [tuple(_plain(cell, case.also) for cell in row) for row in case.rows]
    found = [tuple(_plain(cell, case.also) for cell in row) for row in loaded.rows]
    return Score(
        1.0,
        _header(case, loaded.names),
        _measures(wanted, found),
        _measures((cell for row in wanted for cell in row), (cell for row in found for cell in row)),
    )


def _measures(wanted: Iterable[Hashable], found: Iterable[Hashable]) -> tuple[float, float, float]:
    expected, got = Counter(wanted), Counter(found)
    if not expected:
        return (1.0, 1.0, 1.0) if not got else (0.0, 0.0, 0.0)
    common = sum((expected & got).values())
    if not common:
        return 0.0, 0.0, 0.0
    precision, recall = common / sum(got.values()), common / sum(expected.values())
    return precision, recall, 2 * precision * recall / (precision + recall)


def _header(case: Case, names: Sequence[str]) -> tuple[float, float, float]:
    if not case.rows and not names and case.names is None:
        return 1.0, 1.0, 1.0
    if case.names is None:  # made-up names are right, values of the first row are not
        first = {str(_plain(value, case.also)) for value in case.rows[0]} if case.rows else set()
        right = not first & {str(_plain(name, case.also)) for name in names}
        return (1.0, 1.0, 1.0) if right else (0.0, 0.0, 0.0)
    free = sum(name is None for name in case.names)
    wanted = [_name(name) for name in case.names if name is not None]
    found = [_name(name) for name in names]
    unknown = list((Counter(found) - Counter(wanted)).elements())
    for name in unknown[:free]:
        found.remove(name)
    return _measures(wanted, found)


def _name(name: str) -> str:
    text = " ".join(name.split())
    return text[:_LONG]


def _plain(value: object, also: dict[str, str]) -> str:
    """A cell, the same whether it was loaded as a number or as a text."""
    if value is None or value is False or value is True:
        return "" if value is None else str(value)
    if isinstance(value, float) and math.isnan(value):
        return ""
    text = str(value).strip().replace("\r\n", "\n").replace("\r", "\n")
    text = also.get(text, text)
    if _NUMBER.fullmatch(text) and any(letter.isdigit() for letter in text):
        return format(float(text), ".10g")
    return text
