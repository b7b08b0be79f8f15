"""Asks where the test rows lie."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from trainer_gui.engine.data.dataset import Dataset, Pictures


def choose_test_file(parent: QWidget, dataset: Dataset | None) -> str:
    """Asks for the file, or the folder of pictures, that holds the test rows; empty where none was chosen."""
    from PySide6.QtWidgets import QFileDialog

    tr = QCoreApplication.translate
    title = tr("DataPage", "Where the test rows lie")
    if isinstance(dataset, Pictures):
        return QFileDialog.getExistingDirectory(parent, title)
    return QFileDialog.getOpenFileName(parent, title)[0]
