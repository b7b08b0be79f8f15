"""Tables of which a single row is polluted."""

from __future__ import annotations

from collections.abc import Iterator

from tests.samples.polluted.case import Case, case
from tests.samples.polluted.source import SHEETS, Sheet, Value

Rows = tuple[tuple[Value, ...], ...]


def cases() -> Iterator[Case]:
    """Every case of this level."""
    for sheet in SHEETS:
        size = len(sheet.rows)
        for place, where in (
            (0, "first row"),
            (1, "second row"),
            (size // 2, "middle row"),
            (size - 1, "last row"),
        ):
            for each in (sheet, sheet.written(quote_all=True)):
                quoted = ", all quoted" if each.quote_all else ""
                yield from _fields(each, place, where + quoted)
                yield from _marks(each, place, where + quoted)
        yield from _heading(sheet)
        yield from _many(sheet)


def _with(sheet: Sheet, place: int, line: str | None) -> str:
    """The text of the file with another line in the place of a row."""
    lines = sheet.lines()
    lines[place + 1 : place + 2] = [] if line is None else [line]
    return sheet.content(lines)


def _rows(sheet: Sheet, place: int, row: tuple[Value, ...] | None) -> Rows:
    middle: Rows = () if row is None else (row,)
    return (*sheet.rows[:place], *middle, *sheet.rows[place + 1 :])


def _fields(sheet: Sheet, place: int, where: str) -> Iterator[Case]:
    width = len(sheet.names)
    cells = sheet.cells()[place + 1]
    row = sheet.rows[place]
    gone = _rows(sheet, place, None)
    yield case("row", f"{where} empty", sheet, _with(sheet, place, ""), rows=gone)
    yield case(
        "row", f"{where} of separators alone", sheet, _with(sheet, place, "," * (width - 1)), rows=gone
    )
    for kept in (width - 1, width - 2):
        short = tuple(row[:kept]) + (None,) * (width - kept)
        text = _with(sheet, place, sheet.line(cells[:kept]))
        yield case(
            "row", f"{where} with {width - kept} fields less", sheet, text, rows=_rows(sheet, place, short)
        )
    for more in (1, 6):
        text = _with(sheet, place, sheet.line([*cells, *[""] * more]))
        yield case("row", f"{where} with {more} empty fields more", sheet, text)
    text = _with(sheet, place, sheet.line([*cells, "more", "and more"]))
    yield case("row", f"{where} with two fields more", sheet, text)
    for column in (1, width // 2, width - 2):
        text = _with(sheet, place, sheet.line([*cells[:column], "", *cells[column:]]))
        yield case("row", f"{where} with a separator too many at {column}", sheet, text)


def _marks(sheet: Sheet, place: int, where: str) -> Iterator[Case]:
    cells = sheet.cells()[place + 1]
    line = sheet.line(cells)
    other = sheet.written(separator=";").line(cells)
    yield case("row", f"{where} separated by semicolons", sheet, _with(sheet, place, other))
    single = sheet.written(quote="'", quote_all=True).line(cells)
    yield case("row", f"{where} in single quotation marks", sheet, _with(sheet, place, single))
    escaped = sheet.written(escape="\\").line(cells)
    yield case("row", f"{where} escaped by a backslash", sheet, _with(sheet, place, escaped))
    lines = sheet.lines()
    ends = [each + ("\n" if n == place + 1 else "\r\n") for n, each in enumerate(lines)]
    yield case("row", f"{where} with another line end", sheet, "".join(ends))
    if not sheet.quote_all:
        text = _with(sheet, place, '"' + line.replace('"', '""') + '"')
        yield case("row", f"{where} as one text in quotation marks", sheet, text, by_pollock=False)
    words = next(n for n, value in enumerate(sheet.rows[place]) if isinstance(value, str) and value.isalpha())
    value = cells[words]
    for kind, broken, meant in (
        ("opening", f'"{value}', value),
        ("closing", f'{value}"', value),
        ("inner", f'"{value[:1]}"{value[1:]}"', f'{value[:1]}"{value[1:]}'),
    ):
        parts = [sheet.quoted(each) for each in cells]
        parts[words] = broken
        expected = list(sheet.rows[place])
        expected[words] = meant
        also = {**sheet.also, f'"{value}': value, f'{value}"': value}
        found = case(
            "row",
            f"{where} with one {kind} quotation mark",
            sheet.written(also=also),
            _with(sheet, place, ",".join(parts)),
            rows=_rows(sheet, place, tuple(expected)),
        )
        yield found


def _heading(sheet: Sheet) -> Iterator[Case]:
    lines = sheet.lines()
    width = len(sheet.names)
    few: tuple[str | None, ...] = (*sheet.names[: width - 3], None, None, None)
    text = sheet.content([sheet.line(list(sheet.names[: width - 3])), *lines[1:]])
    yield case("row", "heading with three names less", sheet, text, names=few)
    text = sheet.content([sheet.line([*sheet.names, "", ""]), *lines[1:]])
    yield case("row", "heading with two empty names more", sheet, text)
    for quote in ('"', "'"):
        head = sheet.written(quote=quote, quote_all=True).lines()[0]
        yield case("row", f"heading in {quote} alone", sheet, sheet.content([head, *lines[1:]]))
    head = sheet.written(separator=";").lines()[0]
    yield case("row", "heading separated by semicolons", sheet, sheet.content([head, *lines[1:]]))
    text = lines[0] + "\n" + sheet.content(lines[1:])
    yield case("row", "heading with another line end", sheet, text)


def _many(sheet: Sheet) -> Iterator[Case]:
    """Several rows at once, as after merging files of different makes."""
    width = len(sheet.names)
    lines = sheet.lines()
    cells = sheet.cells()
    half = len(cells) // 2
    short = [sheet.line(row[:-1]) if n % 3 == 2 else sheet.line(row) for n, row in enumerate(cells)]
    rows = tuple((*row[:-1], None) if n % 3 == 1 else row for n, row in enumerate(sheet.rows))
    yield case("row", "every third row short", sheet, sheet.content(short), rows=rows, by_pollock=False)
    ragged = [sheet.line(row).rstrip(",") for row in cells]
    yield case("row", "gaps at the end not written", sheet, sheet.content(ragged), by_pollock=False)
    second = sheet.written(separator=";").lines()
    yield case(
        "row", "the last third with semicolons", sheet, sheet.content(lines[: half + 9] + second[half + 9 :])
    )
    spread = [each for line in lines for each in (line, "")]
    yield case("row", "an empty line after every row", sheet, sheet.content(spread), by_pollock=False)
    long = [sheet.line([*row, ""]) if n and n % 2 else sheet.line(row) for n, row in enumerate(cells)]
    yield case(
        "row", "every other row with a separator at its end", sheet, sheet.content(long), by_pollock=False
    )
    assert width > 3
