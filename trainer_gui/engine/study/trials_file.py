"""The trials of a study, and their curves, as CSV files that a spreadsheet opens safely."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

from trainer_gui.engine.data.defusing import defused
from trainer_gui.engine.disk import not_saved, write_atomically
from trainer_gui.engine.study.outline import StudyOutline


def write_trials(path: Path, outline: StudyOutline) -> Path:
    """Writes one line per trial and gives the path; raises UserError where it cannot be written."""
    return _write(path, trials_as_csv(outline))


def write_curves(path: Path, outline: StudyOutline) -> Path:
    """Writes one line per trial, repeat and epoch; raises UserError where it cannot be written."""
    return _write(path, curves_as_csv(outline))


def trials_as_csv(outline: StudyOutline) -> str:
    """Number, values, score with its deviation, how it ended, epochs of all runs, and seconds.

    What is not known stays empty; the score is the mean over the repeats, and lower is better.
    """
    names = [axis.name for axis in outline.axes]
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\r\n")
    first = "repeat" if outline.together is not None else "trial"
    lines.writerow(
        [first, *map(defused, names), "validation_loss", "deviation", "outcome", "epochs", "seconds"]
    )
    for each in outline.trials:
        values = [each.trial.values.get(name, "") for name in names]
        epochs = sum(len(places) for places, _ in each.curve.single)
        lines.writerow(
            [
                each.number + 1,
                *(defused(value) if isinstance(value, str) else value for value in values),
                _cell(each.score),
                _cell(each.deviation),
                each.kind,
                epochs,
                _cell(each.seconds),
            ]
        )
    return text.getvalue()


def curves_as_csv(outline: StudyOutline) -> str:
    """Trial and repeat (both from 1), epoch, and the loss on the validation rows."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(["trial", "repeat", "epoch", "validation_loss"])
    for each in outline.trials:
        trial = 0 if outline.together is not None else each.number
        for at, (epochs, losses) in enumerate(each.curve.single):
            repeat = each.number if outline.together is not None else at
            for epoch, loss in zip(epochs.tolist(), losses.tolist(), strict=True):
                lines.writerow([trial + 1, repeat + 1, int(epoch), _cell(loss)])
    return text.getvalue()


def _cell(value: float) -> str:
    return repr(value) if math.isfinite(value) else ""


def _write(path: Path, text: str) -> Path:
    try:
        write_atomically(path, text.encode("utf-8" if text.isascii() else "utf-8-sig"))
    except OSError as error:
        raise not_saved(error, path) from error
    return path
