"""The live chart and the arrays behind it."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from tests.gui.scripted import epoch, plot_of, progress_of, script, started
from trainer_gui.gui.plots.chart_file import as_svg
from trainer_gui.gui.plots.curves import horizon, logarithms, smoothed, thinned
from trainer_gui.gui.plots.loss_axes import fitting_range
from trainer_gui.gui.plots.loss_chart import LossChart
from trainer_gui.gui.plots.loss_plot import LossPlot
from trainer_gui.gui.plots.ticks import linear_ticks, log_ticks, whole_ticks
from trainer_gui.gui.theme import current_theme


@pytest.fixture
def chart(qtbot: QtBot) -> LossChart:
    """A chart that is seen."""
    made = LossChart()
    qtbot.addWidget(made)
    made.resize(800, 560)
    made.show()
    return made


def test_that_a_thinned_curve_keeps_its_extremes_and_its_ends() -> None:
    x = np.arange(100_000.0)
    y = np.sin(x / 1000)
    y[54_321] = 9.0
    y[12_345] = -9.0
    few_x, few_y = thinned(x, y, 800)
    assert len(few_x) <= 802
    assert few_y.max() == 9.0
    assert few_y.min() == -9.0
    assert (few_x[0], few_x[-1]) == (0.0, 99_999.0)
    assert (np.diff(few_x) > 0).all()


def test_that_a_short_curve_is_drawn_as_it_is() -> None:
    x = np.arange(10.0)
    assert thinned(x, x, 800)[0] is x


def test_that_a_smooth_curve_starts_without_bias_and_keeps_gaps() -> None:
    y = np.array([5.0, 5.0, np.nan, 5.0])
    result = smoothed(y)
    assert result[[0, 1, 3]] == pytest.approx(5.0)
    assert np.isnan(result[2])


def test_that_what_has_no_logarithm_becomes_a_gap() -> None:
    result = logarithms(np.array([100.0, 0.0, -1.0, np.inf]))
    assert result[0] == 2.0
    assert np.isnan(result[1:]).all()


@pytest.mark.parametrize(
    ("done", "of", "shown"), [(5, 60, 60), (5, 100_000, 100), (99, 100_000, 200), (7, 5, 7), (0, 0, 1)]
)
def test_that_the_axis_shows_few_epochs_whole_and_grows_with_many(done: int, of: int, shown: int) -> None:
    assert horizon(done, of) == shown


@pytest.mark.parametrize(("low", "high"), [(0, 1.35), (0, 1e-9), (-3, 5e8), (0.998, 1.001)])
def test_that_ticks_lie_inside_and_their_texts_differ(low: float, high: float) -> None:
    ticks = linear_ticks(low, high, 6)
    assert 2 <= len(ticks) <= 12
    assert all(low - 1e-9 <= value <= high * (1 + 1e-9) + 1e-15 for value, _ in ticks)
    assert len({text for _, text in ticks}) == len(ticks)


def test_that_epochs_are_whole_and_log_ticks_are_numbers_people_know() -> None:
    assert [text for _, text in whole_ticks(0, 3, 10)] == ["0", "1", "2", "3"]
    assert [text for _, text in log_ticks(-3, 0, 4)] == ["0.001", "0.01", "0.1", "1"]
    assert linear_ticks(1, 1, 5) == []


def test_that_the_chart_says_what_to_do_until_there_is_a_curve(chart: LossChart) -> None:
    assert chart.empty.isVisible()
    chart.show_progress(progress_of(started()))
    chart.flush()
    assert chart.empty.isVisible()
    chart.show_progress(progress_of(started(), epoch(1)))
    chart.flush()
    assert not chart.empty.isVisible()
    assert plot_of(chart).isVisible()


def test_that_the_chart_draws_from_a_clock_and_not_for_each_event(chart: LossChart, qtbot: QtBot) -> None:
    progress = progress_of(started())
    drawn: list[int] = []
    for number in range(1, 1000):
        progress.add(epoch(number))
        chart.show_progress(progress)
        drawn.append(len(chart.findChildren(LossPlot)))
    assert not any(drawn)
    qtbot.waitUntil(lambda: len(chart.findChildren(LossPlot)) == 1)


def test_that_a_hidden_chart_draws_when_it_is_seen_again(chart: LossChart, qtbot: QtBot) -> None:
    chart.hide()
    chart.show_progress(progress_of(*script(5)))
    assert not chart.findChildren(LossPlot)
    chart.show()
    qtbot.waitUntil(lambda: bool(chart.findChildren(LossPlot)))


def test_that_the_best_epoch_is_named(chart: LossChart) -> None:
    chart.show_progress(progress_of(started(), epoch(1), epoch(2, validation=0.271), epoch(3)))
    chart.flush()
    assert plot_of(chart).best_words() == "best: epoch 2, 0.271"


def test_that_the_legend_hides_and_shows_a_curve(chart: LossChart) -> None:
    chart.show_progress(progress_of(*script(5)))
    chart.flush()
    training = next(each for each in chart._items if each.curve == "training")
    plot = plot_of(chart)
    whole = plot.grab().toImage()
    assert plot.curves_drawn() == ("training", "validation")
    training.click()
    assert plot.curves_drawn() == ("validation",)
    assert plot.grab().toImage() != whole
    training.click()
    assert plot.curves_drawn() == ("training", "validation")
    assert plot.grab().toImage() == whole


def test_that_the_pointer_is_told_the_numbers_of_its_epoch(chart: LossChart, qtbot: QtBot) -> None:
    chart.show_progress(progress_of(*script(5)))
    chart.flush()
    plot = plot_of(chart)
    plain = plot.grab().toImage()
    qtbot.mouseMove(plot, QPoint(plot.width() * 5 // 8, plot.height() // 2))
    qtbot.waitUntil(lambda: bool(plot.note()))
    assert "Epoch 3" in plot.note()
    assert "94.2 %" in plot.note()
    assert plot.grab().toImage() != plain
    qtbot.mouseMove(plot, plot.rect().bottomLeft())
    qtbot.waitUntil(lambda: not plot.note())
    assert plot.grab().toImage() == plain


@pytest.mark.parametrize(
    "losses", [[float("nan")], [float("inf"), 1.0], [0.0, 0.0], [1e12, 1.0], [-2.0, -3.0], [1.0]]
)
def test_that_odd_losses_are_drawn_without_a_complaint(chart: LossChart, losses: list[float]) -> None:
    events = [epoch(number, validation=value) for number, value in enumerate(losses, 1)]
    for log in (False, True):
        for smooth in (False, True):
            chart.log.setChecked(log)
            chart.smooth.setChecked(smooth)
            chart.show_progress(progress_of(started(), *events))
            chart.flush()
            chart.grab()
            low, high = plot_of(chart).seen_values()
            assert -1e13 < low < high < 1e13


def test_that_the_chart_follows_the_colours(chart: LossChart) -> None:
    chart.show_progress(progress_of(*script(5)))
    chart.flush()
    light = chart.grab().toImage().pixelColor(400, 5).lightness()
    current_theme().set_mode("dark")
    try:
        dark = chart.grab().toImage().pixelColor(400, 5).lightness()
    finally:
        current_theme().set_mode("light")
    assert light > 200
    assert dark < 60


def test_that_the_chart_asks_for_the_whole_page_and_gives_it_back(chart: LossChart, qtbot: QtBot) -> None:
    with qtbot.waitSignal(chart.expanded_changed) as said:
        chart.expand.click()
    assert said.args == [True]
    chart.shrink()
    assert not chart.is_expanded


def test_that_a_saved_drawing_names_every_curve_in_full(chart: LossChart) -> None:
    chart.resize(420, 400)
    chart.show_progress(progress_of(*script(5)))
    chart.flush()
    names = 2 * chart.names_shown()  # more than one line holds
    drawing = as_svg(plot_of(chart), "iris · small", names).decode()
    for name in ("Training loss", "Validation loss", "Baseline: always the most frequent class"):
        assert drawing.count(name) == 2


def test_that_a_level_line_has_round_numbers_beside_it() -> None:
    low, high = fitting_range([0.001, 0.001], log=False, from_zero=False)
    ticks = [value for value, _ in linear_ticks(low, high, 5)]
    assert ticks == pytest.approx([0.0006, 0.0008, 0.001, 0.0012, 0.0014])
