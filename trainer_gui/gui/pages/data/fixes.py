"""What the buttons beside a problem do."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from trainer_gui.engine.data.dataset import Column, ColumnKind, Table, Task

if TYPE_CHECKING:
    from trainer_gui.gui.pages.data.worth_card import Fix
    from trainer_gui.gui.session import Session

_HOLLOW = 0.5  # of a column; from here on the engine calls it mostly missing


def fixes_for(session: Session) -> dict[str, Fix]:
    """A button for each kind of problem that can be put right from here, by the problem's key."""
    dataset = session.dataset
    if not isinstance(dataset, Table):
        return {}
    tr = QCoreApplication.translate
    inputs = [each for each in dataset.columns if each.name != session.target]
    named = [each for each in inputs if each.kind is ColumnKind.IDENTIFIER]
    hollow = [each for each in inputs if each.is_input and each.missing > _HOLLOW * dataset.rows]
    many = [each for each in inputs if each.kind is ColumnKind.CATEGORY and each.distinct > 2000]
    keep = tr("DataPage", "Keep it") if len(named) == 1 else tr("DataPage", "Keep them")
    return {
        "examine.identifiers": (keep, partial(_bring_back, session, dataset, named)),
        "examine.mostly_missing": (tr("DataPage", "Leave out"), partial(_leave_out, session, hollow)),
        "examine.many_values": (tr("DataPage", "Leave out"), partial(_leave_out, session, many)),
        "target.words": (
            tr("DataPage", "Predict as classes"),
            partial(session.set_task, Task.CLASSIFICATION),
        ),
        "target.many_classes": (
            tr("DataPage", "Predict as a number"),
            partial(session.set_task, Task.REGRESSION),
        ),
        "target.uneven": (
            tr("DataPage", "Balance the classes"),
            partial(session.set_setting, "class_weights", "balanced"),
        ),
    }


def natural_kind(table: Table, column: Column) -> ColumnKind:
    """The kind as which a column can be used when it is brought back."""
    numeric = table.frame[column.name].dtype.kind in "iuf"
    return ColumnKind.NUMBER if numeric else ColumnKind.CATEGORY


def _bring_back(session: Session, table: Table, columns: Sequence[Column]) -> None:
    for each in columns:
        session.bring_back(each.name, natural_kind(table, each))


def _leave_out(session: Session, columns: Sequence[Column]) -> None:
    for each in columns:
        session.leave_out(each.name)
