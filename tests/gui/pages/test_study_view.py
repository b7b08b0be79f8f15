"""The live picture of a study: what it draws, what it says, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.scripted_study import DROPOUT, LEARNING_RATE, SIZE, begun, progress_of, study_of, trial, whole
from trainer_gui.engine.events import MetricInfo
from trainer_gui.engine.problems import Problem
from trainer_gui.engine.statistics.power_law import power_law
from trainer_gui.engine.study.events import StudyEnded, StudyEvent
from trainer_gui.engine.study.findings import Findings
from trainer_gui.engine.study.learning_curve import LearningCurve, Size
from trainer_gui.engine.study.recipe import StudyRecipe
from trainer_gui.gui.pages.train.study_view import StudyView
from trainer_gui.gui.palettes import LIGHT
from trainer_gui.gui.plots.parallel_plot import ParallelPlot
from trainer_gui.gui.plots.scatter import ScatterSheet
from trainer_gui.gui.plots.scatters import one_setting
from trainer_gui.gui.session import Session


@pytest.fixture
def view(qtbot: QtBot, session: Session) -> Iterator[StudyView]:
    """The picture, shown, without a study."""
    made = StudyView(session)
    made.resize(1100, 800)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def show(view: StudyView, recipe: StudyRecipe, events: list[StudyEvent]) -> None:
    view.show_study(recipe, Path("/studies/one"))
    view.show_progress(progress_of(events))
    view.flush()
    view.cards.layout().activate()


def test_that_a_study_that_goes_on_shows_every_trial_and_names_what_is_drawn(view: StudyView) -> None:
    recipe = study_of(LEARNING_RATE, DROPOUT, SIZE)
    events = [begun(recipe), *trial(0, {"learning_rate": 0.01, "dropout": 0.1, "size": "tiny"}, lowest=0.2)]
    events += trial(1, {"learning_rate": 0.001, "dropout": 0.2, "size": "small"}, lowest=0.3, outcome=None)
    show(view, recipe, events)
    assert view.cards.table.trials.rowCount() == 2
    assert view.cards.curves.plots["curves"].outline().best == 0
    assert {each.curve for each in view.cards.curves.names_shown()} == {"best", "others", "running"}


def test_that_a_click_opens_the_run_of_the_trial(view: StudyView, qtbot: QtBot) -> None:
    recipe = study_of(LEARNING_RATE)
    show(view, recipe, whole(recipe))
    with qtbot.waitSignal(view.run_requested) as asked:
        view.cards.table.opened.emit(3)
    assert asked.args == [Path("/studies/one/trials/0004")]


def test_that_a_range_on_two_axes_highlights_and_filters_the_trials(view: StudyView) -> None:
    recipe = study_of(LEARNING_RATE, DROPOUT, SIZE, trials=40)
    show(view, recipe, whole(recipe))
    lines = view.cards.settings.plots["lines"]
    lines.brush(0, 0.5, 1.0)  # the upper half of the learning rates
    lines.brush(2, 1.0, 1.0)  # the second size
    inside = {
        each.number
        for each in view.outline().trials
        if each.shares[0] >= 0.5 and each.trial.values["size"] == "small"
    }
    assert 0 < len(inside) < 40
    assert lines.look().chosen == inside
    assert view.cards.curves.plots["curves"].look().chosen == inside
    assert {
        view.cards.table.trials.trial_at(row).number for row in range(view.cards.table.trials.rowCount())
    } == inside
    view.cards.filter.click()
    assert lines.look().chosen is None
    assert view.cards.table.trials.rowCount() == 40


def test_that_a_dot_is_clicked_and_the_keys_go_from_trial_to_trial(view: StudyView, qtbot: QtBot) -> None:
    recipe = study_of(LEARNING_RATE)
    show(view, recipe, whole(recipe))
    plot = view.cards.settings.plots["one"]
    qtbot.waitUntil(plot.isVisible)
    plot.setFocus()
    by_rate = sorted(view.outline().trials, key=lambda each: each.shares[0])
    QTest.keyClick(plot, Qt.Key.Key_Right)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.pointed_at == by_rate[1].number
    assert "Learning rate" in plot.note()
    assert view.cards.curves.plots["curves"].pointed_at == by_rate[1].number  # it is marked there too
    with qtbot.waitSignal(view.run_requested) as asked:
        QTest.keyClick(plot, Qt.Key.Key_Return)
    assert asked.args == [Path("/studies/one") / by_rate[1].trial.runs[0]]
    sheet = ScatterSheet(one_setting)
    sheet.letters = plot.font()
    sheet.work_out(view.outline(), plot.look(), plot.size())
    place = sheet.place_of(7)
    assert place is not None
    with qtbot.waitSignal(view.run_requested) as asked:
        QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert str(asked.args[0]).startswith("/studies/one/trials/")


def test_that_a_range_is_drawn_moved_and_taken_away_with_the_pointer(view: StudyView, qtbot: QtBot) -> None:
    recipe = study_of(LEARNING_RATE, DROPOUT, SIZE, trials=30)
    show(view, recipe, whole(recipe))
    lines = view.cards.settings.plots["lines"]
    assert isinstance(lines, ParallelPlot)
    qtbot.waitUntil(lines.isVisible)
    sheet = lines.sheet()
    upper = sheet.rect_of(1, 0.9, 0.9).center().toPoint()
    lower = sheet.rect_of(1, 0.4, 0.4).center().toPoint()
    QTest.mousePress(lines, Qt.MouseButton.LeftButton, pos=upper)
    QTest.mouseMove(lines, lower)
    QTest.mouseRelease(lines, Qt.MouseButton.LeftButton, pos=lower)
    low, high = lines.brushes()[1]
    assert low == pytest.approx(0.4, abs=0.02)
    assert high == pytest.approx(0.9, abs=0.02)
    QTest.mousePress(lines, Qt.MouseButton.LeftButton, pos=sheet.rect_of(1, 0.6, 0.6).center().toPoint())
    QTest.mouseMove(lines, sheet.rect_of(1, 0.3, 0.3).center().toPoint())
    QTest.mouseRelease(lines, Qt.MouseButton.LeftButton, pos=lower)
    assert lines.brushes()[1] == pytest.approx((low - 0.3, high - 0.3), abs=0.02)
    QTest.mouseDClick(lines, Qt.MouseButton.LeftButton, pos=sheet.rect_of(1, 0.3, 0.3).center().toPoint())
    assert lines.brushes() == {}
    assert view.cards.filter.isHidden()


def test_that_repeats_are_a_mean_with_a_named_band_and_a_sentence(view: StudyView, qtbot: QtBot) -> None:
    recipe = study_of(repeats=5)
    progress = [begun(recipe), *trial(0, {}, lowest=0.1, repeats=5)]
    show(view, recipe, progress)
    assert view.cards.settings.isHidden()
    assert [each.text() for each in view.cards.curves.names_shown()] == [
        "Mean of 5 seeds",
        "± standard deviation",
        "Single runs",
    ]
    qtbot.waitUntil(lambda: "95 % interval" in view.said.text(), timeout=30_000)
    assert view.said.text().startswith(
        "5 seeds: validation loss 0.102 ± 0.0016 (95 % interval 0.1 to 0.104)."
    )


def test_that_the_importance_of_the_settings_is_said(view: StudyView, qtbot: QtBot) -> None:
    recipe = study_of(LEARNING_RATE, DROPOUT, trials=60)
    show(view, recipe, whole(recipe, ["failed", "cut"]))
    qtbot.waitUntil(lambda: bool(view.said.text()), timeout=30_000)
    assert view.said.text().startswith("The learning rate matters most: ")
    assert "The dropout hardly matters" in view.said.text()
    assert [each.finding for each in view.cards.bars.importance().weights] == ["matters", "hardly"]


def test_that_the_table_sorts_by_any_column_with_what_is_unknown_last(view: StudyView) -> None:
    recipe = study_of(LEARNING_RATE, trials=20)
    show(view, recipe, whole(recipe, ["failed", "finished", "failed"]))
    table = view.cards.table
    for order, backwards in ((Qt.SortOrder.AscendingOrder, False), (Qt.SortOrder.DescendingOrder, True)):
        table.sortByColumn(2, order)
        rows = [table.trials.trial_at(row) for row in range(20)]
        scores = [each.score for each in rows[:18]]
        assert scores == sorted(scores, reverse=backwards)
        assert {each.kind for each in rows[18:]} == {"failed"}
    assert table.trials.index(19, 3).data().startswith("Failed: The loss was no number.")


def test_that_pictures_and_numbers_are_saved(view: StudyView, qtbot: QtBot, tmp_path: Path) -> None:
    recipe = study_of(LEARNING_RATE, DROPOUT, SIZE, trials=20)
    show(view, recipe, whole(recipe, ["failed", "cut"]))
    qtbot.waitUntil(view.cards.curves.plots["curves"].isVisible)
    for saving, name in zip(view.savings, ("curves", "settings"), strict=True):
        for kind in ("png", "svg", "csv"):
            path = tmp_path / f"{name}.{kind}"
            saving.save_to(path, kind)
            qtbot.waitUntil(path.exists, timeout=30_000)
    picture = QImage(str(tmp_path / "curves.png"))
    assert picture.width() >= 960
    ring = QColor(LIGHT.validation)
    places = [(x, y) for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3)]
    seen = {picture.pixelColor(*each).name() for each in places}
    assert ring.name() in seen
    assert (tmp_path / "settings.svg").read_text(encoding="utf-8").count("<p") > 20
    assert len((tmp_path / "settings.csv").read_text(encoding="utf-8").splitlines()) == 21
    assert len((tmp_path / "curves.csv").read_text(encoding="utf-8").splitlines()) == 401


def test_that_every_state_without_a_curve_says_what_to_do(view: StudyView) -> None:
    assert "Press Start" in view.empty.accessibleName()
    recipe = study_of(LEARNING_RATE)
    show(view, recipe, [begun(recipe)])
    assert "being prepared" in view.empty.accessibleName()
    show(view, recipe, [begun(recipe), StudyEnded(outcome="stopped")])
    assert "Go on with the study" in view.empty.accessibleName()
    view.show_problem(Problem(key="x", message="It is carried out already.", advice="Wait for it."))
    assert "Wait for it." in view.empty.accessibleName()
    assert not view.cards.isVisible()


def test_that_a_learning_curve_is_drawn_over_the_rows_with_what_more_would_give(view: StudyView) -> None:
    recipe = study_of("train_share=0.25,0.5,0.75,1.0", how="grid", trials=4)
    events = [begun(recipe)]
    for number, share in enumerate((0.25, 0.5, 0.75, 1.0)):
        events += trial(number, {"train_share": share}, lowest=0.2)
    show(view, recipe, events)
    rows = view.cards.rows
    assert not view.cards.settings.isVisible()
    assert rows.isVisibleTo(view.cards)
    assert rows.plot is None
    numbers = np.array([25.0, 50.0, 75.0, 100.0])
    losses = 0.1 + 0.2 * (numbers / 100) ** -0.5
    sizes = tuple(
        Size(int(count), (0.1, 0.12), (loss - 0.01, loss + 0.01))
        for count, loss in zip(numbers, losses, strict=True)
    )
    law = power_law(np.repeat(numbers, 2), np.array([each for size in sizes for each in size.validation]))
    curve = LearningCurve(MetricInfo(name="loss", label="Cross-entropy", better="lower"), sizes, law)
    view.findings.found.emit(Findings((curve.sentence,), curve=curve))
    assert rows.plot is not None
    assert rows.plot.drawn() == curve
    assert curve.sentence.message in view.said.text()
    (_, across), (low, high) = rows.plot.plot.viewRange()
    assert across > 200  # twice the rows are in sight
    assert low <= 0 < losses[0] < high
    show(view, study_of(LEARNING_RATE), whole(study_of(LEARNING_RATE)))
    assert not rows.isVisibleTo(view.cards)
