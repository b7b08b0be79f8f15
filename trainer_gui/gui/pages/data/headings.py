"""What the heading of each column says, from what was understood and what was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from trainer_gui.engine.data.columns import number_in_words
from trainer_gui.engine.data.dataset import Column, ColumnKind, Table, Task
from trainer_gui.gui.tables.column_header import Heading, Headings

if TYPE_CHECKING:
    from trainer_gui.gui.runner import Report
    from trainer_gui.gui.session import Session

Ranges = dict[str, tuple[str, str]]  # the smallest and the largest number of a column, as written


def ranges_of(table: Table, report: Report) -> Ranges:
    """The smallest and largest number of each number column. Slow for large tables."""
    found: Ranges = {}
    for each in table.columns:
        report("", None)
        values = table.frame[each.name]
        if values.dtype.kind in "iuf" and each.distinct:
            found[each.name] = (number_in_words(values.min()), number_in_words(values.max()))
    return found


def kind_of(session: Session, column: Column) -> ColumnKind:
    """How a column is used: as it was understood, or as the person said."""
    return session.selection.kinds.get(column.name, column.kind)


def is_used(session: Session, column: Column) -> bool:
    """Whether a column is the target or one of the inputs."""
    if column.name == session.target:
        return True
    left_out = kind_of(session, column) in (ColumnKind.IDENTIFIER, ColumnKind.CONSTANT)
    return column.name not in session.left_out and not left_out


def headings_of(session: Session, table: Table, ranges: Ranges) -> Headings:
    """The headings of all columns, as things stand now."""
    columns = table.columns
    unused = [place for place, each in enumerate(columns) if not is_used(session, each)]
    names = [each.name for each in columns]
    return Headings(names, unused, lambda place: heading_of(session, columns[place], ranges))


def heading_of(session: Session, column: Column, ranges: Ranges) -> Heading:
    """The heading of one column."""
    tr = QCoreApplication.translate
    assert session.dataset is not None
    kind = kind_of(session, column)
    if column.name == session.target:
        chip, tone = tr("DataPage", "target"), "good"
    elif not is_used(session, column):
        chip, tone = tr("DataPage", "left out"), "muted"
    else:
        chip, tone = kind.label.lower(), "accent"
    note = _note(session, column, ranges)
    reason = _reason(session, column) if tone == "muted" else ""
    missing = tr("DataPage", "{count} cells have no value.").format(count=f"{column.missing:,}")
    distinct = tr("DataPage", "{count} different values.").format(count=f"{column.distinct:,}")
    examples = ", ".join(_cut(each) for each in column.examples if each)
    lines = [
        column.name,
        kind.help,
        distinct,
        missing if column.missing else "",
        tr("DataPage", "For example: {examples}").format(examples=examples) if examples else "",
        tr("DataPage", "Left out: {reason}").format(reason=reason) if reason else "",
        tr("DataPage", "Click to choose how it is used."),
    ]
    tip = "\n".join(each for each in lines if each)
    return Heading(column.name, chip, tone, column.counts, note, tip, reason)  # type: ignore[arg-type]


def _reason(session: Session, column: Column) -> str:
    """Why a column is left out."""
    tr = QCoreApplication.translate
    kind = kind_of(session, column)
    if column.name in session.left_out:
        return tr("DataPage", "you left it out")
    if kind is ColumnKind.IDENTIFIER:
        return tr("DataPage", "identifier")
    return tr("DataPage", "always the same") if column.distinct else tr("DataPage", "no values")


def _cut(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def _note(session: Session, column: Column, ranges: Ranges) -> str:
    tr = QCoreApplication.translate
    dataset = session.dataset
    assert dataset is not None
    words = kind_of(session, column)
    if column.missing:
        share = 100 * column.missing / dataset.rows
        shown = "< 0.1" if share < 0.1 else f"{share:.1f}" if share < 10 else f"{share:.0f}"
        return tr("DataPage", "{share} % missing").format(share=shown)
    if words is ColumnKind.IDENTIFIER:
        return tr("DataPage", "identifier")
    if words is ColumnKind.CONSTANT:
        return tr("DataPage", "always the same")
    is_target = column.name == session.target
    classes = session.outlook.task is Task.CLASSIFICATION
    if is_target and classes and column.kind is ColumnKind.CATEGORY and column.counts and column.examples:
        share = 100 * column.counts[0] / dataset.rows
        return f"{column.examples[0]} {share:.0f} %"
    if is_target and classes:
        return tr("DataPage", "{count} classes").format(count=column.distinct)
    if column.name in ranges and words.is_number:
        low, high = ranges[column.name]
        return tr("DataPage", "{low} to {high}").format(low=low, high=high)
    if column.distinct == 1:
        return tr("DataPage", "always the same")
    return tr("DataPage", "{count} values").format(count=f"{column.distinct:,}")
