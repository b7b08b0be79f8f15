"""The sentences that say what was made of JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trainer_gui.engine.data.flattening import Flattener
from trainer_gui.engine.data.json_rows import JsonRows
from trainer_gui.engine.data.mending import counted, listed
from trainer_gui.engine.problems import Problem, problem


def notes_on(rows: JsonRows, flat: Flattener, lists: Sequence[str], table: str) -> Iterator[Problem]:
    """What was left out or taken differently, and that `table` was read out of several `lists`."""
    if rows.broken_count:
        first = rows.broken[0]
        yield problem(
            "json.broken_lines",
            "{lines} that {are} not JSON {were} left out, such as line {line}: “{text}”.",
            "Look at the first of them to see whether something important is missing.",
            severity="caution",
            lines=counted(rows.broken_count, "line"),
            are="is" if rows.broken_count == 1 else "are",
            were="was" if rows.broken_count == 1 else "were",
            line=first.line,
            text=first.text[:60],
        )
    if rows.ended_early:
        yield problem(
            "json.ended_early",
            "The file breaks off, or is damaged, in line {line}; the {rows} before that were read.",
            "Fetch the file again if rows are missing.",
            severity="caution",
            line=f"{rows.ended_early:,}",
            rows=counted(flat.rows, "row"),
        )
    if flat.odd:
        yield problem(
            "json.no_objects",
            "{values} among the rows {are} no object and {were} left out.",
            severity="caution",
            values=counted(flat.odd, "value"),
            are="is" if flat.odd == 1 else "are",
            were="was" if flat.odd == 1 else "were",
        )
    if flat.joined:
        yield problem(
            "json.lists_joined",
            "{columns} {hold} lists; each of them was taken as one text, with commas between its values.",
            field=min(flat.joined),
            severity="note",
            columns=listed(sorted(flat.joined)),
            hold="holds" if len(flat.joined) == 1 else "hold",
        )
    if len(lists) > 1:
        yield problem(
            "json.several_lists",
            "The file holds {count} lists of rows; “{table}” was read.",
            "Choose another one under import options.",
            field="table",
            severity="note",
            count=len(lists),
            table=table,
        )
