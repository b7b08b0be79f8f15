"""Thumbnails of many pictures."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from trainer_gui.engine.sources import open_data
from trainer_gui.gui.tables import thumbnails
from trainer_gui.gui.tables.picture_grid import PictureGrid


@pytest.fixture
def root(tmp_path) -> Path:
    for place in range(60):
        path = tmp_path / "shapes" / ("10", "9", "b")[place % 3] / f"{place:02}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((30, 40, 3), 4 * place, dtype=np.uint8)).save(path)
    return tmp_path / "shapes"


@pytest.fixture
def grid(qtbot, runner) -> PictureGrid:
    made = PictureGrid(runner)
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    return made


def test_that_classes_stand_in_their_natural_order(grid, root):
    grid.show_pictures(open_data(root))
    assert grid.class_names() == ["9", "10", "b"]


def test_that_pictures_come_into_sight_by_scrolling(grid, root, in_time):
    grid.show_pictures(open_data(root))
    for name in grid.class_names():
        grid.toggle(name)
    in_time(lambda: grid.decoded() >= 12)
    bar = grid.verticalScrollBar()
    for value in (*range(0, bar.maximum(), 150), bar.maximum()):
        bar.setValue(value)
        seen = [number for number, _ in grid._in_sight()]
        in_time(lambda seen=seen: all(grid._thumbnails.get(each) is not None for each in seen))
    in_time(lambda: grid.decoded() == 60)
    assert all(grid._thumbnails.get(number) is not None for number in seen)


def test_that_a_broken_picture_is_marked_and_said(grid, root, in_time):
    pictures = open_data(root)
    (root / "9" / "01.jpg").write_bytes(b"broken since")
    grid.show_pictures(pictures)
    in_time(lambda: any(isinstance(grid._thumbnails.get(row), str) for row in range(60)))
    row = pictures.names.index("9/01.jpg")
    assert "01.jpg" in str(grid._thumbnails.get(row))


def test_that_thumbnails_are_bounded_and_come_again(grid, root, in_time, monkeypatch):
    grid.show_pictures(open_data(root))
    for name in grid.class_names():
        grid.toggle(name)
    in_time(lambda: grid.decoded() >= 12)
    monkeypatch.setattr(thumbnails, "_MOST_BYTES", 25 * 4 * 72 * 72)
    bar = grid.verticalScrollBar()
    for value in (*range(0, bar.maximum() + 1, 60), 0):
        bar.setValue(value)
    first = next(grid._in_sight())[0]
    in_time(lambda: grid._thumbnails.get(first) is not None)
    assert grid.decoded() <= 45  # they are not square, so more of them fit


def test_that_other_pictures_are_not_mixed_with_those_before(grid, root, tmp_path, in_time):
    other = tmp_path / "other"
    for place in range(12):
        path = other / "ab"[place % 2] / f"{place}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (10, 10), (255, 255 - place, 0)).save(path)
    grid.show_pictures(open_data(root))
    grid.show_pictures(open_data(other))
    in_time(lambda: grid.decoded() == 12)
    colours = {grid._thumbnails.get(row).pixelColor(20, 20).red() for row in range(12)}
    assert colours == {255}


def test_that_a_large_photograph_is_unpacked_no_larger_than_needed(tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (60, 80, 3), dtype=np.uint8)
    for place in range(2):
        path = tmp_path / "ab"[place] / "x.jpg"
        path.parent.mkdir()
        Image.fromarray(noise + np.uint8(place)).resize((1600, 1200)).save(path)
    pictures = open_data(tmp_path)
    assert pictures.open_picture.small(0, 72).size == (200, 150)
    assert pictures.open_picture(0).size == (1600, 1200)


def test_that_what_is_moved_while_scrolling_looks_as_if_all_were_painted_anew(grid, root, in_time):
    grid.show_pictures(open_data(root))
    for name in grid.class_names():
        grid.toggle(name)
    bar = grid.verticalScrollBar()
    for value in (28, 56, 84, 61, 300, 280):
        bar.setValue(value)
        QApplication.processEvents()
    in_time(lambda: all(grid._thumbnails.get(number) is not None for number, _ in grid._in_sight()))

    def on_screen() -> QImage:
        return grid.screen().grabWindow(grid.winId()).toImage().convertToFormat(QImage.Format.Format_RGB32)

    assert bar.value() == 280
    in_time(lambda: on_screen() == grid.grab().toImage().convertToFormat(QImage.Format.Format_RGB32))


def test_that_one_class_is_shown_alone_and_a_picture_is_found_among_all(grid, root):
    pictures = open_data(root)
    grid.show_pictures(pictures)
    assert grid.class_sizes() == [("9", 20), ("10", 20), ("b", 20)]
    grid.show_classes(["b"])
    assert grid.class_names() == ["b"]
    wanted = pictures.names.index("10/57.jpg")
    grid.show_picture(wanted)
    assert grid.class_names() == ["9", "10", "b"]
    assert wanted in [number for number, _ in grid._in_sight()]
