"""How the values of the target are spread over training, validation and test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.dataset import Dataset, Pictures, Table, Task
from trainer_gui.engine.data.series import class_names, numbers_of
from trainer_gui.engine.data.split import Rows, Split
from trainer_gui.engine.data.timeline import times_of
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.row_settings import SplitSettings

BINS = 10
MOST_CLASSES = 8  # that are told apart; all others are counted together
_LOOKED_AT = 100_000  # rows of a part; of more, every so manieth
_EDGES = (0.5, 99.5)  # percentiles; what lies further out is counted at the edge


@dataclass(frozen=True)
class Spread:
    """How many rows of each part have each class, or a number within each of equal steps from low to high.

    The counts are those of some of the rows where there are very many; their shares hold for all. `about`
    says of each part which times or how many groups are in it, where the split goes by these.
    """

    labels: tuple[str, ...]  # classes, the most frequent first; empty for numbers
    others: bool  # whether the last label stands for all further classes
    counts: dict[str, tuple[int, ...]]  # by part: training, validation, test
    low: float = 0.0
    high: float = 0.0
    groups: dict[str, int] | None = None  # by part, where rows of a group are kept together
    times: dict[str, tuple[str, str]] | None = None  # by part, the first and the last moment as written

    def share(self, part: str, place: int) -> float:
        """The share of a class or step among the rows of a part, 0 to 1."""
        counts = self.counts.get(part, ())
        return counts[place] / max(1, sum(counts)) if place < len(counts) else 0.0


def spread_of(dataset: Dataset, target: str, task: Task, split: Split, settings: SplitSettings) -> Spread:
    """The spread of a target over the parts of a split; rows of a test file of its own count on as there."""
    parts = {"training": split.train, "validation": split.validation, "test": split.test}
    some = {name: rows[:: 1 + len(rows) // _LOOKED_AT] for name, rows in parts.items()}
    values = {name: _values(dataset, target, rows) for name, rows in some.items()}
    about = _about(dataset, parts, settings)
    if task is Task.CLASSIFICATION:
        return _of_classes({name: class_names(each) for name, each in values.items()}, about)
    numbers = {name: numbers_of(each, None) for name, each in values.items()}
    known = {name: each[np.isfinite(each)] for name, each in numbers.items()}
    all_known = np.concatenate([known["training"], known["validation"]])
    if not len(all_known):
        return Spread((), False, {}, **about)
    low, high = (float(each) for each in np.percentile(all_known, _EDGES))
    edges = np.linspace(low, high if high > low else low + 1.0, BINS + 1)
    counts = {
        name: tuple(int(n) for n in np.histogram(np.clip(each, edges[0], edges[-1]), edges)[0])
        for name, each in known.items()
    }
    return Spread((), False, counts, low, high, **about)


def _values(dataset: Dataset, target: str, rows: Rows) -> Any:
    own = dataset.own_test
    if own is not None and len(rows) and int(rows[0]) >= dataset.rows:
        return _values(own, target, rows - dataset.rows)
    if isinstance(dataset, Pictures):
        return [dataset.labels[row] for row in rows]
    assert isinstance(dataset, Table)
    return dataset.frame[target].iloc[rows]


def _of_classes(names: dict[str, NDArray[Any]], about: dict[str, Any]) -> Spread:
    found: dict[str, int] = {}
    by_part = {}
    for part, each in names.items():
        classes, times = np.unique(each.astype(str), return_counts=True)
        by_part[part] = {str(c): int(n) for c, n in zip(classes, times, strict=True) if c}
        for label, times_of_it in by_part[part].items():
            found[label] = found.get(label, 0) + times_of_it
    order = sorted(found, key=lambda label: (-found[label], label))
    others = len(order) > MOST_CLASSES
    shown = order[: MOST_CLASSES - 1] if others else order
    counts = {}
    for part, times_by_label in by_part.items():
        single = [times_by_label.get(label, 0) for label in shown]
        rest = [sum(times_by_label.values()) - sum(single)] if others else []
        counts[part] = (*single, *rest)
    labels = (*shown, f"{len(order) - len(shown)}") if others else tuple(shown)
    return Spread(labels, others, counts, **about)


def _about(dataset: Dataset, parts: dict[str, Rows], settings: SplitSettings) -> dict[str, Any]:
    """Groups or times of each part, without those of a test file of its own."""
    if not isinstance(dataset, Table):
        return {}
    inside = {name: rows for name, rows in parts.items() if len(rows) and int(rows[-1]) < dataset.rows}
    if settings.keep_together in dataset.frame.columns:
        column = dataset.frame[settings.keep_together]
        return {"groups": {name: int(column.iloc[rows].nunique()) for name, rows in inside.items()}}
    if settings.by_time not in dataset.frame.columns:
        return {}
    column = dataset.frame[settings.by_time]
    order = next((each.kind.order for each in dataset.columns if each.name == settings.by_time), "")
    times: dict[str, tuple[str, str]] = {}
    for name, rows in inside.items():
        moments = column.iloc[rows]
        try:
            known = times_of(moments, order)
        except UserError:
            return {}
        if np.isfinite(known).any():
            first, last = int(np.nanargmin(known)), int(np.nanargmax(known))
            times[name] = (str(moments.iloc[first]), str(moments.iloc[last]))
    return {"times": times}
