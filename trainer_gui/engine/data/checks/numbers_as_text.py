"""Columns that were read as words although most of their cells are numbers, and files read as one column."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trainer_gui.engine.data.check import Check, Example, Sight
from trainer_gui.engine.data.dataset import Column, ColumnKind
from trainer_gui.engine.data.mending import counted, listed
from trainer_gui.engine.data.numerals import is_code, read_number
from trainer_gui.engine.fix import Change, fix
from trainer_gui.engine.problems import Problem, problem

_MOST_NUMBERS = 0.6  # of the cells that have a value
_FEWEST_VALUES = 8  # different ones; fewer are rather the names of classes
_LOOKED = 2_000  # different values
_MARKS = {";": "semicolon", "\t": "tab", "|": "pipe", ",": "comma"}


class NumbersAsText(Check):
    """Reads the words of each category as numbers, and looks for separators inside of cells."""

    name = "numbers_as_text"
    label = "How the file was read"
    position = 2
    slow = True

    def findings(self, sight: Sight) -> Iterator[Problem]:
        yield from _about_separator(sight)
        for decimal, found in _read_as_words(sight).items():
            if found:
                yield _said(sight, decimal, found)

    def example(self) -> Example:
        draw = np.random.default_rng(0)
        cells = [f"{each:.1f}" if each > -0.4 else f"about {each:.0f}" for each in draw.normal(size=200)]
        return Example({"dose": cells, "x": draw.normal(size=200), "y": ["a", "b"] * 100}, "y")


def _about_separator(sight: Sight) -> Iterator[Problem]:
    options = sight.dataset.reference.options
    columns = sight.dataset.columns
    if len(columns) > 2 or "separator" not in options:
        return
    heading = "".join(each.name for each in columns)
    cells = [text for each in columns for text in each.examples]
    for mark, word in _MARKS.items():
        if options["separator"] != word and mark in heading and all(mark in text for text in cells[:5]):
            yield problem(
                "examine.separator",
                "The file was read as only {count}, and every cell holds a {word}.",
                "It probably stands between columns.",
                field="separator",
                severity="caution",
                fixes=[
                    fix(
                        "separator.read_again",
                        "Read it with {word}s",
                        "Reads the file again with a {word} between two columns.",
                        Change(reading={"separator": word}),
                        word=word,
                    )
                ],
                count=counted(len(columns), "column"),
                word=word,
            )
            return


def _read_as_words(sight: Sight) -> dict[str, dict[str, tuple[int, int]]]:
    """By decimal mark: the columns that hold mostly numbers, with how many and how many other cells."""
    found: dict[str, dict[str, tuple[int, int]]] = {".": {}, ",": {}}
    for each in sight.inputs:
        if each.kind is not ColumnKind.CATEGORY or each.distinct < _FEWEST_VALUES:
            continue
        counts = sight.table.frame[each.name].value_counts()
        counts = counts[counts > 0].iloc[:_LOOKED]
        times = counts.to_numpy()
        cells = [str(cell) for cell in counts.index]
        if any(is_code(cell) for cell in cells):
            continue  # 007 is a name
        for decimal in found:
            numbers = int(times[[read_number(cell, decimal) is not None for cell in cells]].sum())
            if numbers >= _MOST_NUMBERS * times.sum():
                found[decimal][each.name] = (numbers, _words(sight, each, numbers))
                break
    return found


def _words(sight: Sight, column: Column, numbers: int) -> int:
    return sight.dataset.rows - column.missing - numbers


def _said(sight: Sight, decimal: str, found: dict[str, tuple[int, int]]) -> Problem:
    names = list(found)
    one = len(names) == 1
    numbers, words = (sum(each[place] for each in found.values()) for place in (0, 1))
    if decimal == ".":
        change = Change(kinds=dict.fromkeys(names, ColumnKind.NUMBER.value))
    else:
        change = Change(reading={"decimal": "comma"})
    can_read = decimal == "." or "decimal" in sight.dataset.reference.options
    return problem(
        "examine.numbers_as_text" if decimal == "." else "examine.decimal_comma",
        "{columns} {were} read as words, but {numbers} of {cells} cells are numbers"
        + (" with a decimal comma." if decimal == "," else "."),
        "As words, 2 is no nearer to 3 than to 300.",
        field=names[0],
        severity="caution",
        fixes=[
            fix(
                "numbers_as_text.use_numbers" if decimal == "." else "decimal_comma.read_again",
                "Use it as a number" if one else "Use them as numbers",
                "Takes {numbers} cells as numbers, and the other {words} as missing.",
                change,
                numbers=f"{numbers:,}",
                words=f"{words:,}",
            )
        ]
        if can_read
        else (),
        columns=listed(names),
        were="was" if one else "were",
        numbers=f"{numbers:,}",
        cells=f"{numbers + words:,}",
    )


NUMBERS_AS_TEXT = NumbersAsText()
