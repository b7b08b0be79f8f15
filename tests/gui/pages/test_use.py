"""The Use page, with small runs that were really trained."""

import csv
import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.gui.pages.conftest import Shower, Trainer
from trainer_gui.engine.predict import open_model, predict_row
from trainer_gui.engine.problems import Problem
from trainer_gui.gui.pages.use import UsePage
from trainer_gui.gui.pages.use.drop_area import DropArea
from trainer_gui.gui.pages.use.model_in_use import Format, ModelInUse
from trainer_gui.gui.session import Session
from trainer_gui.gui.widgets import Choice, NumberField

Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def page(session: Session, on_screen: Callable[[QWidget], None]) -> UsePage:
    made = UsePage(session)
    on_screen(made)
    return made


@pytest.fixture
def ready(page: UsePage, trained: Trainer, shown: Shower, penguins: Path, in_time: Wait) -> UsePage:
    shown(trained(penguins))
    in_time(lambda: page.is_ready() and bool(page.row.view.answer.text()))
    return page


def drop(area: DropArea, path: Path) -> None:
    """Drops a file. Qt delivers a drop only within a drag of the mouse, so the area is given it."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    area.dropEvent(event)


def test_that_without_a_model_the_page_says_what_to_do(page: UsePage) -> None:
    assert page.empty.isVisible()
    assert page.empty.button.text() == "Go to Train"


def test_that_there_is_an_answer_at_once_from_typical_values(ready: UsePage, session: Session) -> None:
    bill = ready.row.field("bill_mm")
    assert isinstance(bill, NumberField)
    assert 38 < float(bill.text()) < 50
    island = ready.row.field("island")
    assert isinstance(island, Choice)
    assert [island.itemText(at) for at in range(island.count())] == ["Biscoe", "Dream", "not known"]
    assert ready.row.view.caption.text() == "species is probably"
    assert sum(share for _, share in ready.row.view.bars.shown()) == pytest.approx(1, abs=1e-6)


def test_that_the_answer_follows_what_is_typed_and_is_the_engines(
    ready: UsePage, session: Session, qtbot: QtBot, in_time: Wait
) -> None:
    before = ready.row.view.bars.shown()
    mass = ready.row.field("mass_g")
    mass.setFocus()
    mass.clear()
    qtbot.keyClicks(mass, "5100")
    in_time(lambda: ready.row.view.bars.shown() != before)
    in_time(lambda: not session.runner.is_busy)
    assert session.run.folder is not None
    expected = predict_row(open_model(session.run.folder), ready.row.values())
    assert ready.row.view.answer.text() == expected.value
    assert dict(ready.row.view.bars.shown()) == pytest.approx(expected.probabilities)


def test_that_words_in_a_number_are_said_and_marked(ready: UsePage, qtbot: QtBot, in_time: Wait) -> None:
    mass = ready.row.field("mass_g")
    mass.clear()
    qtbot.keyClicks(mass, "heavy")
    in_time(lambda: "must be a number" in ready.row.view.warnings.text())
    assert mass.property("wrong")
    ready.row.reset_button.click()
    in_time(lambda: not ready.row.view.warnings.text())
    assert not mass.property("wrong")


def test_that_a_number_far_out_is_answered_with_a_warning(
    ready: UsePage, qtbot: QtBot, in_time: Wait
) -> None:
    mass = ready.row.field("mass_g")
    mass.clear()
    qtbot.keyClicks(mass, "90000")
    in_time(lambda: "outside of what the model has seen" in ready.row.view.warnings.text())
    assert ready.row.view.answer.text() in ("Adelie", "Chinstrap", "Gentoo")


def test_that_a_gap_is_allowed(ready: UsePage, in_time: Wait) -> None:
    ready.row.field("bill_mm").clear()
    ready.row.field("bill_mm").textEdited.emit("")
    assert ready.row.values()["bill_mm"] is None
    in_time(lambda: ready.row.view.answer.text() in ("Adelie", "Chinstrap", "Gentoo"))


def test_that_a_predicted_number_says_how_far_it_is_usually_off(
    page: UsePage, trained: Trainer, shown: Shower, in_time: Wait
) -> None:
    shown(trained("sample:diabetes"))
    in_time(lambda: page.is_ready() and bool(page.row.view.answer.text()))
    assert page.row.view.doubt.text().startswith("On validation rows it is typically off by ")
    assert not page.row.view.bars.isVisible()


def test_that_a_file_is_predicted_previewed_and_saved(
    ready: UsePage, penguins: Path, tmp_path: Path, in_time: Wait
) -> None:
    drop(ready.file.drop, penguins)
    in_time(lambda: ready.file.found() is not None)
    found = ready.file.found()
    assert found is not None
    assert found.answers is not None
    assert ready.file.headline.text() == "penguins.csv: 120 rows predicted"
    assert ready.file.preview.frame_model.index(0, 0).data() == str(found.answers.values[0])
    ready.file.save_to(tmp_path / "said.csv")
    in_time((tmp_path / "said.csv").exists)
    with (tmp_path / "said.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["prediction"] for row in rows] == list(found.answers.values)


def test_that_a_missing_column_is_listed_and_can_be_taken_as_unknown(
    ready: UsePage, tmp_path: Path, in_time: Wait
) -> None:
    path = tmp_path / "new.csv"
    path.write_text("island,mass_g,colour\n" + "Dream,3700,red\nAtlantis,5000,blue\n" * 6, encoding="utf-8")
    ready.file.predict_file(path)
    in_time(lambda: ready.file.found() is not None)
    found = ready.file.found()
    assert found is not None
    assert found.answers is None
    assert found.match.missing == ("bill_mm",)
    assert "cannot be predicted as it is" in ready.file.headline.text()
    assert ready.file.anyway.isVisible()
    assert not ready.file.save.isVisible()
    ready.file.anyway.click()
    in_time(lambda: ready.file.save.isVisible())
    again = ready.file.found()
    assert again is not None
    assert {each.key for each in again.match.problems} == {"match.filled", "match.unused", "match.unseen"}


def test_that_a_file_that_cannot_be_read_is_said_in_words(
    ready: UsePage, session: Session, tmp_path: Path, in_time: Wait
) -> None:
    said: list[Problem] = []
    session.problem_shown.connect(said.append)
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    ready.file.predict_file(tmp_path / "empty.csv")
    in_time(lambda: bool(said))
    assert ready.file.drop.isVisible()


@pytest.mark.skipif(importlib.util.find_spec("onnxruntime") is None, reason="needs the extra export")
def test_that_an_export_says_how_it_was_checked(ready: UsePage, tmp_path: Path, in_time: Wait) -> None:
    assert [name for name, _ in ready.export.choice.choices()] == ["onnx", "safetensors"]
    ready.export.export_to(tmp_path / "birds")
    in_time(lambda: "checked" in ready.export.result.text())
    assert ready.export.result.text().startswith("Exported and checked: largest difference ")
    assert (tmp_path / "birds.onnx").exists()
    assert ready.export.folder.isVisible()


def test_that_a_refused_export_leaves_a_sentence_and_no_file(
    ready: UsePage, tmp_path: Path, in_time: Wait
) -> None:
    ready.export.choice.set_value("safetensors")
    ready.export.export_to(tmp_path / "nowhere" / "birds")
    in_time(lambda: ready.export.button.isEnabled() and bool(ready.export.result.text()))
    assert "checked" not in ready.export.result.text()
    assert not (tmp_path / "nowhere").exists()


def test_that_a_missing_extra_is_told_with_the_command(ready: UsePage, session: Session) -> None:
    assert session.run.folder is not None
    model = open_model(session.run.folder)
    formats = (Format("onnx", "ONNX", "Runs anywhere.", ".onnx", "export", ("onnxruntime",)),)
    ready.export.show_model(ModelInUse(session.run.folder, model, (), None, formats))
    assert not ready.export.button.isEnabled()
    assert "onnxruntime" in ready.export.missing.text()
    assert ready.export.command.text().endswith('-m pip install "trainer-gui[export]"')
    ready.export.copy.click()
    assert QGuiApplication.clipboard().text() == ready.export.command.text()


def test_that_dropped_pictures_are_answered(
    page: UsePage, trained: Trainer, shown: Shower, tmp_path: Path, in_time: Wait
) -> None:
    run = trained("sample:digits", epochs=2)
    shown(run)
    in_time(page.is_ready)
    assert page.pictures.isVisible()
    assert not page.file.isVisible()
    paths = []
    for number in range(3):
        paths.append(tmp_path / f"{number}.png")
        run[1].open_picture(number).save(paths[-1])  # type: ignore[attr-defined]
    drop(page.pictures.drop, paths[0])
    in_time(lambda: page.pictures.seen() is not None)
    assert page.pictures.view.isVisible()
    assert len(page.pictures.view.bars.shown()) == 8
    page.pictures.predict_pictures(paths)
    in_time(lambda: page.pictures.headline.text() == "3 pictures")
    page.pictures.save_to(tmp_path / "said.csv")
    in_time((tmp_path / "said.csv").exists)
    assert (tmp_path / "said.csv").read_text(encoding="utf-8").startswith("picture,prediction,probability_0")


def test_that_a_run_without_a_model_is_said_in_words(
    page: UsePage, trained: Trainer, shown: Shower, in_time: Wait
) -> None:
    run = trained()
    run[0].weights.unlink()
    shown(run)
    in_time(lambda: page.empty.button.text() == "Go to Runs")
    assert page.empty.isVisible()


def test_that_the_page_fits_the_smallest_window(ready: UsePage) -> None:
    least = ready.minimumSizeHint()
    assert least.width() <= 940
    assert least.height() <= 640
