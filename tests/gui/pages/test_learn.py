"""The Learn page, without a run and with scripted ones."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from tests.gui.pages.conftest import Shower, Trainer
from tests.gui.scripted import script
from trainer_gui.engine.verdict_rules import RULES
from trainer_gui.gui.pages.learn import LearnPage
from trainer_gui.gui.pages.learn.lessons import LESSONS
from trainer_gui.gui.plots.experiments import run_experiments
from trainer_gui.gui.session import Session

Wait = Callable[[Callable[[], bool]], None]
IDEAS = ("loss", "parts", "over_fitting", "stopping", "learning_rate", "size", "baseline", "chance", "doubt")


@pytest.fixture
def page(session: Session, on_screen: Callable[[QWidget], None], in_time: Wait) -> LearnPage:
    made = LearnPage(session)
    on_screen(made)
    in_time(lambda: made.card("loss") is not None)
    return made


def test_that_every_idea_has_words_and_a_drawing(page: LearnPage) -> None:
    for name in IDEAS:
        card = page.card(name)
        assert card is not None, name
        assert 2 <= card.accessibleDescription().count(".") <= 5
        assert card.sketch.drawing() is not None or name == "parts"
    assert page.heading.text() == "The ideas behind training"


def test_that_ones_own_run_is_shown(
    page: LearnPage, trained: Trainer, shown: Shower, session: Session, in_time: Wait
) -> None:
    shown(trained(name="mine"))
    in_time(lambda: page.heading.text() == "The ideas, shown with your run “mine”")
    card = page.card("over_fitting")
    assert card is not None
    drawing = card.sketch.drawing()
    assert drawing is not None
    assert drawing.strokes[0].y.tolist() == session.run.progress.curve.train_loss.tolist()
    for name in IDEAS:
        each = page.card(name)
        assert each is not None
        assert each.own_words(), name


def test_that_the_interval_is_that_of_ones_own_number(page: LearnPage, session: Session) -> None:
    session.run.show_events(script())
    card = page.card("doubt")
    assert card is not None
    assert card.own_words() == "Your 94.2 % on 52 rows could as well be anything from 84.4 % to 98.0 %."


def test_that_a_wide_window_shows_more_columns(page: LearnPage, in_time: Wait) -> None:
    page.resize(1900, 900)
    first, second = page.card("loss"), page.card("stopping")
    assert first is not None
    assert second is not None
    in_time(lambda: first.y() == second.y())
    page.resize(900, 900)
    in_time(lambda: second.y() > first.y())


def test_that_the_experiments_show_what_is_said_of_them() -> None:
    made = run_experiments()
    again = run_experiments()
    assert all(np.array_equal(a, b) for a, b in zip(made.seeds, again.seeds, strict=True)), "the same twice"
    _, training, validation = made.overfitting
    best = int(validation.argmin())
    assert 0 < best < len(validation) - 1
    assert training[-1] < training[best], "training still falls"
    assert validation[-1] > 1.2 * validation[best], "validation has risen"
    small, right, large = (path for _, path in made.descents)
    assert abs(right[-1]) < 0.01 < abs(small[-1]) < 0.92 < abs(large[-1])
    ends = [float(each[-1]) for each in made.seeds]
    assert len(set(ends)) == len(ends), "seeds differ"


def test_that_a_verdict_stands_where_its_word_is_explained(
    page: LearnPage, trained: Trainer, shown: Shower, in_time: Wait
) -> None:
    shown(trained(epochs=12, learning_rate=1e-6, threads=1, precision="float32"))
    card = page.card("learning_rate")
    assert card is not None
    in_time(lambda: card.own_words().startswith("The learning rate is too low. In 12 epochs"))


def test_that_every_kind_of_verdict_is_explained() -> None:
    assert {each.kind for each in RULES} == set(LESSONS)
    assert set(LESSONS.values()) <= set(IDEAS)


def test_that_a_page_that_grew_while_it_was_hidden_shows_more_columns(page: LearnPage, in_time: Wait) -> None:
    first, second = page.card("loss"), page.card("over_fitting")
    assert first is not None
    assert second is not None
    page.resize(900, 900)
    in_time(lambda: second.y() > first.y())
    page.hide()
    page.resize(1900, 900)
    page.show()
    in_time(lambda: second.y() == first.y())
