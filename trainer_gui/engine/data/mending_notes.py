"""The sentences that say what was mended, left out or taken differently while a table was read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from trainer_gui.engine.data.mending import Mending, counted, listed
from trainer_gui.engine.fix import Change, Fix, fix
from trainer_gui.engine.problems import Problem, problem

_SHOWN = 60  # letters in a sentence
_MENDED = ("other_marks", "quotation_marks", "too_short", "too_long")
_REMARKS = ("remark", "names_again")
_ORDERS = (("day", "Day first"), ("month", "Month first"), ("year", "Year first"))


def notes_on(mending: Mending) -> tuple[Problem, ...]:
    """One problem for each thing that happened, cautions first."""
    return (
        *([] if mending.thinned is None else [mending.thinned]),
        *_about_rows(mending),
        *_about_codes(mending),
        *_about_dates(mending),
        *_about_cells(mending),
        *_about_lines(mending),
        *_about_columns(mending),
    )


def _line(mending: Mending, keys: Sequence[str]) -> int:
    found = mending.first(*keys)
    return found.line if found else 0


def _text(mending: Mending, keys: Sequence[str]) -> str:
    found = mending.first(*keys)
    text = " ".join(found.text.split()) if found else ""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _about_rows(mending: Mending) -> Iterator[Problem]:
    if bad := mending.rows["not_fitting"]:
        yield problem(
            "table.bad_rows",
            "{rows} did not fit the columns and {were} left out, such as line {line}: “{text}”.",
            "Look in the file for a separator inside a text that is not in quotation marks.",
            severity="caution",
            rows=counted(bad, "row"),
            were="was" if bad == 1 else "were",
            line=_line(mending, ("not_fitting",)),
            text=_text(mending, ("not_fitting",)),
        )
    if mended := sum(mending.rows[what] for what in _MENDED):
        yield problem(
            "table.mended_rows",
            "{rows} with fields or quotation marks too many or too few {were} mended, such as line "
            "{line}: “{text}”.",
            "Look at the first of them to see whether they were understood.",
            severity="caution",
            rows=counted(mended, "row"),
            were="was" if mended == 1 else "were",
            line=_line(mending, _MENDED),
            text=_text(mending, _MENDED),
        )
    if mending.damaged:
        yield problem(
            "table.damaged_characters",
            "Some characters are not {encoding}; they are shown as �.",
            "Choose another encoding under import options if words look wrong.",
            severity="caution",
            encoding=mending.damaged,
        )


def _about_codes(mending: Mending) -> Iterator[Problem]:
    if not mending.codes:
        return
    codes = listed(list(mending.codes))
    names = list(dict.fromkeys(name for each in mending.codes.values() for name in each))
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
                codes=codes,
            )
        ],
        codes=codes,
        columns=listed(names),
        lie="lies" if len(mending.codes) == 1 else "lie",
        cells=counted(sum(sum(each.values()) for each in mending.codes.values()), "cell"),
    )


def _about_dates(mending: Mending) -> Iterator[Problem]:
    if not mending.unclear_dates:
        return
    name, example = next(iter(mending.unclear_dates.items()))
    yield problem(
        "table.date_order",
        "Nothing in {columns} tells whether {example} begins with the day or with the month.",
        "Say which it is; until then the order that makes the more regular dates is taken.",
        field="date_order",
        severity="caution",
        fixes=[_first(order, label, example) for order, label in _ORDERS if _can_begin(order, example)],
        columns=listed(list(mending.unclear_dates)),
        example=example,
        column=name,
    )


def _first(order: str, label: str, example: str) -> Fix:
    return fix(
        f"dates.{order}_first",
        label,
        "Reads {example} with the {order} first.",
        Change(reading={"date_order": order}),
        order=order,
        example=example,
    )


def _can_begin(order: str, example: str) -> bool:
    return order != "year" or re.fullmatch(r"\d\d\D\d\d\D\d\d", example) is not None


def _about_cells(mending: Mending) -> Iterator[Problem]:
    if mending.words:
        cells = sum(times for times, _ in mending.words.values())
        examples = list(dict.fromkeys(word for _, words in mending.words.values() for word in words))
        yield problem(
            "table.words_among_numbers",
            "{cells} in {columns} {hold} words where numbers are expected, such as {examples}. "
            "They count as missing.",
            "Correct them in the file, or use the column as a category.",
            field=next(iter(mending.words)),
            severity="caution",
            cells=counted(cells, "cell"),
            columns=listed(list(mending.words)),
            hold="holds" if cells == 1 else "hold",
            examples=listed(examples, 3),
        )
    if mending.infinite:
        cells = sum(mending.infinite.values())
        yield problem(
            "table.infinite",
            "{cells} in {columns} {are} infinite. They count as missing.",
            "Look for a division by zero where the numbers were made.",
            field=next(iter(mending.infinite)),
            severity="caution",
            cells=counted(cells, "cell"),
            columns=listed(list(mending.infinite)),
            are="is" if cells == 1 else "are",
        )


def _about_lines(mending: Mending) -> Iterator[Problem]:
    number, tables = mending.table
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
    if remarks := sum(mending.rows[what] for what in _REMARKS):
        yield problem(
            "table.remarks",
            "{lines} that {are} no {rows} {were} left out, such as line {line}: “{text}”.",
            severity="note",
            lines=counted(remarks, "line"),
            are="is" if remarks == 1 else "are",
            rows="row" if remarks == 1 else "rows",
            were="was" if remarks == 1 else "were",
            line=_line(mending, _REMARKS),
            text=_text(mending, _REMARKS),
        )
    if mending.blank_rows:
        yield problem(
            "table.blank_rows",
            "{rows} without any value {were} left out.",
            severity="note",
            rows=counted(mending.blank_rows, "row"),
            were="was" if mending.blank_rows == 1 else "were",
        )


def _about_columns(mending: Mending) -> Iterator[Problem]:
    if mending.renamed:
        yield problem(
            "table.names_twice",
            "{columns} had the name of another column and got a number.",
            severity="note",
            columns=counted(mending.renamed, "column"),
        )
    about = (
        (
            "table.dressed_numbers",
            mending.dressed,
            "{columns} {hold} numbers written as text; read as numbers.",
        ),
        (
            "table.answers",
            list(mending.answers),
            "{columns} {hold} yes and no in several spellings, such as {spellings}; taken as two answers.",
        ),
        (
            "table.dropped_columns",
            mending.dropped,
            "{columns} {hold} no plain values and {were} left out.",
        ),
    )
    spellings = listed(next(iter(mending.answers.values()), ()))
    for key, names, message in about:
        if names:
            yield problem(
                key,
                message,
                field=names[0],
                severity="note",
                columns=listed(names),
                hold="holds" if len(names) == 1 else "hold",
                were="was" if len(names) == 1 else "were",
                spellings=spellings,
            )
