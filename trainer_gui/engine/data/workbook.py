"""Opens Excel workbooks, with the fast reader where it is installed and the usual one where it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from trainer_gui.engine.data.contents import unreadable
from trainer_gui.engine.problems import UserError, refuse

Row = list[Any]  # numbers, texts, truth values, dates; None or "" where a cell is empty
_OLD_FORMAT = bytes.fromhex("d0cf11e0a1b11ae1")  # how old Excel files begin, and encrypted new ones
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class Workbook(Protocol):
    """An open workbook."""

    sheets: tuple[str, ...]

    def rows(self, sheet: str) -> Iterator[Row]:
        """The rows of a sheet, from its first one, each from its first column."""


class _Calamine:
    def __init__(self, file: Any) -> None:
        from python_calamine import CalamineWorkbook

        self._book = CalamineWorkbook.from_filelike(file)
        self.sheets = tuple(self._book.sheet_names)

    def rows(self, sheet: str) -> Iterator[Row]:
        yield from self._book.get_sheet_by_name(sheet).iter_rows()


class _OpenPyXl:
    def __init__(self, file: Any) -> None:
        from openpyxl import load_workbook

        self._book = load_workbook(file, read_only=True, data_only=True)
        self.sheets = tuple(each.title for each in self._book.worksheets)

    def rows(self, sheet: str) -> Iterator[Row]:
        yield from (list(row) for row in self._book[sheet].iter_rows(values_only=True))


def _readers(old: bool) -> tuple[list[Callable[[Any], Workbook]], tuple[type[Exception], ...]]:
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
    if not old:
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
            if _is_encrypted(path, start):
                raise refuse(
                    "excel.password",
                    "{name} is locked with a password.",
                    "Open it in Excel, take the password away under File, Info, and save it.",
                    field="data",
                    name=path.name,
                )
            readers, faults = _readers(start.startswith(_OLD_FORMAT))
            if not readers:
                raise refuse(
                    "excel.extra_missing",
                    "Old Excel files (.xls) need the extra “data”, which is not installed.",
                    'Install it with: pip install "trainer-gui[data]", or save the file as .xlsx.',
                    field="data",
                )
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # remarks about styles that are not read anyway
                    book = readers[0](file)
                yield book
            except faults as error:
                raise _damaged(path) from error
    except OSError as error:
        raise unreadable(path, error) from error


def _is_encrypted(path: Path, start: bytes) -> bool:
    if not start.startswith(_OLD_FORMAT):
        return False
    if _ENCRYPTED in start:
        return True
    with path.open("rb") as file:  # the directory of streams may lie at the very end
        file.seek(max(0, path.stat().st_size - (1 << 16)))
        return _ENCRYPTED in file.read()


def _damaged(path: Path) -> UserError:
    return refuse(
        "excel.damaged",
        "{name} is not an Excel workbook, or it is damaged.",
        "Open it in Excel and save it again as .xlsx, or save the sheet as CSV.",
        field="data",
        name=path.name,
    )
