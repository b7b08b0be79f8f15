"""Says how good a trained model is: on the parts of its own data, or on new rows whose answers are known."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.dataset import Dataset, Pictures, Table, Task
from trainer_gui.engine.data.matching import as_known_texts, as_numbers
from trainer_gui.engine.data.parts import with_test_rows
from trainer_gui.engine.data.prepare import Preparation, numbers_of
from trainer_gui.engine.data.split import Rows, Split
from trainer_gui.engine.disk import in_words
from trainer_gui.engine.member_figures import Said
from trainer_gui.engine.model import Answers, TrainedModel
from trainer_gui.engine.own_test import with_test_data_of
from trainer_gui.engine.picture_answers import member_answers_to_pictures
from trainer_gui.engine.predict import match, member_predictions, open_model
from trainer_gui.engine.problems import Problem, UserError, problem, refuse
from trainer_gui.engine.recipe import Recipe, as_chosen, parts_of
from trainer_gui.engine.recipe_key import settings_key
from trainer_gui.engine.report import Occasion, Report, judge
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.source import Report as Progress
from trainer_gui.engine.source import say_nothing
from trainer_gui.engine.sources import open_data

Part = Literal["validation", "test", "training"]

_PARTS = {"validation": "validation", "test": "test", "training": "train"}


@dataclass(frozen=True)
class Opened:
    """A run, its model and its data, ready to be judged on the rows of one part."""

    folder: RunFolder
    recipe: Recipe
    model: TrainedModel
    dataset: Dataset  # with test rows of their own behind its last row
    part: Part
    rows: Rows
    training: Rows
    counts: NDArray[np.bool_]  # [members, rows]: which members may be asked about which rows
    learned: tuple[int, ...]  # rows that each member was trained on

    @property
    def truth(self) -> NDArray[Any]:
        """Class numbers int64 [rows], -1 where unknown; or numbers float64 [rows], NaN where unknown."""
        values = self.dataset.target_values(self.recipe.target)
        return _truth(self.model.preparation, values, self.rows)

    def answers(self, report: Progress = say_nothing) -> Answers:
        """What the model says of the rows."""
        return self.model.together(self.member_answers(report), self.counts)

    def member_answers(self, report: Progress = say_nothing) -> tuple[Answers, ...]:
        """What each member of the model says of the rows."""
        return _member_answers(self.model, self.dataset, self.rows, report)

    def count_opening(self, now: str = "") -> int:
        """Writes down that the part is seen now, where that is the test part; how many times it was."""
        return _count(self.folder, now) if self.part == "test" else len(self.folder.test_openings)


def open_part(
    folder: RunFolder, part: Part, dataset: Dataset | None = None, report: Progress = say_nothing
) -> Opened:
    """The run with the rows of one part, before any of them is answered or counted; see `evaluate`."""
    recipe = folder.recipe
    model = open_model(folder)
    if dataset is None:
        dataset = open_data(recipe.data, report=report)
    _must_be_the_same(dataset, recipe)
    dataset = as_chosen(dataset, recipe.kinds)
    if part == "test":
        dataset = with_test_data_of(dataset, recipe, report)
    splits = [parts_of(dataset, each) for each in _different([each.recipe for each in folder.members])]
    rows, counts = _asked(splits, part)
    if not len(rows):
        raise refuse(
            "evaluate.empty_part",
            "This run kept no rows for the {part} part.",
            "Look at another part, or train again with a larger share for it.",
            part=part,
        )
    learned = [len(each.train) for each in splits]
    if len(splits) < len(model.members):  # all have shared out their rows in the same way
        counts, learned = np.repeat(counts, len(model.members), axis=0), learned * len(model.members)
    every, train = with_test_rows(dataset), splits[0].train
    return Opened(folder, recipe, model, every, part, rows, train, counts, tuple(learned))


def _different(recipes: Sequence[Recipe]) -> Sequence[Recipe]:
    """The recipes, or one of them where all share out their rows in the same way."""
    first = recipes[0]
    same = all(
        (each.split, each.steps, each.leave_out) == (first.split, first.steps, first.leave_out)
        for each in recipes
    )
    return recipes[:1] if same and first.split.train_share == 1 else recipes


def _asked(splits: Sequence[Split], part: Part) -> tuple[Rows, NDArray[np.bool_]]:
    """The rows of a part, and who is asked about which [splits, rows]: none about a row that it has learned.

    About rows of the training part, those are asked that have learned it.
    """
    rows = np.unique(np.concatenate([getattr(each, _PARTS[part]) for each in splits]))
    learned = np.array([np.isin(rows, each.train) for each in splits])
    return rows, learned if part == "training" else ~learned


def evaluate(
    folder: RunFolder,
    part: Part = "validation",
    dataset: Dataset | None = None,
    report: Progress = say_nothing,
    *,
    now: str = "",
) -> Report:
    """How good the best epoch is on one part of the run's own data.

    Opening the test part is written into the run before anything is computed. `dataset` spares reading the
    data again. Raises UserError where the model or the data cannot be opened, the data is not the one of the
    run, or the part is empty. A test part in a file of its own is opened only where it is asked for.
    `now` is the moment of the look, where several runs are looked at together.
    """
    opened = open_part(folder, part, dataset, report)
    openings = opened.count_opening(now)
    preparation, target = opened.model.preparation, opened.recipe.target
    simple = _simple_guess(preparation, opened.dataset.target_values(target), opened.training)
    each = opened.member_answers(report)
    found = opened.model.together(each, opened.counts)
    words = "Always the most frequent training class"
    if opened.recipe.task is Task.REGRESSION:
        words = "Always the mean of the training rows"
    members = tuple(map(Said, each, opened.counts, opened.learned))
    notes, seeds = tuple(_looked_before(folder)), _only_seeds(folder)
    about = Occasion(folder.name, opened.dataset, part, openings, words, notes, members, seeds)
    return judge(preparation, about, opened.rows, opened.truth, found, simple)


def evaluate_on(folder: RunFolder, dataset: Dataset, report: Progress = say_nothing) -> Report:
    """How good the best epoch is on new data whose answers are known.

    Columns are matched by name, as for prediction; rows without a known answer are left out. Raises
    UserError where the target or an input is missing, or no row is left.
    """
    model = open_model(folder)
    preparation = model.preparation
    target = preparation.target
    matched = match(model, dataset)
    if not matched.target and not any(each.severity == "error" for each in matched.problems):
        raise refuse(
            "evaluate.no_target",
            "The data has no column “{target}”, so what the model says cannot be compared with what is true.",
            "Add the column with the true answers, or only predict.",
            field="target",
            target=target.name,
        )
    each = member_predictions(model, matched, dataset, report=report)
    everything = model.together(each)
    values: Any = dataset.target_values(matched.target)
    if target.task is Task.CLASSIFICATION:
        values, _ = as_known_texts(target.name, target.classes, values)
    elif isinstance(dataset, Table):
        values, _ = as_numbers(target.name, dataset.frame[matched.target])
    rows = np.arange(dataset.rows, dtype=np.int64)
    truth = _truth(preparation, values, rows)
    simple = _simple_guess(preparation, values, rows)
    words = "Always the most frequent class of these rows"
    if target.task is Task.REGRESSION:
        words = "Always the mean of the training rows"
    about = Occasion(
        folder.name,
        dataset,
        "new data",
        len(folder.test_openings),
        words,
        (*matched.problems, *_seen(folder, dataset), *_looked_before(folder)),
        tuple(Said(said, np.ones(len(rows), dtype=bool)) for said in each),
        _only_seeds(folder),
    )
    return judge(preparation, about, rows, truth, everything, simple)


def _only_seeds(folder: RunFolder) -> bool:
    """Whether the members of a model differ in nothing but their seeds."""
    return len({settings_key(each.recipe) for each in folder.members}) == 1


def _looked_before(folder: RunFolder) -> list[Problem]:
    """What a run says for ever, once its test rows were opened a second time."""
    count, others = len(folder.test_openings), folder.openings_by_others
    if count < 2:
        return []
    words = "The test rows of this run were opened {count} times"
    words += ", {others} of them by other runs of its study. " if others else ". "
    return [
        problem(
            "evaluate.opened_again",
            words + "Only the first look is honest: what was chosen after it, was chosen with them.",
            "For an honest number, measure it once on new rows whose answers are known.",
            severity="caution",
            count=count,
            others=others,
        )
    ]


def _seen(folder: RunFolder, dataset: Dataset) -> list[Problem]:
    if dataset.fingerprint != folder.recipe.fingerprint:
        return []
    return [
        problem(
            "evaluate.seen",
            "These are the rows that the model was trained on, so the numbers are better than they would be "
            "on new ones.",
            "Look at the validation part, or open the test part, instead.",
            severity="caution",
        )
    ]


def _must_be_the_same(dataset: Dataset, recipe: Recipe) -> None:
    if dataset.fingerprint != recipe.fingerprint:
        raise refuse(
            "evaluate.data_changed",
            "{name} has changed since this run, so it can no longer be told which rows were trained on.",
            "Bring the old file back, or evaluate on it as new data.",
            field="data",
            name=dataset.name,
        )


def _count(folder: RunFolder, now: str) -> int:
    """Of a model that was put together, the runs that it is of count too: what they are worth is shown."""
    try:
        folder.take_over_openings(folder.origins)
        count = folder.count_test_opening(now)
    except OSError as error:  # what cannot be counted is not shown
        raise UserError(in_words(error, folder.path)) from error
    for each in folder.origins:
        with suppress(OSError):  # it may lie where nothing can be written any more
            each.take_over_openings([folder])
    return count


def _truth(preparation: Preparation, values: Any, rows: Rows) -> NDArray[Any]:
    """Class numbers int64 [rows], -1 where unknown; or numbers float64 [rows], NaN where unknown."""
    if preparation.target.task is Task.CLASSIFICATION:
        return preparation.targets(values, rows)
    return numbers_of(values, rows)


def _simple_guess(preparation: Preparation, values: Any, rows: Rows) -> NDArray[np.float64]:
    """What the simplest guess says: the share of each class among these rows, or the mean in training."""
    target = preparation.target
    if target.task is Task.REGRESSION:
        return np.array([target.mean])
    known = preparation.targets(values, rows)
    counts = np.bincount(known[known >= 0], minlength=len(target.classes))
    return np.asarray(counts / max(1, counts.sum()), dtype=np.float64)


def _member_answers(
    model: TrainedModel, dataset: Dataset, rows: Rows, report: Progress
) -> tuple[Answers, ...]:
    if isinstance(dataset, Pictures):
        return member_answers_to_pictures(model, dataset.open_picture, rows, report)[0]
    assert isinstance(dataset, Table)
    return model.member_answers(dataset.frame, rows, partial(report, "Predicting"))
