"""The Results page, with small runs that were really trained."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.gui.pages.conftest import Shower, Trainer
from tests.gui.scripted import started
from trainer_gui.engine.tuned import Tuned
from trainer_gui.gui.pages.results import ResultsPage
from trainer_gui.gui.pages.results.header_card import HeaderCard
from trainer_gui.gui.plots.confusion import ConfusionMatrix
from trainer_gui.gui.session import Session

Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def page(session: Session, on_screen: Callable[[QWidget], None]) -> ResultsPage:
    made = ResultsPage(session)
    on_screen(made)
    return made


@pytest.fixture
def iris(page: ResultsPage, trained: Trainer, shown: Shower, in_time: Wait) -> ResultsPage:
    shown(trained())
    in_time(lambda: page.is_ready() and page.cases.shown() is not None)
    return page


def test_that_without_a_run_the_page_says_what_to_do(
    page: ResultsPage, session: Session, qtbot: QtBot
) -> None:
    assert page.empty.isVisible()
    with qtbot.waitSignal(session.page_wanted) as asked:
        page.empty.button.click()
    assert asked.args == ["train"]


def test_that_the_number_stands_with_its_interval_and_the_baseline(iris: ResultsPage) -> None:
    judged = iris.judged("validation")
    assert judged is not None
    main = judged.report.figure("accuracy")
    assert main.value is not None
    assert iris.header.validation.number.text() == f"{100 * main.value:.1f} %"
    assert iris.header.validation.caption.text() == f"Accuracy on {judged.report.rows} validation rows"
    assert iris.header.validation.note.text().startswith("between ")
    assert "baseline 3" in iris.header.validation.note.text()


def test_that_every_number_of_the_issue_is_there_and_explained(iris: ResultsPage) -> None:
    for name in ("accuracy", "balanced_accuracy", "f1", "log_loss", "roc_auc"):
        assert iris.metrics.number(name) not in ("", "–"), name
        assert iris.metrics.findChild(QWidget, f"help_{name}") is not None


def test_that_the_confusion_matrix_holds_every_row_once(iris: ResultsPage) -> None:
    judged = iris.judged("validation")
    assert judged is not None
    matrix = iris.confusion.matrix
    total = sum(int(matrix.words(true, said)) for true in range(3) for said in range(3))
    assert total == judged.report.rows
    iris.confusion.percent.setChecked(True)
    assert matrix.words(0, 0).endswith(" %")


def test_that_a_click_on_a_cell_shows_its_rows(iris: ResultsPage, qtbot: QtBot, in_time: Wait) -> None:
    matrix = iris.confusion.matrix
    expected = int(matrix.words(0, 0))
    middle = matrix.cell_rect(0, 0).center().toPoint()
    qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=middle)
    in_time(lambda: iris.cases.back.isVisible())
    found = iris.cases.shown()
    assert found is not None
    assert found.count == expected
    assert found.frame is not None
    assert set(found.frame["species"]) == {"setosa"}
    iris.cases.back.click()
    in_time(lambda: not iris.cases.back.isVisible())


def test_that_the_matrix_can_be_used_with_the_keyboard(qtbot: QtBot, qapp: object) -> None:
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    matrix.show_counts(("cat", "dog"), np.array([[5, 1], [0, 4]]))
    matrix.show()
    with qtbot.waitSignal(matrix.cell_chosen) as chosen:
        for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return):
            qtbot.keyClick(matrix, key)
    assert chosen.args == [0, 1]
    assert matrix.accessibleDescription() == "1 of 6 “cat” were taken for “dog”."


def test_that_the_test_set_opens_only_on_purpose_and_is_counted(
    iris: ResultsPage, session: Session, qtbot: QtBot, in_time: Wait
) -> None:
    folder = session.run.folder
    assert folder is not None
    assert "never used" in iris.header.hint.text()
    iris.header.open_test.click()
    dialog = iris.window().findChild(QWidget, "testDialog")
    assert dialog is not None
    dialog.findChild(QWidget, "testLater").click()
    assert folder.test_openings == []
    assert iris.judged("test") is None
    qtbot.wait_until(lambda: iris.window().findChild(QWidget, "testDialog") is None)
    iris.header.open_test.click()
    iris.window().findChild(QWidget, "testDialog").findChild(QWidget, "testNow").click()
    in_time(lambda: iris.judged("test") is not None)
    assert len(folder.test_openings) == 1
    assert iris.header.test.isVisible()
    assert iris.header.hint.text() == "The test set was opened once."
    assert iris.header.part.value() == "test"
    assert iris.header.validation.isVisible()


def test_that_a_run_whose_test_set_was_opened_says_so_when_it_is_opened_again(
    page: ResultsPage, trained: Trainer, shown: Shower, in_time: Wait
) -> None:
    run = trained()
    for _ in range(3):
        run[0].count_test_opening()
    shown(run)
    in_time(page.is_ready)
    assert page.header.hint.text() == "Opened 3 times; the first look is the honest one."
    assert page.header.open_test.text() == "Open the test set again…"


def test_that_numbers_are_drawn_against_the_truth(
    page: ResultsPage, trained: Trainer, shown: Shower, in_time: Wait
) -> None:
    shown(trained("sample:diabetes"))
    in_time(lambda: page.is_ready() and page.cases.shown() is not None)
    judged, plots = page.judged("validation"), page.numbers.plots()
    assert judged is not None
    assert plots is not None
    assert plots[0].drawn() == (judged.report.rows, judged.report.rows)
    assert plots[0].isVisible(), "one of the two plots is in sight from the start"
    for name in ("rmse", "mae", "r2"):
        assert page.metrics.number(name) not in ("", "–")
    page.numbers.choice.set_value("residuals")
    page.numbers.choice.value_changed.emit("residuals")
    assert plots[1].isVisible()
    found = page.cases.shown()
    assert found is not None
    assert found.frame is not None
    errors = found.frame["off by"].abs().to_numpy()
    assert (np.diff(errors) <= 1).all(), "the largest errors come first"
    page.numbers.case_chosen.emit(4)
    in_time(lambda: page.cases.back.isVisible())


def test_that_wrong_pictures_are_shown_with_what_they_were_taken_for(
    page: ResultsPage, trained: Trainer, shown: Shower, in_time: Wait
) -> None:
    shown(trained("sample:digits", epochs=1))
    in_time(lambda: page.is_ready() and page.cases.shown() is not None)
    found = page.cases.shown()
    assert found is not None
    assert found.pictures is not None
    assert found.count > 0
    assert " → " in found.pictures.labels[0]
    in_time(lambda: page.cases.pictures.decoded() > 0)


def test_that_the_rows_can_be_saved(iris: ResultsPage, tmp_path: Path, in_time: Wait) -> None:
    iris.cases.save_to(tmp_path / "wrong.csv")
    in_time((tmp_path / "wrong.csv").exists)
    assert "species" in (tmp_path / "wrong.csv").read_text(encoding="utf-8").splitlines()[0]


def test_that_changed_data_is_said_in_words(
    page: ResultsPage, trained: Trainer, session: Session, penguins: Path, in_time: Wait
) -> None:
    folder, _ = trained(penguins)
    penguins.write_text(penguins.read_text(encoding="utf-8").replace("38,8", "39,9"), encoding="utf-8")
    session.open_run(folder)
    in_time(lambda: page.empty.button.text() == "Go to Runs")
    assert not page.is_ready()


def test_that_the_page_waits_while_a_run_is_trained(page: ResultsPage, session: Session) -> None:
    session.run.show_events([started()])
    assert page.empty.isVisible()


def test_that_the_page_fits_the_smallest_window(iris: ResultsPage, in_time: Wait) -> None:
    iris.header.open_test.click()
    iris.window().findChild(QWidget, "testDialog").accept()
    in_time(lambda: iris.judged("test") is not None)
    least = iris.minimumSizeHint()
    assert least.width() <= 940
    assert least.height() <= 640


def test_that_the_best_of_many_trials_says_by_how_much_it_flatters(qtbot):
    card = HeaderCard()
    qtbot.addWidget(card)
    card.show_tuned(Tuned("study", 20, "accuracy", development=0.951, optimism=0.0123))
    assert card.tuned.text() == (
        "Best of 20 trials, chosen on these rows: the setting's accuracy of 95.1 % is too good by about "
        "1.2 points. Expect about 93.9 % on new rows."
    )
    card.show_tuned(Tuned("study", 20, "r2", development=0.5, optimism=0.02))
    assert "R² of 0.5" in card.tuned.text()
    card.show_tuned(Tuned("study", 3, "accuracy", development=0.967, optimism=0.0001))
    assert "hardly too good" in card.tuned.text()
    card.show_tuned(None)
    assert card.tuned.isHidden()
