"""Several runs made one model in the window: offered on Runs, explained on Results, used like any."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.gui.pages.conftest import Shower, Trainer
from trainer_gui.engine.ensemble import make_ensemble
from trainer_gui.engine.predict import open_model, predict_row
from trainer_gui.engine.run_folder import RunFolder, progress_of
from trainer_gui.engine.store import runs
from trainer_gui.gui.pages.results import ResultsPage
from trainer_gui.gui.pages.runs import RunsPage
from trainer_gui.gui.pages.runs.run_model import Column
from trainer_gui.gui.pages.use import UsePage
from trainer_gui.gui.plots.quantities import LOSS, scene_of
from trainer_gui.gui.session import Session
from trainer_gui.gui.widgets import Label

Wait = Callable[[Callable[[], bool]], None]
OnScreen = Callable[[QWidget], None]


def test_that_chosen_runs_become_one_model_away_from_the_window(
    session: Session, trained: Trainer, on_screen: OnScreen, in_time: Wait, qtbot: QtBot
) -> None:
    for seed in range(3):
        _, dataset = trained(seed=seed, name=f"run {seed}")
    session.show_dataset(dataset)
    page = RunsPage(session)
    on_screen(page)
    in_time(lambda: page.table.runs.rowCount() == 3)
    button = page.details.together
    assert not button.isVisible()  # one alone is chosen
    page.table.selectAll()
    assert button.isVisible()
    with qtbot.waitSignal(session.page_wanted, timeout=60_000) as asked:
        button.click()
        assert not button.isEnabled()  # it is being made, and the window goes on
        assert len(runs()) == 3
    assert asked.args == ["results"]
    in_time(lambda: page.table.runs.rowCount() == 4)
    made = next(each for each in runs() if each.recipe.members == 3)
    cells = [str(page.table.shown.index(row, Column.MODEL).data()) for row in range(4)]
    assert cells.count("3 models together") == 1
    page.table.selectRow(cells.index("3 models together"))
    assert not page.details.repeat_button.isEnabled()
    in_time(lambda: session.run.folder is not None and session.run.folder.path == made.path)


def test_that_runs_that_do_not_go_together_are_refused_in_words(
    session: Session, trained: Trainer, on_screen: OnScreen, in_time: Wait, qtbot: QtBot
) -> None:
    trained()
    trained("sample:wine")
    page = RunsPage(session)
    on_screen(page)
    in_time(lambda: page.table.runs.rowCount() == 2)
    page.table.selectAll()
    with qtbot.waitSignal(session.problem_shown, timeout=60_000) as said:
        page.details.together.click()
    assert said.args[0].key == "ensemble.target"
    in_time(page.details.together.isEnabled)
    assert len(runs()) == 2


def test_that_every_number_stands_above_what_its_models_are_worth(
    session: Session, trained: Trainer, shown: Shower, on_screen: OnScreen, in_time: Wait
) -> None:
    page = ResultsPage(session)
    on_screen(page)
    members = [trained(seed=seed) for seed in range(3)]
    dataset = members[0][1]
    made = make_ensemble([folder for folder, _ in members], dataset=dataset)
    shown((made, dataset))
    in_time(page.is_ready)
    assert "3 models together" in page.header.validation.caption.text()
    assert page.header.validation.members.text().startswith("each of 3 seeds: ")
    judged = page.judged("validation")
    assert judged is not None
    for figure in judged.report.figures:
        spread = page.metrics.findChild(Label, f"members_{figure.name}")
        assert spread is not None
        assert "±" in spread.text()
    words = page.metrics.findChild(Label, "aboutEnsemble")
    assert words is not None
    assert words.text().startswith("An ensemble: 3 models")
    shown(members[0])
    in_time(lambda: page.is_ready() and "together" not in page.header.validation.caption.text())
    assert not page.header.validation.members.isVisible()
    assert page.metrics.findChild(Label, "members_accuracy") is None


def test_that_an_ensemble_is_used_like_any_model(
    session: Session, trained: Trainer, shown: Shower, on_screen: OnScreen, in_time: Wait
) -> None:
    page = UsePage(session)
    on_screen(page)
    members = [trained(seed=seed) for seed in range(2)]
    dataset = members[0][1]
    made = make_ensemble([folder for folder, _ in members], dataset=dataset)
    shown((made, dataset))
    in_time(page.is_ready)
    assert "the mean of 2 models" in page.summary.text()
    expected = predict_row(open_model(made), page.row.values())
    in_time(lambda: page.row.view.answer.text() == expected.value)
    assert dict(page.row.view.bars.shown()) == pytest.approx(expected.probabilities)


def test_that_the_chart_shows_the_mean_and_each_model_behind_it(trained: Trainer) -> None:
    folders: list[RunFolder] = [trained(seed=seed)[0] for seed in range(2)]
    progress = progress_of(make_ensemble(folders))
    scene = scene_of(progress, LOSS)
    faint = [line.y for line in scene.lines if line.style == "faint"]
    mean = next(line.y for line in scene.lines if line.style == "dashed")
    assert len(faint) == 2
    assert abs((faint[0] + faint[1]) / 2 - mean).max() < 1e-12
    assert scene.best is None
