"""`ensemble`: several runs put together to one model."""

from __future__ import annotations

import argparse
from pathlib import Path

from trainer_gui.cli.arguments import Parser, add_json
from trainer_gui.cli.commands import command, run_word
from trainer_gui.cli.figures import metric
from trainer_gui.cli.finding import find_runs
from trainer_gui.cli.following import DONE
from trainer_gui.cli.lines import print_values
from trainer_gui.cli.opening import reporter
from trainer_gui.cli.terminal import Terminal, person_reads
from trainer_gui.engine.ensemble import make_ensemble
from trainer_gui.engine.run_folder import RunFolder, progress_of

USAGE = "RUN_DIR RUN_DIR … | STUDY_DIR [--out RUN_DIR] [--name TEXT] [--json]"


def add_arguments(parser: Parser) -> None:
    """The arguments of `ensemble`."""
    parser.add_argument(
        "runs",
        metavar="RUN_DIR",
        nargs="+",
        help="the runs, on the same data, target and split; or a study, whose best setting was trained with "
        "several seeds or folds",
    )
    parser.add_argument("--out", metavar="RUN_DIR", help="the new folder (default: where runs are kept)")
    parser.add_argument("--name", metavar="TEXT", default="", help="what it is called")
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Makes the folder and says what is in it."""
    terminal = person_reads(options.json)
    runs = find_runs(options.runs)
    out = Path(options.out).expanduser() if options.out else None
    folder = make_ensemble(runs, out, options.name, report=reporter(terminal))
    progress = progress_of(folder)
    if options.json:
        print_values(
            {
                "type": "EnsembleMade",
                "folder": str(folder.path),
                "name": folder.name,
                "members": [each.name for each in folder.members],
                "metrics": {} if progress.joined is None else progress.joined.metrics,
            }
        )
    _say(terminal, folder)
    return DONE


def _say(terminal: Terminal, folder: RunFolder) -> None:
    progress, members = progress_of(folder), folder.members
    terminal.say(f"“{folder.name}” answers with the mean of {len(members)} models.")
    for each in progress.notices:
        terminal.say_problem(each)
    started, value = progress.started, progress.metric_at_best
    if started is not None and value is not None:
        terminal.say(f"{started.metric.label} on the validation rows: {metric(started.metric, value)}")
    terminal.say(f"It lies in {folder.path}, with a copy of every model: the runs can be deleted.")
    terminal.say()
    word = run_word(folder)
    terminal.say(f"How good it is, and how much its models differ: {command('evaluate', word)}")
