"""The columns of the list, and the names under which its rows hand out what they hold."""

from enum import IntEnum

from PySide6.QtCore import Qt

SUMMARY = Qt.ItemDataRole.UserRole + 1
SORT = Qt.ItemDataRole.UserRole + 2
TONE = Qt.ItemDataRole.UserRole + 3


class Column(IntEnum):
    """The columns of the list, from left to right."""

    NAME = 0
    CURVE = 1
    DATA = 2
    MODEL = 3
    BEST = 4
    STATE = 5
    WHEN = 6
