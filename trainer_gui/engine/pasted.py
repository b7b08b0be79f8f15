"""Keeps tables that came without a file, pasted or piped in, so that a run on them can be repeated."""

from __future__ import annotations

import contextlib
import datetime
import os
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from trainer_gui.engine.disk import in_words
from trainer_gui.engine.home import home
from trainer_gui.engine.problems import UserError, refuse

_PIECE = 1 << 20


def folder_of_pasted() -> Path:
    """Where they are kept, a file each, named by date and time."""
    return home() / "pasted"


def keep_text(text: str, now: datetime.datetime | None = None) -> Path:
    """The file that holds a pasted table. Raises UserError where it is none, or cannot be written."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise refuse(
            "pasted.empty",
            "There is no text on the clipboard.",
            "Select the cells of a table in your spreadsheet program, copy them, and paste again.",
            field="data",
        )
    if len(lines) < 2:
        raise refuse(
            "pasted.one_line",
            "The clipboard holds one line of text, “{text}”, which is no table.",
            "Select the rows of a table with their heading, copy them, and paste again.",
            field="data",
            text=lines[0].strip()[:60],
        )
    return keep(BytesIO(text.encode("utf-8", "replace")), "Pasted", ".txt", now)


def keep(stream: BinaryIO, what: str, ending: str = "", now: datetime.datetime | None = None) -> Path:
    """The file that holds all that comes out of a stream.

    The same content is kept once. Raises UserError where nothing comes, or it cannot be written.
    """
    moment = now or datetime.datetime.now()
    folder = folder_of_pasted()
    half = folder / f".{os.getpid()}-{moment:%H%M%S%f}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with half.open("xb") as file:
            while piece := stream.read(_PIECE):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        size = half.stat().st_size
        if not size:
            raise refuse(
                "pasted.nothing",
                "Nothing came in: there is no table to read.",
                "Pipe a table in, such as: trainer-gui examine - < table.csv",
                field="data",
            )
        known = next((each for each in folder.iterdir() if each != half and _same(each, half, size)), None)
        if known is not None:
            return known
        path = folder / f"{what} {moment:%Y-%m-%d %H-%M-%S}{ending}"
        number = 2
        while path.exists():
            path = folder / f"{what} {moment:%Y-%m-%d %H-%M-%S} ({number}){ending}"
            number += 1
        half.replace(path)
        return path
    except OSError as error:
        raise UserError(in_words(error, folder)) from error
    finally:
        with contextlib.suppress(OSError):
            half.unlink(missing_ok=True)


def _same(one: Path, other: Path, size: int) -> bool:
    if one.name.startswith(".") or not one.is_file() or one.stat().st_size != size:
        return False
    with one.open("rb") as first, other.open("rb") as second:
        while piece := first.read(_PIECE):
            if piece != second.read(_PIECE):
                return False
    return True
