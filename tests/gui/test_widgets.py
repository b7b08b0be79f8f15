"""The small parts: segments, tiles, labels, banners, help."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from trainer_gui.gui.theme import current_theme
from trainer_gui.gui.widgets import (
    Banner,
    Choice,
    ElidedLabel,
    FlowLayout,
    HelpMark,
    Label,
    Popover,
    ProgressLine,
    SegmentedControl,
    Tile,
)

SIZES = [("tiny", "Tiny"), ("small", "Small"), ("large", "Large")]


def test_that_a_segment_is_chosen_by_click_and_by_arrow_keys(qtbot: QtBot) -> None:
    control = SegmentedControl("sizes")
    qtbot.addWidget(control)
    control.set_choices(SIZES)
    control.resize(300, 34)
    control.show()
    said: list[str] = []
    control.value_changed.connect(said.append)
    middle = control.segment("small").center().toPoint()
    qtbot.mouseClick(control, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.keyClick(control, Qt.Key.Key_Right)
    qtbot.keyClick(control, Qt.Key.Key_Right)
    assert said == ["small", "large"]
    control.set_value("tiny")
    assert control.value() == "tiny"
    assert said == ["small", "large"]


def test_that_a_choice_says_a_change_by_a_person_only(qtbot: QtBot) -> None:
    choice = Choice("choice")
    qtbot.addWidget(choice)
    choice.add_heading("Samples")
    choice.add_choice("a", "A")
    choice.add_choice("b", "B", reason="Does not suit the data.")
    choice.add_choice("c", "C")
    said: list[str] = []
    choice.value_changed.connect(said.append)
    choice.set_value("a")
    assert said == []
    choice.setFocus()
    qtbot.keyClick(choice, Qt.Key.Key_Down)  # passes over what cannot be taken
    assert said == ["c"]
    assert choice.value() == "c"


def test_that_a_tile_shows_a_dash_where_there_is_no_number(qtbot: QtBot) -> None:
    tile = Tile("Epoch", "tile")
    qtbot.addWidget(tile)
    tile.show_number("", "")
    assert tile.number() == "–"
    tile.show_number("37", "of 60")
    assert tile.accessibleName() == "Epoch: 37 of 60"


def test_that_numbers_of_the_same_length_lay_nothing_out_anew(qtbot: QtBot) -> None:
    page = QWidget()
    tiles = [Tile("Loss", "loss"), Tile("Time left", "time")]
    row = QHBoxLayout(page)
    for tile in tiles:
        row.addWidget(tile)
        tile.show_number("0.318", "best 0.301")
    qtbot.addWidget(page)
    page.show()
    asked = _Asked()
    for widget in (page, *tiles):
        widget.installEventFilter(asked)
    QApplication.processEvents()
    asked.count = 0
    tiles[0].show_number("0.317", "best 0.300")
    tiles[1].show_number("0.317", "a longer note")
    QApplication.processEvents()
    assert asked.count == 0
    tiles[0].show_number("0.00317", "best 0.300")
    QApplication.processEvents()
    assert asked.count > 0


class _Asked(QObject):
    """Counts how often a layout was asked to be made anew."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


def test_that_a_shortened_label_keeps_its_whole_text_in_its_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel("a rather long name of a file.csv")
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.show()
    label.grab()
    assert label.toolTip() == label.text()
    label.resize(600, 20)
    label.grab()
    assert label.toolTip() == ""


def test_that_a_banner_offers_its_button_and_can_be_closed(qtbot: QtBot) -> None:
    banner = Banner(closable=True)
    qtbot.addWidget(banner)
    banner.show_words("It is full.", "Free some space.", "error", "Try again")
    assert banner.button.isVisible()
    qtbot.mouseClick(banner.close_button, Qt.MouseButton.LeftButton)
    assert not banner.isVisible()


def test_that_help_opens_beside_its_mark_and_goes_with_escape(qtbot: QtBot) -> None:
    mark = HelpMark("Epochs", "How often all rows are seen. More learns more.")
    qtbot.addWidget(mark)
    mark.show()
    qtbot.mouseClick(mark, Qt.MouseButton.LeftButton)
    popover = next(each for each in QApplication.topLevelWidgets() if isinstance(each, Popover))
    assert any("How often" in each.text() for each in popover.findChildren(Label))
    qtbot.keyClick(popover, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not any(isinstance(e, Popover) for e in QApplication.topLevelWidgets()))


def test_that_flowing_widgets_begin_a_new_line_where_there_is_no_room(qtbot: QtBot) -> None:
    room = QWidget()
    qtbot.addWidget(room)
    flow = FlowLayout(room)
    labels = [Label("word") for _ in range(6)]
    for label in labels:
        flow.addWidget(label)
    room.resize(90, 300)
    room.show()
    qtbot.waitExposed(room)
    assert labels[-1].pos().y() > labels[0].pos().y()
    assert flow.heightForWidth(1000) < flow.heightForWidth(90)
    assert all(label.mapTo(room, QPoint(label.width(), 0)).x() <= 90 for label in labels)


def test_that_a_line_without_a_known_share_moves_only_while_it_is_seen(qtbot: QtBot) -> None:
    line = ProgressLine()
    qtbot.addWidget(line)
    line.show_share(None)
    assert not line.is_moving
    line.show()
    assert line.is_moving
    line.hide()
    assert not line.is_moving


def test_that_the_colours_change_while_the_window_is_open(qtbot: QtBot) -> None:
    theme = current_theme()
    label = Label("words")
    qtbot.addWidget(label)
    label.show()
    theme.set_mode("dark")
    try:
        assert theme.palette.dark
        assert label.palette().color(label.foregroundRole()).lightness() > 128
    finally:
        theme.set_mode("light")
    assert label.palette().color(label.foregroundRole()).lightness() < 128
