"""A file that is predicted, away from the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from trainer_gui.gui.pages.use.model_in_use import ModelInUse
from trainer_gui.gui.runner import Report

if TYPE_CHECKING:
    import pandas as pd

    from trainer_gui.engine.data.dataset import Dataset
    from trainer_gui.engine.data.matching import Match
    from trainer_gui.engine.model import Answers

_SHOWN = 200  # rows of the preview


@dataclass(frozen=True)
class Predicted:
    """A file, how it goes with the model, and the answers where there are any."""

    data: Dataset
    match: Match
    answers: Answers | None
    preview: pd.DataFrame | None = None  # the first rows, each after its answer


def predict_file(model: ModelInUse, path: Path, report: Report) -> Predicted:
    """Reads a file and predicts its rows; raises UserError where it cannot be read."""
    from trainer_gui.engine.predict import open_rows

    return predict_rows(model, open_rows(model.folder, path, report), report)


def predict_rows(
    model: ModelInUse, data: Dataset, report: Report, *, fill_missing: bool = False
) -> Predicted:
    """The answers for data that is open; none where it does not go with the model."""
    from trainer_gui.engine.predict import match, predict_matched

    found = match(model.model, data, fill_missing=fill_missing)
    if any(each.severity == "error" for each in found.problems):
        return Predicted(data, found, None)
    answers = predict_matched(model.model, found, data, report=report)
    return Predicted(data, found, answers, _preview(data, answers, found.remarks))


def _preview(data: Dataset, answers: Answers, remarks: dict[int, str]) -> pd.DataFrame | None:
    """The first rows as they will stand in the file, with the answers first."""
    from trainer_gui.engine.data.dataset import Table
    from trainer_gui.engine.model import Answers as Some
    from trainer_gui.engine.predictions_file import as_frame

    if not isinstance(data, Table):
        return None
    shares = answers.probabilities
    first = Some(answers.values[:_SHOWN], answers.classes, None if shares is None else shares[:_SHOWN])
    some = {row: words for row, words in remarks.items() if row < _SHOWN}
    frame = as_frame(first, inputs=data.frame.iloc[:_SHOWN].reset_index(drop=True), remarks=some)
    ours = [*as_frame(first, remarks=some).columns]
    return frame[[*ours, *(each for each in frame.columns if each not in ours)]]


def save_answers(found: Predicted, path: Path, report: Report) -> Path:
    """Writes the answers beside their rows and gives the file; raises UserError where that is refused."""
    from trainer_gui.engine.data.dataset import Pictures, Table
    from trainer_gui.engine.predictions_file import write_predictions

    assert found.answers is not None
    path = path if path.suffix else path.with_suffix(".csv")
    inputs: pd.DataFrame | None = found.data.frame if isinstance(found.data, Table) else None
    names = found.data.names if isinstance(found.data, Pictures) else None
    remarks = found.match.remarks
    write_predictions(path, found.answers, inputs=inputs, names=names, remarks=remarks)
    return path
