"""Tables in Excel workbooks."""

from __future__ import annotations

import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.data.beginning import OLD_OFFICE, is_zip_with
from trainer_gui.engine.data.columns import make_table, number_in_words
from trainer_gui.engine.data.contents import file_at, fingerprint, is_folder, scan
from trainer_gui.engine.data.conventions import settle
from trainer_gui.engine.data.dataset import DataReference, Dataset
from trainer_gui.engine.data.heading import has_heading, named
from trainer_gui.engine.data.mending import Mending, counted, listed
from trainer_gui.engine.data.merged_cells import Row, fill_down, names_over
from trainer_gui.engine.data.workbook import Workbook, has_formulas, open_workbook
from trainer_gui.engine.problems import Problem, problem, refuse
from trainer_gui.engine.settings import setting
from trainer_gui.engine.source import Report, RowOptions, Source

if TYPE_CHECKING:
    import pandas as pd

_ROWS_AT_ONCE = 5_000
_ROWS_LOOKED_AT = 1_000  # of a sheet, to see whether a table stands there


class ExcelFileOptions(RowOptions):
    """How a workbook is read."""

    sheet: str = setting(
        "",
        label="Sheet",
        help="The sheet of the workbook that holds the table. Left empty, it is the first one with a table.",
    )


class ExcelFile(Source):
    """One sheet of a workbook; title lines above the table and empty columns beside it are left out."""

    name = "excel_file"
    label = "Excel workbook"
    position = 30
    endings = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
    options = ExcelFileOptions

    def takes(self, location: str) -> bool:
        return Path(location).suffix.lower() in self.endings and not is_folder(location)

    def recognises(self, start: bytes) -> bool:
        book = is_zip_with(start, b"xl/", b"opendocument.spreadsheet")
        return book or start.startswith(OLD_OFFICE)

    def choices(self, location: str) -> dict[str, tuple[str, ...]]:
        with open_workbook(file_at(location)) as book:
            return {"sheet": book.sheets}

    def open(self, location: str, options: dict[str, Any], report: Report) -> Dataset:
        path = file_at(location)
        contents = scan(path, report, text=False)
        chosen = ExcelFileOptions.model_validate(options)
        report("Opening the workbook", None)
        with open_workbook(path) as book:
            sheet = _sheet_of(book, chosen.sheet, path)
            rows = _rows_of(book, sheet, report)
            merged = book.merged(sheet)
            sheets = book.sheets
        title_lines = _title_lines(rows) if chosen.title_lines < 0 else chosen.title_lines
        first = next((p for p in range(title_lines, len(rows)) if any(map(_filled, rows[p]))), len(rows))
        width = max((len(row) for row in rows[first:]), default=0)
        beginning = [[_text(cell) for cell in row] for row in rows[: first + 200]]
        double = names_over(rows, merged, first, beginning) if chosen.heading != "no" else None
        below = [row for row in beginning[first:] if any(row)]
        heading = double is not None or (
            chosen.heading == "yes" if chosen.heading else has_heading(below, width)
        )
        given, body = double or ((beginning[first], first + 1) if heading and below else ([], first))
        mending = Mending()
        filled = fill_down(rows, merged, body)
        table = [row for row in rows[body:] if any(map(_filled, row))]
        mending.blank_rows = len(rows) - min(body, len(rows)) - len(table)
        columns, empty = _columns(given, table, width, chosen.gaps, mending, report)
        found = {
            "sheet": sheet,
            "heading": "yes" if heading else "no",
            "title_lines": title_lines,
            **settle(columns, chosen, mending),
        }
        how = f"sheet “{sheet}”" + ("" if heading else ", no heading")
        if title_lines:
            how += f", {counted(title_lines, 'title line')} skipped"
        return make_table(
            DataReference(source=self.name, location=str(path), options=found),
            path.name,
            columns,
            fingerprint=fingerprint(contents.digest, found),
            mending=mending,
            notes=(
                *_about_formulas(path, sheet, empty),
                *_about_merged(filled),
                *(() if chosen.sheet else _about_sheets(sheet, sheets)),
            ),
            how=how,
            report=report,
        )

    def write_examples(self, folder: Path) -> tuple[str, ...]:
        from openpyxl import Workbook as NewWorkbook

        locations = []
        for rows in (40, 50):
            book = NewWorkbook()
            sheet = book.active
            sheet.title = "Plants"
            sheet.append(["height", "leaves", "watered", "species"])
            for place in range(rows):
                sheet.append([place * 1.5, place % 7, place % 2 == 0, ("oak", "elm", "yew")[place % 3]])
            book.create_sheet("Remarks").append(["made up"])
            path = folder / f"plants {rows}.xlsx"
            book.save(path)
            locations.append(str(path))
        return tuple(locations)


def _sheet_of(book: Workbook, wanted: str, path: Path) -> str:
    if wanted:
        if wanted in book.sheets:
            return wanted
        raise refuse(
            "excel.no_such_sheet",
            "{name} has no sheet named “{sheet}”.",
            "Its sheets are: {sheets}.",
            field="sheet",
            name=path.name,
            sheet=wanted,
            sheets=listed(book.sheets, 20),
        )
    filled = []
    for sheet in book.sheets:
        cells = [sum(map(_filled, row)) for row in islice(book.rows(sheet), _ROWS_LOOKED_AT)]
        if sum(each > 1 for each in cells) > 1:
            return sheet
        if any(cells):
            filled.append(sheet)
    if filled:
        return filled[0]
    if any(has_formulas(path, sheet, range(50)) for sheet in book.sheets):
        raise refuse(
            "excel.only_formulas",
            "{name} holds formulas without their results, and no values.",
            "Open it in Excel or LibreOffice, save it there, and open it again.",
            field="data",
            name=path.name,
        )
    raise refuse(
        "excel.empty",
        "{name} has no values on any of its sheets.",
        "Choose another file.",
        field="data",
        name=path.name,
    )


def _rows_of(book: Workbook, sheet: str, report: Report) -> list[Row]:
    rows: list[Row] = []
    for row in book.rows(sheet):
        rows.append(row)
        if len(rows) % _ROWS_AT_ONCE == 0:
            report("Reading rows", None)
    while rows and not any(map(_filled, rows[-1])):
        rows.pop()
    return rows


def _filled(cell: Any) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _title_lines(rows: list[Row]) -> int:
    """How many rows stand above the table: those with far fewer filled cells than is usual."""
    filled = [sum(map(_filled, row)) for row in rows[:200]]
    usual = sorted(each for each in filled if each)[len([e for e in filled if e]) // 2] if any(filled) else 0
    for place, cells in enumerate(filled):
        if cells >= max(min(2, usual), 0.5 * usual):
            return place
    return 0


def _text(cell: Any) -> str:
    """A cell as a text, the same whichever reader it came from."""
    if not _filled(cell):
        return ""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, (int, float)):
        return number_in_words(cell) if float(cell).is_integer() else repr(float(cell))
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ")
    if isinstance(cell, (datetime.date, datetime.time)):
        return cell.isoformat()
    return str(cell)


def _columns(
    given: list[str], body: list[Row], width: int, gaps: list[str], mending: Mending, report: Report
) -> tuple[dict[str, pd.Series[Any]], dict[int, str]]:
    """The columns, and the names of those without a single value, by their places."""
    given = [*given, *[""] * (width - len(given))][:width]
    names, mending.renamed = named(given, width)
    columns: dict[str, pd.Series[Any]] = {}
    empty: dict[int, str] = {}
    for place, name in enumerate(names):
        report("Reading columns", place / width)
        cells = [row[place] if place < len(row) else None for row in body]
        has_values = any(map(_filled, cells))
        if given[place] or has_values:
            columns[name] = _column(cells, set(gaps))
        if given[place] and body and not has_values:
            empty[place] = name
    return columns, empty


def _column(cells: list[Any], gaps: set[str]) -> pd.Series[Any]:
    import numpy as np
    import pandas as pd

    if gaps:
        cells = [None if _text(cell) in gaps else cell for cell in cells]
    known = [cell for cell in cells if _filled(cell)]
    if {type(cell) for cell in known} <= {int, float}:
        numbers = np.array([cell if _filled(cell) else np.nan for cell in cells], dtype=np.float64)
        whole = len(known) == len(cells) and bool(np.all((np.abs(numbers) < 2**53) & (numbers % 1 == 0)))
        return pd.Series(numbers.astype(np.int64) if whole else numbers)
    return pd.Series(pd.Categorical([_text(cell) or None for cell in cells]))


def _about_formulas(path: Path, sheet: str, empty: dict[int, str]) -> tuple[Problem, ...]:
    """A caution where columns are empty because nobody has worked out their formulas yet."""
    places = has_formulas(path, sheet, empty) if empty else set()
    if not places:
        return ()
    return (
        problem(
            "excel.formulas",
            "{columns} {hold} formulas without their results, so {they} empty here.",
            "Open the workbook in Excel or LibreOffice, save it there, and open it again.",
            field=empty[min(places)],
            severity="caution",
            columns=listed([empty[place] for place in sorted(places)]),
            hold="holds" if len(places) == 1 else "hold",
            they="it is" if len(places) == 1 else "they are",
        ),
    )


def _about_merged(filled: int) -> tuple[Problem, ...]:
    if not filled:
        return ()
    return (
        problem(
            "excel.merged",
            "{cells} below the first one of merged cells got the value of that one.",
            severity="note",
            cells=counted(filled, "cell"),
        ),
    )


def _about_sheets(sheet: str, sheets: tuple[str, ...]) -> tuple[Problem, ...]:
    if len(sheets) < 2:
        return ()
    return (
        problem(
            "excel.several_sheets",
            "The workbook has {count} sheets; “{sheet}” was read.",
            "Choose another one under import options.",
            field="sheet",
            severity="note",
            count=len(sheets),
            sheet=sheet,
        ),
    )


EXCEL_FILE = ExcelFile()
