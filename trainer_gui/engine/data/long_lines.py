"""Refuses text whose lines are longer than those of any table, before much time is spent on it."""

from __future__ import annotations

from trainer_gui.engine.data.contents import LONG_HEAD, Contents
from trainer_gui.engine.problems import UserError, refuse

MOST_COLUMNS = 100_000
_SEPARATORS = ",;\t|"


def refuse_long_lines(contents: Contents, encoding: str) -> None:
    """Raises UserError where the first line has far too many cells, or no end within the first 16 MB."""
    if len(contents.head) < MOST_COLUMNS:
        return
    ends = [at for at in (contents.head.find(b"\n"), contents.head.find(b"\r")) if at >= 0]
    if not ends and len(contents.head) >= LONG_HEAD:
        raise refuse(
            "table.endless_line",
            "{name} begins with a line of more than {size} MB, so it holds no table.",
            "Save the data again from the program that it came from, with a line for each row.",
            field="data",
            name=contents.path.name,
            size=LONG_HEAD >> 20,
        )
    line = contents.head[: min(ends, default=None)].decode(encoding, "replace")
    width = max(line.count(each) for each in _SEPARATORS) + 1
    if width > MOST_COLUMNS:
        raise too_wide(contents, width)


def too_wide(contents: Contents, width: int) -> UserError:
    """The refusal for a table with so many columns."""
    return refuse(
        "table.too_wide",
        "{name} has {columns} columns; at most {most} can be opened.",
        "If it should have fewer, choose the separator under import options. If rows and columns are the "
        "wrong way round, turn the table.",
        field="data",
        name=contents.path.name,
        columns=f"{width:,}",
        most=f"{MOST_COLUMNS:,}",
    )
