"""The live chart while a person zooms, moves, chooses what it shows and saves it."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.scripted import epoch, plot_of, progress_of, script, started
from trainer_gui.engine.curve_file import curve_as_csv
from trainer_gui.engine.events import BatchesDone, EpochEnded
from trainer_gui.gui.pages.train.chart_saving import ChartSaving
from trainer_gui.gui.plots.loss_chart import LossChart
from trainer_gui.gui.plots.loss_plot import LossPlot
from trainer_gui.gui.plots.quantities import GRADIENT, LOSS, RATE, earlier_run
from trainer_gui.gui.plots.strokes import _cut
from trainer_gui.gui.session import Session


@pytest.fixture
def chart(qtbot: QtBot) -> LossChart:
    """A chart of 50 epochs of 100, with batch losses, that is seen."""
    made = LossChart()
    qtbot.addWidget(made)
    made.resize(800, 560)
    made.show()
    events: list[object] = [started(100)]
    for number in range(1, 51):
        events += [BatchesDone(epoch=number, done=5, of=5, losses=(1.5, 0.5)), epoch(number)]
    made.show_progress(progress_of(*events))
    made.flush()
    return made


def turn(plot: LossPlot, place: QPointF, way: int, keys: Qt.KeyboardModifier) -> None:
    wheel = QWheelEvent(
        place,
        plot.mapToGlobal(place),
        QPoint(),
        QPoint(0, way),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(plot, wheel)


def drag(plot: LossPlot, begin: QPointF, end: QPointF) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for kind, place in (
        (QEvent.Type.MouseButtonPress, begin),
        (QEvent.Type.MouseMove, end),
        (QEvent.Type.MouseButtonRelease, end),
    ):
        QApplication.sendEvent(plot, QMouseEvent(kind, place, plot.mapToGlobal(place), left, left, none))


MIDDLE, NO_KEYS = QPointF(400, 250), Qt.KeyboardModifier.NoModifier


def test_that_the_wheel_zooms_the_epochs_around_the_pointer(chart: LossChart) -> None:
    plot = plot_of(chart)
    assert not chart.bar.whole.isVisible()
    before = plot._drawing.axes.value_at(MIDDLE.x())
    turn(plot, MIDDLE, 360, NO_KEYS)
    left, right = plot.seen_epochs()
    assert 0 < left < right < 100
    # The number of digits on the left axis may have moved the axes by a pixel or two.
    assert plot._drawing.axes.value_at(MIDDLE.x()) == pytest.approx(before, abs=1.0)
    assert chart.bar.whole.isVisible()
    turn(plot, MIDDLE, -720, NO_KEYS)
    assert plot.viewport.is_whole


def test_that_with_ctrl_or_shift_the_wheel_zooms_the_loss(chart: LossChart) -> None:
    plot = plot_of(chart)
    epochs, values = plot.seen_epochs(), plot.seen_values()
    turn(plot, MIDDLE, 240, Qt.KeyboardModifier.ControlModifier)
    assert plot.seen_epochs() == epochs
    low, high = plot.seen_values()
    assert high - low == pytest.approx((values[1] - values[0]) / 1.25**2)
    turn(plot, MIDDLE, 240, Qt.KeyboardModifier.ShiftModifier)
    assert plot.seen_values()[1] < high
    chart.bar.whole.click()
    assert plot.seen_values() == values


def test_that_dragging_moves_what_is_seen_and_a_double_click_shows_all(
    chart: LossChart, qtbot: QtBot
) -> None:
    plot = plot_of(chart)
    turn(plot, MIDDLE, 600, NO_KEYS)
    left, right = plot.seen_epochs()
    drag(plot, MIDDLE, MIDDLE + QPointF(120, 0))
    moved = plot.seen_epochs()
    assert moved[0] < left
    assert moved[1] - moved[0] == pytest.approx(right - left)
    drag(plot, MIDDLE, MIDDLE + QPointF(1e6, 0))
    assert plot.seen_epochs()[0] == pytest.approx(0.0, abs=1e-9)
    qtbot.mouseDClick(plot, Qt.MouseButton.LeftButton, pos=MIDDLE.toPoint())
    assert plot.viewport.is_whole


def test_that_a_part_follows_the_newest_epochs_until_one_looks_back(chart: LossChart) -> None:
    plot, progress = plot_of(chart), chart.progress()
    turn(plot, MIDDLE, 480, NO_KEYS)
    assert chart.bar.follow.isChecked()  # the newest epoch is in sight
    chart.bar.follow.click()
    chart.bar.follow.click()
    assert chart.bar.follow.isChecked()
    width = plot.seen_epochs()[1] - plot.seen_epochs()[0]

    def goes_on(until: int) -> tuple[float, float]:
        for number in range(progress.epoch + 1, until + 1):
            progress.add(epoch(number))
        chart.show_progress(progress)
        chart.flush()
        return plot.seen_epochs()

    left, right = goes_on(70)
    assert left < 70 < right
    assert right - left == pytest.approx(width)
    chart.bar.follow.click()
    assert goes_on(90) == (left, right)


def test_that_the_keys_do_what_the_mouse_does(chart: LossChart, qtbot: QtBot) -> None:
    plot = plot_of(chart)
    whole, key, keys = plot.seen_values(), Qt.Key, Qt.KeyboardModifier
    qtbot.keyClick(plot, key.Key_Plus)
    qtbot.keyClick(plot, key.Key_Plus)
    seen = plot.seen_epochs()
    assert seen[1] - seen[0] < 70
    qtbot.keyClick(plot, key.Key_Left, keys.ShiftModifier)
    assert plot.seen_epochs()[0] < seen[0]
    qtbot.keyClick(plot, key.Key_Left)
    qtbot.keyClick(plot, key.Key_Left)
    assert "Epoch 49" in plot.note()
    qtbot.keyClick(plot, key.Key_Plus, keys.ControlModifier)
    assert plot.seen_values() != whole
    qtbot.keyClick(plot, key.Key_Home)
    assert plot.viewport.is_whole
    qtbot.keyClick(plot, key.Key_Minus)
    assert plot.viewport.is_whole


def test_that_another_run_is_seen_whole(chart: LossChart) -> None:
    turn(plot_of(chart), MIDDLE, 480, NO_KEYS)
    chart.show_progress(progress_of(*script(5)))
    chart.flush()
    assert plot_of(chart).viewport.is_whole


def test_that_batch_losses_stand_behind_and_can_be_switched_off(chart: LossChart) -> None:
    plot, item = plot_of(chart), chart.bar.item("batches")
    assert item.isVisible()
    with_them = plot.grab().toImage()
    item.click()
    assert plot.grab().toImage() != with_them


def test_that_the_first_epoch_is_seen_while_it_goes_on(chart: LossChart) -> None:
    chart.show_progress(progress_of(started(), BatchesDone(epoch=1, done=3, of=9, losses=(3.0, 2.0, 1.0))))
    chart.flush()
    assert not chart.empty.isVisible()
    assert plot_of(chart).seen_epochs()[1] < 2


@pytest.mark.parametrize(
    ("quantity", "curve", "label"),
    [
        ("metric:accuracy", "metric", "Accuracy (%)"),
        (RATE, RATE, "Learning rate"),
        (GRADIENT, GRADIENT, "Gradient length (mean of the batches)"),
    ],
)
def test_that_other_numbers_are_shown_on_demand(
    chart: LossChart, quantity: str, curve: str, label: str
) -> None:
    rates = [
        EpochEnded(
            epoch=n,
            train_loss=1,
            validation_loss=1,
            metrics={"accuracy": 0.5},
            gradient_length=10.0**-n,
            learning_rate=10.0**-n,
        )
        for n in range(1, 5)
    ]
    chart.show_progress(progress_of(started(), *rates))
    chart.flush()
    assert chart.bar.quantity.findData(quantity) >= 0
    chart.bar.quantity.set_value(quantity)
    chart.bar.quantity.value_changed.emit(quantity)
    plot = plot_of(chart)
    assert plot.curves_drawn() == (curve,)
    assert plot._scene.label == label
    assert chart.log.isChecked() is (quantity in (RATE, GRADIENT))  # they fall over decades
    chart.bar.quantity.set_value(LOSS)
    chart.bar.quantity.value_changed.emit(LOSS)
    assert not chart.log.isChecked()
    assert plot.curves_drawn() == ("training", "validation")


def test_that_earlier_runs_are_drawn_behind_and_counted(chart: LossChart) -> None:
    plot = plot_of(chart)
    alone = plot.grab().toImage()
    made = [earlier_run("שלום", progress_of(*script(60)).curve) for _ in range(3)]
    chart.show_earlier(made)
    chart.flush()
    assert chart.bar.item("earlier").text() == "3 earlier runs"
    assert plot.grab().toImage() != alone
    chart.show_earlier(())
    chart.flush()
    assert plot.grab().toImage() == alone


def test_that_pieces_are_cut_at_the_room() -> None:
    found = np.array([[-5.0, 5, 15, 5], [5, -5, 5, 3], [20, 20, 30, 30], [1, 1, 2, 2], [3, 20, 3, 30]])
    cut = _cut(found, QRectF(0, 0, 10, 10))
    assert cut.tolist() == [[0, 5, 10, 5], [5, 0, 5, 3], [1, 1, 2, 2]]


@pytest.mark.parametrize("kind", ["png", "svg", "csv"])
def test_that_the_chart_is_saved(
    chart: LossChart,
    session: Session,
    kind: str,
    tmp_path: Path,
    in_time: Callable[[Callable[[], bool]], None],
) -> None:
    saving, path = ChartSaving(chart, session), tmp_path / f"curve.{kind}"
    chart.resize(700, 500)
    saving.save_to(path, kind)
    in_time(lambda: "curve" in chart.bar.said.text())
    if kind == "csv":
        assert path.read_bytes().decode() == curve_as_csv(chart.progress())
        return
    if kind == "png":
        picture = QImage(str(path))
        assert picture.width() >= 2 * plot_of(chart).width()
        colours = {
            picture.pixelColor(x, y).name() for x in range(0, picture.width(), 2) for y in (400, 500, 600)
        }
        assert len(colours) > 3
    else:
        assert QSvgRenderer(str(path)).isValid()
        assert b"<image" not in path.read_bytes()


def test_that_the_table_of_a_curve_is_safe_and_keeps_every_number() -> None:
    bad = EpochEnded(
        epoch=2, train_loss=float("inf"), validation_loss=float("nan"), metrics={"=cmd()": 1e-300}
    )
    good = EpochEnded(epoch=1, train_loss=0.1, validation_loss=1 / 3, gradient_length=2.5, learning_rate=0.01)
    rows = list(csv.DictReader(io.StringIO(curve_as_csv(progress_of(started(), good, bad)))))
    assert rows[0] == {
        "epoch": "1",
        "train_loss": "0.1",
        "validation_loss": repr(1 / 3),
        "'=cmd()": "",
        "learning_rate": "0.01",
        "gradient_length": "2.5",
    }
    assert rows[1]["train_loss"] == rows[1]["validation_loss"] == rows[1]["gradient_length"] == ""
    assert rows[1]["'=cmd()"] == "1e-300"
