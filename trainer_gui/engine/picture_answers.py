"""What a model says of pictures, of which a bounded number is in memory at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.picture_files import PictureFiles
from trainer_gui.engine.data.picture_reading import read_blocks, shape_of
from trainer_gui.engine.data.prepare import Preparation
from trainer_gui.engine.data.split import Rows
from trainer_gui.engine.model import Answers, Member, TrainedModel, answers
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
    each, problems = member_answers_to_pictures(model, open_picture, rows, report)
    return PictureAnswers((), model.together(each), problems)


def member_answers_to_pictures(
    model: TrainedModel,
    open_picture: Callable[[int], Image],
    rows: Sequence[int] | Rows,
    report: Report = say_nothing,
) -> tuple[tuple[Answers, ...], tuple[Problem, ...]]:
    """What each member says of the pictures of these rows, and which of them cannot be opened.

    Pictures are read once for all members that take them in the same size.
    """
    columns = [each.preparation.picture for each in model.members]
    found: dict[int, Answers] = {}
    problems: tuple[Problem, ...] = ()
    shapes = [shape_of(each) for each in columns if each is not None]
    for number, shape in enumerate(dict.fromkeys(shapes)):
        alike = [place for place, each in enumerate(shapes) if each == shape]
        share = partial(_share, report, number, len(set(shapes)))
        answers, problems = _of_one_size([model.members[at] for at in alike], open_picture, rows, share)
        found |= dict(zip(alike, answers, strict=True))
    return tuple(found[place] for place in range(len(model.members))), problems


def _share(report: Report, number: int, of: int, share: float) -> None:
    report("Predicting", (number + share) / of)


def _of_one_size(
    members: Sequence[Member],
    open_picture: Callable[[int], Image],
    rows: Sequence[int] | Rows,
    share: Callable[[float], None],
) -> tuple[list[Answers], tuple[Problem, ...]]:
    """What each of these members, which take pictures in the same size, says of them."""
    column = members[0].preparation.picture
    assert column is not None
    outputs = [np.full((len(rows), each.shape.outputs), np.nan, dtype=np.float32) for each in members]
    problems: list[Problem] = []
    waiting: list[tuple[int, NDArray[np.uint8]]] = []

    def answer(some: list[tuple[int, NDArray[np.uint8]]]) -> None:
        pixels = np.stack([each for _, each in some])
        for member, said in zip(members, outputs, strict=True):
            said[[place for place, _ in some]] = member.score((pixels,))

    share(0.0)
    with closing(read_blocks(open_picture, rows, column)) as blocks:
        for block in blocks:
            problems += [each.model_copy(update={"severity": "caution"}) for each in block.broken]
            waiting += zip(block.places, block.pixels, strict=True)
            while len(waiting) >= _PICTURES_AT_ONCE:  # always as many, so that the answers are the same
                answer(waiting[:_PICTURES_AT_ONCE])
                del waiting[:_PICTURES_AT_ONCE]
            share(block.done)
    if waiting:
        answer(waiting)
    said = zip(members, outputs, strict=True)
    return [_in_words(member.preparation, each) for member, each in said], tuple(problems)


def _in_words(preparation: Preparation, outputs: NDArray[np.float32]) -> Answers:
    """The answers; "" or NaN for pictures without outputs."""
    known = np.asarray(np.isfinite(outputs).all(axis=1))
    found = answers(preparation, np.where(known[:, None], outputs, 0.0).astype(np.float32))
    values = np.where(known, found.values, "" if found.classes else np.nan)
    probabilities = found.probabilities
    if probabilities is not None:
        probabilities = np.where(known[:, None], probabilities, np.nan)
    return Answers(values, found.classes, probabilities)
