"""Columns as they stand in people's files, and the kind that a sensible person takes each of them for."""

import csv
import datetime
import random
import uuid
from pathlib import Path

import pytest

from trainer_gui.engine.data.dataset import ColumnKind
from trainer_gui.engine.data.new_values import as_known_texts
from trainer_gui.engine.sources import open_data

ROWS = 80
_DRAW = random.Random(0)

NUMBER, WHOLE, CATEGORY = ColumnKind.NUMBER, ColumnKind.WHOLE, ColumnKind.CATEGORY
YES_NO, DATE, TEXT = ColumnKind.YES_NO, ColumnKind.DATE, ColumnKind.TEXT
IDENTIFIER, CONSTANT = ColumnKind.IDENTIFIER, ColumnKind.CONSTANT


def some(*values: object) -> list[object]:
    """These values over and over, in no order."""
    return [_DRAW.choice(values) for _ in range(ROWS)]


def each(make) -> list[object]:
    """A value made anew for every row from its number."""
    return [make(row) for row in range(ROWS)]


def gappy(values: list[object], gap: object = "", share: float = 0.2) -> list[object]:
    return [gap if _DRAW.random() < share else value for value in values]


def amount(low: float, high: float) -> float:
    return round(_DRAW.uniform(low, high), 2)


def german(value: float) -> str:
    return f"{value:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")


def day(row: int) -> datetime.datetime:
    return datetime.datetime(2021, 1, 3, 8, 15) + datetime.timedelta(days=9 * row % 700, minutes=37 * row)


_WORDS = ("the", "room", "was", "warm", "and", "quiet", "but", "breakfast", "came", "late", "again")


def sentence(row: int) -> str:
    return " ".join(_DRAW.choice(_WORDS) for _ in range(_DRAW.randint(6, 15))) + f" {row}"


_ANSWERS = ("strongly disagree", "disagree", "neither", "agree", "strongly agree")

COLUMNS: list[tuple[str, list[object], ColumnKind]] = [
    ("children", some(0, 1, 2, 3, 4, 5), WHOLE),
    ("zip", each(lambda row: f"{_DRAW.randint(1000, 1040):05}"), CATEGORY),
    ("plz", some("01067", "04109", "80331", "10115"), CATEGORY),
    ("year", some(*range(1990, 2024)), WHOLE),
    ("smoker", some("yes", "no"), YES_NO),
    ("raucher", some("ja", "nein"), YES_NO),
    ("fumeur", some("oui", "non"), YES_NO),
    ("fumador", some("sí", "no"), YES_NO),
    ("fumatore", some("sì", "no"), YES_NO),
    ("курит", some("да", "нет"), YES_NO),
    ("吸烟", some("是", "否"), YES_NO),
    ("ill", some(0, 1), YES_NO),
    ("ill with gaps", gappy(some(0, 1)), YES_NO),
    ("ill as floats", gappy(some("0.0", "1.0")), YES_NO),
    ("paid", some("true", "false"), YES_NO),
    ("paid in capitals", some("TRUE", "FALSE"), YES_NO),
    ("y or n with gaps", gappy(some("Y", "N")), YES_NO),
    ("yes in every case", some("Yes", "yes", "YES ", "no", "No"), YES_NO),
    ("true and ones", some("true", "false", "1", "0"), YES_NO),
    ("x or nothing", gappy(["x"] * ROWS, share=0.5), CATEGORY),
    ("phone", each(lambda row: f"+49 30 {_DRAW.randint(100000, 999999)}"), IDENTIFIER),
    ("phone in brackets", each(lambda row: f"(030) {_DRAW.randint(1000, 9999)}-{row:02}"), IDENTIFIER),
    ("share", each(lambda row: f"{_DRAW.randint(0, 100)} %"), WHOLE),
    ("share with decimals", each(lambda row: f"{amount(0, 100)}%"), NUMBER),
    ("euro", each(lambda row: f"€ {german(amount(900, 9000))}"), NUMBER),
    ("euro behind", each(lambda row: f"{german(amount(900, 9000))} €"), NUMBER),
    ("dollar", each(lambda row: f"${amount(900, 9000):,.2f}"), NUMBER),
    ("english thousands", each(lambda row: f"{amount(900, 90000):,.1f}"), NUMBER),
    ("swiss thousands", each(lambda row: f"{amount(900, 90000):,.2f}".replace(",", "’")), NUMBER),
    ("spaced thousands", each(lambda row: f"{_DRAW.randint(900, 90000):,}".replace(",", " ")), WHOLE),
    ("censored", each(lambda row: "<0.01" if row % 7 == 0 else amount(0, 3)), NUMBER),
    ("kilograms", each(lambda row: f"{_DRAW.randint(40, 120)} kg"), WHOLE),
    ("kilograms tight", each(lambda row: f"{amount(40, 120)}kg"), NUMBER),
    ("brackets for minus", each(lambda row: f"({amount(1, 9)})" if row % 3 else amount(1, 9)), NUMBER),
    ("true minus", each(lambda row: f"−{amount(1, 9)}" if row % 3 else amount(1, 9)), NUMBER),
    ("iso day", each(lambda row: day(row).date().isoformat()), DATE),
    ("iso moment", each(lambda row: day(row).isoformat()), DATE),
    ("moment with zone", each(lambda row: day(row).isoformat() + "+02:00"), DATE),
    ("moment in zulu time", each(lambda row: day(row).isoformat() + ".250Z"), DATE),
    ("german day", each(lambda row: day(row).strftime("%d.%m.%Y")), DATE),
    ("american moment", each(lambda row: day(row).strftime("%m/%d/%Y %I:%M %p")), DATE),
    ("day in words", each(lambda row: day(row).strftime("%d %b %Y")), DATE),
    ("long day in words", each(lambda row: day(row).strftime("%B %d, %Y")), DATE),
    ("packed day", each(lambda row: day(row).strftime("%Y%m%d")), DATE),
    ("month", each(lambda row: day(row).strftime("%Y-%m")), DATE),
    ("days with gaps", gappy(each(lambda row: day(row).date().isoformat())), DATE),
    ("clock", each(lambda row: day(row).strftime("%H:%M")), DATE),
    ("duration", each(lambda row: f"{row % 5}h {row * 7 % 60}min"), CATEGORY),
    ("excel day", each(lambda row: 44197 + 9 * row % 700), WHOLE),
    ("key", each(lambda row: str(uuid.UUID(int=_DRAW.getrandbits(128)))), IDENTIFIER),
    ("sample", each(lambda row: f"A{row:03}"), IDENTIFIER),
    ("customer_id", each(lambda row: 10_000 + 7 * row), IDENTIFIER),
    ("rows", each(lambda row: row + 1), IDENTIFIER),
    ("ward", some("A001", "A002", "B001"), CATEGORY),
    ("mail", each(lambda row: f"person{row}@example.org"), IDENTIFIER),
    ("opinion", some(*_ANSWERS), CATEGORY),
    ("likert", some(1, 2, 3, 4, 5), WHOLE),
    ("review", each(sentence), TEXT),
    ("review with gaps", gappy(each(sentence)), TEXT),
    ("long text", each(lambda row: " ".join(sentence(row) for _ in range(20))), TEXT),
    ("name", each(lambda row: f"{_DRAW.choice('ABC')}. {chr(65 + row % 26)}olm{row}"), IDENTIFIER),
    ("constant", ["cm"] * ROWS, CONSTANT),
    ("constant number", [7] * ROWS, CONSTANT),
    ("nothing", [""] * ROWS, CONSTANT),
    ("nothing in words", some("NA", "n/a", "-", "?"), CONSTANT),
    ("whole floats", each(lambda row: f"{_DRAW.randint(1, 40)}.0"), WHOLE),
    ("scientific", each(lambda row: f"{amount(1, 9)}e-{_DRAW.randint(3, 9)}"), NUMBER),
    ("sex", some("Male", "male", "MALE ", " Female", "female"), CATEGORY),
    ("spaces", some("left ", "right", " left", "right "), CATEGORY),
    ("numbers and NA", gappy(each(lambda row: amount(1, 9)), "N/A"), NUMBER),
    ("coded gaps", gappy(each(lambda row: _DRAW.randint(20, 90)), -999), WHOLE),
    (
        "unicode digits",
        each(lambda row: "".join(chr(0x0660 + _DRAW.randint(1, 9)) for _ in "12")),
        WHOLE,
    ),
    ("a slip among numbers", ["twelve", *each(lambda row: _DRAW.randint(1, 90))[1:]], WHOLE),
    ("two units", each(lambda row: f"{_DRAW.randint(40, 60)} {_DRAW.choice(['kg', 'lb'])}"), CATEGORY),
    ("yes short and long", some("yes", "y", "no", "n"), YES_NO),
    ("houses", each(lambda row: f"{_DRAW.randint(1, 30)}a"), CATEGORY),
    ("genotype", some("AA", "Aa", "aa"), CATEGORY),
    ("ages", some("5 y", "6 y", "7 y", "12 y"), WHOLE),
    ("range", some("18-25", "26-35", "36-50", "51+"), CATEGORY),
    ("size", some("S", "M", "L", "XL"), CATEGORY),
    ("version", some("1.0.2", "1.1.0", "2.0.0"), CATEGORY),
    ("address", each(lambda row: f"10.0.{row}.{_DRAW.randint(1, 254)}"), IDENTIFIER),
    ("strand", some("+", "-"), CATEGORY),
    ("grade", some("A+", "A", "B", "C-"), CATEGORY),
    ("latitude", each(lambda row: f"{_DRAW.uniform(47, 55):.6f}"), NUMBER),
]


@pytest.mark.parametrize(("name", "values", "kind"), COLUMNS, ids=[name for name, _, _ in COLUMNS])
def test_that_a_column_of_a_real_file_is_what_a_person_takes_it_for(name, values, kind, tmp_path: Path):
    comma = name.startswith(("euro",))
    with (tmp_path / "data.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";" if comma else ",")
        writer.writerow(["x", name, "y"])
        for row, value in enumerate(values):
            x = f"{amount(0, 9)}".replace(".", "," if comma else ".")
            writer.writerow([x, value, ("sick", "well", "well")[row % 3]])
    column = open_data(tmp_path / "data.csv").column(name)
    assert (column.name, column.kind.value) == (name, kind.value), column


def test_that_several_spellings_of_an_answer_are_one_and_new_rows_may_use_any(tmp_path: Path):
    answers = ["Yes", "no", "YES ", "n"] * 20
    rows = [f"{place},{answer},{'ab'[place % 2]}" for place, answer in enumerate(answers)]
    (tmp_path / "data.csv").write_text("\n".join(["x,smoker,y", *rows]), encoding="utf-8")
    data = open_data(tmp_path / "data.csv")
    assert data.column("smoker").distinct == 2
    assert "in several spellings" in next(e for e in data.notes if e.key == "table.answers").message
    texts, said = as_known_texts("smoker", ["Yes", "no"], ["yes", "N", "0", "perhaps"])
    assert texts.tolist() == ["Yes", "no", "no", "perhaps"]
    assert "1 value" in said[0].message
    assert as_known_texts("gene", ["AA", "aa"], ["Aa"])[0].tolist() == ["Aa"]
