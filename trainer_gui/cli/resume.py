"""`resume`: goes on with a run that was stopped."""

from __future__ import annotations

import argparse

from trainer_gui.cli.arguments import Parser, add_json, add_keep_awake, add_run
from trainer_gui.cli.finding import find_run
from trainer_gui.cli.following import follow
from trainer_gui.cli.terminal import person_reads
from trainer_gui.engine.control import Control
from trainer_gui.engine.run import resume
from trainer_gui.engine.run_folder import progress_of

USAGE = "RUN_DIR [--json]"


def add_arguments(parser: Parser) -> None:
    """The arguments of `resume`."""
    add_run(parser)
    add_keep_awake(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Goes on and follows the run; the exit code says how it ended."""
    folder = find_run(options.run)
    control = Control()
    events = resume(folder, control)
    progress = progress_of(folder)
    terminal = person_reads(options.json)
    terminal.say(f"Going on with {folder.name}")
    return follow(
        folder,
        events,
        control,
        progress,
        terminal,
        as_json=options.json,
        debug=options.debug,
        keep_awake=options.keep_awake,
    )
