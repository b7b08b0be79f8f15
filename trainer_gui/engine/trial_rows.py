"""Rows on which an exported model is compared with the app's own: real ones, and some that are damaged."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.dataset import Dataset, Pictures
from trainer_gui.engine.data.matching import match_frame
from trainer_gui.engine.data.prepare import Preparation, fitted_picture
from trainer_gui.engine.exporter import Samples
from trainer_gui.engine.problems import Problem, UserError, problem
from trainer_gui.engine.recipe import Recipe, as_chosen, parts_of
from trainer_gui.engine.source import Report
from trainer_gui.engine.sources import open_data

MOST_ROWS = 200
_DAMAGED_ROWS = 12  # copies of real rows with gaps and unseen values put in
_MADE_UP_ROWS = 50
_MOST_PIXELS = 60_000_000  # of all pictures that are compared, so that they fit into memory


def trial_rows(
    recipe: Recipe, preparation: Preparation, dataset: Dataset | None, report: Report
) -> tuple[Samples, tuple[Problem, ...]]:
    """Up to `MOST_ROWS` rows of the validation part, some of them again with gaps and unseen values put in.

    Where the data has gone or changed beyond use, rows are made up, which a note says.
    """
    draw = np.random.default_rng(0)
    try:
        if dataset is None:
            dataset = open_data(recipe.data, report=report)
        dataset = as_chosen(dataset, recipe.kinds)
        rows = parts_of(dataset, recipe).validation
        rows = np.sort(draw.permutation(rows)[:MOST_ROWS])
        if isinstance(dataset, Pictures):
            return _pictures(preparation, dataset, rows), ()
        return _damaged(preparation, _table_rows(preparation, dataset, rows), draw), ()
    except UserError as error:
        note = problem(
            "export.no_rows",
            "The data of this run could not be opened again, so the file was compared on made-up rows.",
            "What was said: {reason}",
            severity="caution",
            reason=error.problem.message,
        )
        return _made_up(preparation, draw), (note,)


def _table_rows(preparation: Preparation, dataset: Any, rows: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    matched = match_frame(preparation, dataset.frame.iloc[rows])
    for each in matched.problems:
        if each.severity == "error":
            raise UserError(each)
    assert matched.frame is not None
    return {name: matched.frame[name].to_numpy() for name in preparation.columns}


def _damaged(
    preparation: Preparation, columns: dict[str, NDArray[Any]], draw: np.random.Generator
) -> Samples:
    """The rows, and behind them copies of a few with cells emptied, unseen or infinite by chance.

    One copy has no value at all, and one has only values that were never seen.
    """
    count = len(next(iter(columns.values())))
    chosen = np.concatenate([np.arange(count), draw.integers(0, count, _DAMAGED_ROWS)])
    found: dict[str, NDArray[Any]] = {}
    for step in preparation.table_steps:
        values = columns[step.name][chosen]
        hit = draw.random(_DAMAGED_ROWS) < 0.3
        odd = step.damaged(values[count:], hit)
        found[step.name] = np.concatenate([values[:count].astype(odd.dtype), odd])
    return Samples({name: found[name] for name in preparation.columns})


def _pictures(preparation: Preparation, dataset: Pictures, rows: NDArray[np.int64]) -> Samples:
    """The pictures of these rows that can be opened, in the channels that the model takes."""
    found: list[NDArray[np.uint8]] = []
    pixels = 0
    broken: UserError | None = None
    for row in rows:
        try:
            picture = _in_channels(preparation, dataset.open_picture(int(row)))
        except UserError as error:
            broken = error
            continue
        pixels += picture.size
        if found and pixels > _MOST_PIXELS:
            break
        found.append(picture)
    if not found and broken is not None:
        raise broken
    return Samples(pictures=tuple(found))


def _in_channels(preparation: Preparation, picture: Any) -> NDArray[np.uint8]:
    """A picture in its own size, as it is given to an exported model: uint8 [height, width, channels]."""
    assert preparation.picture is not None
    width, height = picture.size
    own = preparation.picture.model_copy(update={"width": width, "height": height})
    return np.ascontiguousarray(np.moveaxis(fitted_picture(picture, own), 0, 2))


def _made_up(preparation: Preparation, draw: np.random.Generator) -> Samples:
    """Rows in the range of the training data, for a run whose data has gone."""
    if preparation.picture is not None:
        column = preparation.picture
        sizes = [(column.height, column.width), (2 * column.height + 3, 3 * column.width + 1)]
        return Samples(
            pictures=tuple(
                draw.integers(0, 256, (*sizes[place % 2], column.channels), dtype=np.uint8)
                for place in range(_MADE_UP_ROWS)
            )
        )
    columns = {each.name: each.made_up(_MADE_UP_ROWS, draw) for each in preparation.table_steps}
    return _damaged(preparation, columns, draw)
