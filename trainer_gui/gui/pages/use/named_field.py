"""A field with its name: beside it where both have room, above it where the name is long."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from trainer_gui.gui.theme import GAP
from trainer_gui.gui.widgets import ElidedLabel


class NamedField(QWidget):
    """Decides anew whenever it gets another width, so that no name is cut off without need."""

    def __init__(self, name: str, field: QWidget, *, above: bool = False) -> None:
        super().__init__()
        self._name = ElidedLabel(name)
        self._field = field
        self._above = above  # always, for fields that want the whole width
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.addWidget(self._name, 0 if above else 1)
        self._box.addWidget(field, 1 if above else 0, *([] if above else [Qt.AlignmentFlag.AlignLeft]))
        self._lay_out(above=above)

    def is_above(self) -> bool:
        """Whether the name stands above the field."""
        return self._box.direction() == QBoxLayout.Direction.TopToBottom

    def _lay_out(self, *, above: bool) -> None:
        to_bottom, to_right = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._box.setDirection(to_bottom if above else to_right)
        self._box.setSpacing(2 if above else GAP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        needed = self._name.sizeHint().width() + GAP + self._field.sizeHint().width()
        above = self._above or needed > self.width()
        if above != self.is_above():
            self._lay_out(above=above)
