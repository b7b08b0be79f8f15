"""Tables with something around them, odd headings, and other marks than usual throughout."""

from __future__ import annotations

from collections.abc import Iterator

from tests.samples.polluted.case import Case, case
from tests.samples.polluted.source import ALL_SHEETS, SHEETS, Sheet, numbers, places, sales

LONG = "HEADER" * 10_000


def cases() -> Iterator[Case]:
    """Every case of this level."""
    for sheet in SHEETS:
        yield from _above_and_below(sheet)
        yield from _remarks(sheet)
        yield from _headings(sheet)
        yield from _several_tables(sheet)
    for sheet in ALL_SHEETS:
        yield from _separators(sheet)
    for sheet in (sales(), places()):
        yield from _quotes(sheet)


def _padded(sheet: Sheet, text: str) -> str:
    return sheet.line([text, *[""] * (len(sheet.names) - 1)])


def _above_and_below(sheet: Sheet) -> Iterator[Case]:
    lines = sheet.lines()
    above = ["Report of the year", "Made by the department", "All values as delivered"]
    below = ["Source: the department", "Figures are provisional", "Printed on demand"]
    for words, delimited in ((False, "plain"), (True, "padded with separators")):
        top = [_padded(sheet, each) if words else each for each in above]
        end = [_padded(sheet, each) if words else each for each in below]
        empty = _padded(sheet, "") if words else ""
        yield case("table", f"preamble, {delimited}", sheet, sheet.content(top + lines))
        yield case(
            "table", f"preamble and an empty line, {delimited}", sheet, sheet.content([*top, empty, *lines])
        )
        yield case("table", f"footnotes, {delimited}", sheet, sheet.content(lines + end))
        yield case(
            "table",
            f"footnotes after an empty line, {delimited}",
            sheet,
            sheet.content([*lines, empty, *end]),
        )
        both = [*top, empty, *lines, empty, *end]
        yield case(
            "table", f"preamble and footnotes, {delimited}", sheet, sheet.content(both), by_pollock=False
        )
    for title in ("Experiment 7, 2024", "Measured in Basel, Bern and Thun", "a,b;c"):
        text = sheet.content([title, *lines])
        yield case("table", f"title with a separator: {title}", sheet, text, by_pollock=False)
    yield case("table", "one short title", sheet, sheet.content(["Data", *lines]), by_pollock=False)
    quoted = sheet.content(['"Report, of the year"', "", *lines])
    yield case("table", "title in quotation marks", sheet, quoted, by_pollock=False)
    semicolons = sheet.written(separator=";")
    text = semicolons.content(["Report; 2024", "", *semicolons.lines()])
    yield case("table", "title with a semicolon", semicolons, text, by_pollock=False)
    yield case("table", "blank lines above", sheet, sheet.content(["", "", *lines]), by_pollock=False)
    announced = semicolons.content(["sep=;", *semicolons.lines()])
    yield case("table", "separator announced for Excel", semicolons, announced, by_pollock=False)


def _remarks(sheet: Sheet) -> Iterator[Case]:
    lines = sheet.lines()
    for mark in ("#", "//", "%"):
        top = [f"{mark} made by hand", f"{mark} version 2, checked, and sent"]
        text = sheet.content(top + lines)
        yield case("table", f"remarks above with {mark}", sheet, text, by_pollock=False)
        text = sheet.content([*lines[:20], f"{mark} the battery was changed, so it may jump", *lines[20:]])
        yield case("table", f"a remark between rows with {mark}", sheet, text, by_pollock=False)
    text = sheet.content(["# " + lines[0], *lines[1:]])
    yield case("table", "the heading as a remark", sheet, text, by_pollock=False)


def _headings(sheet: Sheet) -> Iterator[Case]:
    width = len(sheet.names)
    body = sheet.cells()[1:]
    for place, where in ((0, "first"), (2, "third"), (-1, "last")):
        names: list[str | None] = list(sheet.names)
        for given, kind in (("", "empty"), ("HEAD/%R", "with signs"), (LONG, "very long")):
            names[place] = given
            text = sheet.content([sheet.line([str(each) for each in names]), *map(sheet.line, body)])
            expected = tuple(each or None for each in names)
            yield case("table", f"{where} name {kind}", sheet, text, names=expected)
        second = [""] * width
        second[place] = "unit"
        names = list(sheet.names)
        names[place] = f"{names[place]} unit"
        text = sheet.content([sheet.line(list(sheet.names)), sheet.line(second), *map(sheet.line, body)])
        yield case("table", f"{where} name over two rows", sheet, text, names=tuple(names))
    twice = list(sheet.names)
    twice[1] = twice[0]
    text = sheet.content([sheet.line(twice), *map(sheet.line, body)])
    yield case("table", "two columns of one name", sheet, text, names=(twice[0], None, *twice[2:]))
    units = [f"u{place}" for place in range(width)]
    joined = tuple(f"{name} {unit}" for name, unit in zip(sheet.names, units, strict=True))
    text = sheet.content([sheet.line(list(sheet.names)), sheet.line(units), *map(sheet.line, body)])
    yield case("table", "a row of units", sheet, text, names=joined)
    third = [f"v{place}" for place in range(width)]
    text = sheet.content(
        [sheet.line(list(sheet.names)), sheet.line(units), sheet.line(third), *map(sheet.line, body)]
    )
    names = [f"{name} v{place}" for place, name in enumerate(joined)]
    yield case("table", "three heading rows", sheet, text, names=tuple(names))
    groups = ["Left", *[""] * (width // 2 - 1), "Right", *[""] * (width - width // 2 - 1)]
    grouped = tuple(f"{'Left' if n < width // 2 else 'Right'} {name}" for n, name in enumerate(sheet.names))
    text = sheet.content([sheet.line(groups), *sheet.lines()])
    yield case("table", "groups above the names", sheet, text, names=grouped, by_pollock=False)
    numbered = [sheet.line(["", *sheet.names]), *(sheet.line([str(n), *row]) for n, row in enumerate(body))]
    rows = tuple((n, *row) for n, row in enumerate(sheet.rows))
    expected = (None, *sheet.names)
    text = sheet.content(numbered)
    yield case(
        "table", "a row number without a name", sheet, text, names=expected, rows=rows, by_pollock=False
    )
    short = [sheet.line(list(sheet.names)), *numbered[1:]]
    text = sheet.content(short)
    yield case("table", "a name too few", sheet, text, names=expected, rows=rows, by_pollock=False)
    text = sheet.content([*sheet.lines(), *sheet.lines()])
    yield case("table", "the heading again in the middle", sheet, text, rows=sheet.rows * 2, by_pollock=False)


def _several_tables(sheet: Sheet) -> Iterator[Case]:
    lines = sheet.lines()
    for size, words in ((-2, "fewer"), (3, "more"), (0, "as many")):
        width = len(sheet.names) + size
        other = [sheet.line([f"other{n}" for n in range(width)])]
        other += [sheet.line([str(row * n) for n in range(width)]) for row in range(10)]
        for gap, how in (([], "directly"), ([""], "an empty line"), (["", "Second table"], "a title")):
            if not size and not gap:
                continue
            text = sheet.content([*lines, *gap, *other])
            yield case("table", f"second table with {words} columns, {how} between", sheet, text)
            text = sheet.content([*other, *gap, *lines])
            yield case(
                "table",
                f"small table with {words} columns first, {how} between",
                sheet,
                text,
                by_pollock=False,
            )


def _separators(sheet: Sheet) -> Iterator[Case]:
    for separator in (";", "|", " ", "\t", "\t\t", ":", ", ", "\\t"):
        yield case("table", f"separated by {separator!r}", sheet.written(separator=separator))
        written = sheet.written(separator=separator, quote_all=True)
        yield case("table", f"separated by {separator!r}, all quoted", written)
    for separator in ("||", "::", " ; ", " | ", "~", "^", "\x1f", "\x01", "¦", "~|~", "|#|"):
        yield case(
            "table", f"separated by {separator!r}", sheet.written(separator=separator), by_pollock=False
        )
    aligned = [[f"{cell:>12}" for cell in row] for row in numbers().cells()]
    if sheet.name == "numbers":
        yield case(
            "table",
            "in columns of spaces",
            sheet,
            sheet.content(["".join(r) for r in aligned]),
            by_pollock=False,
        )
    trailing = sheet.content([line + "," for line in sheet.lines()])
    yield case("table", "a separator at the end of every line", sheet, trailing, by_pollock=False)


def _quotes(sheet: Sheet) -> Iterator[Case]:
    for quote in ("'", '"'):
        for all_of_them in (True, False):
            words = "all" if all_of_them else "where needed"
            for separator in (",", ";"):
                written = sheet.written(quote=quote, quote_all=all_of_them, separator=separator)
                yield case("table", f"quotation mark {quote}, {words}, {separator}", written)
    spaced = sheet.written(separator=" , ", quote_all=True)
    yield case("table", "spaces around quotation marks", spaced)
    for all_of_them in (True, False):
        written = sheet.written(escape="\\", quote_all=all_of_them)
        yield case(
            "table", f"escaped by a backslash, {'all' if all_of_them else 'where needed'} quoted", written
        )
    pipes = sheet.written(quote="", separator="|")
    yield case("table", "no quotation marks", pipes, by_pollock=False)
