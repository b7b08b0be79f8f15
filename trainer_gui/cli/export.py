"""`export`: the model of a run as a file for use elsewhere, checked before it is kept."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from trainer_gui.cli.arguments import Parser, add_json, add_run
from trainer_gui.cli.commands import near
from trainer_gui.cli.figures import counted, duration, size
from trainer_gui.cli.finding import find_model
from trainer_gui.cli.following import DONE
from trainer_gui.cli.lines import print_values
from trainer_gui.cli.opening import reporter
from trainer_gui.cli.terminal import person_reads
from trainer_gui.engine.export import export
from trainer_gui.engine.exporters import EXPORTERS

USAGE = "RUN_DIR --format NAME --out PATH [--json]"


def add_arguments(parser: Parser) -> None:
    """The arguments of `export`."""
    add_run(parser, or_study=True)
    formats = parser.add_argument_group("Formats", "\n".join(f"{e.name}: {e.summary}" for e in EXPORTERS))
    formats.add_argument(
        "--format", metavar="{" + ",".join(EXPORTERS.names()) + "}", required=True, help="the format to write"
    )
    parser.add_argument("--out", metavar="PATH", required=True, help="the file to write")
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Writes the file, opens it again in a fresh process, and says how well the two agree."""
    terminal = person_reads(options.json)
    folder = find_model(options.run, reporter(terminal))
    done = export(
        folder, options.format.strip().lower(), Path(options.out).expanduser(), report=reporter(terminal)
    )
    for each in done.notes:
        terminal.say_problem(each)
    if options.json:
        print_values({"type": "Exported", **json.loads(done.to_json())})
    terminal.say(f"Exported: {near(done.path)} ({size(done.size)}, {duration(done.seconds)})")
    terminal.say(
        f"It was opened again in a fresh process and answered {counted(done.rows_compared, 'row')}; the "
        f"largest difference was {done.largest_difference:.2g}."
    )
    return DONE
