"""New rows brought to the columns and kinds that a model was trained on."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from trainer_gui.engine.data.column_step import Strange
from trainer_gui.engine.data.mending import listed
from trainer_gui.engine.data.new_values import as_known_texts, as_numbers
from trainer_gui.engine.data.prepare import Preparation
from trainer_gui.engine.problems import Problem, problem, refuse

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Match", "as_known_texts", "as_numbers", "match_frame"]

_LISTED = 20  # columns that are named in one sentence


@dataclass(frozen=True)
class Match:
    """How the columns of new data go with those of a model, and what there is to say about it.

    `frame` holds the input columns under the model's names, in the dtypes that their steps know: float64 with
    NaN, texts with "" and datetime64 with NaT for gaps.
    """

    columns: dict[str, str]  # input column of the model → column of the data
    missing: tuple[str, ...]  # input columns that the data does not have
    unused: tuple[str, ...]  # columns of the data that the model does not know
    target: str  # the column of the data that holds the target; empty where there is none
    problems: tuple[Problem, ...]
    frame: pd.DataFrame | None = field(default=None, repr=False, compare=False)
    remarks: dict[int, str] = field(default_factory=dict, repr=False)  # of rows unlike those of training


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
    strange: list[Strange] = []
    by_name = dict(zip(names, frame.columns, strict=True))
    for step in preparation.table_steps:
        if step.name in found:
            columns[step.name], said = step.matched(frame[by_name[found[step.name]]])
            problems += said
            if (odd := step.strange(columns[step.name])) is not None:
                strange.append(odd)
        else:
            columns[step.name] = step.gaps(len(frame))
    problems += [each.problem for each in strange if each.problem is not None]
    matched = pd.DataFrame(columns)
    return Match(found, missing, unused, target, tuple(problems), matched, _remarks(strange))


def _remarks(strange: Sequence[Strange]) -> dict[int, str]:
    """The words for each row that has some, by its number."""
    found: dict[int, list[str]] = {}
    for each in strange:
        for row in each.rows.nonzero()[0].tolist():
            found.setdefault(row, []).append(each.remark)
    return {row: "; ".join(words) for row, words in sorted(found.items())}


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
