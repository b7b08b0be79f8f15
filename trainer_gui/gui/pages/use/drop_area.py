"""A place to drop files on, or to choose them with a button."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from trainer_gui.gui.theme import UNIT, colours
from trainer_gui.gui.widgets import Button, IconLabel, Label


class DropArea(QWidget):
    """Says what can be dropped. It takes any local files; whoever listens judges them."""

    dropped = Signal(list)  # of Path
    choose_requested = Signal()

    def __init__(self, name: str, icon: str, words: str, button: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAcceptDrops(True)
        self._is_over = False
        column = QVBoxLayout(self)
        column.setContentsMargins(UNIT, 2 * UNIT, UNIT, 2 * UNIT)
        column.setSpacing(UNIT)
        middle = Qt.AlignmentFlag.AlignHCenter
        column.addStretch(1)
        column.addWidget(IconLabel(icon, 28, "faint"), 0, middle)
        text = Label(words, "small", "muted", wrap=True)
        text.setAlignment(middle)
        column.addWidget(text)
        self.button = Button(button, f"{name}Button")
        self.button.setFixedHeight(32)
        self.button.clicked.connect(self.choose_requested)
        column.addWidget(self.button, 0, middle)
        column.addStretch(1)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._is_over = True
            self.update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._is_over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._is_over = False
        self.update()
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(palette.accent if self._is_over else palette.line_strong), 1.5)
        pen.setStyle(Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([4.0, 4.0])
        painter.setPen(pen)
        if self._is_over:
            painter.setBrush(QColor(palette.accent_soft))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 10, 10)
        painter.end()
