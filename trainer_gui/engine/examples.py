"""The rows that a training is given: prepared, and with their answers."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import closing
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import Dataset, Pictures
from trainer_gui.engine.data.picture_arrays import PicturesRead, read_pictures
from trainer_gui.engine.data.prepare import Preparation
from trainer_gui.engine.data.split import Rows
from trainer_gui.engine.events import Event, Noticed, StageStarted
from trainer_gui.engine.lesson import Examples
from trainer_gui.engine.problems import Problem, UserError, problem

_SAY_EVERY = 0.25  # seconds between two words about the reading of pictures
_MOST_NAMED = 3


class StopWantedError(Exception):
    """Carries a stop out of a reader that reports."""


def examples_of(
    dataset: Dataset, preparation: Preparation, rows: Rows, control: Control, part: str
) -> Generator[Event, None, Examples]:
    """The prepared rows of one part, by the name that people read; a generator that returns an Examples.

    Raises StopWantedError where a stop is wanted meanwhile, and UserError where not one picture can be read.
    """
    values = dataset.target_values(preparation.target.name)
    targets = preparation.targets(values, rows)
    known = targets >= 0 if targets.dtype == np.int64 else np.ones(len(rows), dtype=bool)
    if not known.all():
        yield Noticed(problem=_unseen_classes(int((~known).sum()), part))
        rows, targets = rows[known], targets[known]
    if not isinstance(dataset, Pictures):
        return Examples(preparation.inputs(dataset, rows), targets)
    return (yield from _picture_examples(dataset, preparation, rows, targets, control, part))


def _picture_examples(
    dataset: Pictures,
    preparation: Preparation,
    rows: Rows,
    targets: NDArray[Any],
    control: Control,
    part: str,
) -> Generator[Event, None, Examples]:
    """The same for pictures, which are read from their files or from the cache."""
    assert preparation.picture is not None
    said = time.monotonic()
    with closing(read_pictures(dataset.open_picture, rows, preparation.picture)) as reading:
        while True:
            if control.stop_wanted:
                raise StopWantedError
            try:
                share = next(reading)
            except StopIteration as end:
                read: PicturesRead = end.value
                break
            if time.monotonic() - said > _SAY_EVERY:
                said = time.monotonic()
                yield StageStarted(stage=f"Reading the {part} pictures", share=share)
    for each in read.broken[:_MOST_NAMED]:
        yield Noticed(problem=each.model_copy(update={"severity": "caution"}))
    for each in read.notes:
        yield Noticed(problem=each)
    if len(read.broken) > _MOST_NAMED:
        yield Noticed(problem=_broken_pictures(len(read.broken), part))
    if not len(read.good):
        raise UserError(read.broken[0])
    return Examples((read.pixels,), targets[read.good])


def _unseen_classes(count: int, part: str) -> Problem:
    return problem(
        "split.unseen_classes",
        "{count} {part} rows belong to classes of which there are none among the training rows.",
        "They are left out. Switch “Stratified” on, or add rows of these classes.",
        severity="caution",
        count=count,
        part=part,
    )


def _broken_pictures(count: int, part: str) -> Problem:
    return problem(
        "pictures.broken_later",
        "{count} {part} pictures could not be read and are left out.",
        "Open them in a picture viewer and save them again, or delete them.",
        severity="caution",
        count=count,
        part=part,
    )
