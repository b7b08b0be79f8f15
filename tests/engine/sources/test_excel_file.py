"""Tables in Excel workbooks."""

import datetime
import sys
import zipfile

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from trainer_gui.engine.data.dataset import ColumnKind
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.settings import accept
from trainer_gui.engine.sources.excel_file import EXCEL_FILE

OLD = bytes.fromhex("d0cf11e0a1b11ae1")


def silent(stage: str, share: float | None) -> None:
    pass


def opened(path, **options):
    return EXCEL_FILE.open(str(path), accept(EXCEL_FILE.options, options).model_dump(), silent)


@pytest.fixture
def write(tmp_path):
    """Writes sheets, each a list of rows, to a workbook."""

    def writing(**sheets):
        book = Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        path = tmp_path / "book.xlsx"
        book.save(path)
        return path

    return writing


ROWS = [["a", "b", "c"], *([place * 0.5, place % 7, "xy"[place % 2]] for place in range(40))]


@pytest.fixture(params=["fast reader", "usual reader"])
def reader(request, monkeypatch):
    """Both readers must give the same."""
    if request.param == "usual reader":
        monkeypatch.setitem(sys.modules, "python_calamine", None)
    else:
        pytest.importorskip("python_calamine")
    return request.param


def test_that_a_sheet_is_read_alike_by_both_readers(write, reader):
    day = datetime.date(2024, 1, 1)
    rows = [
        [
            place / 4 if place % 5 else None,
            place,
            place % 2 == 0,
            day + datetime.timedelta(days=place),
            ("oak", "elm", None)[place % 3],
            "?" if place == 7 else place * 3,
        ]
        for place in range(40)
    ]
    rows.insert(0, ["amount", "count", "ok", "day", "word", "mixed"])
    table = opened(write(Data=rows))
    kinds = [each.kind.value for each in table.columns]
    assert kinds == ["number", "identifier", "yes_no", "date", "category", "whole_number"]
    assert [each.missing for each in table.columns] == [8, 0, 0, 0, 13, 1]
    assert table.frame["count"].dtype.kind == "i"
    assert set(table.frame["ok"]) == {"True", "False"}
    assert table.frame["day"].iloc[0] == "2024-01-01"
    assert table.column("day").date_order == "year"


def test_that_the_first_sheet_with_values_is_taken_and_the_others_are_named(write, reader):
    path = write(Empty=[], Data=ROWS, More=[["u", "v"], [1, 2], [2, 3]])
    table = opened(path)
    assert table.reference.options["sheet"] == "Data"
    assert [each.key for each in table.notes] == ["excel.several_sheets"]
    assert EXCEL_FILE.choices(str(path)) == {"sheet": ("Empty", "Data", "More")}
    assert list(opened(path, sheet="More").frame.columns) == ["u", "v"]


def test_that_a_cover_sheet_before_the_table_is_passed_over_and_said(write, reader):
    cover = [["Made by the lab"], ["in May"], ["Questions?", "ask Ann"]]
    table = opened(write(About=cover, Data=ROWS))
    assert table.reference.options["sheet"] == "Data"
    assert [each.key for each in table.notes] == ["excel.several_sheets"]


def test_that_title_lines_and_empty_columns_are_left_out(write, reader):
    rows = [["Report 2024"], [], *([None, *row, None] for row in ROWS)]
    table = opened(write(Data=rows))
    assert list(table.frame.columns) == ["a", "b", "c"]
    assert table.rows == 40


def test_that_numbers_stored_as_text_are_numbers_and_said(write):
    rows = [["a", "b"], *([f"{place},5", place % 3] for place in range(40))]
    table = opened(write(Data=rows))
    assert table.column("a").kind is ColumnKind.NUMBER
    assert table.frame["a"].iloc[3] == 3.5
    assert [each.key for each in table.notes] == ["table.dressed_numbers"]


def test_that_words_among_numbers_become_gaps_and_are_named(write, reader):
    rows = [["a", "b"], *(["broken" if place == 9 else place / 2, place % 3] for place in range(40))]
    table = opened(write(Data=rows))
    assert table.column("a").missing == 1
    assert [each.key for each in table.notes] == ["table.words_among_numbers"]


def test_that_a_sheet_without_a_heading_gets_names(write):
    assert list(opened(write(Data=ROWS[1:])).frame.columns) == ["column 1", "column 2", "column 3"]
    assert opened(write(Data=ROWS), heading="no").rows == 41


@pytest.fixture
def refused(tmp_path):
    """The problem with which the bytes of a workbook are refused."""

    def refusing(content: bytes, name: str = "book.xlsx", **options):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(UserError) as refusal:
            opened(path, **options)
        return refusal.value.problem.key

    return refusing


def test_that_a_workbook_without_values_is_refused(write, reader):
    with pytest.raises(UserError) as refusal:
        opened(write(One=[], Two=[]))
    assert refusal.value.problem.key == "excel.empty"


def test_that_a_heading_alone_and_one_column_are_refused(write, reader):
    with pytest.raises(UserError) as refusal:
        opened(write(Data=[["a", "b"]]))
    assert refusal.value.problem.key == "table.no_rows"
    with pytest.raises(UserError) as refusal:
        opened(write(Data=[["a"], [1], [2]]))
    assert refusal.value.problem.key == "table.one_column"


def test_that_a_sheet_that_is_not_there_is_refused_with_the_names(write):
    with pytest.raises(UserError) as refusal:
        opened(write(Data=ROWS), sheet="Tomorrow")
    assert "Data" in refusal.value.problem.advice


def test_that_an_empty_file_is_refused(refused):
    assert refused(b"") == "data.empty_file"


def test_that_damaged_workbooks_are_refused(refused, write, reader):
    whole = write(Data=ROWS).read_bytes()
    assert refused(whole[:-200]) == "excel.damaged"
    assert refused(b"PK\x03\x04 nonsense") == "excel.damaged"
    assert refused(b"a,b\n1,2\n") == "excel.damaged"


def test_that_a_zip_file_that_is_no_workbook_is_refused(refused, tmp_path, reader):
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert refused(path.read_bytes()) == "excel.damaged"


def test_that_a_workbook_with_a_password_is_refused(refused):
    locked = (
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000) + "EncryptedPackage".encode("utf-16-le") + bytes(900)
    )
    assert refused(locked) == "excel.password"


def test_that_old_workbooks_say_what_they_need(refused, monkeypatch):
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    assert refused(OLD + bytes(3000), "old.xls") == "excel.extra_missing"


def test_that_the_order_of_rows_is_kept(write, reader):
    table = opened(write(Data=ROWS))
    assert table.frame["a"].tolist() == pd.Series([row[0] for row in ROWS[1:]]).tolist()


def merge(path, *ranges):
    book = load_workbook(path)
    for each in ranges:
        book.active.merge_cells(each)
    book.save(path)
    return path


def test_that_names_over_several_columns_go_for_all_of_them(write, reader):
    for above in ([], [["Report 2024"], []]):
        rows = [
            *above,
            ["plant", "leaf", None, "soil", None, None],
            [None, "length", "width", "acid", "wet", "cold"],
            *([f"p{n % 3}", n / 2, n % 5, n / 4, n % 7, n / 8] for n in range(40)),
        ]
        top = len(above) + 1
        path = merge(write(Data=rows), f"A{top}:A{top + 1}", f"B{top}:C{top}", f"D{top}:F{top}")
        table = opened(path)
        assert list(table.frame.columns) == [
            *("plant", "leaf length", "leaf width", "soil acid", "soil wet", "soil cold")
        ]
        assert table.rows == 40
        again = opened(path, **table.reference.options)
        assert again.fingerprint == table.fingerprint
        assert again.columns == table.columns


def test_that_a_merged_cell_goes_for_every_row_that_it_spans(write, reader):
    rows = [["group", "a"], *([f"g{n // 4}" if n % 4 == 0 else None, n / 2] for n in range(40))]
    table = opened(merge(write(Data=rows), *(f"A{n + 2}:A{n + 5}" for n in range(0, 40, 4))))
    assert table.frame["group"].tolist() == [f"g{n // 4}" for n in range(40)]
    assert [each.key for each in table.notes] == ["excel.merged"]
    assert "30 cells" in table.notes[0].message


def test_that_formulas_without_results_are_said(write, reader):
    rows = [["a", "b", "twice"], *([n / 2, n % 3, f"=A{n + 2}*2"] for n in range(40))]
    table = opened(write(Data=rows))
    assert table.notes[0].key == "excel.formulas"
    assert "twice" in table.notes[0].message
    with pytest.raises(UserError) as refusal:
        opened(write(Data=[["=A2", "=B2"], ["=A3", "=B3"]]))
    assert refusal.value.problem.key == "excel.only_formulas"


def test_that_codes_for_missing_and_the_order_of_dates_can_be_chosen(write, reader):
    rows = [["a", "day"], *([-999 if n % 9 == 0 else n / 2, f"0{1 + n % 9}/03/2024"] for n in range(45))]
    path = write(Data=rows)
    table = opened(path)
    assert table.column("a").missing == 5
    assert {"table.missing_codes", "table.date_order"} <= {each.key for each in table.notes}
    read = opened(path, missing_codes="values", date_order="day")
    assert read.column("a").missing == 0
    assert read.frame["day"].iloc[0] == "2024-03-01"


def open_document(path, sheets):
    """Writes sheets of rows as LibreOffice does, in short."""
    parts = []
    for title, rows in sheets.items():
        parts.append(f'<table:table table:name="{title}">')
        for row in rows:
            parts.append("<table:table-row>")
            for cell in row:
                if isinstance(cell, datetime.date):
                    kind = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
                elif isinstance(cell, (int, float)):
                    kind = f'office:value-type="float" office:value="{cell}"'
                else:
                    kind = 'office:value-type="string"' if cell else ""
                parts.append(f"<table:table-cell {kind}><text:p>{cell or ''}</text:p></table:table-cell>")
            parts.append("</table:table-row>")
        parts.append("</table:table>")
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    names = " ".join(f'xmlns:{each}="{space}{each}:1.0"' for each in ("office", "table", "text"))
    manifest = f'<manifest:manifest xmlns:manifest="{space}manifest:1.0" manifest:version="1.3"/>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<?xml version="1.0" encoding="UTF-8"?>{manifest}')
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names}><office:body>'
            f"<office:spreadsheet>{''.join(parts)}</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def test_that_a_sheet_of_libre_office_is_read(tmp_path):
    pytest.importorskip("python_calamine")
    day = datetime.date(2024, 1, 1)
    rows = [["größe", "count", "day", "kind"]]
    rows += [[n / 2, n % 7, day + datetime.timedelta(days=n), "xy"[n % 2]] for n in range(40)]
    table = opened(open_document(tmp_path / "a.ods", {"Leer": [], "Daten": rows, "More": rows[:5]}))
    assert [(each.name, each.kind.value) for each in table.columns] == [
        *(("größe", "number"), ("count", "whole_number"), ("day", "date"), ("kind", "category"))
    ]
    assert table.rows == 40
    assert table.frame["day"].iloc[1] == "2024-01-02"
    assert table.reference.options["sheet"] == "Daten"


def test_that_a_sheet_of_libre_office_says_what_it_needs(tmp_path, monkeypatch):
    path = open_document(tmp_path / "a.ods", {"Data": ROWS})
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(UserError) as refusal:
        opened(path)
    assert refusal.value.problem.key == "excel.extra_missing"
    assert ".ods" in refusal.value.problem.message
    assert 'pip install "trainer-gui[data]"' in refusal.value.problem.advice
