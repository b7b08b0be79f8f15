"""Fixes that were taken, and the way back from each of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.fix import Fix
from trainer_gui.gui.selection import Selection

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import ColumnKind

_ABSENT = object()  # stands for a value that was left to its default


@dataclass(frozen=True)
class TakenFix:
    """A fix and what it changed, as it was before: only that is put back, whatever was changed since."""

    fix: Fix
    family: str
    task: Any = None
    size: Any = None
    columns: dict[str, tuple[bool, ColumnKind | None]] = field(default_factory=dict)  # left out? used as?
    split: dict[str, Any] = field(default_factory=dict)
    steps: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    reading: dict[str, Any] = field(default_factory=dict)


def take(selection: Selection, fix: Fix, family: str, reading: dict[str, Any]) -> TakenFix:
    """Changes the selection as a fix says. `reading` holds how the data was read until now."""
    change = fix.change
    settings = selection.settings.setdefault(family, {})
    names = (*change.leave_out, *change.kinds)
    taken = TakenFix(
        fix=fix,
        family=family,
        task=selection.task,
        size=selection.size,
        columns={name: (name in selection.left_out, selection.kinds.get(name)) for name in names},
        split={name: selection.split.get(name, _ABSENT) for name in change.split},
        steps={name: selection.steps.get(name, _ABSENT) for name in change.steps},
        settings={name: settings.get(name, _ABSENT) for name in change.settings},
        reading={name: reading.get(name, "") for name in change.reading},
    )
    selection.take_change(change, family)
    return taken


def take_back(selection: Selection, taken: TakenFix) -> None:
    """Puts back what a fix changed, except how the data is read."""
    change = taken.fix.change
    if change.task:
        selection.task = taken.task
    if change.size:
        selection.size = taken.size
    for name, (left_out, kind) in taken.columns.items():
        selection.kinds.pop(name, None)
        selection.left_out = tuple(each for each in selection.left_out if each != name)
        if left_out:
            selection.leave_out(name)
        elif kind is not None:
            selection.kinds[name] = kind
    settings = selection.settings.setdefault(taken.family, {})
    for values, before in (
        (selection.split, taken.split),
        (selection.steps, taken.steps),
        (settings, taken.settings),
    ):
        for name, value in before.items():
            values.pop(name, None)
            if value is not _ABSENT:
                values[name] = value
