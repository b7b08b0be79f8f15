"""A polluted file with the table that a person would read in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.samples.polluted.source import Sheet, Value


@dataclass(frozen=True)
class Case:
    """One file. `names` is None where the file names no columns, a name None where any will do.

    Without rows, a loader may also refuse the file, as long as it says so in words.
    """

    level: str  # file, table, row or field
    kind: str  # what is polluted, in words
    sheet: str
    content: bytes
    names: tuple[str | None, ...] | None
    rows: tuple[tuple[Value, ...], ...]
    also: dict[str, str] = field(default_factory=dict)
    file_name: str = "table.csv"
    by_pollock: bool = True  # whether the public benchmark describes it; otherwise it is an idea of ours
    large: bool = False  # left out of the quick test

    @property
    def name(self) -> str:
        """What the case is called in a list."""
        return f"{self.level}: {self.kind} ({self.sheet})"


def case(
    level: str,
    kind: str,
    sheet: Sheet,
    text: str | bytes | None = None,
    *,
    names: tuple[str | None, ...] | None = (),
    rows: tuple[tuple[Value, ...], ...] | None = None,
    encoding: str = "utf-8",
    by_pollock: bool = True,
    **more: object,
) -> Case:
    """A case whose expected table is that of the sheet, unless another one is given."""
    if text is None:
        text = sheet.content()
    return Case(
        level,
        kind,
        sheet.name,
        text if isinstance(text, bytes) else text.encode(encoding),
        (sheet.names if sheet.heading else None) if names == () else names,
        sheet.rows if rows is None else rows,
        sheet.also,
        by_pollock=by_pollock,
        **more,  # type: ignore[arg-type]
    )
