"""Answers as a CSV file that a spreadsheet opens safely."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.data.defusing import defused
from trainer_gui.engine.disk import not_saved, write_atomically
from trainer_gui.engine.model import Answers

if TYPE_CHECKING:
    import pandas as pd


def write_predictions(
    path: Path,
    answers: Answers,
    *,
    inputs: pd.DataFrame | None = None,
    names: Sequence[str] | None = None,
    remarks: Mapping[int, str] | None = None,
) -> None:
    """Writes one line per row, in order, with the column `prediction`, for classes also `probability_…`.

    `remarks`, by row number from 0, stand in a column `remark` behind them where there are any. `inputs` are
    repeated before them, and `names` (of pictures) come first as `picture`, each only where
    given; a column of the inputs that is called like one of ours is called `input_…` then. It is UTF-8,
    marked as such where there are letters beyond English, so that spreadsheets show them right. A text that
    a spreadsheet would take for a formula gets an apostrophe before it. Raises UserError where the file
    cannot be written; what was there before is kept then.
    """
    frame = as_frame(answers, inputs=inputs, names=names, remarks=remarks)
    text = io.StringIO()
    frame.to_csv(text, index=False, lineterminator="\r\n", na_rep="")
    content = text.getvalue()
    try:
        write_atomically(path, content.encode("utf-8" if content.isascii() else "utf-8-sig"))
    except OSError as error:
        raise not_saved(error, path) from error


def as_frame(
    answers: Answers,
    *,
    inputs: pd.DataFrame | None = None,
    names: Sequence[str] | None = None,
    remarks: Mapping[int, str] | None = None,
) -> pd.DataFrame:
    """The answers as the table that is written."""
    import pandas as pd

    ours: dict[str, Any] = {}
    if names is not None:
        ours["picture"] = [defused(each) for each in names]
    ours["prediction"] = (
        [defused(str(each)) for each in answers.values] if answers.classes else answers.values
    )
    if answers.probabilities is not None:
        for place, name in enumerate(answers.classes):
            ours[f"probability_{name}"] = answers.probabilities[:, place]
    if remarks:
        ours["remark"] = [defused(remarks.get(row, "")) for row in range(len(answers.values))]
    if inputs is None:
        return pd.DataFrame(ours)
    theirs: dict[str, Any] = {}
    for name in inputs.columns:
        title = defused(str(name))
        values = inputs[name].reset_index(drop=True)
        theirs[f"input_{title}" if title in ours else title] = (
            values if values.dtype.kind in "fiub" else values.astype(object).map(_safe, na_action="ignore")
        )
    return pd.DataFrame({**theirs, **ours})


def _safe(value: Any) -> Any:
    return defused(value) if isinstance(value, str) else value
