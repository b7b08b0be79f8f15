"""Files and folders dragged onto the window: what lies over it meanwhile, and what was dropped."""

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from trainer_gui.gui.theme import MARGIN, UNIT
from trainer_gui.gui.widgets import IconLabel, Label


class DropCover(QFrame):
    """Lets a window take files anywhere, and says so while something is dragged across it."""

    dropped = Signal(list)  # paths

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("dropCover")
        self.setProperty("kind", "drop")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        column.setSpacing(UNIT)
        column.addStretch(1)
        middle = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(IconLabel("drop", 48, "accent"), 0, middle)
        column.addWidget(Label(self.tr("Drop it anywhere to open it"), "heading", "accent"), 0, middle)
        column.addWidget(Label(self.tr("A table, or a folder of pictures"), "body", "accent"), 0, middle)
        column.addStretch(1)
        self.hide()
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent) and paths_in(event.mimeData()):
            event.acceptProposedAction()
            self._cover()
            return True
        if event.type() == QEvent.Type.DragLeave:
            self.hide()
        elif event.type() == QEvent.Type.Drop and isinstance(event, QDropEvent):
            self.hide()
            event.acceptProposedAction()
            self.dropped.emit(paths_in(event.mimeData()))
            return True
        elif event.type() == QEvent.Type.Resize and self.isVisible():
            self._cover()
        return False

    def _cover(self) -> None:
        self.setGeometry(self._window.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN))
        self.raise_()
        self.show()


def paths_in(data: QMimeData) -> list[str]:
    """The files and folders of this computer among what is dragged."""
    return [str(Path(url.toLocalFile())) for url in data.urls() if url.isLocalFile()]
