"""Tables whose cells are polluted: numbers, words for missing, quotation marks, line breaks."""

from __future__ import annotations

from collections.abc import Iterator

from tests.samples.polluted.case import Case, case
from tests.samples.polluted.source import SHEETS, Sheet, Value, numbers, places, sales, sensors


def cases() -> Iterator[Case]:
    """Every case of this level."""
    yield from _numbers()
    for sheet in SHEETS:
        yield from _gaps(sheet)
    yield from _formats()
    yield from _quotes()
    yield from _column_separators()


def _numbers() -> Iterator[Case]:
    for sheet in (sales(), sensors(), numbers()):
        for separator in (";", "\t", "|"):
            written = sheet.written(decimal=",", separator=separator)
            yield case("field", f"decimal comma, separated by {separator!r}", written, by_pollock=False)
        yield case(
            "field",
            "decimal comma in quotation marks",
            sheet.written(decimal=",", quote_all=True),
            by_pollock=False,
        )
        yield case("field", "decimal comma quoted where needed", sheet.written(decimal=","), by_pollock=False)
    big = sensors()
    for thousands, decimal in (
        (",", "."),
        (".", ","),
        (" ", ","),
        ("\u00a0", ","),
        ("'", "."),
        ("\u202f", ","),
    ):
        for separator in (";", ",", "\t"):
            written = big.written(thousands=thousands, decimal=decimal, separator=separator)
            words = f"thousands {thousands!r}, decimal {decimal!r}, separated by {separator!r}"
            yield case("field", words, written, by_pollock=False)
    for before, after in (("€", ""), ("$", ""), ("", " %"), ("", " €")):
        sheet = sensors()
        cells = sheet.cells()
        lines = [
            sheet.line([r[0], *(before + c + after if c and n else c for c in r[1:2]), *r[2:]])
            for n, r in enumerate(cells)
        ]
        yield case(
            "field", f"numbers such as {before}5{after}", sheet, sheet.content(lines), by_pollock=False
        )


def _gaps(sheet: Sheet) -> Iterator[Case]:
    for gap in (
        "NA",
        "N/A",
        "n/a",
        "?",
        "-",
        "null",
        "NULL",
        "NaN",
        "#N/A",
        ".",
        " ",
        "--",
        "none",
        "(null)",
    ):
        if gap in (".", "none") and sheet.name != "sensors":
            continue  # among words these two say something
        yield case("field", f"gaps written as {gap!r}", sheet.written(gap=gap), by_pollock=False)
    if sheet.name == "sensors":
        for gap in ("-999", "-9999", "-99.0", "-999.0", "9999", "1e+20"):
            yield case("field", f"gaps written as {gap!r}", sheet.written(gap=gap), by_pollock=False)


def _formats() -> Iterator[Case]:
    """Cells of one column that are written in another way in some rows."""
    sheet = sales()
    other = {0: "{}T00:00", 1: "{}:00", 5: "  {}", 6: "{}  ", 3: "{}/x"}
    for column, form in other.items():
        for first, last in ((1, 2), (30, 31), (59, 60), (1, 30), (30, 60)):
            rows = [list(row) for row in sheet.rows]
            cells = sheet.cells()
            for place in range(first, last):
                cells[place + 1][column] = form.format(cells[place + 1][column])
                if not form.startswith(" ") and not form.endswith(" "):
                    rows[place][column] = form.format(rows[place][column])
            text = sheet.content([sheet.line(row) for row in cells])
            words = f"rows {first} to {last} of column {column} as {form!r}"
            yield case("field", words, sheet, text, rows=tuple(map(tuple, rows)))


def _quotes() -> Iterator[Case]:
    words = (
        "a plain remark",
        'pipe of 5" or so',
        "two, with a comma",
        'he said "yes" twice',
        "five; six",
        "x",
    )
    rows: list[tuple[Value, ...]] = [(n, words[n % 6], round(n * 1.7, 2), "ab"[n % 2]) for n in range(48)]
    sheet = Sheet("remarks", ("number", "remark", "amount", "kind"), tuple(rows))
    yield case("field", "quotation marks doubled", sheet)
    escaped = sheet.written(escape="\\")
    yield case("field", "quotation marks escaped", escaped)
    bare = [",".join([r[0], f'"{r[1]}"', *r[2:]]) for r in sheet.cells()]
    yield case("field", "quotation marks not escaped", sheet, sheet.content(bare), by_pollock=False)
    tabs = sheet.written(separator="\t", quote="")
    yield case("field", "quotation marks in plain cells", tabs, by_pollock=False)
    pipes = [
        ",".join(f'{c} 5"' if n and k == 1 and "," not in c else sheet.quoted(c) for k, c in enumerate(r))
        for n, r in enumerate(sheet.cells())
    ]
    meant = tuple((a, f'{b} 5"' if "," not in str(b) else b, c, d) for a, b, c, d in rows)
    yield case("field", "inches", sheet, sheet.content(pipes), rows=meant, by_pollock=False)
    for ending in ("\n", "\r\n"):
        broken = [(a, f"{b}{ending}second line, of {a}{ending}{ending}third", c, d) for a, b, c, d in rows]
        lines = sheet.written(rows=tuple(broken), ending=ending)
        yield case("field", f"line breaks {ending!r} inside", lines, by_pollock=False)
    odd = [
        (a, ("日本語", "😀 smile", "עברית", "tab\there", "semi;colon", "pi|pe")[n % 6], c, d)
        for n, (a, b, c, d) in enumerate(rows)
    ]
    yield case("field", "letters of many scripts", sheet.written(rows=tuple(odd)), by_pollock=False)
    formulas = [
        (a, ("=1+1", "+49 30 1234", "@home", "-x", "=A1", "plain")[n % 6], c, d)
        for n, (a, b, c, d) in enumerate(rows)
    ]
    yield case("field", "formulas", sheet.written(rows=tuple(formulas)), by_pollock=False)
    spaced = [", ".join(sheet.quoted(c) for c in r) for r in sheet.cells()]
    yield case("field", "a space after every separator", sheet, sheet.content(spaced))
    around = [" , ".join(sheet.quoted(c) for c in r) + " " for r in sheet.cells()]
    yield case("field", "spaces around every cell", sheet, sheet.content(around), by_pollock=False)


def _column_separators() -> Iterator[Case]:
    """A column whose cells end with another separator than the others."""
    for sheet in (sensors(), places()):
        for column in (0, 2):
            lines = []
            for row in sheet.cells():
                parts = [sheet.quoted(cell) for cell in row]
                text = (
                    "".join(part + (";" if n == column else ",") for n, part in enumerate(parts[:-1]))
                    + parts[-1]
                )
                lines.append(text)
            yield case("field", f"semicolons after column {column}", sheet, sheet.content(lines))
