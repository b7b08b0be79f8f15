"""`queue`: the runs that wait, the same as in the window."""

from __future__ import annotations

import argparse

from trainer_gui.cli.arguments import Parser, add_json, add_keep_awake
from trainer_gui.cli.commands import command
from trainer_gui.cli.figures import table
from trainer_gui.cli.following import DONE, FAILED, STOPPED, follow
from trainer_gui.cli.lines import print_values
from trainer_gui.cli.terminal import Terminal, person_reads
from trainer_gui.engine.control import Control
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.progress import Interruption, Progress
from trainer_gui.engine.run_queue import WaitingRun, begin, move_up, remove, waiting

USAGE = "[start | remove N | up N] [--json]"


def add_arguments(parser: Parser) -> None:
    """The arguments of `queue`."""
    parser.add_argument(
        "do",
        metavar="WHAT",
        nargs="?",
        choices=("list", "start", "remove", "up"),
        default="list",
        help="list (the default); start: train them one after another, also when one fails; remove N; up N: "
        "let number N have its turn one earlier. “train … --queue” adds a run",
    )
    parser.add_argument("number", metavar="N", nargs="?", type=int, help="its number in the list")
    add_keep_awake(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Does what was asked; the exit code of `start` is 1 where a run failed, 130 where one was stopped."""
    terminal = person_reads(options.json)
    if options.do == "start":
        return _start(terminal, options)
    if options.do == "remove":
        remove(_chosen(options.number).key)
    if options.do == "up":
        move_up(_chosen(options.number).key)
    _list(terminal, as_json=options.json)
    return DONE


def _chosen(number: int | None) -> WaitingRun:
    entries = waiting()
    if number is None or not 1 <= number <= len(entries):
        raise refuse(
            "queue.no_such_number",
            "There is no such number in the queue.",
            "“queue” lists what waits, with numbers.",
            field="number",
        )
    return entries[number - 1]


def _list(terminal: Terminal, *, as_json: bool) -> None:
    entries = waiting()
    if as_json:
        for number, each in enumerate(entries, 1):
            print_values({"number": number, "name": each.name, "data": each.recipe.data.location})
        return
    if not entries:
        terminal.say("Nothing waits in the queue. Add a run with:")
        terminal.say(f"  {command('train', 'sample:iris', '--queue')}")
        return
    rows = [(str(number), each.name, each.recipe.family) for number, each in enumerate(entries, 1)]
    for line in table(("", "Name", "Model"), rows, right="r.."):
        terminal.say(line)
    terminal.say()
    terminal.say(f"Train them one after another with: {command('queue', 'start')}")


def _start(terminal: Terminal, options: argparse.Namespace) -> int:
    code = DONE
    while entries := waiting():
        control = Control()
        try:
            folder, events = begin(entries[0], control)
        except UserError as error:
            if error.problem.key != "queue.taken":
                raise
            continue  # another window or terminal was quicker
        terminal.say(f"{entries[0].name}: {len(entries) - 1} more after it")
        progress = Progress()
        ended = follow(
            folder,
            events,
            control,
            progress,
            terminal,
            as_json=options.json,
            debug=options.debug,
            keep_awake=options.keep_awake,
        )
        terminal.say()
        if ended == STOPPED:
            return ended
        if ended == FAILED:
            code = FAILED
            if progress.interruption is Interruption.DISK:  # the next one would fail too
                return code
    return code
