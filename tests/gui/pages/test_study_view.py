"""The live picture of a study: what it draws, what it says, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.scripted_study import DROPOUT, LEARNING_RATE, SIZE, begun, progress_of, study_of, trial, whole
from trainer_gui.engine.study.events import StudyEvent
from trainer_gui.engine.study.recipe import StudyRecipe
from trainer_gui.gui.pages.train.study_view import StudyView
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
