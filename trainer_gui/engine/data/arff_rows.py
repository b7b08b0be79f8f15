"""Reads the header and the rows of ARFF, the format of Weka."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from trainer_gui.engine.data.mending import Repair

_QUOTED = r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\""
_ATTRIBUTE = re.compile(rf"@attribute\s+(?:{_QUOTED}|([^\s{{]+))\s*(.*)", re.IGNORECASE | re.DOTALL)
_CELL = re.compile(rf"\s*(?:{_QUOTED}|([^,]*?))\s*(?=,|$)")
_PAIR = re.compile(rf"\s*(\d+)\s+(?:{_QUOTED}|([^,]*?))\s*(?:,|$)")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_NUMBERS = ("numeric", "real", "integer")
Cell = str | None


@dataclass(frozen=True)
class Attribute:
    """A column as the header declares it."""

    name: str
    kind: str  # "number", "category", "text", "date", or "" for what cannot be a column
    values: tuple[str, ...] = ()  # of a category

    @property
    def zero(self) -> Cell:
        """What a row means that leaves this column out because it is zero."""
        return "0" if self.kind == "number" else self.values[0] if self.values else None


def attributes_in(file: TextIO) -> tuple[list[Attribute], int]:
    """The columns that the header declares, and how many lines it has; the file then stands at the data.

    Raises ValueError with the number of the line that makes no sense.
    """
    found: list[Attribute] = []
    for number, line in enumerate(iter(file.readline, ""), 1):
        text = line.strip().removeprefix("\ufeff")
        word = text[:11].split(None, 1)[0].lower() if text else ""
        if not text or text.startswith("%") or word.startswith("@relation"):
            continue
        if word == "@data":
            return found, number
        match = _ATTRIBUTE.fullmatch(text) if word == "@attribute" else None
        if match is None:
            if found and found[-1].kind == "":  # inside the description of a table within the table
                continue
            raise ValueError(number)
        name = match[3] if match[3] is not None else _unescaped(match[1] or match[2] or "")
        found.append(_attribute(name, match[4].strip()))
    raise ValueError(0)


def _attribute(name: str, declared: str) -> Attribute:
    if declared.startswith("{"):
        inside = declared.strip("{} \t")
        return Attribute(name, "category", tuple(cell or "" for cell in cells_of(inside)))
    word = declared.split(None, 1)[0].lower() if declared else ""
    if word in _NUMBERS:
        return Attribute(name, "number")
    return Attribute(name, {"string": "text", "date": "date"}.get(word, ""))


def rows_in(
    file: TextIO, attributes: list[Attribute], line: int, repairs: list[Repair]
) -> Iterator[list[Cell]]:
    """The rows below the header, None for cells without a value; `line` is how many lines stand above them.

    What was done to rows that do not fit is added to `repairs`.
    """
    width = len(attributes)
    zeros = [each.zero for each in attributes]
    for number, raw in enumerate(file, line + 1):
        text = raw.strip()
        if not text or text.startswith("%"):
            continue
        if text.startswith("{"):
            row = _sparse(text, zeros)
        elif "'" in text or '"' in text or "\\" in text:
            row = cells_of(text)
        else:
            row = [None if cell.strip() == "?" else cell.strip() for cell in text.split(_separator(text))]
        if row and len(row) == width + 1 and (row[-1] or "").startswith("{"):
            row.pop()  # how much the row weighs
        if not row or (len(row) == 1 and width > 1):
            repairs.append(Repair(number, "not_fitting", raw, kept=False))
            continue
        if len(row) != width:
            repairs.append(Repair(number, "too_short" if len(row) < width else "too_long", raw))
            row = [*row[:width], *[None] * (width - len(row))]
        yield row


def cells_of(text: str) -> list[Cell]:
    """The cells of a row, or the values in braces; None for a question mark without quotation marks."""
    if _separator(text) == "\t":
        text = text.replace("\t", ",")
    cells: list[Cell] = []
    at = 0
    while True:
        match = _CELL.match(text, at)
        if match is not None:
            end = match.end()
            cells.append(_value(match[1], match[2], match[3]))
        else:  # a quotation mark inside a word
            comma = text.find(",", at)
            end = len(text) if comma < 0 else comma
            cells.append(text[at:end].strip())
        if end >= len(text):
            return cells
        at = end + 1


def _sparse(text: str, zeros: list[Cell]) -> list[Cell]:
    """A row that only tells what is not zero: {3 1.5, 7 yes}; nothing where it makes no sense."""
    row = list(zeros)
    inside = text[1 : text.rfind("}")] if "}" in text else text[1:]
    at = 0
    while at < len(inside) and inside[at:].strip():
        match = _PAIR.match(inside, at)
        if match is None or int(match[1]) >= len(row):
            return []
        row[int(match[1])] = _value(match[2], match[3], match[4])
        at = match.end()
    return row


def _value(single: str | None, double: str | None, plain: str | None) -> Cell:
    if plain is not None:
        return None if plain == "?" else _unescaped(plain)
    return _unescaped(single if single is not None else double or "")


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), text) if "\\" in text else text


def _separator(text: str) -> str:
    return "," if "," in text or "\t" not in text else "\t"
