"""Which rows are trained on, which choose the best epoch, and which stay locked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.problems import refuse

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    """Row numbers of each part, ascending, without overlap."""

    train: Rows
    validation: Rows
    test: Rows

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
    if validation_share + test_share >= 0.99:
        raise refuse(
            "split.nothing_left",
            "Validation and test together take {share:.0f} % of the rows: next to none are left to learn.",
            "Make them smaller: 15 % each is usual.",
            field="validation_share",
            share=100 * (validation_share + test_share),
        )
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
    train, validation, test = (np.sort(np.concatenate(each)).astype(np.int64) for each in parts)
    if not len(validation) or not len(train):
        raise refuse(
            "split.too_few_rows",
            "{rows} rows are too few to share out between training and validation.",
            "Add rows, or make the validation share larger.",
            field="validation_share",
            rows=len(usable),
        )
    return Split(train, validation, test)
