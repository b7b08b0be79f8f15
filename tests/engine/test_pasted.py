"""Tables that came without a file."""

import datetime
import io
from pathlib import Path

import pytest

from trainer_gui.engine.pasted import folder_of_pasted, keep, keep_text
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.sources import SOURCES, open_data

NOW = datetime.datetime(2026, 3, 4, 15, 6, 7)
CELLS = "Größe\tArt\n" + "".join(f"{n},5\t{'xy'[n % 2]}\n" for n in range(30))


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("TRAINER_GUI_HOME", str(tmp_path / "home"))


def test_that_pasted_cells_are_kept_by_date_and_time_and_open_like_any_file():
    path = keep_text(CELLS, NOW)
    assert path.name == "Pasted 2026-03-04 15-06-07.txt"
    table = open_data(path)
    assert [each.name for each in table.columns] == ["Größe", "Art"]
    assert table.frame["Größe"].iloc[3] == 3.5
    assert not table.notes


def test_that_the_same_content_is_kept_once_and_another_beside_it():
    first = keep_text(CELLS, NOW)
    assert keep_text(CELLS, NOW + datetime.timedelta(hours=1)) == first
    second = keep_text(CELLS + "1,5\tx\n", NOW)
    assert second != first
    assert sorted(folder_of_pasted().iterdir()) == sorted([first, second])


def test_that_whatever_is_piped_in_is_opened_as_what_it_is(tmp_path):
    workbook = SOURCES["excel_file"].write_examples(tmp_path)[0]
    with Path(workbook).open("rb") as stream:
        dataset = open_data(keep(stream, "Piped", now=NOW))
    assert dataset.reference.source == "excel_file"
    assert "data.misnamed" not in [each.key for each in dataset.notes]


def test_that_nothing_and_one_line_are_refused_and_leave_nothing_behind():
    for text, key in (("", "pasted.empty"), (" \n\n", "pasted.empty"), ("hello\n", "pasted.one_line")):
        with pytest.raises(UserError) as refusal:
            keep_text(text)
        assert refusal.value.problem.key == key
        assert refusal.value.problem.advice
    with pytest.raises(UserError) as refusal:
        keep(io.BytesIO(), "Piped")
    assert refusal.value.problem.key == "pasted.nothing"
    assert not list(folder_of_pasted().iterdir())
