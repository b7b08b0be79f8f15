"""New values of one column as the numbers or the known texts that a model takes."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.mending import counted, listed
from trainer_gui.engine.data.numerals import find_marks, is_code, is_missing_word, read_dressed_number
from trainer_gui.engine.data.series import class_names
from trainer_gui.engine.data.yes_and_no import answer_in
from trainer_gui.engine.problems import Problem, problem

if TYPE_CHECKING:
    import pandas as pd

_NAMED = 3  # values that are shown as examples
_SAMPLE = 1000  # different cells that are looked at to find out the decimal mark


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
        if text not in names:
            text = answer_in(text, known) or text
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
