"""Opens Excel workbooks, with the fast reader where it is installed and the usual one where it is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from trainer_gui.engine.data.beginning import OLD_OFFICE, is_zip_with
from trainer_gui.engine.data.contents import unreadable
from trainer_gui.engine.data.merged_cells import Merged, Row
from trainer_gui.engine.data.swollen import refuse_swollen_zip
from trainer_gui.engine.problems import UserError, refuse

_MERGED = re.compile(rb'<mergeCell\b[^>]*?ref="([A-Z0-9:]+)"')
_END_OF_SHEET = 4 << 20  # bytes; behind the rows stands little else
_LOOKED_AT = 500  # rows
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class Workbook(Protocol):
    """An open workbook."""

    sheets: tuple[str, ...]

    def rows(self, sheet: str) -> Iterator[Row]:
        """The rows of a sheet, from its first one, each from its first column."""

    def merged(self, sheet: str) -> list[Merged]:
        """The merged cells of a sheet, where the file tells."""


class _Calamine:
    def __init__(self, file: Any) -> None:
        from python_calamine import CalamineWorkbook

        self._book = CalamineWorkbook.from_filelike(file)
        self.sheets = tuple(self._book.sheet_names)

    def rows(self, sheet: str) -> Iterator[Row]:
        yield from self._book.get_sheet_by_name(sheet).iter_rows()

    def merged(self, sheet: str) -> list[Merged]:
        found = self._book.get_sheet_by_name(sheet).merged_cell_ranges or ()
        return [Merged(*first, *last) for first, last in found]


class _OpenPyXl:
    def __init__(self, file: Any) -> None:
        from openpyxl import load_workbook

        self._book = load_workbook(file, read_only=True, data_only=True)
        self.sheets = tuple(each.title for each in self._book.worksheets)

    def rows(self, sheet: str) -> Iterator[Row]:
        yield from (list(row) for row in self._book[sheet].iter_rows(values_only=True))

    def merged(self, sheet: str) -> list[Merged]:
        from openpyxl.utils import range_boundaries

        # A workbook that is read row by row knows nothing of them; they stand at the end of the sheet's part.
        part = getattr(self._book[sheet], "_worksheet_path", "")
        archive = getattr(self._book, "_archive", None)
        if archive is None or not part:
            return []
        with archive.open(part) as file:
            file.seek(max(0, archive.getinfo(part).file_size - _END_OF_SHEET))
            found = _MERGED.findall(file.read())
        places = (range_boundaries(each.decode()) for each in found)
        return [Merged(top - 1, left - 1, bottom - 1, right - 1) for left, top, right, bottom in places]


def has_formulas(path: Path, sheet: str, columns: Collection[int]) -> set[int]:
    """Which of these columns of a sheet hold formulas; of .xlsx alone, and as far as the first rows tell."""
    from openpyxl import load_workbook

    found: set[int] = set()
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            return found
        file.seek(0)
        _, faults = _readers(".xlsx")
        try:
            book = load_workbook(file, read_only=True)
            for row in islice(book[sheet].iter_rows(), _LOOKED_AT):
                found |= {each for each in columns if each < len(row) and row[each].data_type == "f"}
        except faults:  # such as an OpenDocument sheet, which keeps the results with the formulas
            pass
    return found


def _readers(kind: str) -> tuple[list[Callable[[Any], Workbook]], tuple[type[Exception], ...]]:
    from zipfile import BadZipFile
    from zlib import error as zlib_error

    readers: list[Callable[[Any], Workbook]] = []
    # What the readers raise on damaged files is not documented; these were seen.
    faults: tuple[type[Exception], ...] = (
        BadZipFile,
        zlib_error,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        EOFError,
        SyntaxError,  # which includes the ParseError of XML
    )
    try:
        from python_calamine import CalamineError
    except ImportError:
        pass
    else:
        readers.append(_Calamine)
        faults = (*faults, CalamineError)
    if kind == ".xlsx":
        try:
            from openpyxl.utils.exceptions import InvalidFileException
        except ImportError:
            pass
        else:
            readers.append(_OpenPyXl)
            faults = (*faults, InvalidFileException)
    return readers, faults


@contextmanager
def open_workbook(path: Path) -> Iterator[Workbook]:
    """The workbook in a file. Raises UserError where it is locked by a password, damaged, or not Excel."""
    import warnings

    try:
        with path.open("rb") as file:
            start = file.read(1 << 16)
            file.seek(0)
            refuse_swollen_zip(path)
            if _is_encrypted(path, start):
                raise _locked(path)
            kind = _kind_of(start)
            readers, faults = _readers(kind)
            if not readers:
                raise refuse(
                    "excel.extra_missing",
                    "{kind} need the extra “data”, which is not installed.",
                    'Install it with: pip install "trainer-gui[data]", or save the file as .xlsx.',
                    field="data",
                    kind="OpenDocument sheets (.ods)" if kind == ".ods" else "Old Excel files (.xls)",
                )
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # remarks about styles that are not read anyway
                    book = readers[0](file)
                yield book
            except faults as error:
                if "assword" in type(error).__name__ or "assword" in str(error):
                    raise _locked(path) from error
                raise _damaged(path) from error
    except OSError as error:
        raise unreadable(path, error) from error


def _is_encrypted(path: Path, start: bytes) -> bool:
    if not start.startswith(OLD_OFFICE):
        return False
    if _ENCRYPTED in start:
        return True
    with path.open("rb") as file:  # the directory of streams may lie at the very end
        file.seek(max(0, path.stat().st_size - (1 << 16)))
        return _ENCRYPTED in file.read()


def _kind_of(start: bytes) -> str:
    if start.startswith(OLD_OFFICE):
        return ".xls"
    return ".ods" if is_zip_with(start[:200], b"opendocument.spreadsheet") else ".xlsx"


def _locked(path: Path) -> UserError:
    return refuse(
        "excel.password",
        "{name} is locked with a password.",
        "Open it in Excel, take the password away under File, Info, and save it.",
        field="data",
        name=path.name,
    )


def _damaged(path: Path) -> UserError:
    return refuse(
        "excel.damaged",
        "{name} is not an Excel workbook, or it is damaged.",
        "Open it in Excel and save it again as .xlsx, or save the sheet as CSV.",
        field="data",
        name=path.name,
    )
