"""The ways in which the rows of a table can be shared out, as one list to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trainer_gui.gui.runner import Report

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import Dataset

_MOST_COLUMNS = 60  # that are offered; a longer list could not be read
CHANCE = "chance"  # the value in the list for rows that are drawn one by one
_MOST_GROUPS = 0.9  # of the rows; a column with more values keeps nothing together


@dataclass(frozen=True)
class SplitWays:
    """Columns whose rows can be kept together, and columns that tell the time."""

    together: tuple[str, ...] = ()
    times: tuple[str, ...] = ()


def split_ways_of(dataset: Dataset, report: Report) -> SplitWays:
    """What a dataset offers. It reads cells, so it is slow for wide tables."""
    from trainer_gui.engine.data.dataset import Table
    from trainer_gui.engine.data.timeline import time_columns

    report("", None)
    if not isinstance(dataset, Table):
        return SplitWays()
    together = []
    for each in dataset.columns:
        values = dataset.frame[each.name]
        is_measure = values.dtype.kind == "f" and each.distinct > 0.2 * dataset.rows
        if 3 <= each.distinct <= _MOST_GROUPS * dataset.rows and not is_measure:
            together.append(each.name)
    return SplitWays(tuple(together[:_MOST_COLUMNS]), tuple(time_columns(dataset)[:_MOST_COLUMNS]))


def way_in(split: dict[str, Any]) -> str:
    """The value in the list that stands for a split: `CHANCE`, “together:NAME” or “time:NAME”."""
    if split.get("by_time"):
        return f"time:{split['by_time']}"
    return f"together:{split['keep_together']}" if split.get("keep_together") else CHANCE


def split_for(way: str) -> dict[str, str]:
    """The settings of the split that a value in the list stands for."""
    kind, _, name = way.partition(":")
    return {
        "keep_together": name if kind == "together" else "",
        "by_time": name if kind == "time" else "",
    }
