"""New rows brought to the columns and kinds that a model was trained on."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.mending import counted, listed
from trainer_gui.engine.data.numerals import find_marks, is_code, is_missing_word, read_dressed_number
from trainer_gui.engine.data.prepare import Preparation, class_names
from trainer_gui.engine.problems import Problem, problem, refuse

if TYPE_CHECKING:
    import pandas as pd

_LISTED = 20  # columns that are named in one sentence
_NAMED = 3  # values that are shown as examples
_SAMPLE = 1000  # different cells that are looked at to find out the decimal mark


@dataclass(frozen=True)
class Match:
    """How the columns of new data go with those of a model, and what there is to say about it.

    `frame` holds the input columns under the model's names: float64 with NaN, and texts with "" for gaps.
    """

    columns: dict[str, str]  # input column of the model → column of the data
    missing: tuple[str, ...]  # input columns that the data does not have
    unused: tuple[str, ...]  # columns of the data that the model does not know
    target: str  # the column of the data that holds the target; empty where there is none
    problems: tuple[Problem, ...]
    frame: pd.DataFrame | None = field(default=None, repr=False, compare=False)


def match_frame(preparation: Preparation, frame: pd.DataFrame, *, fill_missing: bool = False) -> Match:
    """Matches a table by the names of its columns; values are read as the kinds that the model knows.

    A missing input column is an error among the problems, or a caution with `fill_missing`, which takes all
    of its values as missing. Names that differ only in case or blanks are matched where that is clear.
    Raises UserError where the table names a column twice.
    """
    import pandas as pd

    names = [str(each) for each in frame.columns]
    twice = sorted({each for each in names if names.count(each) > 1})
    if twice:
        raise refuse(
            "match.twice",
            "The data has more than one column named {names}.",
            "Give each column a name of its own.",
            names=listed(twice),
        )
    found = _find((*preparation.columns, preparation.target.name), names)
    renamed = [(ours, theirs) for ours, theirs in found.items() if ours != theirs]
    target = found.pop(preparation.target.name, "")
    missing = tuple(each for each in preparation.columns if each not in found)
    unused = tuple(each for each in names if each not in found.values() and each != target)
    problems = list(_about_columns(missing, unused, none=not found, fill_missing=fill_missing))
    problems += _about_names(renamed)
    columns: dict[str, NDArray[Any]] = {}
    by_name = dict(zip(names, frame.columns, strict=True))
    for number in preparation.numbers:
        if number.name in found:
            columns[number.name], said = as_numbers(number.name, frame[by_name[found[number.name]]])
            problems += said
        else:
            columns[number.name] = np.full(len(frame), np.nan)
    for category in preparation.categories:
        if category.name in found:
            values = frame[by_name[found[category.name]]]
            columns[category.name], unseen = as_known_texts(category.name, category.values, values)
            problems += unseen
        else:
            columns[category.name] = np.full(len(frame), "", dtype=object)
    return Match(found, missing, unused, target, tuple(problems), pd.DataFrame(columns))


def _find(wanted: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """Which of the names each wanted one goes with: the same, else the only one that looks the same."""
    found = {each: each for each in wanted if each in names}
    free = [each for each in names if each not in found]
    for each in wanted:
        if each in found:
            continue
        alike = [name for name in free if _plain(name) == _plain(each)]
        rivals = [other for other in wanted if other not in found and _plain(other) == _plain(each)]
        if len(alike) == 1 and len(rivals) == 1:
            found[each] = alike[0]
    return found


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _about_columns(
    missing: tuple[str, ...], unused: tuple[str, ...], *, none: bool, fill_missing: bool
) -> Iterator[Problem]:
    if missing and (none or not fill_missing):
        message = "The data has no {columns}, which the model needs."
        if none:
            message = "None of the columns that the model needs is in the data: {columns}."
        yield problem(
            "match.missing",
            message,
            "Add what is missing to the data, or rename its columns as they were in training.",
            field=missing[0],
            columns=listed(missing, _LISTED),
        )
    elif missing:
        yield problem(
            "match.filled",
            "The data has no {columns}; all of the values there are taken as missing.",
            "The answers are less sure than the model can be.",
            field=missing[0],
            severity="caution",
            columns=listed(missing, _LISTED),
        )
    if unused:
        yield problem(
            "match.unused",
            "The model does not look at {columns}.",
            severity="note",
            columns=listed(unused),
        )


def _about_names(renamed: list[tuple[str, str]]) -> list[Problem]:
    if not renamed:
        return []
    pairs = [f"“{theirs}” for “{ours}”" for ours, theirs in renamed]
    return [
        problem(
            "match.renamed",
            "Columns whose names differ only in case or blanks were taken: {pairs}.",
            severity="note",
            pairs=", ".join(pairs[:_LISTED]) + (", …" if len(pairs) > _LISTED else ""),
        )
    ]


def as_numbers(name: str, values: pd.Series[Any]) -> tuple[NDArray[np.float64], list[Problem]]:
    """The values as float64 with NaN; cells with words in them are counted and become gaps."""
    import pandas as pd

    if values.dtype.kind in "fiub":
        return values.to_numpy(dtype=np.float64, na_value=np.nan), []
    codes, different = pd.factorize(values.astype(object))
    cells = [each if isinstance(each, Real) else str(each).strip() for each in different]
    texts = [each for each in cells if isinstance(each, str) and not is_missing_word(each)]
    decimal, thousands = find_marks([texts[:_SAMPLE]])
    numbers = np.full(len(cells) + 1, np.nan)  # the last one is for gaps, whose code is -1
    words: list[tuple[int, str]] = []
    counts = np.bincount(codes[codes >= 0], minlength=len(cells))
    for place, cell in enumerate(cells):
        if isinstance(cell, str):
            number = read_dressed_number(cell, decimal, thousands)
            if number is None and not is_missing_word(cell):
                words.append((int(counts[place]), cell))
        else:
            number = float(cell)
        numbers[place] = np.nan if number is None else number
    return numbers[codes], [_words(name, words)] if words else []


def _words(name: str, words: list[tuple[int, str]]) -> Problem:
    words.sort(key=lambda each: (-each[0], each[1]))
    return problem(
        "match.words",
        "“{column}” should hold numbers, but {rows} hold words, such as {examples}; these count as missing.",
        "Write numbers there, or leave the cells empty.",
        field=name,
        severity="caution",
        column=name,
        rows=counted(sum(count for count, _ in words), "row"),
        examples=listed([text for _, text in words[:_NAMED]]),
    )


def as_known_texts(name: str, known: Sequence[str], values: Any) -> tuple[NDArray[Any], list[Problem]]:
    """The values as texts with "" for gaps, and a problem where some are not known.

    A number becomes the known text that is the same number.
    """
    import pandas as pd

    codes, different = pd.factorize(class_names(values))
    names = set(known)
    by_number = _numbers_among(known)
    texts: list[str] = []
    unseen: list[tuple[int, str]] = []
    counts = np.bincount(codes, minlength=len(different))
    for place, each in enumerate(different):
        text = str(each)
        if text not in names:
            text = text.strip()
        if text not in names:
            text = by_number.get(_number_in(text), text)
        if text not in names and text:
            unseen.append((int(counts[place]), text))
        texts.append(text)
    answer = np.array(texts, dtype=object)[codes] if texts else np.array([], dtype=object)
    return answer, [_unseen(name, unseen)] if unseen else []


def _number_in(text: str) -> float | None:
    """The number that a text stands for; a code such as 007 stands for none."""
    if is_code(text):
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _numbers_among(known: Sequence[str]) -> dict[float | None, str]:
    """The known values that are numbers, where no two are the same number."""
    pairs = [(_number_in(each), each) for each in known]
    numbers = [number for number, _ in pairs]
    once = {number for number in numbers if number is not None}
    if len(once) < sum(number is not None for number in numbers):
        return {}
    return {number: text for number, text in pairs if number is not None}


def _unseen(name: str, unseen: list[tuple[int, str]]) -> Problem:
    unseen.sort(key=lambda each: (-each[0], each[1]))
    shown = [f"“{text}” ({count})" for count, text in unseen[:_NAMED]]
    return problem(
        "match.unseen",
        "“{column}” has {values} that the model has not seen in training, in {rows}: {examples}.",
        "They count as unknown there. Check the spelling, or train again with such rows.",
        field=name,
        severity="caution",
        column=name,
        values=counted(len(unseen), "value"),
        rows=counted(sum(count for count, _ in unseen), "row"),
        examples=", ".join(shown) + (", …" if len(unseen) > _NAMED else ""),
    )
