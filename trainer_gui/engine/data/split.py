"""Which rows are trained on, which choose the best epoch, and which stay locked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.problems import refuse

Rows = NDArray[np.int64]

MOST_PLACED = 5_000  # groups that are placed one by one
_MOST_CLASSES = 50  # that are looked at when groups are placed; the others count as one


@dataclass(frozen=True)
class Split:
    """Row numbers of each part, ascending, without overlap; and how many rows each step left out."""

    train: Rows
    validation: Rows
    test: Rows
    left_out: dict[str, int] = field(default_factory=dict)  # by the name of the step

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each part has."""
        return {"training": len(self.train), "validation": len(self.validation), "test": len(self.test)}


def share_out(
    usable: Rows,
    strata: Sequence[Any] | NDArray[Any] | None,
    *,
    validation_share: float,
    test_share: float,
    seed: int,
) -> Split:
    """Shares rows out by chance.

    `usable` holds the numbers of the rows that have a target; `strata` gives the class of each of them (same
    length), or None to draw without looking. It depends on nothing else, so a row never changes side
    when a column is left out. Every class with two rows or more has one in training. Raises UserError
    where a part would be empty.
    """
    _must_leave_some(validation_share, test_share)
    draw = np.random.default_rng(seed)
    if strata is None:
        groups = [usable]
    else:
        labels = np.asarray(strata)
        _, codes = np.unique(labels.astype(str), return_inverse=True)
        order = np.argsort(codes, kind="stable")
        ends = np.cumsum(np.bincount(codes))[:-1]
        groups = np.split(usable[order], ends)
    parts: tuple[list[Rows], list[Rows], list[Rows]] = ([], [], [])
    owed = np.zeros(2)  # fractions of rows carried from class to class, so that the totals come out right
    for group in groups:
        shuffled = group[draw.permutation(len(group))]
        owed += np.array([test_share, validation_share]) * len(group)
        room = max(0, len(group) - 1)
        taken = np.minimum(np.floor(owed + 0.5).astype(int), room)
        if taken.sum() > room:
            taken[1] = room - taken[0]
        owed -= taken
        parts[2].append(shuffled[: taken[0]])
        parts[1].append(shuffled[taken[0] : taken.sum()])
        parts[0].append(shuffled[taken.sum() :])
    train, validation, test = (np.concatenate(each) for each in parts)
    return _split(train, validation, test)


def share_out_groups(
    usable: Rows,
    groups: NDArray[Any],
    strata: Sequence[Any] | NDArray[Any] | None,
    *,
    validation_share: float,
    test_share: float,
    seed: int,
    what: str,
) -> Split:
    """Shares whole groups out by chance: no group has rows in two parts.

    `groups` holds a number for each usable row (same length). The shares of rows, and of classes where
    `strata` gives them, come out as near as whole groups allow: the largest group is placed first, always
    where it is missed most. `what` names the groups for a refusal. Raises UserError where there are fewer
    groups than parts.
    """
    _must_leave_some(validation_share, test_share)
    _, codes = np.unique(groups, return_inverse=True)
    sizes = np.bincount(codes)
    shares = np.array([1 - validation_share - test_share, validation_share, test_share])
    _must_be_enough(len(sizes), shares, what, field="keep_together")
    draw = np.random.default_rng(seed)
    order = draw.permutation(len(sizes))
    if len(sizes) <= MOST_PLACED:
        largest_first = order[np.argsort(-sizes[order], kind="stable")]
        part = placed(largest_first, class_counts(strata, codes), shares)
    else:  # with so many groups chance alone comes near enough
        part = np.zeros(len(sizes), dtype=np.int64)
        reached = np.cumsum(sizes[order]) / len(codes)
        part[order] = np.where(
            reached <= test_share, 2, np.where(reached <= test_share + validation_share, 1, 0)
        )
    of_row = part[codes]
    return _split(usable[of_row == 0], usable[of_row == 1], usable[of_row == 2])


def class_counts(strata: Sequence[Any] | NDArray[Any] | None, codes: NDArray[Any]) -> NDArray[np.float64]:
    """How many rows of each class each group has, float64 [groups, classes]."""
    if strata is None:
        return np.bincount(codes).astype(np.float64)[:, None]
    _, classes = np.unique(np.asarray(strata).astype(str), return_inverse=True)
    classes = np.minimum(classes, _MOST_CLASSES - 1)
    counts = np.zeros((int(codes.max()) + 1, int(classes.max()) + 1))
    np.add.at(counts, (codes, classes), 1.0)
    return counts


def placed(
    order: NDArray[Any], counts: NDArray[np.float64], shares: NDArray[np.float64]
) -> NDArray[np.int64]:
    """The part of each group, placed one after the other where its rows are missed most.

    `order` numbers the groups, `counts` is float64 [groups, classes] and `shares` float64 [parts].
    """
    wanted = shares[:, None] * counts.sum(axis=0)[None, :]
    weight = 1.0 / np.maximum(wanted, 1e-9)
    have = np.zeros_like(wanted)
    open_parts = shares > 0
    part = np.zeros(len(counts), dtype=np.int64)
    for group in order:
        row = counts[group]
        cost = ((row * row + 2 * row * (have - wanted)) * weight).sum(axis=1)
        at = int(np.argmin(np.where(open_parts, cost, np.inf)))
        part[group] = at
        have[at] += row
    for empty in range(1, len(shares)):  # a part that nothing fitted gets the smallest group of another
        if open_parts[empty] and not (part == empty).any():
            held = np.bincount(part, minlength=len(shares))
            giver = 0 if held[0] > 1 else int(held.argmax())  # the training rows can spare one best
            mine = [group for group in order[::-1] if part[group] == giver]
            if len(mine) > 1:
                part[mine[0]] = empty
    return part


def share_out_by_time(
    usable: Rows,
    times: NDArray[np.float64],
    *,
    validation_share: float,
    test_share: float,
    what: str,
) -> Split:
    """Trains on the oldest rows, validates on later ones and tests on the newest.

    `times` says when each usable row happened (same length). Rows of one moment stay together, and rows
    whose time is not known are trained on. `what` names the column for a refusal. Raises UserError where
    there are fewer moments than parts.
    """
    _must_leave_some(validation_share, test_share)
    known = np.isfinite(times)
    shares = np.array([1 - validation_share - test_share, validation_share, test_share])
    if known.sum() < 0.5 * len(times):
        raise refuse(
            "split.no_times",
            "“{what}” says of {known:,} of {rows:,} rows when they happened, too few to split by time.",
            "Choose another column, or write its dates as year-month-day, such as 2024-12-31.",
            field="by_time",
            what=what,
            known=int(known.sum()),
            rows=len(times),
        )
    moments, codes = np.unique(times[known], return_inverse=True)
    _must_be_enough(len(moments), shares, what, field="by_time")
    reached = (len(times) - known.sum() + np.cumsum(np.bincount(codes))) / len(times)
    has_test = test_share > 0
    last = len(moments) - (2 if has_test else 1)  # so many moments can train at most
    trained = 1 + int(np.argmin(np.abs(reached[:last] - shares[0])))
    checked = len(moments)
    if has_test:
        checked = trained + 1 + int(np.argmin(np.abs(reached[trained:-1] - shares[0] - shares[1])))
    part = np.zeros(len(times), dtype=np.int64)
    part[known] = np.where(codes < trained, 0, np.where(codes < checked, 1, 2))
    return _split(usable[part == 0], usable[part == 1], usable[part == 2])


def _must_leave_some(validation_share: float, test_share: float) -> None:
    if validation_share + test_share >= 0.99:
        raise refuse(
            "split.nothing_left",
            "Validation and test together take {share:.0f} % of the rows: next to none are left to learn.",
            "Make them smaller: 15 % each is usual.",
            field="validation_share",
            share=100 * (validation_share + test_share),
        )


def _must_be_enough(count: int, shares: NDArray[np.float64], what: str, *, field: str) -> None:
    parts = int((shares > 0).sum())
    if count < parts:
        raise refuse(
            "split.too_few_values",
            "“{what}” has only {count} different {values}, too few to share out between {parts} parts.",
            "Choose another column, or share the rows out by chance.",
            field=field,
            what=what,
            count=count,
            values="value" if count == 1 else "values",
            parts=parts,
        )


def _split(train: Rows, validation: Rows, test: Rows) -> Split:
    if not len(train) or not len(validation):
        raise refuse(
            "split.too_few_rows",
            "{rows} rows are too few to share out between training and validation.",
            "Add rows, or make the validation share larger.",
            field="validation_share",
            rows=len(train) + len(validation) + len(test),
        )
    train, validation, test = (np.sort(each).astype(np.int64) for each in (train, validation, test))
    return Split(train, validation, test)
