"""The curve of a run as a CSV file that a spreadsheet opens safely."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

from trainer_gui.engine.data.defusing import defused
from trainer_gui.engine.disk import not_saved, write_atomically
from trainer_gui.engine.progress import Progress


def write_curve(path: Path, progress: Progress) -> Path:
    """Writes one line per epoch and gives the path: epoch, losses, metrics, learning rate, gradient length.

    With several members a column `member` comes first. What was not reported, or is no number, stays empty.
    Raises UserError where the file cannot be written; what was there before is kept then.
    """
    text = curve_as_csv(progress)
    try:
        write_atomically(path, text.encode("utf-8" if text.isascii() else "utf-8-sig"))
    except OSError as error:
        raise not_saved(error, path) from error
    return path


def curve_as_csv(progress: Progress) -> str:
    """The same as a text, with a heading and one line per epoch."""
    curves = {member: curve for member, curve in progress.curves.items() if len(curve)}
    metrics = list(dict.fromkeys(name for curve in curves.values() for name in curve.metric_names))
    several = len(progress.curves) > 1
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\r\n")
    heads = ["epoch", "train_loss", "validation_loss", *map(defused, metrics)]
    lines.writerow([*(["member"] if several else []), *heads, "learning_rate", "gradient_length"])
    for member, curve in curves.items():
        numbers = (
            curve.train_loss,
            curve.validation_loss,
            *(curve.metric(name) for name in metrics),
            curve.learning_rate,
            curve.gradient_length,
        )
        columns = [[_cell(value) for value in column.tolist()] for column in numbers]
        for epoch, *cells in zip(curve.epochs.tolist(), *columns, strict=True):
            lines.writerow([*([member] if several else []), int(epoch), *cells])
    return text.getvalue()


def _cell(value: float) -> str:
    return repr(value) if math.isfinite(value) else ""
