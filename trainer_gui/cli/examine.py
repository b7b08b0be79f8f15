"""`examine`: how data was understood, and what is wrong with it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from trainer_gui.cli.arguments import Parser, add_json, add_reading, reading_given
from trainer_gui.cli.commands import command, near
from trainer_gui.cli.figures import cut, table
from trainer_gui.cli.fixes import say_findings
from trainer_gui.cli.following import DONE
from trainer_gui.cli.lines import print_values
from trainer_gui.cli.opening import DATA_HELP, STANDARD_INPUT, open_and_say, reporter
from trainer_gui.cli.tables import must_not_be, write_table
from trainer_gui.cli.terminal import Terminal, person_reads
from trainer_gui.engine.data.dataset import Column, Dataset, Pictures, Table, Task
from trainer_gui.engine.data.target import guess_task
from trainer_gui.engine.names import one_line
from trainer_gui.engine.preflight import findings
from trainer_gui.engine.problems import Problem
from trainer_gui.engine.recipe import Choices

USAGE = "DATA [--target COLUMN] [--json] [--write-table OUT.csv] [options]"
_HEADS = ("Column", "Used as", "Missing", "Different", "Examples")
_EXAMPLES_ROOM = 48  # cells
_NAME_ROOM = 40


def add_arguments(parser: Parser) -> None:
    """The arguments of `examine`."""
    parser.add_argument("data", metavar="DATA", help=DATA_HELP)
    parser.add_argument("--target", metavar="COLUMN", help="the column to predict (default: guessed)")
    parser.add_argument(
        "--write-table",
        metavar="OUT.csv",
        help="also write the data as it was understood, comma-separated, with a decimal point, in UTF-8; "
        "a text that a spreadsheet would run as a formula gets an apostrophe, which is taken away on reading",
    )
    add_json(parser)
    add_reading(parser)


def run(options: argparse.Namespace) -> int:
    """Opens the data, says what it is, and writes it where asked to."""
    terminal = person_reads(options.json)
    out = Path(options.write_table) if options.write_table else None
    if out is not None:
        must_not_be(out, options.data)
    dataset = open_and_say(terminal, options.data, reading_given(options))
    target = options.target or dataset.target
    task = guess_task(dataset, target) if target else None
    found = [*dataset.notes]
    looked = findings(dataset, Choices(target=target), reporter(terminal))
    found += [each for each in looked if each not in found]
    terminal.clear()
    if options.json:
        print_values(_as_values(dataset, target, task, found))
    else:
        _say(terminal, dataset, target, task, found)
    if out is not None:
        write_table(out, _frame(dataset))
        terminal.say(f"Written: {near(out)}")
    if not options.json and not any(each.severity == "error" for each in found):
        terminal.say()
        terminal.say("Next:")
        flags = ["--target", options.target or "COLUMN"] if options.target or not target else []
        data = dataset.reference.location if options.data == STANDARD_INPUT else options.data
        advised = _advised(found)
        fixes = ["--fix", advised] if advised else []
        terminal.say(f"  {command('train', data, *flags, *fixes)}")
    return DONE


def _advised(found: list[Problem]) -> str:
    """The key of the first fix that puts a caution right.

    Where there are several, or the question is how the file is to be read, only a person knows the answer.
    """
    sure = (each.fixes[0] for each in found if each.severity == "caution" and len(each.fixes) == 1)
    return next((each.key for each in sure if not each.change.reading), "")


def _say(terminal: Terminal, dataset: Dataset, target: str, task: Task | None, found: list[Problem]) -> None:
    terminal.say()
    for line in table(_HEADS, [_as_cells(each, target) for each in dataset.columns], right="..rr"):
        terminal.say(line)
    terminal.say()
    if task is None:
        terminal.say("It is not clear which column is to be predicted: say so with --target COLUMN.")
    else:
        terminal.say(f"To predict: {target} ({task.value})")
    say_findings(terminal, found)


def _as_cells(column: Column, target: str) -> tuple[str, ...]:
    kind = column.kind.label.lower()
    use = f"{kind}, target" if column.name == target else kind
    if not column.is_input and column.name != target:
        use += ", left out"
    examples = cut(", ".join(column.examples), _EXAMPLES_ROOM)
    return (
        cut(one_line(column.name), _NAME_ROOM),
        use,
        f"{column.missing:,}",
        f"{column.distinct:,}",
        examples,
    )


def _as_values(dataset: Dataset, target: str, task: Task | None, found: list[Problem]) -> dict[str, Any]:
    return {
        "type": "Examined",
        "name": dataset.name,
        "kind": dataset.kind.value,
        "how": dataset.how,
        "rows": dataset.rows,
        "fingerprint": dataset.fingerprint,
        "data": dataset.reference.model_dump(mode="json"),
        "target": target or None,
        "task": None if task is None else task.value,
        "columns": [
            {
                "name": each.name,
                "kind": each.kind.value,
                "missing": each.missing,
                "distinct": each.distinct,
                "examples": each.examples,
            }
            for each in dataset.columns
        ],
        "repairs": [
            {"line": each.line, "what": each.what, "kept": each.kept, "text": each.text, "read": each.read}
            for each in (dataset.repairs if isinstance(dataset, Table) else ())
        ],
        "pictures": [
            {"name": each.name, "what": each.words, "key": each.key, "used": each.row >= 0}
            for each in (dataset.remarks if isinstance(dataset, Pictures) else ())
        ],
        "problems": [each.model_dump(mode="json") for each in found],
    }


def _frame(dataset: Dataset) -> Any:
    import pandas as pd

    if isinstance(dataset, Pictures):
        return pd.DataFrame({"picture": dataset.names, "class": dataset.labels})
    assert isinstance(dataset, Table)
    return dataset.frame
