"""Numbers that lie absurdly far from all others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainer_gui.engine.data.check import Check, Example, Sight
from trainer_gui.engine.data.columns import number_in_words
from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.extremes import FAR, extremes
from trainer_gui.engine.data.mending import counted, listed
from trainer_gui.engine.data.prepare import numbers_of
from trainer_gui.engine.fix import Change, Fix, fix
from trainer_gui.engine.problems import Problem, problem

_MOST = 0.01  # of the rows; where more are far away, that is how the column is
_FEWEST_ROWS = 30
_CELLS = 30_000_000  # that are looked at; of a larger table only its first rows


@dataclass(frozen=True)
class _Found:
    name: str
    rows: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    farthest: float
    code: str  # the number that most of them are, where that looks like a code for “missing”


class ExtremeValues(Check):
    """Measures how far each number lies from the middle of its column."""

    name = "extreme_values"
    label = "Extreme values"
    position = 33
    slow = True

    def findings(self, sight: Sight) -> Iterator[Problem]:
        if sight.usable < _FEWEST_ROWS or sight.steps.leave_out_extremes:
            return
        names = [each.name for each in sight.numbers if each.distinct > 2]
        if sight.task is Task.REGRESSION and sight.target.kind.is_number:
            names.append(sight.target.name)
        rows = min(sight.dataset.rows, max(1000, _CELLS // max(1, len(names))))
        found = [each for name in names if (each := _in_column(sight, name, rows)) is not None]
        if not found:
            return
        worst = max(found, key=lambda each: abs(each.farthest))
        touched = np.logical_or.reduce([each.rows for each in found])
        count = int(touched.sum())
        yield problem(
            "examine.extreme_values",
            "{rows} of {looked} {have} a number in {columns} more than {far} times as far from the middle as "
            "is usual, such as {value} in “{name}”.",
            "Look whether they are mistakes: a few such rows can rule the model.",
            field=worst.name,
            severity="caution",
            fixes=[*_codes(sight, found), _leave_out(count)],
            rows=counted(count, "row"),
            looked=f"{rows:,}",
            have="has" if count == 1 else "have",
            columns=listed([each.name for each in found]),
            far=f"{FAR:g}",
            value=number_in_words(worst.farthest),
            name=worst.name,
        )

    def example(self) -> Example:
        draw = np.random.default_rng(0)
        weight = draw.normal(70, 10, 300)
        weight[7], weight[90] = 70_000.0, 90_500.0  # grams among kilograms
        return Example({"weight": weight, "x": draw.normal(size=300), "y": ["a", "b", "b"] * 100}, "y")


def _in_column(sight: Sight, name: str, rows: int) -> _Found | None:
    numbers = numbers_of(sight.table.frame[name].iloc[:rows], None)
    far = extremes(numbers)
    count = int(far.sum())
    if not count or count > max(1, _MOST * rows):
        # A code such as -999 may stand in many rows; anything else that often is how the column is.
        if not count or not (code := _code(numbers[far])) or count > 0.5 * rows:
            return None
        return _Found(name, far, float(code), code)
    odd = numbers[far]
    middle = np.nanmedian(numbers)
    return _Found(name, far, float(odd[np.argmax(np.abs(odd - middle))]), _code(odd))


def _code(odd: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> str:
    """The number that all of these are, if it is one that people write for “missing”: -999, 9999, …"""
    different = np.unique(odd)
    if len(different) != 1 or len(odd) < 2:
        return ""
    text = number_in_words(different[0])
    digits = text.lstrip("-")
    return text if len(digits) >= 2 and set(digits) in ({"9"}, {"8"}) else ""


def _codes(sight: Sight, found: list[_Found]) -> list[Fix]:
    from trainer_gui.engine.data.numerals import MISSING_WORDS

    codes = list(dict.fromkeys(each.code for each in found if each.code))
    options = sight.dataset.reference.options
    if not codes or "missing_words" not in options:
        return []
    known = [w for w in str(options["missing_words"]).split(",") if w.strip() and w not in MISSING_WORDS]
    return [
        fix(
            "extreme_values.missing",
            "Take {codes} as missing",
            "Reads the file again with {codes} as “no value”, which {cells} say.",
            Change(reading={"missing_words": ", ".join([*known, *codes])}),
            codes=" and ".join(codes),
            cells=counted(sum(int(each.rows.sum()) for each in found if each.code), "cell"),
        )
    ]


def _leave_out(count: int) -> Fix:
    return fix(
        "extreme_values.leave_out",
        "Leave out these rows",
        "Leaves them out of training ({rows} in all parts together); validation and test keep theirs, so "
        "that the result is honest.",
        Change(steps={"leave_out_extremes": True}),
        rows=counted(count, "row"),
    )


EXTREME_VALUES = ExtremeValues()
