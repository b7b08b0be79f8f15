"""Finds the rows of a table in JSON: one value a line, or a document with a list of them somewhere inside."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TextIO

from trainer_gui.engine.data.loose_column import storable
from trainer_gui.engine.data.mending import Repair

LONGEST_LINE = 64 << 20  # letters
_PIECE = 1 << 18  # letters that are read at a time
_DEEPEST = 2  # how deep inside a document lists of rows are looked for
_BLANK = " \t\r\n"
_DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class RowList:
    """A list of rows inside a document."""

    names: tuple[str, ...]  # of the columns; empty where the rows bring their own
    length: int
    rows: Callable[[], Iterator[Any]]


Lists = dict[str, RowList]


@dataclass
class JsonRows:
    """The values that were met one by one, and what was wrong on the way."""

    read: int = 0
    broken: list[Repair] = field(default_factory=list)  # the first ones
    broken_count: int = 0
    ended_early: int = 0  # the line in which a list breaks off, 0 where it does not

    def lost(self, line: int, text: str) -> None:
        """Notes a line that is no JSON."""
        self.broken_count += 1
        if len(self.broken) < 1000:
            self.broken.append(Repair(line, "not_json", text[:300], kept=False))


def value_of(text: str) -> Any:
    """The value that a text holds; raises ValueError where it holds none, or one that nobody could use."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    except json.JSONDecodeError:
        raise
    except ValueError as error:
        raise ValueError("it holds a number with thousands of digits") from error


def in_lines(file: TextIO, rows: JsonRows) -> Iterator[Any]:
    """The value of each line; lines that are broken are noted."""
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        text = line.strip().removeprefix("\ufeff").rstrip(",")
        if not text or text in ("[", "]"):
            continue
        try:
            found = value_of(text)
        except ValueError:
            rows.lost(number, text)
            continue
        rows.read += 1
        yield found


def in_sequence(file: TextIO, rows: JsonRows) -> Iterator[Any]:
    """The values of a list, or of several values behind each other, without reading all of them at once.

    Where it breaks off, the values before that are kept and the line is noted.
    """
    buffer, at, line, is_list = "", 0, 1, None
    ended = False
    while True:
        while at < len(buffer) and buffer[at] in _BLANK + ("," if is_list or rows.read else ""):
            line += buffer[at] == "\n"
            at += 1
        if at < len(buffer) and is_list is None:
            is_list = buffer[at] == "["
            at += is_list
            continue
        if at < len(buffer) and is_list and buffer[at] == "]":
            return
        # A number at the end of the buffer may go on in the next piece.
        found, end = _decoded(buffer, at)
        if end > at and (end < len(buffer) or ended):
            line += buffer.count("\n", at, end)
            at = end
            rows.read += 1
            yield found
            continue
        if len(buffer) - at > LONGEST_LINE:
            rows.ended_early = line
            return
        more = "" if ended else file.read(max(_PIECE, len(buffer) - at))
        if not more:
            if ended:
                if at < len(buffer) or is_list:
                    rows.ended_early = line
                return
            ended = True
            continue
        buffer, at = buffer[at:] + more, 0
        if rows.read == 0 and is_list is None:
            buffer = buffer.removeprefix("\ufeff")


def _decoded(text: str, at: int) -> tuple[Any, int]:
    """The value that begins at a place, and where it ends; the place itself where there is none yet."""
    if at >= len(text):
        return None, at
    try:
        return _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None, at


def lists_in(document: Any) -> Lists:
    """Every list of rows inside a document, by its dotted name; a document that is a table has none."""
    if not isinstance(document, dict):
        return {}
    whole = _as_columns(document) or _as_split(document) or _by_key(document)
    if whole is not None:
        return {"": whole}
    return dict(_nested(document, "", 0))


def _nested(document: dict[str, Any], prefix: str, depth: int) -> Iterator[tuple[str, RowList]]:
    for key, value in document.items():
        name = prefix + storable(key)
        if isinstance(value, list) and value and all(isinstance(each, dict) for each in value[:100]):
            yield name, RowList((), len(value), value.__iter__)
        elif isinstance(value, dict) and depth < _DEEPEST:
            whole = _as_columns(value) or _as_split(value)
            if whole is not None:
                yield name, whole
            else:
                yield from _nested(value, name + ".", depth + 1)


def _as_columns(document: dict[str, Any]) -> RowList | None:
    """{"a": [1, 2], "b": [3, 4]}, or {"a": {"0": 1, "1": 2}, …}."""
    values = list(document.values())
    if len(values) > 1 and all(isinstance(each, dict) for each in values):
        keys = list(values[0])
        if len(keys) < 2 or keys[:2] != ["0", "1"] or any(list(each) != keys for each in values):
            return None
        values = [list(each.values()) for each in values]
    if len(values) < 2 or not all(isinstance(each, list) for each in values):
        return None
    if len({len(each) for each in values}) > 1 or any(isinstance(e, dict) for each in values for e in each):
        return None
    return RowList(tuple(document), len(values[0]), lambda: zip(*values, strict=True))


def _as_split(document: dict[str, Any]) -> RowList | None:
    """{"columns": ["a", "b"], "data": [[1, 2], [3, 4]]}."""
    names, data = document.get("columns"), document.get("data")
    if not isinstance(names, list) or not isinstance(data, list):
        return None
    if not all(isinstance(each, str) for each in names) or not all(isinstance(each, list) for each in data):
        return None
    return RowList(tuple(names), len(data), data.__iter__)


def _by_key(document: dict[str, Any]) -> RowList | None:
    """{"first": {"a": 1}, "second": {"a": 2}}: rows by name, with columns in common."""
    values = list(document.values())
    if len(values) < 3 or not all(isinstance(each, dict) and each for each in values):
        return None
    if any(isinstance(e, (dict, list)) for each in values for e in each.values()):
        return None
    first = set(values[0])
    if sum(bool(first & set(each)) for each in values) < 0.9 * len(values):
        return None
    return RowList((), len(values), lambda: ({"key": key, **each} for key, each in document.items()))
