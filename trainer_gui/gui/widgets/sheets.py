"""A small sheet that opens beside a button and holds widgets, such as a short form."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from trainer_gui.gui.theme import MARGIN, UNIT
from trainer_gui.gui.widgets.labels import Label


class Sheet(QFrame):
    """Stays until a click elsewhere or Escape. What stands on it acts at once: nothing is to be confirmed."""

    def __init__(self, title: str, name: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("kind", "popover")
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self.body.setSpacing(UNIT)
        self.body.addWidget(Label(title, "strong"))

    def show_beside(self, anchor: QWidget) -> None:
        """Opens below the anchor, aligned to its right edge, or above it where the screen ends."""
        self.adjustSize()
        screen = anchor.screen().availableGeometry()
        corner = anchor.mapToGlobal(QPoint(anchor.width(), anchor.height() + UNIT // 2))
        x = max(screen.left() + UNIT, min(corner.x() - self.width(), screen.right() - self.width() - UNIT))
        y = corner.y()
        if y + self.height() > screen.bottom():
            above = anchor.mapToGlobal(QPoint(0, 0)).y() - self.height() - UNIT // 2
            y = max(screen.top() + UNIT, above)
        self.move(x, y)
        self.show()
