"""Pasting a table, a file or something else into the window."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from trainer_gui.gui.main_window import MainWindow
from trainer_gui.gui.session import Session

Wait = Callable[[Callable[[], bool]], None]
CELLS = "size\tkind\n" + "".join(f"{n}.5\t{'xy'[n % 2]}\n" for n in range(30))
CTRL = Qt.KeyboardModifier.ControlModifier


def lay(**content: object) -> None:
    """Puts something on the clipboard."""
    data = QMimeData()
    if "text" in content:
        data.setText(str(content["text"]))
    if "file" in content:
        data.setUrls([QUrl.fromLocalFile(str(content["file"]))])
    if "image" in content:
        data.setImageData(content["image"])
    QGuiApplication.clipboard().setMimeData(data)


def test_that_cells_pasted_into_the_window_are_opened_and_kept(
    window: MainWindow, session: Session, qtbot: QtBot, in_time: Wait
) -> None:
    lay(text=CELLS)
    window.activateWindow()
    qtbot.waitActive(window)
    qtbot.keyClick(window, Qt.Key.Key_V, CTRL)
    in_time(lambda: session.dataset is not None)
    assert session.dataset is not None
    assert [each.name for each in session.dataset.columns] == ["size", "kind"]
    assert Path(session.dataset.reference.location).is_file()
    assert session.preferences.recent() == [session.dataset.reference.location]


def test_that_a_field_with_the_focus_takes_what_is_pasted(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    lay(text="12")
    window.activateWindow()
    qtbot.waitActive(window)
    field = QLineEdit(window)
    field.show()
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_V, CTRL)
    assert field.text() == "12"
    assert not session.opening.location


@pytest.mark.parametrize("way", ["file", "text"])
def test_that_a_copied_file_is_opened_where_it_lies(
    window: MainWindow, session: Session, tmp_path: Path, in_time: Wait, way: str
) -> None:
    file = tmp_path / "cells.csv"
    file.write_text(CELLS)
    lay(**{way: file})
    session.paste_wanted.emit()
    in_time(lambda: session.dataset is not None)
    assert session.dataset is not None
    assert session.dataset.reference.location == str(file)


def test_that_pictures_and_nothing_are_answered_with_a_sentence(
    window: MainWindow, session: Session, in_time: Wait
) -> None:
    lay(image=QImage(4, 4, QImage.Format.Format_RGB32))
    session.paste_wanted.emit()
    assert "data.pasted_picture" in window.notices.shown()
    QGuiApplication.clipboard().clear()
    session.paste_wanted.emit()
    in_time(lambda: "pasted.empty" in window.notices.shown())
    assert session.dataset is None
