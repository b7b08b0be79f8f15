"""What lies over the window while a file or a folder is dragged across it."""

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from trainer_gui.gui.theme import MARGIN, UNIT
from trainer_gui.gui.widgets import IconLabel, Label


class DropCover(QFrame):
    """Says that what is dragged can be dropped anywhere."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._covered = parent
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

    def cover(self) -> None:
        """Lies over the whole parent."""
        self.setGeometry(self._covered.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN))
        self.raise_()
        self.show()


def dropped_paths(data: QMimeData) -> list[str]:
    """The files and folders of this computer among what is dragged."""
    return [str(Path(url.toLocalFile())) for url in data.urls() if url.isLocalFile()]
