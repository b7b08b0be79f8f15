"""What was mended, left out or taken differently while a table was read, and the sentences that say so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from trainer_gui.engine.fix import Change, fix
from trainer_gui.engine.problems import Problem, problem


def listed(names: Sequence[str], limit: int = 4) -> str:
    """Names for a sentence: “a, b, c and 5 more”, each in quotation marks."""
    shown = [f"“{name}”" for name in names[:limit]]
    rest = len(names) - len(shown)
    if rest > 0:
        return ", ".join(shown) + f" and {rest:,} more"
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1] if shown else ""


def counted(number: int, one: str, many: str = "") -> str:
    """“1 row”, “2,000 rows”."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


@dataclass(frozen=True)
class Repair:
    """A row that was not read as it stands in the file."""

    line: int  # in the file, from 1
    what: str  # a key of REPAIRS
    text: str  # as it stands in the file, cut where it is long
    kept: bool = True  # whether it was mended and not left out
    read: str = ""  # the cells as they were read, empty where it was left out

    @property
    def in_words(self) -> str:
        """What was done."""
        return REPAIRS[self.what]


REPAIRS = {
    "empty_fields": "empty fields at the end were left away",
    "other_marks": "was read by its own separators and quotation marks",
    "quotation_marks": "quotation marks that are not doubled or not closed were taken as letters",
    "too_short": "missing fields at the end were taken as gaps",
    "too_long": "fields that are too many were joined or left away",
    "not_fitting": "left out, since its fields do not fit the columns",
    "remark": "left out, since it is a line of words and no row",
    "names_again": "left out, since it names the columns once more",
    "blank": "left out, since it has no values",
    "not_json": "left out, since it is not JSON",
}
BETWEEN = " | "  # two cells of a row as it was read
_MOST_REPAIRS = 1000  # that are kept to be looked at
_MOST_LETTERS = 200
_SHOWN = 60  # letters in a sentence


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else text[: _MOST_LETTERS - 1] + "…"


@dataclass
class Mending:
    """Counts of what was mended, by column name where it concerns a column."""

    renamed: int = 0  # column names that stood twice
    table: tuple[int, int] = (1, 1)  # which one was read, from 1, and of how many
    blank_rows: int = 0  # rows without any value, left out
    rows: Counter[str] = field(default_factory=Counter)  # by key of REPAIRS
    repairs: list[Repair] = field(default_factory=list)  # the first ones
    damaged: str = ""  # the encoding in which some characters could not be read
    words: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)  # in number columns
    infinite: dict[str, int] = field(default_factory=dict)
    dressed: list[str] = field(default_factory=list)  # numbers that stood as text or with a unit
    codes: dict[str, dict[str, int]] = field(default_factory=dict)  # times by column, by code for “no value”
    unclear_dates: dict[str, str] = field(default_factory=dict)  # an example of each column
    dates: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)  # columns that hold no cells, such as lists

    def repaired(self, repair: Repair) -> None:
        """Notes what was done to a row."""
        if repair.what == "blank":
            self.blank_rows += 1
            return
        self.rows[repair.what] += 1
        if len(self.repairs) < _MOST_REPAIRS:
            self.repairs.append(replace(repair, text=_cut(repair.text.strip("\r\n")), read=_cut(repair.read)))

    def _first(self, *keys: str) -> Repair | None:
        return next((each for each in self.repairs if each.what in keys), None)

    def _line(self, *keys: str) -> int:
        found = self._first(*keys)
        return found.line if found else 0

    def _text(self, *keys: str) -> str:
        found = self._first(*keys)
        text = " ".join(found.text.split()) if found else ""
        return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"

    def notes(self) -> tuple[Problem, ...]:
        """One problem for each thing that happened, cautions first."""
        return (*self._cautions(), *self._remarks())

    def _cautions(self) -> Iterator[Problem]:
        if bad := self.rows["not_fitting"]:
            yield problem(
                "table.bad_rows",
                "{rows} did not fit the columns and {were} left out, such as line {line}: “{text}”.",
                "Look in the file for a separator inside a text that is not in quotation marks.",
                severity="caution",
                rows=counted(bad, "row"),
                were="was" if bad == 1 else "were",
                line=self._line("not_fitting"),
                text=self._text("not_fitting"),
            )
        kept = ("other_marks", "quotation_marks", "too_short", "too_long")
        if mended := sum(self.rows[what] for what in kept):
            yield problem(
                "table.mended_rows",
                "{rows} with fields or quotation marks too many or too few {were} mended, such as line "
                "{line}: “{text}”.",
                "Look at the first of them to see whether they were understood.",
                severity="caution",
                rows=counted(mended, "row"),
                were="was" if mended == 1 else "were",
                line=self._line(*kept),
                text=self._text(*kept),
            )
        if self.damaged:
            yield problem(
                "table.damaged_characters",
                "Some characters are not {encoding}; they are shown as �.",
                "Choose another encoding under import options if words look wrong.",
                severity="caution",
                encoding=self.damaged,
            )
        yield from self._conventions()
        if self.words:
            cells = sum(times for times, _ in self.words.values())
            examples = list(dict.fromkeys(word for _, words in self.words.values() for word in words))
            yield problem(
                "table.words_among_numbers",
                "{cells} in {columns} {hold} words where numbers are expected, such as {examples}. "
                "They count as missing.",
                "Correct them in the file, or use the column as a category.",
                field=next(iter(self.words)),
                severity="caution",
                cells=counted(cells, "cell"),
                columns=listed(list(self.words)),
                hold="holds" if cells == 1 else "hold",
                examples=listed(examples, 3),
            )
        if self.infinite:
            cells = sum(self.infinite.values())
            yield problem(
                "table.infinite",
                "{cells} in {columns} {are} infinite. They count as missing.",
                "Look for a division by zero where the numbers were made.",
                field=next(iter(self.infinite)),
                severity="caution",
                cells=counted(cells, "cell"),
                columns=listed(list(self.infinite)),
                are="is" if cells == 1 else "are",
            )

    def _conventions(self) -> Iterator[Problem]:
        if self.codes:
            names = list(dict.fromkeys(name for each in self.codes.values() for name in each))
            yield problem(
                "table.missing_codes",
                "{codes} in {columns} {lie} far from all other numbers: {cells} count as missing.",
                "Look whether that is right.",
                field=names[0],
                severity="caution",
                fixes=[
                    fix(
                        "codes.are_values",
                        "They are values",
                        "Reads {codes} as numbers like all others.",
                        Change(reading={"missing_codes": "values"}),
                        codes=listed(list(self.codes)),
                    )
                ],
                codes=listed(list(self.codes)),
                columns=listed(names),
                lie="lies" if len(self.codes) == 1 else "lie",
                cells=counted(sum(sum(each.values()) for each in self.codes.values()), "cell"),
            )
        if self.unclear_dates:
            name, example = next(iter(self.unclear_dates.items()))
            yield problem(
                "table.date_order",
                "Nothing in {columns} tells whether {example} begins with the day or with the month.",
                "Say which it is; until then the order that makes the more regular dates is taken.",
                field="date_order",
                severity="caution",
                fixes=[
                    fix(
                        f"dates.{order}_first",
                        label,
                        "Reads {example} with the {order} first.",
                        Change(reading={"date_order": order}),
                        order=order,
                        example=example,
                    )
                    for order, label in (
                        ("day", "Day first"),
                        ("month", "Month first"),
                        ("year", "Year first"),
                    )
                    if order != "year" or re.fullmatch(r"\d\d\D\d\d\D\d\d", example)
                ],
                columns=listed(list(self.unclear_dates)),
                example=example,
                column=name,
            )

    def _remarks(self) -> Iterator[Problem]:
        number, tables = self.table
        if tables > 1:
            yield problem(
                "table.several_tables",
                "The file holds {tables} tables; number {number} from the top was read.",
                "Choose another one under import options.",
                field="table",
                severity="note",
                tables=tables,
                number=number,
            )
        if remarks := self.rows["remark"] + self.rows["names_again"]:
            yield problem(
                "table.remarks",
                "{lines} that {are} no {rows} {were} left out, such as line {line}: “{text}”.",
                severity="note",
                lines=counted(remarks, "line"),
                are="is" if remarks == 1 else "are",
                rows="row" if remarks == 1 else "rows",
                were="was" if remarks == 1 else "were",
                line=self._line("remark", "names_again"),
                text=self._text("remark", "names_again"),
            )
        if self.blank_rows:
            yield problem(
                "table.blank_rows",
                "{rows} without any value {were} left out.",
                severity="note",
                rows=counted(self.blank_rows, "row"),
                were="was" if self.blank_rows == 1 else "were",
            )
        if self.renamed:
            yield problem(
                "table.names_twice",
                "{columns} had the name of another column and got a number.",
                severity="note",
                columns=counted(self.renamed, "column"),
            )
        about = (
            (
                "table.dressed_numbers",
                self.dressed,
                "{columns} {hold} numbers written as text; read as numbers.",
                "",
            ),
            (
                "table.dates",
                self.dates,
                "{columns} {hold} dates, which cannot be learned from yet.",
                "To use them, add columns such as the month or the number of days.",
            ),
            (
                "table.dropped_columns",
                self.dropped,
                "{columns} {hold} no plain values and {were} left out.",
                "",
            ),
        )
        for key, names, message, advice in about:
            if names:
                yield problem(
                    key,
                    message,
                    advice,
                    field=names[0],
                    severity="note",
                    columns=listed(names),
                    hold="holds" if len(names) == 1 else "hold",
                    were="was" if len(names) == 1 else "were",
                )
