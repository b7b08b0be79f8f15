"""What a model says of pictures, of which a bounded number is in memory at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.picture_files import PictureFiles
from trainer_gui.engine.data.picture_reading import read_blocks
from trainer_gui.engine.data.split import Rows
from trainer_gui.engine.model import Answers, TrainedModel, answers
from trainer_gui.engine.problems import Problem, UserError, refuse
from trainer_gui.engine.source import Report, say_nothing

if TYPE_CHECKING:
    from PIL.Image import Image

_PICTURES_AT_ONCE = 64


@dataclass(frozen=True)
class PictureAnswers:
    """What a model says of some pictures; one that cannot be opened has the answer "" or NaN."""

    names: tuple[str, ...]
    answers: Answers
    problems: tuple[Problem, ...]  # one for each picture that cannot be opened


def predict_pictures(
    model: TrainedModel, paths: Sequence[Path], report: Report = say_nothing
) -> PictureAnswers:
    """The answers for these picture files, in order.

    Raises UserError where the model does not look at pictures, there are none, or none can be opened.
    """
    if model.preparation.picture is None:
        raise refuse(
            "match.kind",
            "The model looks at the rows of a table, and this is a picture.",
            "Choose a table, or a run that was trained on pictures.",
        )
    if not paths:
        raise refuse("predict.no_pictures", "There are no pictures to predict.", "Choose at least one.")
    files = PictureFiles("", tuple(str(each) for each in paths))
    found = answers_to_pictures(model, files, range(len(paths)), report)
    if len(found.problems) == len(paths):
        raise UserError(found.problems[0])
    return PictureAnswers(tuple(each.name for each in paths), found.answers, found.problems)


def answers_to_pictures(
    model: TrainedModel,
    open_picture: Callable[[int], Image],
    rows: Sequence[int] | Rows,
    report: Report = say_nothing,
) -> PictureAnswers:
    """The answers for the pictures of these rows, of which a bounded number is in memory at a time."""
    assert model.preparation.picture is not None
    count = len(rows)
    outputs = np.full((count, model.shape.outputs), np.nan, dtype=np.float32)
    problems: list[Problem] = []
    waiting: list[tuple[int, NDArray[np.uint8]]] = []

    def answer(some: list[tuple[int, NDArray[np.uint8]]]) -> None:
        outputs[[place for place, _ in some]] = model.score((np.stack([pixels for _, pixels in some]),))

    report("Predicting", 0.0)
    with closing(read_blocks(open_picture, rows, model.preparation.picture)) as blocks:
        for block in blocks:
            problems += [each.model_copy(update={"severity": "caution"}) for each in block.broken]
            waiting += zip(block.places, block.pixels, strict=True)
            while len(waiting) >= _PICTURES_AT_ONCE:  # always as many, so that the answers are the same
                answer(waiting[:_PICTURES_AT_ONCE])
                del waiting[:_PICTURES_AT_ONCE]
            report("Predicting", block.done)
    if waiting:
        answer(waiting)
    known = np.asarray(np.isfinite(outputs).all(axis=1))
    found = answers(model.preparation, np.where(known[:, None], outputs, 0.0).astype(np.float32))
    values = np.where(known, found.values, "" if found.classes else np.nan)
    probabilities = found.probabilities
    if probabilities is not None:
        probabilities = np.where(known[:, None], probabilities, np.nan)
    return PictureAnswers((), Answers(values, found.classes, probabilities), tuple(problems))
