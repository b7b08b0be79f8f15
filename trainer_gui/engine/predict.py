"""Opens a finished run or an exported model, and lets it answer for new rows and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.data.dataset import DataKind, Dataset, Pictures, Table
from trainer_gui.engine.data.matching import Match, match_frame
from trainer_gui.engine.data.mending import counted
from trainer_gui.engine.exporters.safetensors_file import model_in
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.model import Answers, Member, TrainedModel
from trainer_gui.engine.picture_answers import member_answers_to_pictures, predict_pictures
from trainer_gui.engine.problems import Problem, UserError, problem, refuse
from trainer_gui.engine.run_folder import RunFolder, progress_of
from trainer_gui.engine.source import Report, say_nothing
from trainer_gui.engine.sources import SOURCES, open_data

if TYPE_CHECKING:
    import pandas as pd

_OF_THE_FILE = ("encoding", "title_lines")  # found out anew for every file, also one of the same make


def open_model(folder: RunFolder) -> TrainedModel:
    """The best epoch of a run, however the run ended.

    Raises UserError where the run has no model, or a file of it is missing or damaged.
    """
    recipe = folder.recipe
    members = folder.members
    for each in members:
        if not each.weights.exists() and not progress_of(each).curve.best_epoch:
            raise refuse(
                "run.no_model",
                "“{name}” has no model: it ended before anything was learned.",
                "Repeat it, and let it train for at least one epoch.",
                field="run",
                name=each.name,
            )
    return TrainedModel(folder.name, tuple(map(_member, members)), folder.preparation, recipe.steps)


def _member(folder: RunFolder) -> Member:
    recipe, preparation = folder.recipe, folder.preparation
    family, settings, shape = FAMILIES[recipe.family], recipe.family_settings, preparation.shape(0)
    return Member(
        family=family,
        size=recipe.size,
        settings=settings,
        shape=shape,
        preparation=preparation,
        weights=folder.weights,
        within="",
        score=family.load(folder.weights, shape, recipe.size, settings),
    )


def open_model_file(path: Path) -> TrainedModel:
    """The model in a safetensors file that was exported from a run, which need not be here any more.

    Raises UserError where there is no such file, or it is damaged or of another make.
    """
    return model_in(path, FAMILIES.__getitem__)


def open_rows(folder: RunFolder, location: str | Path, report: Report = say_nothing) -> Dataset:
    """New data for the model of a run, read as the run's own data was where it is of the same make.

    A file that cannot be read that way, or then lacks columns that the model needs, is read as it presents
    itself. Raises UserError as `open_data` does.
    """
    reference = folder.recipe.data
    source = next((each for each in SOURCES if each.takes(str(location))), None)
    if source is None or source.name != reference.source or not reference.options:
        return open_data(location, report=report, every_row=True)
    same = {key: value for key, value in reference.options.items() if key not in _OF_THE_FILE}
    wanted = set(folder.preparation.columns)
    with suppress(UserError):
        dataset = open_data(location, same, report, every_row=True)
        if wanted <= {each.name for each in dataset.columns}:
            return dataset
    meant = {key: value for key, value in same.items() if key == "missing_words"}
    return open_data(location, meant, report, every_row=True)


def match(model: TrainedModel, data: Dataset | pd.DataFrame, *, fill_missing: bool = False) -> Match:
    """How new data goes with a model, as a list of what is missing, unknown or not readable.

    What makes prediction impossible is a problem of severity error; `fill_missing` takes missing input
    columns as columns of gaps instead.
    """
    wanted = DataKind.PICTURES if model.preparation.picture is not None else DataKind.TABLE
    given = data.kind if isinstance(data, Dataset) else DataKind.TABLE
    if given is not wanted:
        wrong = problem(
            "match.kind",
            "The model looks at {wanted}, and this is {given}.",
            "Choose other data, or another run.",
            wanted="pictures" if wanted is DataKind.PICTURES else "the rows of a table",
            given="a folder of pictures" if given is DataKind.PICTURES else "a table",
        )
        return Match({}, model.preparation.columns, (), "", (wrong,))
    if isinstance(data, Pictures):
        return Match({model.preparation.columns[0]: data.columns[0].name}, (), (), data.target, ())
    frame = data.frame if isinstance(data, Table) else data
    assert not isinstance(frame, Dataset)
    found = match_frame(model.preparation, frame, fill_missing=fill_missing)
    return replace(found, problems=(*found.problems, *_unlike_training(model, found)))


def _unlike_training(model: TrainedModel, found: Match) -> Iterator[Problem]:
    """Rows such as were left out of training: they are answered all the same, after saying so."""
    if not model.steps.leave_out_gaps or found.frame is None:
        return
    gaps = (found.frame.isna() | (found.frame == "")).any(axis=1)
    count = int(gaps.sum())
    if count:
        yield problem(
            "match.gaps",
            "{rows} {have} a missing value, and the model was trained without such rows.",
            "What is missing is filled in; trust these answers less.",
            severity="caution",
            rows=counted(count, "row"),
            have="has" if count == 1 else "have",
        )


def predict(
    model: TrainedModel,
    data: Dataset | pd.DataFrame,
    *,
    fill_missing: bool = False,
    report: Report = say_nothing,
) -> Answers:
    """The answers for every row of new data, in order.

    A picture that cannot be opened gets the answer "" or NaN, and NaN as probabilities. Raises UserError
    where the data has no rows, is of the wrong kind, or lacks input columns (unless `fill_missing`).
    """
    matched = match(model, data, fill_missing=fill_missing)
    return predict_matched(model, matched, data, report=report)


def predict_matched(
    model: TrainedModel, matched: Match, data: Dataset | pd.DataFrame, *, report: Report = say_nothing
) -> Answers:
    """The same where the match was made, and shown, before."""
    return model.together(member_predictions(model, matched, data, report=report))


def member_predictions(
    model: TrainedModel, matched: Match, data: Dataset | pd.DataFrame, *, report: Report = say_nothing
) -> tuple[Answers, ...]:
    """What each member of the model says of every row; raises UserError as `predict` does."""
    for each in matched.problems:
        if each.severity == "error":
            raise UserError(each)
    if isinstance(data, Pictures):
        return member_answers_to_pictures(model, data.open_picture, range(data.rows), report)[0]
    assert matched.frame is not None
    frame = matched.frame
    if not len(frame):
        raise refuse(
            "predict.no_rows",
            "The data has no rows, so there is nothing to predict.",
            "Choose a file with at least one row under the names of the columns.",
            field="data",
        )
    return model.member_answers(frame, said=partial(report, "Predicting"))


@dataclass(frozen=True)
class RowAnswer:
    """What a model says of one row."""

    value: str | float
    probabilities: dict[str, float]  # by class; empty for a number
    problems: tuple[Problem, ...]  # such as a value that was not seen in training


def predict_row(model: TrainedModel, values: dict[str, Any]) -> RowAnswer:
    """The answer for one row given by column name; a column that is not given, or None, is a gap.

    Numbers may be given as texts, with a decimal comma too; a picture as a path. Raises UserError for a
    name that the model does not know, and for a number or a date that is none.
    """
    preparation = model.preparation
    for name in values:
        if name not in preparation.columns:
            raise refuse(
                "predict.unknown_input",
                "The model has no input named “{name}”.",
                "Its inputs are: {names}.",
                field=name,
                name=name,
                names=", ".join(preparation.columns[:30]),
            )
    if preparation.picture is not None:
        given = values.get(preparation.picture.name)
        if not given:
            raise refuse("predict.no_pictures", "There are no pictures to predict.", "Choose at least one.")
        return _row_answer(predict_pictures(model, [Path(given)]).answers, ())
    import pandas as pd

    row = {name: [values.get(name)] for name in preparation.columns}
    frame = pd.DataFrame(row, dtype=object)
    matched = match_frame(preparation, frame)
    for each in matched.problems:
        if each.key == "match.words":
            raise refuse(
                "predict.not_a_number",
                "“{name}” must be a number, and “{given}” is none.",
                "Type a number such as 3.5, or leave it empty.",
                field=each.field,
                name=each.field,
                given=str(values[each.field]),
            )
        if each.key == "match.dates":
            raise refuse(
                "predict.not_a_date",
                "“{name}” must be a date, and “{given}” is none.",
                "Type a date such as 2024-05-31, or leave it empty.",
                field=each.field,
                name=each.field,
                given=str(values[each.field]),
            )
    return _row_answer(predict_matched(model, matched, frame), matched.problems)


def _row_answer(found: Answers, problems: tuple[Problem, ...]) -> RowAnswer:
    value = str(found.values[0]) if found.classes else float(found.values[0])
    likely: dict[str, float] = {}
    if found.probabilities is not None:
        likely = {name: float(p) for name, p in zip(found.classes, found.probabilities[0], strict=True)}
    return RowAnswer(value, likely, problems)
