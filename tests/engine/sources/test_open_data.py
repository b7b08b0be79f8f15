"""Opening whatever a person points at."""

from pathlib import Path

import pytest

from trainer_gui.engine.data.dataset import Pictures, Table
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.sources import SOURCES, open_data


def test_that_the_kind_follows_from_the_location(tmp_path):
    for name, kind in (("table_file", Table), ("excel_file", Table), ("image_folder", Pictures)):
        folder = tmp_path / name
        folder.mkdir()
        location = SOURCES[name].write_examples(folder)[0]
        dataset = open_data(location)
        assert isinstance(dataset, kind)
        assert dataset.reference.source == name


@pytest.mark.parametrize(
    ("location", "key"),
    [
        ("", "data.none"),
        ("  ", "data.none"),
        ("nowhere", "data.not_found"),
        ("nowhere.csv", "data.not_found"),
        ("nowhere.xlsx", "data.not_found"),
        ("x" * 5000, "data.not_found"),
        ("x" * 5000 + ".csv", "data.not_found"),
        ("nul\0.csv", "data.not_found"),
        ("~nobody-of-this-name/x.csv", "data.not_found"),
        ("sample:", "sample.unknown"),
    ],
)
def test_that_what_is_not_there_is_refused(location, key):
    with pytest.raises(UserError) as refusal:
        open_data(location)
    assert refusal.value.problem.key == key


def test_that_a_kind_that_is_not_known_is_refused_with_those_that_are(tmp_path):
    path = tmp_path / "thesis.pdf"
    path.write_bytes(b"%PDF")
    with pytest.raises(UserError) as refusal:
        open_data(path)
    assert "thesis.pdf" in refusal.value.problem.message
    assert ".csv" in refusal.value.problem.advice


def test_that_a_file_without_an_ending_is_read_as_text(tmp_path):
    path = tmp_path / "measurements"
    path.write_text("a,b\n" + "1.5,2\n2.5,3\n" * 20)
    assert open_data(path).rows == 40


def test_that_options_can_be_given_and_wrong_ones_are_refused(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + "1.5,2\n2.5,3\n" * 20)
    assert open_data(path, {"heading": "no"}).rows == 41
    with pytest.raises(UserError) as refusal:
        open_data(path, {"separator": "slash"})
    assert "slash" in refusal.value.problem.message
    with pytest.raises(UserError):
        open_data(path, {"colour": "red"})


def test_that_a_reference_is_opened_with_changed_options(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + "1.5,2\n2.5,3\n" * 20)
    reference = open_data(path).reference
    assert open_data(reference, {"heading": "no"}).rows == 41


ROWS = "a,b\n" + "1.5,2\n2.5,3\n" * 20


KINDS = ["excel_file", "sqlite_file", "parquet_file", "feather_file", "json_file", "numpy_file", "arff_file"]


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("ending", [".csv", ".txt", ".xls", ".unheard_of"])
def test_that_a_file_is_opened_as_what_it_is_whatever_it_is_called(tmp_path, name, ending):
    true = Path(SOURCES[name].write_examples(tmp_path)[0])
    false = true.rename(tmp_path / f"false{ending}")
    dataset = open_data(false)
    assert dataset.reference.source == name
    expected = ending != ".unheard_of" and not (name == "excel_file" and ending == ".xls")
    assert ("data.misnamed" in [each.key for each in dataset.notes]) is expected
    assert open_data(dataset.reference).fingerprint == dataset.fingerprint


@pytest.mark.parametrize("ending", [".xlsx", ".ods", ".db", ".parquet", ".feather", ".json", ".npz", ".arff"])
def test_that_text_under_another_name_is_read_as_a_table_and_said(tmp_path, ending):
    path = tmp_path / f"rows{ending}"
    path.write_text(ROWS)
    dataset = open_data(path)
    assert dataset.rows == 40
    assert dataset.notes[0].key == "data.misnamed"


def test_that_a_web_page_called_a_workbook_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "export.xls"
    path.write_text("<html>\n<table>\n<tr><td>1</td></tr></table></html>\n")
    with pytest.raises(UserError) as refusal:
        open_data(path)
    assert refusal.value.problem.key == "data.web_page"
    assert "spreadsheet" in refusal.value.problem.advice
