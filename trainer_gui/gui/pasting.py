"""What a person pastes into the window: a table, or files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData
from PySide6.QtGui import QGuiApplication

from trainer_gui.engine.problems import problem
from trainer_gui.gui.drop_cover import paths_in
from trainer_gui.gui.session import Session

_LONGEST_PATH = 4096  # letters


def paste(session: Session) -> bool:
    """Opens what lies on the clipboard: a table as text, or a file. Else says what is wrong, and is False."""
    return open_pasted(session, QGuiApplication.clipboard().mimeData())


def open_pasted(session: Session, data: QMimeData | None) -> bool:
    """The same for any data that came from the clipboard."""
    if data is not None and paths_in(data):
        session.open_data(paths_in(data)[0])
        return True
    text = data.text() if data is not None and data.hasText() else ""
    if "\n" not in text.strip() and _is_path(text.strip()):
        session.open_data(text.strip())
        return True
    if not text.strip() and data is not None and data.hasImage():
        session.problem_shown.emit(
            problem(
                "data.pasted_picture",
                QCoreApplication.translate("pasting", "There is a picture on the clipboard, not a table."),
                QCoreApplication.translate(
                    "pasting",
                    "To learn from pictures, save them in a folder with one sub-folder for each class, "
                    "and open that.",
                ),
                severity="caution",
                field="data",
            )
        )
        return False
    session.open_text(text)
    return True


def _is_path(text: str) -> bool:
    """Whether a text reads as the path of something; whether it is there is not asked: that may take long."""
    return len(text) < _LONGEST_PATH and "\t" not in text and Path(text).is_absolute()
