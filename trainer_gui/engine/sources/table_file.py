"""Tables in text files: CSV, TSV and their kin, in whatever separator, decimal mark and encoding."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from trainer_gui.engine.data import dialect as dialects
from trainer_gui.engine.data.columns import make_table
from trainer_gui.engine.data.contents import Contents, file_at, fingerprint, is_file, is_folder, scan
from trainer_gui.engine.data.conventions import settle
from trainer_gui.engine.data.dataset import DataReference, Dataset
from trainer_gui.engine.data.delimited import read_delimited
from trainer_gui.engine.data.encoding import NAMES
from trainer_gui.engine.data.excerpt import excerpt_of
from trainer_gui.engine.data.long_lines import refuse_long_lines
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.settings import setting
from trainer_gui.engine.source import Report, RowOptions, Source, say_nothing


class Separator(StrEnum):
    """What stands between two cells."""

    FOUND = ""
    COMMA = "comma"
    SEMICOLON = "semicolon"
    TAB = "tab"
    PIPE = "pipe"
    SPACE = "space"
    COLON = "colon"
    OTHER = "other"
    NONE = "none"


class Quote(StrEnum):
    """What stands around cells that hold a separator."""

    FOUND = ""
    DOUBLE = "double"
    SINGLE = "single"
    NONE = "none"


class DecimalMark(StrEnum):
    """What stands before the decimals of a number."""

    FOUND = ""
    POINT = "point"
    COMMA = "comma"


class ThousandsMark(StrEnum):
    """What groups the digits of a large number."""

    FOUND = ""
    NONE = "none"
    COMMA = "comma"
    POINT = "point"
    SPACE = "space"
    APOSTROPHE = "apostrophe"


Encoding = StrEnum(  # type: ignore[misc]
    "Encoding",
    {"FOUND": "", **{name.replace("-", "_").upper(): name for name in NAMES}},
)

_FIND = {"": "Find out"}
_PREVIEWED = 1_000_000  # bytes from which options are tried


class TableFileOptions(RowOptions):
    """How a text table is read."""

    separator: Separator = setting(
        Separator.FOUND,
        label="Separator",
        help="What stands between two cells of a row. Choose it when the columns look wrong.",
        labels={
            **_FIND,
            **{each: each.capitalize() for each in dialects.SEPARATORS.values()},
            "other": "Other",
            "none": "None",
        },
    )
    other_separator: str = setting(
        "",
        label="Other separator",
        help="The signs themselves where the separator is none of the usual ones, such as || or ~. It counts "
        "only where the separator is set to Other.",
        advanced=True,
    )
    quote: Quote = setting(
        Quote.FOUND,
        label="Quotation marks",
        help="What stands around cells that hold a separator. Choose None where quotation marks are ordinary "
        "letters, such as inches.",
        labels={**_FIND, "double": 'Double, "', "single": "Single, '", "none": "None"},
        advanced=True,
    )
    decimal: DecimalMark = setting(
        DecimalMark.FOUND,
        label="Decimal mark",
        help="What stands before the decimals of a number. Choose it when numbers look too large or are "
        "taken for words.",
        labels={**_FIND, "point": "Point, 1.5", "comma": "Comma, 1,5"},
    )
    thousands: ThousandsMark = setting(
        ThousandsMark.FOUND,
        label="Thousands mark",
        help="What groups the digits of large numbers. Choose it when 1,000 is taken for 1 or for a word.",
        labels={
            **_FIND,
            "none": "None, 1000",
            "comma": "Comma, 1,000",
            "point": "Point, 1.000",
            "space": "Space, 1 000",
            "apostrophe": "Apostrophe, 1'000",
        },
        advanced=True,
    )
    encoding: Encoding = setting(
        Encoding(""),
        label="Encoding",
        help="How letters are stored in the file. Choose another one when accented letters look wrong.",
        labels={**_FIND, **NAMES},
    )
    name_rows: int = setting(
        0,
        label="Rows of names",
        help="Over how many rows the names of the columns stand; they are joined. 0 finds out.",
        minimum=0,
        maximum=9,
        unit="rows",
        advanced=True,
    )
    one_row_in: int = setting(
        0,
        label="Read one row in",
        help="1 reads every row, 10 one row in ten, drawn by chance and always the same ones. 0 reads every "
        "row where the memory that is free allows it, and else as many as fit. Rows to predict are never "
        "left out.",
        minimum=0,
        maximum=1_000_000,
        advanced=True,
    )
    table: str = setting(
        "",
        label="Table",
        help="Which table is read where the file holds several: its number, counted from the top. Left "
        "empty, it is the largest one.",
        advanced=True,
    )


_QUOTE_SIGNS = {"": "", "double": '"', "single": "'", "none": dialects.NO_QUOTE}
_QUOTE_WORDS = {sign: word for word, sign in _QUOTE_SIGNS.items() if word} | {"": "none"}
_SIGNS = {word: mark for mark, word in dialects.SEPARATORS.items()}
_NUMBER_SIGNS = {"point": ".", "comma": ",", "space": " ", "apostrophe": "'", "none": ""}


class TableFile(Source):
    """Text tables; how one is written is found out from its beginning, and every finding can be overruled."""

    name = "table_file"
    label = "Table file"
    position = 40
    endings = (".csv", ".tsv", ".txt", ".tab", ".dat", ".data", ".psv", ".asc")
    options = TableFileOptions

    def takes(self, location: str) -> bool:
        ending = Path(location).suffix.lower()
        return not is_folder(location) and (ending in self.endings or (ending == "" and is_file(location)))

    def open(self, location: str, options: dict[str, Any], report: Report) -> Dataset:
        path = file_at(location)
        contents = scan(path, report)
        chosen = TableFileOptions.model_validate(options)
        dialect = _dialect_of(contents, chosen)
        columns, mending, one_in = read_delimited(contents, dialect, chosen.gaps, report, chosen.one_row_in)
        found = _as_options(dialect, chosen) | settle(columns, chosen, mending)
        shares = {"one_row_in": one_in}
        reference = DataReference(source=self.name, location=str(path), options=found | shares)
        return make_table(
            reference,
            path.name,
            columns,
            # All rows have the fingerprint that they had before some could be left out.
            fingerprint=fingerprint(contents.digest, found | shares if one_in > 1 else found),
            mending=mending,
            how=dialect.in_words(),
            report=report,
        )

    def preview(self, location: str, options: dict[str, Any], report: Report) -> tuple[Dataset, bool]:
        path = file_at(location)
        if path.suffix.lower() not in self.endings:
            return super().preview(location, options, report)
        with excerpt_of(path, _PREVIEWED) as (excerpt, is_all):
            found = self.open(str(excerpt), options, report)
        reference = found.reference.model_copy(update={"location": str(path)})
        return replace(found, reference=reference, name=path.name), is_all

    def choices(self, location: str) -> dict[str, tuple[str, ...]]:
        contents = scan(file_at(location), say_nothing)
        tables = _dialect_of(contents, TableFileOptions()).tables
        return {"table": tuple(str(number + 1) for number in range(tables))} if tables > 1 else {}

    def write_examples(self, folder: Path) -> tuple[str, ...]:
        comma, semicolon = folder / "heights.csv", folder / "größen.txt"
        rows = [(150 + place % 40, 50 + place % 37 / 2, ["no", "yes"][place % 2]) for place in range(60)]
        comma.write_text(
            "height,weight,smokes\n" + "".join(f"{h},{w},{s}\n" for h, w, s in rows), encoding="utf-8"
        )
        german = [f"{h};{w:.1f};{s}".replace(".", ",") for h, w, s in rows]
        semicolon.write_text("Größe;Gewicht;Raucher\n" + "\n".join(german), encoding="cp1252")
        return str(comma), str(semicolon)


def _dialect_of(contents: Contents, chosen: TableFileOptions) -> dialects.Dialect:
    encoding = str(chosen.encoding) or contents.encoding
    if not chosen.encoding and dialects.looks_binary(contents.head, contents.zeros, encoding):
        raise refuse(
            "table.binary",
            "{name} is not a text file, although its name says so.",
            "Open it in the program that made it, and save the table as CSV.",
            field="data",
            name=contents.path.name,
        )
    if not chosen.separator:
        refuse_long_lines(contents, encoding)
    return dialects.find_dialect(
        contents.head,
        encoding,
        complete=len(contents.head) == contents.size,
        wanted=dialects.Wanted(
            separator=_separator_of(chosen),
            quote=_QUOTE_SIGNS[chosen.quote],
            decimal=_NUMBER_SIGNS[chosen.decimal] if chosen.decimal else "",
            thousands=_NUMBER_SIGNS[chosen.thousands] if chosen.thousands else None,
            heading=chosen.heading == "yes" if chosen.heading else None,
            name_rows=chosen.name_rows,
            title_lines=chosen.title_lines if chosen.title_lines >= 0 else None,
            table=_number_of(chosen.table, contents.path.name),
        ),
    )


def _number_of(table: str, name: str) -> int:
    """The number of the table that is wanted; 0 where that is to be found out."""
    if not table.strip():
        return 0
    if table.strip().isdecimal() and int(table) > 0:
        return int(table)
    raise refuse(
        "table.no_such_table",
        "The tables in {name} are known by their numbers, and “{table}” is none.",
        "Give 1 for the first table, 2 for the second one.",
        field="table",
        name=name,
        table=table[:40],
    )


def _separator_of(chosen: TableFileOptions) -> str:
    if chosen.separator == "other":
        return chosen.other_separator
    return dialects.ONE_COLUMN if chosen.separator == "none" else _SIGNS.get(chosen.separator, "")


def _as_options(dialect: dialects.Dialect, chosen: TableFileOptions) -> dict[str, Any]:
    """Everything that was found out or chosen, as options that read the same again."""
    return {
        "separator": dialects.SEPARATORS.get(dialect.separator, "other" if dialect.separator else "none"),
        "other_separator": "" if dialect.separator in dialects.SEPARATORS else dialect.separator,
        "quote": _QUOTE_WORDS[dialect.quote],
        "decimal": dialects.MARKS[dialect.decimal],
        "thousands": dialects.MARKS[dialect.thousands] if dialect.thousands else "none",
        "encoding": dialect.encoding,
        "heading": "yes" if dialect.heading else "no",
        "name_rows": dialect.name_rows,
        "title_lines": dialect.title_lines,
        "table": chosen.table,
    }


TABLE_FILE = TableFile()
