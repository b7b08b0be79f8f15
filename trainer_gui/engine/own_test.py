"""Test rows that lie in a file of their own, put beside the data that is trained on."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from trainer_gui.engine.data.dataset import DataReference, Dataset, Table
from trainer_gui.engine.data.matching import as_numbers
from trainer_gui.engine.data.mending import listed
from trainer_gui.engine.data.prepare import class_names
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.recipe import Recipe
from trainer_gui.engine.source import Report, say_nothing
from trainer_gui.engine.sources import open_data


def with_test_data(
    dataset: Dataset, where: DataReference | str | Path | None, report: Report = say_nothing
) -> Dataset:
    """The dataset with the rows at `where` as its test part; without any where that is None.

    The file is read as the dataset itself was, where it is of the same make. Its columns are found by name,
    and their cells taken as the kinds of the dataset. Raises UserError where it cannot be read, is the
    dataset itself, or lacks columns.
    """
    if where is None:
        return replace(dataset, own_test=None)
    found = _open(dataset, where, report)
    if found.fingerprint == dataset.fingerprint:
        raise refuse(
            "own_test.same",
            "{name} holds the very rows that are trained on, so testing on them would say nothing.",
            "Choose a file with other rows, or let a share of these rows be the test part.",
            field="test_data",
            name=found.name,
        )
    if found.kind is not dataset.kind:
        raise refuse(
            "own_test.kind",
            "{name} is not of the same kind as the data that is trained on.",
            "Choose a table to test a table, and pictures to test pictures.",
            field="test_data",
            name=found.name,
        )
    if isinstance(dataset, Table) and isinstance(found, Table):
        found = _fitted(dataset, found)
    return replace(dataset, own_test=found)


def with_test_data_of(dataset: Dataset, recipe: Recipe, report: Report = say_nothing) -> Dataset:
    """The dataset with the test rows that a recipe names.

    Raises UserError as `with_test_data` does, and where the file has changed since.
    """
    if recipe.test_data is None:
        return replace(dataset, own_test=None)
    known = dataset.own_test
    if known is None or known.fingerprint != recipe.test_fingerprint:
        dataset = with_test_data(dataset, recipe.test_data, report)
        known = dataset.own_test
    assert known is not None
    if known.fingerprint != recipe.test_fingerprint:
        raise refuse(
            "own_test.changed",
            "{name}, which holds the test rows, has changed since this recipe was written.",
            "Bring the old file back, or start a new run with this one.",
            field="test_data",
            name=known.name,
        )
    return dataset


def _open(dataset: Dataset, where: DataReference | str | Path, report: Report) -> Dataset:
    if isinstance(where, DataReference):
        return open_data(where, report=report)
    options = {k: v for k, v in dataset.reference.options.items() if k not in ("encoding", "title_lines")}
    with suppress(UserError):  # another kind of file is read as it presents itself
        found = open_data(where, options, report, every_row=True)
        if not _missing(dataset, found):
            return found
    return open_data(where, report=report, every_row=True)


def _missing(dataset: Dataset, found: Dataset) -> list[str]:
    there = {each.name for each in found.columns}
    return [each.name for each in dataset.columns if each.is_input and each.name not in there]


def _fitted(dataset: Table, found: Table) -> Table:
    """The test rows with the columns of the dataset, taken as the kinds that those are."""
    import pandas as pd

    missing = _missing(dataset, found)
    if missing:
        raise refuse(
            "own_test.columns",
            "{name}, which is to hold the test rows, lacks {columns}.",
            "Give it the same columns as the data that is trained on.",
            field="test_data",
            name=found.name,
            columns=listed(missing),
        )
    frame: dict[str, Any] = {}
    for each in dataset.columns:
        if each.name not in found.frame.columns:
            continue  # a column that only names rows may be missing
        ours, theirs = dataset.frame[each.name], found.frame[each.name]
        if ours.dtype.kind in "iuf" and theirs.dtype.kind not in "iuf" and each.kind.is_number:
            theirs = pd.Series(as_numbers(each.name, theirs)[0])
        elif ours.dtype.kind not in "iufM" and theirs.dtype.kind in "iuf":
            theirs = pd.Series(class_names(theirs), dtype=object).replace("", None)
        frame[each.name] = theirs.reset_index(drop=True)
    columns = tuple(each for each in found.columns if each.name in frame)
    return replace(found, frame=pd.DataFrame(frame), columns=columns, own_test=None)
