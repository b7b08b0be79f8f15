"""What can be done with a column of the table."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from trainer_gui.engine.data.dataset import Column, ColumnKind, Table
from trainer_gui.gui.pages.data.headings import is_used, kind_of
from trainer_gui.gui.session import Session


def column_menu(session: Session, column: Column, parent: QWidget) -> QMenu:
    """A menu that acts on the session; a mark stands before what holds now."""
    tr = QCoreApplication.translate
    menu = QMenu(parent)
    menu.setObjectName("columnMenu")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    is_target, used = column.name == session.target, is_used(session, column)
    kind = kind_of(session, column)
    predict = _action(menu, tr("DataPage", "Predict this column"), is_target)
    predict.triggered.connect(partial(_without_flag, session.choose_target, column.name))
    menu.addSeparator()
    menu.setToolTipsVisible(True)
    for value in _kinds_for(session, column):
        words = tr("DataPage", "Use as {kind}").format(kind=value.label.lower())
        action = _action(menu, words, used and not is_target and kind is value)
        action.setToolTip(value.help)
        action.setEnabled(not is_target)
        action.triggered.connect(partial(_without_flag, session.bring_back, column.name, value))
    leave = _action(menu, tr("DataPage", "Leave out"), not used)
    leave.setEnabled(not is_target)
    leave.triggered.connect(partial(_without_flag, session.leave_out, column.name))
    return menu


def _action(menu: QMenu, words: str, checked: bool) -> QAction:
    action = menu.addAction(words)
    action.setCheckable(True)
    action.setChecked(checked)
    return action


def _kinds_for(session: Session, column: Column) -> tuple[ColumnKind, ...]:
    from trainer_gui.engine.data.columns import kinds_for

    dataset = session.dataset
    return kinds_for(column, dataset.frame[column.name]) if isinstance(dataset, Table) else ()


def _without_flag(do: Any, *arguments: Any) -> None:
    """Calls without the flag that a checkable action adds."""
    do(*[each for each in arguments if not isinstance(each, bool)])
