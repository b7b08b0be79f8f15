"""The clean tables that are polluted, and how a clean table is written."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

Value = str | float | int | None


@dataclass(frozen=True)
class Sheet:
    """A clean table, and the way in which it is going to be written."""

    name: str
    names: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    also: dict[str, str] = field(
        default_factory=dict
    )  # what a cell may be loaded as, beside how it is written
    separator: str = ","
    quote: str = '"'
    escape: str = ""  # empty: a quotation mark inside is doubled
    ending: str = "\r\n"
    decimal: str = "."
    thousands: str = ""
    gap: str = ""
    quote_all: bool = False
    heading: bool = True

    def cells(self) -> list[list[str]]:
        """The heading and the rows, each cell as the text that stands for it, not quoted."""
        head = [list(self.names)] if self.heading else []
        return [*head, *([self.shown(value) for value in row] for row in self.rows)]

    def shown(self, value: Value) -> str:
        """A value in words."""
        if value is None:
            return self.gap
        if isinstance(value, str):
            return value
        whole, _, part = f"{value}".partition(".")
        if self.thousands:
            sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
            groups = []
            while len(digits) > 3:
                digits, group = digits[:-3], digits[-3:]
                groups.insert(0, group)
            whole = sign + self.thousands.join([digits, *groups])
        return whole + (self.decimal + part if part else "")

    def quoted(self, cell: str) -> str:
        """A cell as it stands in the file."""
        q = self.quote
        if not q:
            return cell
        special = {q, self.separator, self.separator.strip(" ") or " ", "\n", "\r"}
        if not (self.quote_all or any(mark and mark in cell for mark in special) or cell != cell.strip()):
            return cell if cell or self.separator != " " else q + q
        return q + cell.replace(q, (self.escape or q) + q) + q

    def line(self, cells: list[str]) -> str:
        """A row as it stands in the file, without its line end."""
        return self.separator.join(map(self.quoted, cells))

    def lines(self) -> list[str]:
        """All rows as they stand in the file."""
        return [self.line(row) for row in self.cells()]

    def content(self, lines: list[str] | None = None) -> str:
        """The text of the file."""
        return "".join(line + self.ending for line in (self.lines() if lines is None else lines))

    def written(self, **how: object) -> Sheet:
        """The same table, to be written in another way."""
        return replace(self, **how)


def sales() -> Sheet:
    """Dates, times, codes, prices, and remarks with commas, quotation marks and gaps."""
    draw = random.Random(1)
    kinds = {
        "lamp": "Desk lamp, dimmable",
        "chair": "Chair",
        "desk": "Desk 120 x 60 cm",
        "shelf": "Shelf; oak",
    }
    remarks = (
        "",
        "",
        "ok",
        'said "fine"',
        "late, but complete",
        "call back",
        'the 27" one',
        "paid in two parts",
    )
    rows: list[tuple[Value, ...]] = []
    also = {}
    for place in range(60):
        day, month = 1 + place % 28, 1 + place % 12
        date = f"{day:02}/{month:02}/2023"
        also[f"2023-{month:02}-{day:02}"] = date
        kind = draw.choice(list(kinds))
        rows.append(
            (
                date,
                f"{8 + place % 10:02}:{draw.randrange(60):02}",
                draw.randrange(1, 40),
                f"P-{draw.randrange(40):04}",
                round(draw.uniform(3, 2400), 2),
                kind,
                kinds[kind],
                draw.choice(remarks) or None,
            )
        )
    names = ("DATE", "TIME", "Qty", "PRODUCT ID", "Price", "Type", "Description", "Comments")
    return Sheet("sales", names, tuple(rows), also)


def sensors() -> Sheet:
    """Mostly numbers, negative ones too, some missing, and an answer of yes or no."""
    draw = random.Random(2)
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            100 + place,
            round(draw.gauss(15, 8), 1) if place % 9 else None,
            round(draw.uniform(20, 100), 3),
            draw.randrange(950_000, 1_050_000),
            draw.choice(("yes", "no")),
        )
        for place in range(50)
    )
    return Sheet("sensors", ("id", "temp", "humidity", "pressure", "ok"), rows)


def places() -> Sheet:
    """Mostly words with accents and apostrophes, and one number."""
    draw = random.Random(3)
    cities = (
        ("Zürich", "Switzerland"),
        ("Besançon", "France"),
        ("Málaga", "Spain"),
        ("L'Aquila", "Italy"),
        ("Tromsø", "Norway"),
        ("São Paulo", "Brazil"),
    )
    first = ("Ana", "Björn", "Chloé", "Dora", "Émile", "Fred", "Gül", "Hanna", "Iñigo", "Jürgen")
    last = ("O'Neill", "Müller", "Garçon", "de la Cruz", "Smith", "Nuñez", "Østberg", "Brown")
    rows: list[tuple[Value, ...]] = []
    for _ in range(40):
        city, country = draw.choice(cities)
        person = f"{draw.choice(first)} {draw.choice(last)}"
        rows.append((person, city, country, draw.randrange(18, 95), draw.choice(("good", "bad", None))))
    return Sheet("places", ("name", "city", "country", "age", "mood"), tuple(rows))


def numbers() -> Sheet:
    """Numbers alone."""
    draw = random.Random(4)
    rows = tuple(tuple(round(draw.gauss(0, 100), 4) for _ in range(6)) for _ in range(45))
    return Sheet("numbers", tuple(f"x{place}" for place in range(6)), rows)


SHEETS = (sales(), sensors(), places())
ALL_SHEETS = (*SHEETS, numbers())
