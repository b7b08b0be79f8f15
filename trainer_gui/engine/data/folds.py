"""Equal parts of rows that take turns in checking, and smaller shares of rows that lie in larger ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.split import MOST_PLACED, Rows, class_counts, placed
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.row_settings import SplitSettings

Numbering = NDArray[np.int64]  # the fold of each row, from 1; 0 for rows that are always trained on
Seed = tuple[int, int]

MOST_FOLDS = 100


@dataclass(frozen=True)
class Fold:
    """One of several equal parts; `number` counts from 1."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


def fold_in(text: str, field: str) -> Fold | None:
    """The fold that a text such as 2/5 names, None for an empty one; raises UserError where it names none."""
    if not text.strip():
        return None
    found = re.fullmatch(r"\s*(\d{1,9})\s*/\s*(\d{1,9})\s*", text)
    fold = Fold(int(found[1]), int(found[2])) if found else Fold(0, 0)
    if not 1 <= fold.number <= fold.of or not 2 <= fold.of <= MOST_FOLDS:
        raise refuse(
            "split.fold_unclear",
            "“{text}” is not a fold.",
            "Write it as 2/5, the second of five; there can be 2 to {most}.",
            field=field,
            text=text,
            most=MOST_FOLDS,
        )
    return fold


def trained_share(split: SplitSettings, test_share: float) -> float:
    """About which share of the usable rows is trained on; `test_share` of them is locked."""
    left = 1 - test_share
    trained = left - split.validation_share
    for text, field in ((split.held_out, "held_out"), (split.fold, "fold")):
        fold = fold_in(text, field)
        if fold is None:
            continue
        outside = fold.number / (fold.of + 1) if split.by_time else 1 - 1 / fold.of
        trained = outside * (trained if field == "held_out" else left)
        left *= outside
    return trained * split.train_share


def dealt(count: int, strata: NDArray[Any] | None, folds: int, seed: Seed, *, field: str) -> Numbering:
    """The fold of each of `count` rows, dealt like cards, class by class.

    Folds differ by one row at most, and so do the rows that each has of a class. The only row of a class is
    always trained on. `strata` gives the class of each row. Raises UserError for fewer rows than folds.
    """
    draw = np.random.default_rng(seed)
    found = np.zeros(count, dtype=np.int64)
    order = draw.permutation(count)
    if strata is not None:
        _, codes, sizes = np.unique(strata.astype(str), return_inverse=True, return_counts=True)
        order = order[np.argsort(codes[order], kind="stable")]
        order = order[sizes[codes[order]] > 1]
    if len(order) < folds:
        raise _too_few(len(order), "rows", folds, field)
    found[order] = np.arange(len(order)) % folds + 1
    return found


def dealt_by_group(
    groups: NDArray[Any], strata: NDArray[Any] | None, folds: int, seed: Seed, *, what: str, field: str
) -> Numbering:
    """The fold of each row, such that no group has rows in two; `groups` holds a number for each row.

    The folds, and the classes in them, come out as equal as whole groups allow. `what` names the groups.
    Raises UserError for fewer groups than folds.
    """
    _, codes = np.unique(groups, return_inverse=True)
    sizes = np.bincount(codes)
    if len(sizes) < folds:
        raise _too_few(len(sizes), f"different values of “{what}”", folds, field)
    order = np.random.default_rng(seed).permutation(len(sizes))
    if len(sizes) <= MOST_PLACED:
        largest_first = order[np.argsort(-sizes[order], kind="stable")]
        of_group = placed(largest_first, class_counts(strata, codes), np.full(folds, 1 / folds)) + 1
    else:  # with so many groups chance alone comes near enough
        of_group = np.zeros(len(sizes), dtype=np.int64)
        of_group[order] = _blocks(sizes[order], folds)
    return np.asarray(of_group[codes], dtype=np.int64)


def dealt_by_time(times: NDArray[np.float64], folds: int, *, what: str, field: str) -> Numbering:
    """The fold of each row by forward chaining: a fold is checked by what was learned before it.

    The rows are cut into one block more than there are folds, by the time of each; the first is only trained
    on and numbered 0, as are rows whose time is not known. Rows of one moment stay together. `what` names the
    column. Raises UserError where there are too few moments.
    """
    known = np.isfinite(times)
    moments, codes = np.unique(times[known], return_inverse=True)
    if len(moments) <= folds:
        raise _too_few(len(moments), f"different moments in “{what}”", folds, field, needed=folds + 1)
    found = np.zeros(len(times), dtype=np.int64)
    found[known] = _blocks(np.bincount(codes), folds + 1)[codes] - 1
    return found


def nested_share(
    rows: Rows, groups: NDArray[Any] | None, strata: NDArray[Any] | None, share: float, seed: Seed
) -> Rows:
    """A share of the rows, ascending, at least one; of one seed a smaller share lies within a larger one.

    Classes keep their shares; where there are groups, whole ones are taken, without looking at classes.
    """
    draw = np.random.default_rng((*seed, 2))  # apart from what is drawn by the first two numbers alone
    if groups is not None and len(np.unique(groups)) < len(rows):
        _, codes = np.unique(groups, return_inverse=True)
        order = draw.permutation(int(codes.max()) + 1)
        before = np.zeros(len(order))
        before[order] = np.concatenate([[0.0], np.cumsum(np.bincount(codes)[order])[:-1]])
        return rows[before[codes] < share * len(rows)]
    shuffled = draw.permutation(len(rows))
    place = np.empty(len(rows))
    codes = np.zeros(len(rows), dtype=np.int64)
    if strata is not None:
        _, codes = np.unique(strata.astype(str), return_inverse=True)
    for code in range(int(codes.max()) + 1):
        mine = shuffled[codes[shuffled] == code]
        place[mine] = (np.arange(len(mine)) + 0.5) / len(mine)
    wanted = max(1, round(share * len(rows)))
    return np.sort(rows[np.argsort(place, kind="stable")[:wanted]])


def _blocks(sizes: NDArray[Any], count: int) -> Numbering:
    """The block, from 1, of each of some things in a row, such that all blocks are about equally large.

    Every block has at least one; there are `count` or more things.
    """
    places = np.arange(len(sizes))
    middle = np.cumsum(sizes) - sizes / 2
    found = (middle * count / sizes.sum()).astype(np.int64)
    found = np.clip(found, count - len(sizes) + places, places)  # leaves one for each block that follows
    return places + np.minimum.accumulate(found - places) + 1


def _too_few(count: int, what: str, folds: int, field: str, needed: int = 0) -> UserError:
    return refuse(
        "split.too_few_for_folds",
        "There are only {count} {what} that are not locked, too few for {folds} folds.",
        "Choose fewer folds, or add rows: it takes at least {needed}.",
        field=field,
        count=count,
        what=what,
        folds=folds,
        needed=needed or folds,
    )
