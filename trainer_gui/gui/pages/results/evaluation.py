"""What is computed for the page, away from the GUI thread: reports, and the rows behind them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from trainer_gui.gui.runner import Report as Say

if TYPE_CHECKING:
    import pandas as pd

    from trainer_gui.engine.data.dataset import Dataset, Pictures
    from trainer_gui.engine.recipe import Recipe
    from trainer_gui.engine.report import Report
    from trainer_gui.engine.run_folder import RunFolder
    from trainer_gui.engine.tuned import Tuned

Part = Literal["validation", "test"]
Places = NDArray[np.int64]  # places in the cases of a report
MOST = 2000  # cases in the table


@dataclass(frozen=True)
class Judged:
    """A report and the data that it is about."""

    part: Part
    report: Report
    dataset: Dataset


@dataclass(frozen=True)
class Selected:
    """Some cases, with what the table or the grid shows of them."""

    title: str
    count: int
    frame: pd.DataFrame | None = None
    pictures: Pictures | None = None


def judge_part(folder: RunFolder, recipe: Recipe, part: Part, dataset: Dataset | None, report: Say) -> Judged:
    """Evaluates the run on a part of its data, which is read again where it is not open."""
    from trainer_gui.engine.evaluate import evaluate
    from trainer_gui.engine.sources import open_data

    if dataset is None or dataset.fingerprint != recipe.fingerprint:
        dataset = open_data(recipe.data, report=report)
    return Judged(part, evaluate(folder, part, dataset, report), dataset)


@dataclass(frozen=True)
class Tuning:
    """What a run's study makes of its score; None where it is not of the best trial."""

    run: Path
    tuned: Tuned | None


def tuning_of(folder: RunFolder, dataset: Dataset, report: Say) -> Tuning:
    """By how much the score of a run flatters because a study chose it."""
    from trainer_gui.engine.tuned import tuned

    return Tuning(folder.path, tuned(folder, dataset, report))


def wrong_places(report: Report) -> Places:
    """The cases whose class was not the one that was said, the most wrong first."""
    cases = report.cases
    order = cases.worst_first
    return np.asarray(order[cases.said[order] != cases.truth[order]], dtype=np.int64)


def cell_places(report: Report, true: str, said: str) -> Places:
    """The cases of one cell of the confusion matrix, the least sure first."""
    cases = report.cases
    order = cases.worst_first
    inside = (cases.truth[order] == true) & (cases.said[order] == said)
    return np.asarray(order[inside], dtype=np.int64)


def select(judged: Judged, places: Places, title: str, words: dict[str, str], report: Say) -> Selected:
    """The rows of these cases. `words` names the columns, and says `taken` of pictures."""
    from trainer_gui.engine.data.dataset import Pictures

    report("", None)
    if isinstance(judged.dataset, Pictures):
        return Selected(
            title, len(places), pictures=_pictures(judged, judged.dataset, places, words["taken"])
        )
    return Selected(title, len(places), frame=_frame(judged, places[:MOST], words))


def _frame(judged: Judged, places: Places, words: dict[str, str]) -> pd.DataFrame:
    import pandas as pd

    from trainer_gui.engine.data.dataset import Table

    found, cases = judged.report, judged.report.cases
    rows = cases.rows[places]
    columns: dict[str, Any] = {words["row"]: rows + 1, found.target: cases.truth[places]}
    said = cases.said[places]
    if cases.probability is None:
        said = np.round(said, _decimals(cases.residuals))
    columns[_free(words["said"], columns)] = said
    if cases.probability is not None:
        shares = 100 * cases.probability[places]
        columns[_free(words["sure"], columns)] = [f"{share:.0f} %" for share in shares]
    else:
        columns[_free(words["error"], columns)] = np.round(
            cases.residuals[places], _decimals(cases.residuals)
        )
    if isinstance(judged.dataset, Table):
        frame = judged.dataset.frame
        for name in frame.columns:
            if name != found.target:
                columns[_free(str(name), columns)] = frame[name].iloc[rows].to_numpy()
    return pd.DataFrame(columns)


def _decimals(errors: NDArray[np.float64]) -> int:
    """How many decimals are worth writing where answers are off by so much."""
    typical = float(np.abs(errors).mean())
    return int(np.clip(1 - np.floor(np.log10(typical)), 0, 12)) if typical > 0 else 6


def _free(name: str, taken: dict[str, Any]) -> str:
    """The name, with a mark where the data has a column of the same name."""
    while name in taken:
        name += "′"
    return name


def _pictures(judged: Judged, data: Pictures, places: Places, words: str) -> Pictures:
    from trainer_gui.engine.data.picture_files import PictureFiles

    cases = judged.report.cases
    rows = cases.rows[places]
    pairs = zip(cases.truth[places], cases.said[places], strict=True)
    labels = tuple(str(said) if true == said else words.format(true=true, said=said) for true, said in pairs)
    names = tuple(data.names[row] for row in rows)
    if cases.probability is not None:
        shares = 100 * cases.probability[places]
        labels = tuple(f"{label}\n{share:.0f} %" for label, share in zip(labels, shares, strict=True))
    opener: Any = data.open_picture
    chosen = opener.part(rows) if isinstance(opener, PictureFiles) else lambda at: opener(int(rows[at]))
    return replace(
        data, rows=len(rows), names=names, labels=labels, open_picture=chosen, parts=(), copies=(), remarks=()
    )


def save_frame(frame: pd.DataFrame, path: Path, report: Say) -> Path:
    """Writes the table as CSV that a spreadsheet opens safely."""
    from trainer_gui.engine.data.defusing import defused
    from trainer_gui.engine.disk import not_saved, write_atomically

    path = path if path.suffix else path.with_suffix(".csv")
    safe = frame.map(lambda cell: defused(cell) if isinstance(cell, str) else cell)
    safe.columns = [defused(str(name)) for name in frame.columns]
    text = safe.to_csv(index=False, lineterminator="\r\n")
    try:
        write_atomically(path, text.encode("utf-8" if text.isascii() else "utf-8-sig"))
    except OSError as error:
        raise not_saved(error, path) from error
    return path
