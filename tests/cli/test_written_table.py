"""The table that `examine --write-table` writes."""

import csv

import pytest

from tests.samples.polluted import all_cases
from trainer_gui.cli.tables import write_table
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.sources import open_data


def cells(table) -> list[list[object]]:
    frame = table.frame
    return [frame[name].astype(object).where(frame[name].notna(), None).tolist() for name in frame]


def some_cases():
    """A file of every third kind of pollution, and all kinds of cells."""
    found = {}
    for case in all_cases():
        if not case.large and case.rows:
            found.setdefault((case.level, case.kind), case)
    return [each for n, each in enumerate(found.values()) if n % 4 == 0 or each.level == "field"]


@pytest.mark.parametrize("case", some_cases(), ids=lambda case: case.name.encode("ascii", "replace").decode())
def test_that_what_was_written_reads_as_the_same_table(case, tmp_path):
    path, out = tmp_path / case.file_name, tmp_path / "written.csv"
    path.write_bytes(case.content)
    table = open_data(path)
    write_table(out, table.frame)
    again = open_data(out)
    assert list(again.frame.columns) == list(table.frame.columns)
    assert cells(again) == cells(table)
    assert [each.kind for each in again.columns] == [each.kind for each in table.columns]


@pytest.fixture
def written(tmp_path):
    """The bytes that are written for a text."""

    def writing(text: str) -> bytes:
        path, out = tmp_path / "table.csv", tmp_path / "written.csv"
        path.write_text(text, encoding="utf-8")
        write_table(out, open_data(path).frame)
        return out.read_bytes()

    return writing


def test_that_lines_end_as_rfc_4180_has_it_and_only_what_must_be_is_quoted(written):
    text = "name;größe\n" + "".join(f'"a{p}, b";{p},5\n' for p in range(30))
    content = written(text)
    assert content.count(b"\r\n") == content.count(b"\n") == 31
    assert content.startswith('name,größe\r\n"a0, b",0.5\r\n'.encode())
    rows = list(csv.reader(content.decode().splitlines()))
    assert {len(row) for row in rows} == {2}


def test_that_a_spreadsheet_finds_no_formula(written):
    cells = ("=1+1", "+49 30 1", "@SUM(A1)", "-x", "plain", "-3 cm")
    content = written("=a,b\n" + "".join(f'"{cells[p % 6]}",{p}\n' for p in range(30))).decode()
    firsts = {row[0] for row in csv.reader(content.splitlines())}
    assert firsts == {"'=a", "'=1+1", "'+49 30 1", "'@SUM(A1)", "'-x", "plain", "'-3 cm"}


def test_that_a_folder_that_is_not_there_is_said(tmp_path, written):
    path = tmp_path / "table.csv"
    path.write_text("a,b\n" + "1,2\n2,3\n" * 9)
    with pytest.raises(UserError) as refusal:
        write_table(tmp_path / "no" / "out.csv", open_data(path).frame)
    assert refusal.value.problem.key == "disk.no_folder"


def test_that_examine_writes_the_table_and_lists_what_was_done_to_rows(tmp_path, give):
    path, out = tmp_path / "table.csv", tmp_path / "out.csv"
    path.write_text(
        "A title, with 2 words\na,b,c\n" + "".join(f"{p},x{p % 3},{p}\n" for p in range(30)) + "7;x1;7\n"
    )
    told = give("examine", path, "--write-table", out, "--json")
    [found] = told.of_type("Examined")
    assert found["repairs"] == [
        {"line": 33, "what": "other_marks", "kept": True, "text": "7;x1;7", "read": "7 | x1 | 7"}
    ]
    assert len(out.read_text().splitlines()) == 32
